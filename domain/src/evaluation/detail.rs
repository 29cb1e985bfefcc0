//! The document of an evaluation: the report, ratings by row, reasons and signatures.
//!
//! Stored as JSON: names and order of fields are part of the data.

use super::{EvaluationStatus, Expectation, StoredObjection};
use crate::{
    Decimal,
    activity::Evidence,
    id::{CriterionId, IndicatorId, PeriodId, ResultId, RevisionId, StaffId},
    period::Period,
    plan::Target,
    regulation::{AssignmentScope, ResultGroup},
    scoring::{RecognisedTraining, ScoreInput, ScoreTree},
    time::{Date, Instant},
};
use serde::{Deserialize, Serialize};

/// The document of an evaluation, beside its status and the two ratings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationDetail {
    /// The realisations that the employee reports.
    pub realisations: Vec<Realisation>,
    /// A note by the employee, at most 2,000 characters.
    pub self_note: Option<String>,
    /// When the employee last reported.
    pub reported_at: Option<Instant>,
    /// The rater's ratings of rows. They explain the rating and do not affect the predicate.
    pub result_ratings: Vec<RowRating>,
    /// The rater's ratings of behaviour values. They explain the rating and do not affect the predicate.
    pub behaviour_ratings: Vec<ValueRating>,
    /// Why the results are not as expected.
    pub result_reason: Option<String>,
    /// Why the behaviour is not as expected.
    pub behaviour_reason: Option<String>,
    /// Why the rater rated it without a report.
    pub unrated_report_reason: Option<String>,
    /// Why it became final without the unit's predicate.
    pub missing_unit_predicate_reason: Option<String>,
    /// Reasons for the unfinished parts of the year.
    pub gap_reasons: Vec<Gap>,
    /// The rater's scores, in a numeric scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scores>,
    /// Recognised trainings as evidence, within the regulation's caps, stored when the ratings became final. Results
    /// that became final before trainings were registered have those that the rater named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trainings: Vec<RecognisedTraining>,
    /// The revision of the plan that was in force when the ratings became final.
    pub revision: Option<RevisionId>,
    /// The inputs that the predicate was computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<ScoreInput>,
    /// The explanation of the predicate.
    pub score: Option<ScoreTree>,
    /// The rater's own rating of a unit head's results, where the unit's predicate replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_result_rating: Option<Expectation>,
    /// The signatures.
    pub signatures: Vec<Signature>,
    /// The parties who had not signed when it was closed.
    pub closed_without: Vec<Party>,
    /// Each reopening, with its reason and author.
    pub reopenings: Vec<Reopening>,
    /// The day on which a person who can't log in got the delivered result on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over_on: Option<Date>,
    /// The objection to the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection: Option<StoredObjection>,
}

/// The realisation of a row or an indicator (realisasi berdasarkan bukti dukung).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Realisation<E = Evidence> {
    /// The row.
    pub result: ResultId,
    /// The indicator of the row; `None` for the row as a whole.
    pub indicator: Option<IndicatorId>,
    /// The figure, in the indicator's unit.
    pub value: Option<Decimal>,
    /// The description, at most 2,000 characters.
    pub text: String,
    /// Evidence; clients give links.
    pub evidence: Vec<E>,
}

/// The rater's rating of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRating {
    /// The row.
    pub result: ResultId,
    /// The rating.
    pub rating: Expectation,
    /// A note, at most 2,000 characters.
    pub note: Option<String>,
}

/// The rater's rating of a behaviour value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueRating {
    /// The criterion.
    pub criterion: CriterionId,
    /// The rating.
    pub rating: Expectation,
    /// A note, at most 2,000 characters.
    pub note: Option<String>,
}

/// The rater's input in a numeric scheme, which uses figures instead of ratings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scores {
    /// Scores of behaviour values; FINAL requires all of them.
    pub behaviour: Vec<ValueScore>,
    /// Row data that the rules need and the plan does not contain.
    pub rows: Vec<RowClassification>,
    /// Figures that replace the reported ones.
    pub figures: Vec<FigureCorrection>,
    /// Whether peers and subordinates were asked.
    pub peers: bool,
    /// A new idea that benefits the organisation or the state, at most 2,000 characters.
    pub new_idea: Option<String>,
}

/// The score of a behaviour value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueScore {
    /// The criterion.
    pub criterion: CriterionId,
    /// Score by the rater.
    pub rater: Decimal,
    /// Score by peers, if they were asked.
    pub peers: Option<Decimal>,
    /// Score by subordinates, if they were asked.
    pub subordinates: Option<Decimal>,
}

/// Row data that the rules need and the plan does not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowClassification {
    /// The row.
    pub result: ResultId,
    /// The group of a senior executive's main result.
    pub group: Option<ResultGroup>,
    /// The scope of an additional task.
    pub scope: Option<AssignmentScope>,
}

/// The rater's figure of an indicator, which replaces the reported one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureCorrection {
    /// The row.
    pub result: ResultId,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The realisation; `None` keeps the reported one.
    pub realisation: Option<Decimal>,
    /// The target for the part of the year; `None` keeps the plan's.
    pub target: Option<Target>,
}

/// The reason why the evaluation of a part of the year is not finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The part.
    pub period: PeriodId,
    /// The reason.
    pub reason: String,
}

/// A party that signs the annual document.
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
pub enum Party {
    /// The ratee.
    Employee,
    /// The rater.
    Rater,
    /// The rater's superior.
    RatersSuperior,
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The party.
    pub party: Party,
    /// The person.
    pub staff: StaffId,
    /// When.
    pub at: Instant,
}

/// A reopening: a final or delivered result becomes a draft again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// The reason.
    pub reason: String,
    /// The person.
    pub by: StaffId,
    /// When.
    pub at: Instant,
    /// The status before. FINAL for a reopening older than this field.
    #[serde(default = "final_ratings", skip_serializing_if = "is_final_ratings")]
    pub from: EvaluationStatus,
    /// The version of the period at that time; reopenings older than this field have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_version: Option<i32>,
}

impl Reopening {
    /// Whether the result was reopened after the closing of a closed period. The version of the period shows this
    /// without clocks: a reopening that runs at the same time as the closing stores the version of the open period.
    #[must_use]
    pub fn came_after_closing(&self, period: &Period) -> bool {
        match self.period_version {
            Some(version) => version >= period.version,
            None => period.closed_at.is_some_and(|closed_at| self.at > closed_at),
        }
    }
}

const fn final_ratings() -> EvaluationStatus {
    EvaluationStatus::Final
}

fn is_final_ratings(status: &EvaluationStatus) -> bool {
    *status == final_ratings()
}
