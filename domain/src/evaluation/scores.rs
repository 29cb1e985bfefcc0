//! Evaluations by a numeric scheme: the rater gives scores of behaviour, the results follow from what was reported
//! on the indicators of the plan.

use super::{Evaluation, EvaluationContext, FigureFound, Scores, verbs::contents};
use crate::{
    Decimal, Key, Message, Refusal,
    error::{TEXT_MAX, optional_text, unless_refused},
    plan::{Indicator, PlanResult, ResultKind},
    regulation::Scheme,
    scoring::{Behaviour, BehaviourScore, IndicatorFigures, ResultRow, Results, ScoreInput},
};
use std::collections::BTreeSet;

/// What the rater gave, checked against the scheme, the plan and the criteria. A draft may lack what FINAL needs.
pub(super) fn checked(
    scores: Option<Scores>,
    context: &EvaluationContext<'_>,
    refusals: &mut Vec<Refusal>,
) -> Option<Scores> {
    let mut scores = scores?;
    if context.document.scheme != Scheme::Numeric {
        refusals.push(Refusal::input(["scores"], Key::NeedsRatings));
        return None;
    }
    let mut faults = Vec::new();
    scores.new_idea = optional_text("newIdea", scores.new_idea.as_deref(), TEXT_MAX, &mut faults);
    let most =
        context.document.numeric.as_ref().and_then(|numeric| numeric.cap.value).unwrap_or(Decimal::MAX);
    let place = |list: &str, index: usize| [list.to_owned(), index.to_string()];
    let mut seen = BTreeSet::new();
    for (index, value) in scores.behaviour.iter().enumerate() {
        let mut told = Vec::new();
        if !context.criteria.contains_key(&value.criterion) {
            told.push(Refusal::not_found(["criterionId"]));
        } else if !seen.insert(value.criterion) {
            told.push(twice("criterionId", value.criterion));
        }
        for (field, score) in
            [("rater", Some(value.rater)), ("peers", value.peers), ("subordinates", value.subordinates)]
        {
            told.extend(score.and_then(|score| outside(field, score, most)));
        }
        if value.peers.is_some() != value.subordinates.is_some() {
            let field = if value.peers.is_none() { "peers" } else { "subordinates" };
            told.push(Refusal::required(field));
        }
        if !scores.peers && value.peers.is_some() {
            told.push(Refusal::input(["peers"], Key::PeersNotAsked));
        }
        faults.extend(told.into_iter().map(|fault| fault.under(place("behaviour", index))));
    }
    let row = |id| contents(context).and_then(|content| content.result(id));
    let mut seen = BTreeSet::new();
    for (index, place_of) in scores.rows.iter().enumerate() {
        let told = match row(place_of.result) {
            None => Some(Refusal::not_found(["planResultId"])),
            Some(_) if !seen.insert(place_of.result) => Some(twice("planResultId", place_of.result)),
            Some(_) => None,
        };
        faults.extend(told.map(|fault| fault.under(place("rows", index))));
    }
    let mut seen = BTreeSet::new();
    for (index, found) in scores.figures.iter().enumerate() {
        let known = |row: &PlanResult| row.indicators.iter().any(|one| one.id == found.indicator);
        let mut told = Vec::new();
        if !row(found.result).is_some_and(known) {
            told.push(Refusal::not_found(["indicatorId"]));
        } else if !seen.insert((found.result, found.indicator)) {
            told.push(twice("indicatorId", found.indicator));
        }
        let figures = [
            ("realisation", found.realisation),
            ("targetMin", found.target.map(|target| target.min)),
            ("targetMax", found.target.map(|target| target.max)),
        ];
        for (field, figure) in figures {
            told.extend(figure.and_then(|figure| outside(field, figure, Decimal::MAX)));
        }
        if found.target.is_some_and(|target| target.min > target.max) {
            told.push(Refusal::input(["targetMin"], Key::TargetOrder));
        }
        faults.extend(told.into_iter().map(|fault| fault.under(place("figures", index))));
    }
    refusals.extend(faults.into_iter().map(|fault| fault.under(["scores"])));
    Some(scores)
}

fn outside(field: &str, value: Decimal, most: Decimal) -> Option<Refusal> {
    let message = || Message::new(Key::OutOfRange).with("field", field).with("min", 0).with("max", most);
    (value < Decimal::ZERO || value > most).then(|| Refusal::input([field], message()))
}

fn twice(field: &str, value: impl ToString) -> Refusal {
    Refusal::input([field], Message::new(Key::Duplicate).with("field", field).with("value", value))
}

impl Evaluation {
    /// What a numeric result is computed from; none while the rater has given nothing.
    ///
    /// # Errors
    /// All that is lacking: a figure that nobody reported, the scope of an additional result, the score of a value.
    pub(super) fn figures(
        &self,
        context: &EvaluationContext<'_>,
    ) -> Result<Option<ScoreInput>, Vec<Refusal>> {
        let Some((scores, content)) = self.detail.scores.as_ref().zip(contents(context)) else {
            return Ok(None);
        };
        let mut lacks = Vec::new();
        let grouped = scores.rows.iter().any(|row| row.group.is_some());
        let mut rows = Vec::new();
        for row in &content.results {
            let place = scores.rows.iter().find(|place| place.result == row.id);
            let (group, scope) = (place.and_then(|place| place.group), place.and_then(|place| place.scope));
            let lack = |key| {
                let message = Message::new(key).with("row", &row.title);
                Refusal::input(["scores", "rows"], message)
            };
            match row.kind {
                ResultKind::Main if grouped && group.is_none() => lacks.push(lack(Key::RowGroupMissing)),
                ResultKind::Additional if scope.is_none() => lacks.push(lack(Key::RowScopeMissing)),
                ResultKind::Main | ResultKind::Additional => {}
            }
            rows.push(ResultRow {
                label: row.title.clone(),
                kind: row.kind,
                group: group.filter(|_| row.kind == ResultKind::Main),
                scope: scope.filter(|_| row.kind == ResultKind::Additional),
                is_action: false,
                indicators: row
                    .indicators
                    .iter()
                    .filter_map(|indicator| self.reached(row, indicator, scores, &mut lacks))
                    .collect(),
            });
        }
        let mut behaviour = Vec::new();
        for (criterion, label) in context.criteria {
            match scores.behaviour.iter().find(|value| value.criterion == *criterion) {
                Some(value) => behaviour.push(BehaviourScore {
                    label: label.clone(),
                    rater: value.rater,
                    peers: value.peers,
                    subordinates: value.subordinates,
                }),
                None => {
                    let message = Message::new(Key::ValueScoreMissing).with("value", label);
                    lacks.push(Refusal::input(["scores", "behaviour"], message));
                }
            }
        }
        let inputs = ScoreInput {
            results: Results::Rows(rows),
            behaviour: Behaviour::Scores(behaviour),
            peers: scores.peers,
            new_idea: scores.new_idea.is_some(),
            trainings: self.detail.trainings.clone(),
            year: None,
        };
        unless_refused(Some(inputs), lacks)
    }

    /// An indicator with what was reached: as the rater found it, else as it was reported.
    fn reached(
        &self,
        row: &PlanResult,
        indicator: &Indicator,
        scores: &Scores,
        lacks: &mut Vec<Refusal>,
    ) -> Option<IndicatorFigures> {
        let of_this = |found: &&FigureFound| (found.result, found.indicator) == (row.id, indicator.id);
        let found = scores.figures.iter().find(of_this);
        let reported = || {
            let of_indicator =
                |one: &&super::Realisation| one.result == row.id && one.indicator == Some(indicator.id);
            self.detail.realisations.iter().find(of_indicator).and_then(|one| one.value)
        };
        let Some(realisation) = found.and_then(|found| found.realisation).or_else(reported) else {
            let message = Message::new(Key::IndicatorUnreported).with("indicator", &indicator.text);
            lacks.push(Refusal::input(["scores", "figures"], message));
            return None;
        };
        Some(IndicatorFigures {
            label: indicator.text.clone(),
            target: found.and_then(|found| found.target).unwrap_or(indicator.target),
            realisation,
            unit: indicator.unit.clone(),
            direction: indicator.direction,
            target_is_maximum: indicator.target_is_maximum,
        })
    }
}
