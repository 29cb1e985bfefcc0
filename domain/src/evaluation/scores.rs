//! Evaluations in a numeric scheme: the rater scores behaviour; results are computed from the reported figures of
//! the plan's indicators.

use super::{Evaluation, EvaluationContext, FigureCorrection, Scores, verbs::contents};
use crate::{
    Decimal, Key, Message, Refusal,
    error::{TEXT_MAX, optional_text, unless_refused},
    plan::{Indicator, PlanResult, ResultKind},
    regulation::Scheme,
    scoring::{Behaviour, BehaviourScore, IndicatorFigures, ResultRow, Results, ScoreInput},
};
use std::collections::BTreeSet;

/// Checks the rater's scores against the scheme, the plan and the criteria. A draft may omit what FINAL needs.
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
    let mut found = Vec::new();
    scores.new_idea = optional_text("newIdea", scores.new_idea.as_deref(), TEXT_MAX, &mut found);
    let max = context.document.numeric.as_ref().and_then(|numeric| numeric.cap.value).unwrap_or(Decimal::MAX);
    let path_to = |list: &str, index: usize| [list.to_owned(), index.to_string()];
    let mut used = BTreeSet::new();
    for (index, value) in scores.behaviour.iter().enumerate() {
        let mut refused = Vec::new();
        if !context.criteria.contains_key(&value.criterion) {
            refused.push(Refusal::not_found(["criterionId"]));
        } else if !used.insert(value.criterion) {
            refused.push(twice("criterionId", value.criterion));
        }
        for (field, score) in
            [("rater", Some(value.rater)), ("peers", value.peers), ("subordinates", value.subordinates)]
        {
            refused.extend(score.and_then(|score| outside(field, score, max)));
        }
        if value.peers.is_some() != value.subordinates.is_some() {
            let field = if value.peers.is_none() { "peers" } else { "subordinates" };
            refused.push(Refusal::required(field));
        }
        if !scores.peers && value.peers.is_some() {
            refused.push(Refusal::input(["peers"], Key::PeersNotAsked));
        }
        found.extend(refused.into_iter().map(|refusal| refusal.under(path_to("behaviour", index))));
    }
    let row = |id| contents(context).and_then(|content| content.result(id));
    let mut used = BTreeSet::new();
    for (index, entry) in scores.rows.iter().enumerate() {
        let refused = match row(entry.result) {
            None => Some(Refusal::not_found(["planResultId"])),
            Some(_) if !used.insert(entry.result) => Some(twice("planResultId", entry.result)),
            Some(_) => None,
        };
        found.extend(refused.map(|refusal| refusal.under(path_to("rows", index))));
    }
    let mut used = BTreeSet::new();
    for (index, figure) in scores.figures.iter().enumerate() {
        let known = |row: &PlanResult| row.indicators.iter().any(|one| one.id == figure.indicator);
        let mut refused = Vec::new();
        if !row(figure.result).is_some_and(known) {
            refused.push(Refusal::not_found(["indicatorId"]));
        } else if !used.insert((figure.result, figure.indicator)) {
            refused.push(twice("indicatorId", figure.indicator));
        }
        let figures = [
            ("realisation", figure.realisation),
            ("targetMin", figure.target.map(|target| target.min)),
            ("targetMax", figure.target.map(|target| target.max)),
        ];
        for (field, value) in figures {
            refused.extend(value.and_then(|value| outside(field, value, Decimal::MAX)));
        }
        if figure.target.is_some_and(|target| target.min > target.max) {
            refused.push(Refusal::input(["targetMin"], Key::TargetOrder));
        }
        found.extend(refused.into_iter().map(|refusal| refusal.under(path_to("figures", index))));
    }
    refusals.extend(found.into_iter().map(|refusal| refusal.under(["scores"])));
    Some(scores)
}

fn outside(field: &str, value: Decimal, max: Decimal) -> Option<Refusal> {
    let message = || Message::new(Key::OutOfRange).with("field", field).with("min", 0).with("max", max);
    (value < Decimal::ZERO || value > max).then(|| Refusal::input([field], message()))
}

fn twice(field: &str, value: impl ToString) -> Refusal {
    Refusal::input([field], Message::new(Key::Duplicate).with("field", field).with("value", value))
}

impl Evaluation {
    /// Collects the inputs of a numeric result; `None` while the rater has entered no scores.
    ///
    /// # Errors
    /// A refusal for each missing input: the figure of an indicator, the scope of an additional result, the score of
    /// a value.
    pub(super) fn figures(
        &self,
        context: &EvaluationContext<'_>,
    ) -> Result<Option<ScoreInput>, Vec<Refusal>> {
        let Some((scores, content)) = self.detail.scores.as_ref().zip(contents(context)) else {
            return Ok(None);
        };
        let mut missing = Vec::new();
        let grouped = scores.rows.iter().any(|row| row.group.is_some());
        let mut rows = Vec::new();
        for row in &content.results {
            let entry = scores.rows.iter().find(|entry| entry.result == row.id);
            let (group, scope) = (entry.and_then(|entry| entry.group), entry.and_then(|entry| entry.scope));
            let refuse = |key| {
                let message = Message::new(key).with("row", &row.title);
                Refusal::input(["scores", "rows"], message)
            };
            match row.kind {
                ResultKind::Main if grouped && group.is_none() => missing.push(refuse(Key::RowGroupMissing)),
                ResultKind::Additional if scope.is_none() => missing.push(refuse(Key::RowScopeMissing)),
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
                    .filter_map(|indicator| self.reached(row, indicator, scores, &mut missing))
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
                    missing.push(Refusal::input(["scores", "behaviour"], message));
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
        unless_refused(Some(inputs), missing)
    }

    /// An indicator with its realisation: the rater's figure if there is one, else the reported figure.
    fn reached(
        &self,
        row: &PlanResult,
        indicator: &Indicator,
        scores: &Scores,
        missing: &mut Vec<Refusal>,
    ) -> Option<IndicatorFigures> {
        let of_this = |found: &&FigureCorrection| (found.result, found.indicator) == (row.id, indicator.id);
        let found = scores.figures.iter().find(of_this);
        let reported = || {
            let of_indicator =
                |one: &&super::Realisation| one.result == row.id && one.indicator == Some(indicator.id);
            self.detail.realisations.iter().find(of_indicator).and_then(|one| one.value)
        };
        let Some(realisation) = found.and_then(|found| found.realisation).or_else(reported) else {
            let message = Message::new(Key::IndicatorUnreported).with("indicator", &indicator.text);
            missing.push(Refusal::input(["scores", "figures"], message));
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
