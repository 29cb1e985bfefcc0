//! The document of an evaluation: what was reported, rated row by row, reasoned and signed.
//!
//! This is stored as it is: names and order of fields are part of the data.

use super::Expectation;
use crate::{
    Decimal,
    activity::Evidence,
    id::{CriterionId, IndicatorId, PeriodId, ResultId, RevisionId, StaffId},
    plan::Target,
    regulation::{AssignmentScope, ResultGroup},
    scoring::{RecognisedTraining, ScoreInput, ScoreTree},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// What stands in an evaluation beside its status and the two ratings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationDetail {
    /// What the employee reports as reached.
    pub realisations: Vec<Realisation>,
    /// What the employee adds, at most 2,000 characters.
    pub self_note: Option<String>,
    /// When it was reported last.
    pub reported_at: Option<Instant>,
    /// The rater's ratings of rows: they explain, they count for nothing.
    pub result_ratings: Vec<RowRating>,
    /// The rater's ratings of behaviour values: they explain, they count for nothing.
    pub behaviour_ratings: Vec<ValueRating>,
    /// Why the results are not as expected.
    pub result_reason: Option<String>,
    /// Why the behaviour is not as expected.
    pub behaviour_reason: Option<String>,
    /// Why it was rated without a report.
    pub unrated_report_reason: Option<String>,
    /// Why it is final without the unit's predicate.
    pub missing_unit_predicate_reason: Option<String>,
    /// Why parts of the year are not finished.
    pub gap_reasons: Vec<Gap>,
    /// The rater's figures, by a numeric scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scores>,
    /// Recognised training that the rater names: evidence, within the caps of the regulation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trainings: Vec<RecognisedTraining>,
    /// The revision of the plan that was in force when the ratings became final.
    pub revision: Option<RevisionId>,
    /// What the predicate was computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<ScoreInput>,
    /// How the predicate came about.
    pub score: Option<ScoreTree>,
    /// The rater's own rating of the results of a unit's head, where the unit's predicate stands in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_result_rating: Option<Expectation>,
    /// Who has signed.
    pub signatures: Vec<Signature>,
    /// Who had not signed when it was closed.
    pub closed_without: Vec<Party>,
    /// How often, why and by whom it was opened again.
    pub reopenings: Vec<Reopening>,
}

/// What was reached of a row or an indicator (realisasi berdasarkan bukti dukung).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Realisation {
    /// The row.
    pub result: ResultId,
    /// The indicator of the row; none for the row as a whole.
    pub indicator: Option<IndicatorId>,
    /// The figure, in the indicator's unit.
    pub value: Option<Decimal>,
    /// In words, at most 2,000 characters.
    pub text: String,
    /// What shows it.
    pub evidence: Vec<Evidence>,
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

/// What the rater gives by a numeric scheme, where there is nothing to judge but figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scores {
    /// Scores of behaviour values; at FINAL of all of them.
    pub behaviour: Vec<ValueScore>,
    /// What the rules ask of a row and the plan does not tell.
    pub rows: Vec<RowPlace>,
    /// Figures in place of those that were reported.
    pub figures: Vec<FigureFound>,
    /// Whether peers and subordinates were asked.
    pub peers: bool,
    /// A new idea that benefits the organisation or the state, in words; at most 2,000 characters.
    pub new_idea: Option<String>,
}

/// The score of a behaviour value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueScore {
    /// The criterion.
    pub criterion: CriterionId,
    /// By the rater.
    pub rater: Decimal,
    /// By peers, where they were asked.
    pub peers: Option<Decimal>,
    /// By subordinates, where they were asked.
    pub subordinates: Option<Decimal>,
}

/// What the rules ask of a row and the plan does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowPlace {
    /// The row.
    pub result: ResultId,
    /// The group of a main result of a high leader.
    pub group: Option<ResultGroup>,
    /// How far an additional assignment reached.
    pub scope: Option<AssignmentScope>,
}

/// The figure of an indicator that the rater found, in place of the one that was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureFound {
    /// The row.
    pub result: ResultId,
    /// The indicator.
    pub indicator: IndicatorId,
    /// What was reached; none: what was reported.
    pub realisation: Option<Decimal>,
    /// The target of the part of the year; none: that of the plan.
    pub target: Option<Target>,
}

/// A part of the year whose evaluation is not finished, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The part.
    pub period: PeriodId,
    /// Why.
    pub reason: String,
}

/// Who signs the annual document.
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
    /// The person evaluated.
    Employee,
    /// The rater.
    Rater,
    /// The rater's superior.
    RatersSuperior,
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// As what.
    pub party: Party,
    /// Who.
    pub staff: StaffId,
    /// When.
    pub at: Instant,
}

/// A return from FINAL to a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// Why.
    pub reason: String,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Instant,
}
