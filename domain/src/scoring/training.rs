//! Recognised training (pengembangan kompetensi) as evidence for results or behaviour. Hours and points are capped, and
//! no training counts twice. The shipped regulations give no points for it.

use super::{
    Exact, Facts, Label, NodeEvidence, ScoreNode,
    rule::{Rule, RuleOutput, malformed},
};
use crate::{Refusal, id::TrainingId, regulation::RegulationDocument};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The code of training nodes.
pub(super) const CODE: &str = "TRAINING";

/// Whether a node is that of a training.
pub(super) fn is_training(node: &ScoreNode) -> bool {
    node.code == CODE
}

/// The part of the evaluation that a training supports.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CountsFor {
    /// The results.
    Results,
    /// The behaviour, such as Kompeten.
    Behaviour,
}

/// A recognised training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognisedTraining {
    /// The identifier of the training. The same training always has the same reference.
    pub reference: String,
    /// The name.
    pub title: String,
    /// Lesson hours (JP).
    pub hours: u32,
    /// The part of the evaluation that it supports.
    pub counts_for: CountsFor,
    /// The text of the result row or behaviour value that it supports.
    pub of: Option<String>,
    /// The training in the register; `None` for a training that a rater named before the register existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<Registered>,
}

/// A training of the register, with the data that a result stores of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The training.
    pub training: TrainingId,
    /// The name of its kind.
    pub kind: Label,
    /// Another training with the same certificate that counts already. Then this training does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// Builds the nodes of all trainings: first those for results, then those for behaviour. Only the first mention of a
/// training counts, and only up to the regulation's caps of hours and points.
pub(super) fn nodes(
    trainings: &[RecognisedTraining],
    document: &RegulationDocument,
) -> Result<(Vec<ScoreNode>, Vec<ScoreNode>), Vec<Refusal>> {
    let (mut of_results, mut of_behaviour) = (Vec::new(), Vec::new());
    if trainings.is_empty() {
        return Ok((of_results, of_behaviour));
    }
    let rules = &document.training;
    let hours_cap = *rules.hours_cap.require("training.hours_cap")?;
    let mut hours_left = hours_cap;
    let mut points_left = Exact::from(*rules.points_cap.require("training.points_cap")?);
    let mut per_hour = Exact::from(*rules.points_per_hour.require("training.points_per_hour")?);
    if document.numeric.is_none() {
        per_hour = Exact::ZERO;
    }
    let mut counted_before = BTreeSet::new();
    for training in trainings {
        let same_as = training.registered.as_ref().and_then(|registered| registered.same_as.as_ref());
        // The register has already marked trainings with the same certificate. Trainings that raters named are compared
        // by reference.
        let again = training.registered.is_none() && !counted_before.insert(&training.reference);
        let again = again || same_as.is_some();
        let counted = if again { 0 } else { training.hours.min(hours_left) };
        hours_left -= counted;
        let points = Exact::whole(counted.into()).times(per_hour)?.min(points_left);
        points_left = points_left.minus(points)?;
        let mut facts = Facts::default().with("HOURS", training.hours).with("COUNTED", counted);
        if again {
            facts = facts.with("AGAIN", "YES");
        }
        if let Some(registered) = &training.registered {
            facts = facts.with("KIND_ID", &registered.kind.id).with("KIND_EN", &registered.kind.en);
            if counted < training.hours && !again {
                facts = facts.with("CAP", hours_cap);
            }
        }
        if let Some(other) = same_as {
            facts = facts.with("SAME_AS", other);
        }
        facts = facts.with("POINTS", points);
        if let Some(of) = &training.of {
            facts = facts.with("OF", of);
        }
        let evidence = NodeEvidence {
            kind: CODE.to_owned(),
            reference: training.reference.clone(),
            title: training.title.clone(),
        };
        let node = ScoreNode::of(Rule::Training, CODE, Label::same(&training.title), facts);
        let node = ScoreNode { evidence: vec![evidence], ..node };
        match training.counts_for {
            CountsFor::Results => of_results.push(node),
            CountsFor::Behaviour => of_behaviour.push(node),
        }
    }
    Ok((of_results, of_behaviour))
}

/// Applies the rule of a training node: its points within the caps.
pub(super) fn apply(facts: &Facts) -> Result<RuleOutput, Vec<Refusal>> {
    let points = facts.number("POINTS").ok_or_else(malformed)?;
    let hours = |key: &str| facts.get(key).and_then(|hours| hours.parse::<u32>().ok());
    let (given, counted) = hours("HOURS").zip(hours("COUNTED")).ok_or_else(malformed)?;
    let points_without_hours = counted == 0 && points != Exact::ZERO;
    if counted > given || (facts.is("AGAIN") && counted > 0) || points_without_hours || points.is_negative() {
        return Err(malformed());
    }
    RuleOutput::figure(points, Facts::default())
}

/// The maximum hours of one training.
pub(super) const HOURS_MAX: u32 = 10_000;
