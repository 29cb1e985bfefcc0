//! The year of a person with several plans. The annual evaluation of the last one is that of the year: it stands
//! over the results of the parts before it, by the rule of its regulation.

use super::{Evaluation, EvaluationContext, EvaluationKind, EvaluationStatus, Predicate};
use crate::{
    Decimal, Key, Locale, Message, Refusal,
    error::{TEXT_MAX, text},
    id::EvaluationId,
    regulation::{RegulationDocument, SplitYear},
    scoring::{
        Label, PartBefore, PartResult, Scored, YearDecision, YearInput, months_of_parts, proposal, score,
    },
    time::Date,
};
use std::collections::BTreeSet;

/// The annual evaluation of another plan of the same person in the same year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherPart {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// What it is: position and unit.
    pub label: String,
    /// The first day of its plan.
    pub starts_on: Date,
    /// The last day of its plan.
    pub ends_on: Date,
    /// Where it stands.
    pub status: EvaluationStatus,
    /// Its own predicate, once it is final.
    pub predicate: Option<Predicate>,
    /// Its own score, in a numeric scheme.
    pub score: Option<Decimal>,
    /// The name of its rater.
    pub rater: String,
    /// The evaluations that its result counts, where it is the one of the year.
    pub counts: BTreeSet<EvaluationId>,
}

impl OtherPart {
    /// Of an evaluation with what stands around it.
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
            counts: evaluation.counted(),
        }
    }
}

/// What the annual evaluation hangs on in its year beside its own plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearContext {
    /// What the own part is: position and unit.
    pub label: String,
    /// Whether no assignment of the person in the year begins after the one that is evaluated.
    pub is_last: bool,
    /// The annual evaluations of the person's other plans in the year.
    pub others: Vec<OtherPart>,
}

/// Why the year is evaluated without a part of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct YearGap {
    /// The part's annual evaluation.
    pub evaluation: EvaluationId,
    /// Why.
    pub reason: String,
}

/// The year as its last rater sees it, and who sees the result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearView {
    /// The parts in their order, the own one last. Empty: the year has no other.
    pub parts: Vec<YearPart>,
    /// What the months come to, for the last rater to confirm or to depart from; decides nothing.
    pub proposal: Option<Predicate>,
    /// What was decided, where the regulation leaves it to the last rater.
    pub decision: Option<YearDecision>,
}

/// A part of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearPart {
    /// Its annual evaluation.
    pub evaluation: EvaluationId,
    /// What it is: position and unit.
    pub label: String,
    /// Its whole months.
    pub months: u32,
    /// Its predicate; of the own part what the draft of the ratings would come to.
    pub predicate: Option<Predicate>,
    /// Its score, in a numeric scheme.
    pub score: Option<Decimal>,
    /// Whether it is the part of this evaluation.
    pub is_own: bool,
    /// Whose ratings are awaited; none once they stand.
    pub awaits: Option<String>,
    /// Why the year was evaluated without it.
    pub left_out: Option<String>,
}

/// The parts that a year's evaluation stands over: own months, and the parts before with theirs.
pub(super) struct Parts<'a> {
    own: u32,
    before: Vec<(u32, &'a OtherPart)>,
}

impl Evaluation {
    /// The evaluations that this one's result counts as parts of the year.
    #[must_use]
    pub fn counted(&self) -> BTreeSet<EvaluationId> {
        let year = self.detail.inputs.as_ref().and_then(|inputs| inputs.year.as_ref());
        let before = year.into_iter().flat_map(|year| &year.before);
        before
            .filter(|part| matches!(part.result, PartResult::Rated { .. }))
            .map(|part| part.evaluation)
            .collect()
    }

    /// Whether the result of the year counts this one, so that it can't move.
    pub(super) fn lies_under_a_year(&self, context: &EvaluationContext<'_>) -> bool {
        let over = |other: &OtherPart| other.status.is_final() && other.counts.contains(&self.id);
        self.kind == EvaluationKind::Annual && context.year.others.iter().any(over)
    }

    /// The parts before this one, if it is the evaluation of the year and others come before it. A part that holds
    /// most of no month is none.
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

    /// What the year adds to the inputs of the own part, `own` being what those come to by themselves; none where
    /// the year has no other part.
    pub(super) fn year_input(
        &self,
        decision: Option<YearDecision>,
        gaps: Vec<YearGap>,
        own: Option<&Scored>,
        context: &EvaluationContext<'_>,
        refusals: &mut Vec<Refusal>,
    ) -> Option<YearInput> {
        let parts = self.parts(context);
        let weighted = context.document.split_year.value == Some(SplitYear::MonthWeightedScore);
        let lacking: Vec<(u32, &OtherPart)> = parts
            .iter()
            .flat_map(|parts| parts.before.iter().copied())
            .filter(|(_, part)| !counts(part, weighted))
            .collect();
        let reasons = explained(gaps, &lacking, refusals);
        let Some(parts) = parts else {
            if decision.is_some() {
                refusals.push(Refusal::input(["yearDecision"], Key::YearHasOnePart));
            }
            return None;
        };
        let before = parts
            .before
            .iter()
            .map(|(months, part)| PartBefore {
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
                let mut faults = Vec::new();
                let reason = text("reason", &decision.reason, TEXT_MAX, &mut faults);
                refusals.extend(faults.into_iter().map(|fault| fault.under(["yearDecision"])));
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

    /// The year of several plans as this evaluation shows it: before FINAL as it stands, then as it was frozen.
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
                    Some(PartBefore { evaluation, label, months, result })
                })
                .collect(),
            decision: None,
        };
        let proposal = own.and_then(|own| proposed(&year, &own, context, weighted));
        YearView { parts: view, proposal, decision: None }
    }

    /// The year of several plans as it was frozen with the result; empty where there was one plan.
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

/// Whether a part has a result that can count.
fn counts(part: &OtherPart, weighted: bool) -> bool {
    part.status.is_final() && part.predicate.is_some() && (!weighted || part.score.is_some())
}

/// What the months come to: by the scores where they are weighted, else what half of the months reach.
fn proposed(
    year: &YearInput,
    own: &Scored,
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

/// The refusal of a year that nobody has decided, with what there is to decide on.
fn undecided(year: &YearInput, own: &Scored, context: &EvaluationContext<'_>) -> Refusal {
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

/// The reasons for parts that have no result; every lack is told, with whom the part waits for.
fn explained(gaps: Vec<YearGap>, lacking: &[(u32, &OtherPart)], refusals: &mut Vec<Refusal>) -> Vec<YearGap> {
    let mut explained = BTreeSet::new();
    let mut kept = Vec::new();
    for (index, gap) in gaps.into_iter().enumerate() {
        let mut faults = Vec::new();
        let reason = text("reason", &gap.reason, TEXT_MAX, &mut faults);
        if !lacking.iter().any(|(_, part)| part.evaluation == gap.evaluation) {
            faults.push(Refusal::not_found(["evaluationId"]));
        } else if !explained.insert(gap.evaluation) {
            let message =
                Message::new(Key::Duplicate).with("field", "evaluationId").with("value", gap.evaluation);
            faults.push(Refusal::input(["evaluationId"], message));
        }
        refusals.extend(
            faults.into_iter().map(|fault| fault.under(["yearGapReasons".to_owned(), index.to_string()])),
        );
        kept.push(YearGap { reason, ..gap });
    }
    for (months, part) in lacking.iter().filter(|(_, part)| !explained.contains(&part.evaluation)) {
        let key = if part.status.is_final() { Key::YearPartUnscored } else { Key::YearPartAwaited };
        let message =
            Message::new(key).with("part", &part.label).with("months", months).with("rater", &part.rater);
        refusals.push(Refusal::input(["yearGapReasons"], message));
    }
    kept
}

/// What the own part comes to by itself.
impl Evaluation {
    fn own_result(&self, context: &EvaluationContext<'_>) -> Option<Scored> {
        let inputs = self.own_inputs(context).ok()??;
        score(context.document, &inputs).ok()
    }
}
