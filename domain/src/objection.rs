//! Objections (keberatan) of a person to their final result, PP 30/2019 art. 59.
//!
//! The rater's superior hears both sides, then upholds or changes the ratings; the decision is final. If the rater's
//! superior may not decide, the performance team assigns a decider. Rights are in `policy::objection`;
//! `evaluation::objected` changes the evaluation.

mod state;
#[cfg(test)]
mod tests;

pub use state::Filing;

use crate::{
    activity::{Evidence, EvidenceLink},
    evaluation::{Expectation, Party, Predicate, Scores},
    id::{
        AgencyId, AssignmentId, CriterionId, EvaluationId, EvidenceId, ObjectionId, PeriodId, PlanId,
        ResultId, StaffId, UnitId,
    },
    plan::RaterSnapshot,
    scoring::YearDecision,
    time::{Date, Instant},
};
use serde::{Deserialize, Serialize};

/// Maximum number of grounds of an objection.
pub const GROUNDS_MAX: usize = 50;

/// Status of an objection. The two decisions are final.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObjectionStatus {
    /// Filed in time, but nobody may decide: the performance team must assign a decider.
    Filed,
    /// The employee and the rater are asked for their explanations, and somebody may decide.
    Explanations,
    /// Decided: the ratings stay.
    DecidedUpheld,
    /// Decided: the ratings changed.
    DecidedChanged,
    /// Filed after the last day. Recorded with the last day and the day of filing; the result and the right to object
    /// stay as they were.
    Inadmissible,
    /// Withdrawn by the employee.
    Withdrawn,
}

impl ObjectionStatus {
    /// Whether the objection waits for a decision.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Filed | Self::Explanations)
    }
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// The agency.
    pub agency: AgencyId,
    /// The evaluation that it is against.
    pub evaluation: EvaluationId,
    /// The plan of the evaluation.
    pub plan: PlanId,
    /// The assignment of the plan.
    pub assignment: AssignmentId,
    /// The person who objects.
    pub staff: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The year or the part of it.
    pub period: PeriodId,
    /// Its status.
    pub status: ObjectionStatus,
    /// The rater of the result.
    pub rater: RaterSnapshot,
    /// The person who decides; `None` while nobody may decide.
    pub decider: Option<StaffId>,
    /// The post whose powers the decider uses; `None` if the performance team assigned the decider.
    pub decider_post: Option<AssignmentId>,
    /// When the person received the result.
    pub received_at: Instant,
    /// The last day of the objection period.
    pub objection_until: Date,
    /// When it was filed, by the clock of the server.
    pub filed_at: Instant,
    /// The day on which it was filed, in the time zone of the agency.
    pub filed_on: Date,
    /// The last day for explanations; `None` until somebody may decide.
    pub answer_until: Option<Date>,
    /// The last day for the decision; `None` until somebody may decide. A later decision is late but valid.
    pub decide_until: Option<Date>,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// The document: grounds, explanations, decision.
    pub detail: ObjectionDetail,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// The document of an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionDetail {
    /// The grounds, at least one.
    pub grounds: Vec<Ground>,
    /// The result that it is against, as it was when the objection was filed.
    pub contested: Contested,
    /// The people who may not decide: those who rated the result or reopened it.
    pub barred: Vec<StaffId>,
    /// How the performance team assigned the decider; `None` if it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assigned>,
    /// The explanations.
    pub answers: Vec<Answer>,
    /// Those who gave no explanation in time.
    pub silent: Vec<Party>,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// The part of the result that a ground is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GroundAbout {
    /// A result row.
    Result(ResultId),
    /// A behaviour value.
    Behaviour(CriterionId),
}

/// A ground of an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground<E = Evidence> {
    /// The row or value to which the person objects; `None` for the result as a whole.
    pub about: Option<GroundAbout>,
    /// The text of the row, or the name of the value, when the objection was filed.
    pub title: Option<String>,
    /// The reason, 1 to 2,000 characters.
    pub text: String,
    /// Evidence; clients give links.
    pub evidence: Vec<E>,
}

/// A ground as people enter it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroundInput {
    /// The row or value to which the person objects; `None` for the result as a whole.
    pub about: Option<GroundAbout>,
    /// The reason, 1 to 2,000 characters.
    pub text: String,
    /// Links to evidence.
    pub evidence: Vec<EvidenceLink>,
}

/// A result as it was when an objection to it was filed. The decider reads it here, whatever else they can see of the
/// person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contested {
    /// The version of the evaluation.
    pub version: i32,
    /// The ratings and the predicate.
    pub outcome: Outcome,
    /// Why the results are not as expected.
    pub result_reason: Option<String>,
    /// Why the behaviour is not as expected.
    pub behaviour_reason: Option<String>,
    /// The employee's note on the whole report.
    pub self_note: Option<String>,
    /// The result rows of the plan, with their reports and ratings.
    pub rows: Vec<ContestedRow>,
    /// The behaviour values that the rater rated.
    pub values: Vec<ContestedValue>,
}

/// A result row of a contested result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestedRow {
    /// The row.
    pub result: ResultId,
    /// Its text.
    pub title: String,
    /// The employee's reports on it.
    pub reported: Vec<String>,
    /// The rater's rating of it.
    pub rating: Option<Expectation>,
    /// The rater's note on it.
    pub note: Option<String>,
}

/// A behaviour value of a contested result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestedValue {
    /// The criterion.
    pub criterion: CriterionId,
    /// Its name.
    pub name: String,
    /// The rater's rating of it.
    pub rating: Expectation,
    /// The rater's note on it.
    pub note: Option<String>,
}

/// The ratings of a result, its predicate and its score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The rating of the results.
    pub result_rating: Option<Expectation>,
    /// The rating of the behaviour.
    pub behaviour_rating: Option<Expectation>,
    /// The score, in a numeric scheme.
    pub score: Option<crate::Decimal>,
    /// The predicate.
    pub predicate: Option<Predicate>,
}

/// The assignment of a decider by the performance team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who assigned.
    pub by: StaffId,
    /// Why this person.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// An explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The side.
    pub party: Party,
    /// The person.
    pub staff: StaffId,
    /// The text, 1 to 2,000 characters.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// The decision, which is final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who decided.
    pub by: StaffId,
    /// The grounds of the decision, 1 to 2,000 characters.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// The result before.
    pub before: Outcome,
    /// The result after; the same if it was upheld.
    pub after: Outcome,
}

/// The new ratings that a decision sets. `None` changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewRatings {
    /// The rating of the results.
    pub result_rating: Option<Expectation>,
    /// The rating of the behaviour.
    pub behaviour_rating: Option<Expectation>,
    /// The scores, in a numeric scheme. They replace those of the rater.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scores>,
    /// The decision on a year with several plans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_decision: Option<YearDecision>,
}

impl NewRatings {
    /// Whether it changes nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.result_rating.is_none()
            && self.behaviour_rating.is_none()
            && self.scores.is_none()
            && self.year_decision.is_none()
    }
}

/// Ids of new evidence.
pub type EvidenceIds<'a> = &'a mut dyn FnMut() -> EvidenceId;
