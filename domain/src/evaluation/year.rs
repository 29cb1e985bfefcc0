//! Years in which a person has several plans. The annual evaluation of the last plan is the evaluation of the year:
//! it combines the results of the earlier parts by the rule of its regulation.

use super::{Evaluation, EvaluationContext, EvaluationKind, EvaluationStatus, Predicate};
use crate::{
    Decimal, Key, Locale, Message, Refusal,
    error::{TEXT_MAX, text},
    id::EvaluationId,
    regulation::{RegulationDocument, SplitYear},
    scoring::{
        EarlierPart, Label, PartResult, ScoreResult, YearDecision, YearInput, months_of_parts, proposal,
        score,
    },
    time::Date,
};
use std::collections::BTreeSet;

/// The annual evaluation of another plan of the same person in the same year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherPart {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// Position and unit.
    pub label: String,
    /// The first day of its plan.
    pub starts_on: Date,
    /// The last day of its plan.
    pub ends_on: Date,
    /// Its status.
    pub status: EvaluationStatus,
    /// Its own predicate, once it is final.
    pub predicate: Option<Predicate>,
    /// Its own score, in a numeric scheme.
    pub score: Option<Decimal>,
    /// The name of its rater.
    pub rater: String,
    /// The last day of the objection period, once it is delivered.
    pub objection_until: Option<Date>,
    /// The evaluations that its result counts, if it is the evaluation of the year.
    pub counts: BTreeSet<EvaluationId>,
}

impl OtherPart {
    /// Builds the part from its annual evaluation.
    #[must_use]
    pub fn of(
        evaluation: &Evaluation,
        label: String,
        days: (Date, Date),
        document: &RegulationDocument,
    ) -> Self {
        let own = evaluation.detail.score.as_ref().and_then(|tree| tree.own_part(document));
        let is_final = evaluation.status.is_final();
        Self {
            evaluation: evaluation.id,
            label,
            starts_on: days.0,
            ends_on: days.1,
            status: evaluation.status,
            predicate: own.map(|own| own.0).or(evaluation.predicate).filter(|_| is_final),
            score: own.and_then(|own| own.1).filter(|_| is_final),
            rater: evaluation.rater.name.clone(),
            objection_until: evaluation.objection_until,
            counts: evaluation.counted(),
        }
    }
}

/// Facts about the person's other plans in the year, for the annual evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearContext {
    /// Position and unit of this evaluation's part.
    pub label: String,
    /// Whether the evaluated assignment is the person's last in the year.
    pub is_last: bool,
    /// The annual evaluations of the person's other plans in the year.
    pub others: Vec<OtherPart>,
}

/// The reason why the year is evaluated without one of its parts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct YearGap {
    /// The part's annual evaluation.
    pub evaluation: EvaluationId,
    /// The reason.
    pub reason: String,
}

/// The parts of the year, as shown to the last rater and to readers of the result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearView {
    /// The parts in order, this evaluation's part last. Empty if the year has no other part.
    pub parts: Vec<YearPart>,
    /// The predicate computed from the months. The last rater may follow it or not.
    pub proposal: Option<Predicate>,
    /// The last rater's decision, if the regulation requires one.
    pub decision: Option<YearDecision>,
}

/// A part of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearPart {
    /// Its annual evaluation.
    pub evaluation: EvaluationId,
    /// Position and unit.
    pub label: String,
    /// Its whole months.
    pub months: u32,
    /// Its predicate; for this evaluation's part, the predicate that the draft ratings would give.
    pub predicate: Option<Predicate>,
    /// Its score, in a numeric scheme.
    pub score: Option<Decimal>,
    /// Whether this is the part of the evaluation itself.
    pub is_own: bool,
    /// The name of the rater who has not finished; `None` once the ratings are final.
    pub awaits: Option<String>,
    /// The reason why the year was evaluated without it.
    pub left_out: Option<String>,
}

/// The parts of a year: the months of this evaluation's part, and the earlier parts with their months.
pub(super) struct Parts<'a> {
    own: u32,
    before: Vec<(u32, &'a OtherPart)>,
}

impl Evaluation {
    /// The evaluations that this result counts as parts of the year.
    #[must_use]
    pub fn counted(&self) -> BTreeSet<EvaluationId> {
        let year = self.detail.inputs.as_ref().and_then(|inputs| inputs.year.as_ref());
        let before = year.into_iter().flat_map(|year| &year.before);
        before
            .filter(|part| matches!(part.result, PartResult::Rated { .. }))
            .map(|part| part.evaluation)
            .collect()
    }

    /// Whether a final result of the year counts this evaluation. Then the evaluation is locked.
    pub(super) fn is_counted_in_a_year(&self, context: &EvaluationContext<'_>) -> bool {
        let over = |other: &OtherPart| other.status.is_final() && other.counts.contains(&self.id);
        self.kind == EvaluationKind::Annual && context.year.others.iter().any(over)
    }

    /// The earlier parts, if this is the evaluation of the year and there are any. A part without a whole month
    /// doesn't count.
    fn parts<'a>(&self, context: &EvaluationContext<'a>) -> Option<Parts<'a>> {
        let (plan, year) = (context.plan, context.year);
        if self.kind != EvaluationKind::Annual || !year.is_last {
            return None;
        }
        let mut before: Vec<&OtherPart> =
            year.others.iter().filter(|other| other.ends_on < plan.starts_on).collect();
        before.sort_by_key(|part| (part.starts_on, part.ends_on, part.evaluation));
        let mut days: Vec<(Date, Date)> = before.iter().map(|part| (part.starts_on, part.ends_on)).collect();
        days.push((plan.starts_on, plan.ends_on));
        let mut months = months_of_parts(&days);
        let own = months.pop().unwrap_or_default();
        let before: Vec<_> = months.into_iter().zip(before).filter(|(months, _)| *months > 0).collect();
        (!before.is_empty()).then_some(Parts { own, before })
    }

    /// Builds the year's input from the parts, the decision and the reasons; `None` if the year has no other part.
    /// `own` is the result of this evaluation's part alone.
    pub(super) fn year_input(
        &self,
        decision: Option<YearDecision>,
        gaps: Vec<YearGap>,
        own: Option<&ScoreResult>,
        context: &EvaluationContext<'_>,
        refusals: &mut Vec<Refusal>,
    ) -> Option<YearInput> {
        let parts = self.parts(context);
        let weighted = context.document.split_year.value == Some(SplitYear::MonthWeightedScore);
        let missing: Vec<(u32, &OtherPart)> = parts
            .iter()
            .flat_map(|parts| parts.before.iter().copied())
            .filter(|(_, part)| !counts(part, weighted))
            .collect();
        let reasons = explained(gaps, &missing, refusals);
        let Some(parts) = parts else {
            if decision.is_some() {
                refusals.push(Refusal::input(["yearDecision"], Key::YearHasOnePart));
            }
            return None;
        };
        let before = parts
            .before
            .iter()
            .map(|(months, part)| EarlierPart {
                evaluation: part.evaluation,
                label: part.label.clone(),
                months: *months,
                result: match part.predicate.filter(|_| counts(part, weighted)) {
                    Some(predicate) => PartResult::Rated { predicate, score: part.score },
                    None => PartResult::LeftOut {
                        reason: reasons
                            .iter()
                            .find(|gap| gap.evaluation == part.evaluation)
                            .map(|gap| gap.reason.clone())
                            .unwrap_or_default(),
                    },
                },
            })
            .collect();
        let mut year =
            YearInput { label: context.year.label.clone(), months: parts.own, before, decision: None };
        match (decision, weighted) {
            (Some(_), true) => refusals.push(Refusal::input(["yearDecision"], Key::YearIsComputed)),
            (Some(decision), false) => {
                let mut found = Vec::new();
                let reason = text("reason", &decision.reason, TEXT_MAX, &mut found);
                refusals.extend(found.into_iter().map(|refusal| refusal.under(["yearDecision"])));
                year.decision = Some(YearDecision { reason, ..decision });
            }
            (None, true) => {}
            (None, false) => {
                if let Some(own) = own {
                    refusals.push(undecided(&year, own, context));
                }
            }
        }
        Some(year)
    }

    /// The parts of the year: current data before FINAL, the stored data afterwards.
    #[must_use]
    pub fn year_view(&self, context: &EvaluationContext<'_>) -> YearView {
        if self.status.is_final() {
            return self.frozen_year(context.document);
        }
        let Some(parts) = self.parts(context) else { return YearView::default() };
        let own = self.own_result(context);
        let weighted = context.document.split_year.value == Some(SplitYear::MonthWeightedScore);
        let mut view: Vec<YearPart> = parts
            .before
            .iter()
            .map(|(months, part)| YearPart {
                evaluation: part.evaluation,
                label: part.label.clone(),
                months: *months,
                predicate: part.predicate,
                score: part.score,
                is_own: false,
                awaits: (!counts(part, weighted)).then(|| part.rater.clone()),
                left_out: None,
            })
            .collect();
        view.push(YearPart {
            evaluation: self.id,
            label: context.year.label.clone(),
            months: parts.own,
            predicate: own.as_ref().map(|own| own.predicate),
            score: own.as_ref().and_then(|own| own.score),
            is_own: true,
            awaits: own.is_none().then(|| self.rater.name.clone()),
            left_out: None,
        });
        let year = YearInput {
            label: String::new(),
            months: parts.own,
            before: view
                .iter()
                .filter(|part| !part.is_own)
                .filter_map(|part| {
                    let predicate = part.predicate.filter(|_| part.awaits.is_none())?;
                    let result = PartResult::Rated { predicate, score: part.score };
                    let (evaluation, label, months) = (part.evaluation, part.label.clone(), part.months);
                    Some(EarlierPart { evaluation, label, months, result })
                })
                .collect(),
            decision: None,
        };
        let proposal = own.and_then(|own| proposed(&year, &own, context, weighted));
        YearView { parts: view, proposal, decision: None }
    }

    /// The parts of the year as stored with the result; empty if there was one plan.
    #[must_use]
    pub fn frozen_year(&self, document: &RegulationDocument) -> YearView {
        let year = self.detail.inputs.as_ref().and_then(|inputs| inputs.year.as_ref());
        let own = self.detail.score.as_ref().and_then(|tree| tree.own_part(document));
        let Some((year, (predicate, score))) = year.zip(own) else { return YearView::default() };
        let mut parts: Vec<YearPart> = year
            .before
            .iter()
            .map(|part| {
                let (predicate, score, left_out) = match &part.result {
                    PartResult::Rated { predicate, score } => (Some(*predicate), *score, None),
                    PartResult::LeftOut { reason } => (None, None, Some(reason.clone())),
                };
                YearPart {
                    evaluation: part.evaluation,
                    label: part.label.clone(),
                    months: part.months,
                    predicate,
                    score,
                    is_own: false,
                    awaits: None,
                    left_out,
                }
            })
            .collect();
        parts.push(YearPart {
            evaluation: self.id,
            label: year.label.clone(),
            months: year.months,
            predicate: Some(predicate),
            score,
            is_own: true,
            awaits: None,
            left_out: None,
        });
        let proposal = match document.split_year.value {
            Some(SplitYear::MonthWeightedScore) => self.predicate,
            _ => proposal(&year.segments(predicate, score)),
        };
        YearView { parts, proposal, decision: year.decision.clone() }
    }
}

/// Whether the result of a part can count.
fn counts(part: &OtherPart, weighted: bool) -> bool {
    part.status.is_final() && part.predicate.is_some() && (!weighted || part.score.is_some())
}

/// The proposed predicate: the best predicate that at least half of the months reach, or the predicate of the mean
/// score weighted by months.
fn proposed(
    year: &YearInput,
    own: &ScoreResult,
    context: &EvaluationContext<'_>,
    weighted: bool,
) -> Option<Predicate> {
    let segments = year.segments(own.predicate, own.score);
    if !weighted {
        return proposal(&segments);
    }
    let segments: Vec<_> = segments.into_iter().filter(|segment| segment.months > 0).collect();
    let new_idea = own.tree.root.facts().is("NEW_IDEA");
    crate::scoring::split_year(context.document, &segments, None, new_idea)
        .ok()
        .map(|scored| scored.predicate)
}

/// The refusal that asks for a decision and lists the parts and the proposal.
fn undecided(year: &YearInput, own: &ScoreResult, context: &EvaluationContext<'_>) -> Refusal {
    let labels = &context.document.labels;
    let segments = year.segments(own.predicate, own.score);
    let parts = |locale: Locale| {
        let unit = if locale == Locale::Id { "bulan" } else { "months" };
        let part = |segment: &crate::scoring::YearSegment| {
            let predicate = labels.predicate(segment.predicate, locale);
            format!("{}, {} {unit}: {predicate}", segment.label, segment.months)
        };
        segments.iter().map(part).collect::<Vec<_>>().join("; ")
    };
    let proposal = proposal(&segments).unwrap_or(own.predicate);
    let name = |locale| labels.predicate(proposal, locale);
    let message = Message::new(Key::YearUndecided)
        .with_words("parts", &Label::new(&parts(Locale::Id), &parts(Locale::En)))
        .with_words("proposal", &Label::new(&name(Locale::Id), &name(Locale::En)));
    Refusal::input(["yearDecision"], message)
}

/// Checks the reasons for parts without a result. Each missing reason is a refusal that names the rater.
fn explained(gaps: Vec<YearGap>, missing: &[(u32, &OtherPart)], refusals: &mut Vec<Refusal>) -> Vec<YearGap> {
    let mut explained = BTreeSet::new();
    let mut checked = Vec::new();
    for (index, gap) in gaps.into_iter().enumerate() {
        let mut found = Vec::new();
        let reason = text("reason", &gap.reason, TEXT_MAX, &mut found);
        if !missing.iter().any(|(_, part)| part.evaluation == gap.evaluation) {
            found.push(Refusal::not_found(["evaluationId"]));
        } else if !explained.insert(gap.evaluation) {
            let message =
                Message::new(Key::Duplicate).with("field", "evaluationId").with("value", gap.evaluation);
            found.push(Refusal::input(["evaluationId"], message));
        }
        refusals.extend(
            found.into_iter().map(|refusal| refusal.under(["yearGapReasons".to_owned(), index.to_string()])),
        );
        checked.push(YearGap { reason, ..gap });
    }
    for (months, part) in missing.iter().filter(|(_, part)| !explained.contains(&part.evaluation)) {
        let key = if part.status.is_final() { Key::YearPartUnscored } else { Key::YearPartAwaited };
        let message =
            Message::new(key).with("part", &part.label).with("months", months).with("rater", &part.rater);
        refusals.push(Refusal::input(["yearGapReasons"], message));
    }
    checked
}

impl Evaluation {
    /// The result of this evaluation's part alone.
    fn own_result(&self, context: &EvaluationContext<'_>) -> Option<ScoreResult> {
        let inputs = self.own_inputs(context).ok()??;
        score(context.document, &inputs).ok()
    }
}
