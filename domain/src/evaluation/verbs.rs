//! Transitions of an evaluation: one method for each verb.

mod check;

use super::{
    Evaluation, EvaluationContext, EvaluationStatus, Expectation, Gap, OrgUnitPredicate, Party, Realisation,
    Reopening, RowRating, Scores, Signature, ValueRating, YearGap, scores,
};
use crate::{
    Key, Message, Refusal,
    action::EvaluationAction,
    error::{TEXT_MAX, optional_text, reason, text, unless_refused},
    id::StaffId,
    plan::{PlanContent, RaterSnapshot},
    regulation::Scheme,
    scoring::{Results, ScoreInput, YearDecision, head_result, score},
};
use check::{check_notes, check_realisation, duplicate, unknown};
use serde::Serialize;
use std::collections::BTreeSet;

/// The employee's report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The realisations, by row or indicator; at least one.
    pub realisations: Vec<Realisation>,
    /// A note.
    pub self_note: Option<String>,
}

/// The rater's draft. It replaces the previous draft. An empty field that a later version added is not serialised. So
/// the inputs of earlier versions keep their hash, to which the idempotency key is bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// The rating of the results; optional in a draft.
    pub result_rating: Option<Expectation>,
    /// The rating of the behaviour; optional in a draft.
    pub behaviour_rating: Option<Expectation>,
    /// Required if the results are not as expected.
    pub result_reason: Option<String>,
    /// Required if the behaviour is not as expected.
    pub behaviour_reason: Option<String>,
    /// Ratings of rows, as an explanation.
    pub result_ratings: Vec<RowRating>,
    /// Ratings of behaviour values, as an explanation.
    pub behaviour_ratings: Vec<ValueRating>,
    /// Required if the employee has not reported.
    pub unrated_report_reason: Option<String>,
    /// Replaces the ratings in a numeric scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scores>,
}

/// Reasons and decisions that finalisation may require. Some empty fields are not serialised, for the same reason as in
/// [`Rating`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Finalisation {
    /// Required if the unit's predicate is not set.
    pub missing_unit_predicate_reason: Option<String>,
    /// Required for each part of the year that is not final, or that no evaluation covers; annual evaluations only.
    pub gap_reasons: Vec<Gap>,
    /// Required if the person had several plans in the year and the regulation lets the last rater decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_decision: Option<YearDecision>,
    /// Required for each earlier plan of the year without a final annual evaluation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub year_gap_reasons: Vec<YearGap>,
}

impl Evaluation {
    /// Records the employee's report. The employee may repeat it until the rater saves a draft.
    ///
    /// # Errors
    /// As [`Self::permits`], or a refusal for each invalid field.
    pub fn report_realisation(
        &self,
        report: Report,
        context: &EvaluationContext<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(EvaluationAction::ReportRealisation, context)?;
        let mut refusals = Vec::new();
        let mut next = self.clone();
        next.status = EvaluationStatus::SelfReported;
        next.detail.self_note =
            optional_text("selfNote", report.self_note.as_deref(), TEXT_MAX, &mut refusals);
        next.detail.reported_at = Some(context.at);
        if report.realisations.is_empty() {
            refusals.push(Refusal::required("realisations"));
        }
        let mut used = BTreeSet::new();
        for (index, realisation) in report.realisations.iter().enumerate() {
            let mut found = check_realisation(realisation, contents(context));
            if !used.insert((realisation.result, realisation.indicator)) {
                found.push(duplicate("planResultId", realisation.result));
            }
            refusals.extend(
                found
                    .into_iter()
                    .map(|refusal| refusal.under(["realisations".to_owned(), index.to_string()])),
            );
        }
        next.detail.realisations = report.realisations;
        unless_refused(next, refusals)
    }

    /// Saves the rater's draft: after the report, or without one after the reporting deadline or if the ratee has left.
    ///
    /// # Errors
    /// As [`Self::permits`], or a refusal for each broken rule: a rating other than AS_EXPECTED without a reason, a
    /// missing report without a reason for it, rows or criteria that are unknown or duplicate.
    pub fn rate(&self, rating: Rating, context: &EvaluationContext<'_>) -> Result<Self, Vec<Refusal>> {
        self.permits(EvaluationAction::RateEvaluation, context)?;
        let mut refusals = Vec::new();
        let mut next = self.clone();
        next.status = EvaluationStatus::RatedDraft;
        next.result_rating = rating.result_rating;
        next.behaviour_rating = rating.behaviour_rating;
        if context.document.scheme == Scheme::Numeric {
            let given =
                [("resultRating", rating.result_rating), ("behaviourRating", rating.behaviour_rating)];
            let given = given.into_iter().filter(|(_, rating)| rating.is_some());
            refusals.extend(given.map(|(field, _)| Refusal::input([field], Key::NeedsFigures)));
        }
        next.detail.scores = scores::checked(rating.scores, context, &mut refusals);
        // A draft of an earlier version may have trainings that the rater named. The register has replaced them.
        next.detail.trainings = Vec::new();
        next.detail.result_reason =
            optional_text("resultReason", rating.result_reason.as_deref(), TEXT_MAX, &mut refusals);
        next.detail.behaviour_reason =
            optional_text("behaviourReason", rating.behaviour_reason.as_deref(), TEXT_MAX, &mut refusals);
        refusals.extend(next.missing_reasons());
        let unreported = optional_text(
            "unratedReportReason",
            rating.unrated_report_reason.as_deref(),
            TEXT_MAX,
            &mut refusals,
        );
        next.detail.unrated_report_reason = unreported.or(next.detail.unrated_report_reason);
        if self.detail.reported_at.is_none() && next.detail.unrated_report_reason.is_none() {
            refusals.push(Refusal::input(["unratedReportReason"], Key::ReasonRequired));
        }
        let known =
            |row: &RowRating| contents(context).is_some_and(|content| content.result(row.result).is_some());
        let rows = rating.result_ratings.iter().map(|row| (row.result, known(row), row.note.as_deref()));
        refusals.extend(check_notes("resultRatings", "planResultId", rows));
        let values = rating.behaviour_ratings.iter().map(|value| {
            (value.criterion, context.criteria.contains_key(&value.criterion), value.note.as_deref())
        });
        refusals.extend(check_notes("behaviourRatings", "criterionId", values));
        next.detail.result_ratings = rating.result_ratings;
        next.detail.behaviour_ratings = rating.behaviour_ratings;
        unless_refused(next, refusals)
    }

    /// Makes the ratings final: computes the predicate and stores it with its inputs.
    ///
    /// # Errors
    /// As [`Self::permits`], or a refusal for each missing input: a rating, the reason for a missing unit predicate
    /// or an unfinished part of the year, the decision for a year with several plans.
    pub fn finalise(
        &self,
        input: Finalisation,
        context: &EvaluationContext<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(EvaluationAction::FinaliseEvaluation, context)?;
        let mut refusals = self.missing_reasons();
        let mut next = self.clone();
        next.detail.trainings = context.trainings.to_vec();
        let missing =
            input.missing_unit_predicate_reason.as_deref().filter(|_| context.unit_predicate.is_none());
        next.detail.missing_unit_predicate_reason =
            optional_text("missingUnitPredicateReason", missing, TEXT_MAX, &mut refusals);
        if context.unit_predicate.is_none() && next.detail.missing_unit_predicate_reason.is_none() {
            refusals.push(Refusal::input(["missingUnitPredicateReason"], Key::UnitPredicateMissing));
        }
        next.detail.gap_reasons = self.explained_gaps(input.gap_reasons, context, &mut refusals);
        let headed = headed_predicate(context);
        match context.document.scheme {
            Scheme::RatingMatrix => {
                if self.result_rating.is_none() && headed.is_none() {
                    refusals.push(Refusal::required("resultRating"));
                }
                if self.behaviour_rating.is_none() {
                    refusals.push(Refusal::required("behaviourRating"));
                }
            }
            Scheme::Numeric if self.detail.scores.is_none() => refusals.push(Refusal::required("scores")),
            Scheme::Numeric => {}
        }
        next.follow(headed, context)?;
        let own = next.own_inputs(context).unwrap_or_else(|missing| {
            refusals.extend(missing);
            None
        });
        let numeric = context.document.scheme == Scheme::Numeric;
        let under = |refusal: Refusal| if numeric { refusal.under(["scores"]) } else { refusal };
        let alone = match own.as_ref().map(|own| score(context.document, own)) {
            Some(Ok(scored)) => Some(scored),
            Some(Err(more)) => {
                refusals.extend(more.into_iter().map(under));
                None
            }
            None => None,
        };
        let year = self.year_input(
            input.year_decision,
            input.year_gap_reasons,
            alone.as_ref(),
            context,
            &mut refusals,
        );
        if let (Some(own), true) = (own, refusals.is_empty()) {
            let inputs = ScoreInput { year, ..own };
            let scored = score(context.document, &inputs)?;
            next.predicate = Some(scored.predicate);
            next.detail.score = Some(scored.tree);
            next.detail.inputs = Some(inputs);
        }
        next.status = EvaluationStatus::Final;
        next.unit_predicate = context.unit_predicate;
        next.form = context.form.cloned();
        next.finalised_at = Some(context.at);
        // The result of a part is not delivered: the person can read it from now on, so the objection period starts
        // now.
        if self.kind == super::EvaluationKind::Periodic
            && context.document.objection.periodic.value == Some(true)
        {
            let today = context.calendar.day(context.at);
            next.objection_until = Some(context.document.objection_until(today, context.days_off)?);
        }
        next.detail.revision = context.plan.effective().map(|revision| revision.id);
        unless_refused(next, refusals)
    }

    /// Delivers the annual result, which starts the objection period. It starts today; for a person who can't log in,
    /// it starts on the day on which they got the result on paper.
    ///
    /// # Errors
    /// As [`Self::permits`]; a refusal if the regulation has no objection period; `BAD_USER_INPUT` at `handedOverOn`
    /// for a day that is missing although the person can't log in, given although they can, before the final ratings,
    /// or after today.
    pub fn deliver(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::DeliverEvaluation, context)?;
        let today = context.calendar.day(context.at);
        let refuse = |why: Message| Refusal::input(["handedOverOn"], why);
        match (context.reads_online, context.handed_over) {
            (true, Some(_)) => return Err(refuse(Key::ReadsOnline.into())),
            (false, None) => return Err(refuse(Key::HandOverOnPaper.into())),
            (true, None) | (false, Some(_)) => {}
        }
        let received = context.handed_over.unwrap_or(today);
        let finalised = self.finalised_at.map_or(received, |at| context.calendar.day(at));
        if received > today || received < finalised {
            let why = Message::new(Key::HandedOverOutside).with("day", finalised).with("today", today);
            return Err(refuse(why));
        }
        let mut next = Self {
            status: EvaluationStatus::Delivered,
            delivered_at: Some(context.at),
            objection_until: Some(context.document.objection_until(received, context.days_off)?),
            ..self.clone()
        };
        next.detail.handed_over_on = context.handed_over;
        Ok(next)
    }

    /// The employee acknowledges the annual result. They can still object until the last day of the objection period.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn acknowledge(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::AcknowledgeEvaluation, context)?;
        Ok(Self { status: EvaluationStatus::Acknowledged, ..self.clone() })
    }

    /// Deems the result accepted because the objection period has passed. The tick runs this.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` unless it is delivered and the objection period has passed.
    pub fn deem_accepted(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        let delivered = self.status == EvaluationStatus::Delivered;
        if !delivered || !self.objection_is_over(context.calendar, context.at) {
            return Err(self.refused(Key::InvalidTransition));
        }
        Ok(Self { status: EvaluationStatus::DeemedAccepted, ..self.clone() })
    }

    /// A party signs the annual document.
    ///
    /// # Errors
    /// As [`Self::permits`] and [`Self::permits_signature`].
    pub fn sign(
        &self,
        party: Party,
        staff: StaffId,
        context: &EvaluationContext<'_>,
    ) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::SignEvaluation, context)?;
        self.permits_signature(party)?;
        let mut next = self.clone();
        next.detail.signatures.push(Signature { party, staff, at: context.at });
        Ok(next)
    }

    /// Closes the evaluation and records which parties have not signed.
    ///
    /// # Errors
    /// As [`Self::permits`], which includes missing signatures.
    pub fn close(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::CloseEvaluation, context)?;
        let mut next = Self { status: EvaluationStatus::Closed, ..self.clone() };
        if self.kind == super::EvaluationKind::Annual {
            next.detail.closed_without = self.missing_signatures();
        }
        Ok(next)
    }

    /// Makes final ratings a draft again and removes the signatures. A delivered result is no longer delivered: the
    /// next delivery starts the objection period again. The journal keeps the result as it was.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` without a reason.
    pub fn reopen(&self, why: &str, by: StaffId, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::ReopenEvaluation, context)?;
        let reason = reason("reason", why)?;
        let period_version = Some(context.period.version);
        Ok(self.as_draft(Reopening { reason, by, at: context.at, from: self.status, period_version }))
    }

    /// Makes the final ratings a draft again and records the reopening.
    pub(super) fn as_draft(&self, reopening: Reopening) -> Self {
        let followed = matches!(self.detail.inputs, Some(ScoreInput { results: Results::Unit(_), .. }));
        let mut next = Self {
            status: EvaluationStatus::RatedDraft,
            result_rating: if followed { self.detail.own_result_rating } else { self.result_rating },
            predicate: None,
            unit_predicate: None,
            finalised_at: None,
            delivered_at: None,
            objection_until: None,
            form: None,
            ..self.clone()
        };
        next.detail.inputs = None;
        next.detail.score = None;
        next.detail.own_result_rating = None;
        next.detail.revision = None;
        next.detail.signatures.clear();
        next.detail.handed_over_on = None;
        next.detail.reopenings.push(reopening);
        next
    }

    /// Replaces the rater. Final ratings keep the rater who made them.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` from FINAL on, and when it is cancelled; a refusal if the new rater is the ratee.
    pub fn renew_rater(&self, rater: RaterSnapshot) -> Result<Self, Refusal> {
        if !self.status.is_unfinished() {
            return Err(self.refused(Key::InvalidTransition));
        }
        if rater.staff == self.staff {
            return Err(Refusal::input(["superiorAssignmentId"], Key::OwnRater));
        }
        Ok(Self { rater, ..self.clone() })
    }

    /// Sets the result rating of a unit's head from the unit's predicate, if the regulation requires it (SE MenPANRB
    /// 3/2023), and keeps the rater's own rating beside it.
    fn follow(
        &mut self,
        headed: Option<OrgUnitPredicate>,
        context: &EvaluationContext<'_>,
    ) -> Result<(), Refusal> {
        if let Some(unit) = headed {
            self.detail.own_result_rating = self.result_rating;
            self.result_rating = Some(head_result(context.document, unit)?);
        }
        Ok(())
    }

    /// Collects the inputs of this evaluation's own predicate; `None` while a rating is missing.
    pub(super) fn own_inputs(
        &self,
        context: &EvaluationContext<'_>,
    ) -> Result<Option<ScoreInput>, Vec<Refusal>> {
        if context.document.scheme == Scheme::Numeric {
            return self.figures(context);
        }
        let headed = headed_predicate(context);
        let result = match headed {
            Some(unit) => Some(head_result(context.document, unit)?),
            None => self.result_rating,
        };
        let Some((result, behaviour)) = result.zip(self.behaviour_rating) else { return Ok(None) };
        let trainings = self.detail.trainings.clone();
        let inputs = ScoreInput { trainings, ..ScoreInput::ratings(result, behaviour) };
        Ok(Some(match headed {
            Some(unit) => ScoreInput { results: Results::Unit(unit), ..inputs },
            None => inputs,
        }))
    }

    fn missing_reasons(&self) -> Vec<Refusal> {
        [
            ("resultReason", self.result_rating, &self.detail.result_reason),
            ("behaviourReason", self.behaviour_rating, &self.detail.behaviour_reason),
        ]
        .into_iter()
        .filter(|(_, rating, why)| {
            rating.is_some_and(|rating| rating != Expectation::AsExpected) && why.is_none()
        })
        .map(|(field, ..)| Refusal::input([field], Key::ReasonOffExpected))
        .collect()
    }

    fn explained_gaps(
        &self,
        gaps: Vec<Gap>,
        context: &EvaluationContext<'_>,
        refusals: &mut Vec<Refusal>,
    ) -> Vec<Gap> {
        let unfinished: BTreeSet<_> = match self.kind {
            super::EvaluationKind::Periodic => BTreeSet::new(),
            super::EvaluationKind::Annual => context
                .periodic
                .iter()
                .filter(|part| part.status.is_unfinished())
                .map(|part| part.period)
                .chain(context.unrated.iter().copied())
                .collect(),
        };
        let mut explained = BTreeSet::new();
        let mut checked = Vec::new();
        for (index, gap) in gaps.into_iter().enumerate() {
            let mut found = Vec::new();
            let why = text("reason", &gap.reason, TEXT_MAX, &mut found);
            if !unfinished.contains(&gap.period) {
                found.push(unknown("periodId", gap.period));
            } else if !explained.insert(gap.period) {
                found.push(duplicate("periodId", gap.period));
            }
            refusals.extend(
                found.into_iter().map(|refusal| refusal.under(["gapReasons".to_owned(), index.to_string()])),
            );
            checked.push(Gap { period: gap.period, reason: why });
        }
        let open = unfinished.difference(&explained).count();
        if open > 0 {
            refusals
                .push(Refusal::input(["gapReasons"], Message::new(Key::EvaluationsOpen).with("count", open)));
        }
        checked
    }
}

/// The unit's predicate, if it determines the result of the unit's head.
fn headed_predicate(context: &EvaluationContext<'_>) -> Option<OrgUnitPredicate> {
    let ruled = context.document.unit_head.as_ref().is_some_and(|stated| stated.value.is_some());
    context.unit_predicate.filter(|_| context.heads_unit && ruled)
}

pub(super) fn contents<'a>(context: &EvaluationContext<'a>) -> Option<&'a PlanContent> {
    context.plan.effective().map(|revision| &revision.content)
}
