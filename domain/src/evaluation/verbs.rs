//! How an evaluation moves: one method a verb.

use super::{
    Evaluation, EvaluationContext, EvaluationStatus, Expectation, Gap, OrgUnitPredicate, Party, Realisation,
    Reopening, RowRating, Scores, Signature, ValueRating, YearGap, scores, trainings,
};
use crate::{
    Key, Message, Refusal,
    action::EvaluationAction,
    activity::EVIDENCE_MAX,
    error::{TEXT_MAX, optional_text, reason, text, unless_refused},
    id::StaffId,
    plan::{PlanContent, RaterSnapshot},
    regulation::Scheme,
    scoring::{RecognisedTraining, Results, ScoreInput, YearDecision, head_result, score},
};
use std::collections::BTreeSet;

/// What the employee reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What was reached, by row or indicator; at least one.
    pub realisations: Vec<Realisation>,
    /// What there is to add.
    pub self_note: Option<String>,
}

/// What the rater saves as a draft. It replaces the draft before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rating {
    /// The rating of the results; may be left open in a draft.
    pub result_rating: Option<Expectation>,
    /// The rating of the behaviour; may be left open in a draft.
    pub behaviour_rating: Option<Expectation>,
    /// Required where the results are not as expected.
    pub result_reason: Option<String>,
    /// Required where the behaviour is not as expected.
    pub behaviour_reason: Option<String>,
    /// Ratings of rows, to explain.
    pub result_ratings: Vec<RowRating>,
    /// Ratings of behaviour values, to explain.
    pub behaviour_ratings: Vec<ValueRating>,
    /// Required where nothing was reported.
    pub unrated_report_reason: Option<String>,
    /// In place of the ratings by a numeric scheme.
    pub scores: Option<Scores>,
    /// Recognised training as evidence.
    pub trainings: Vec<RecognisedTraining>,
}

/// What explains gaps when ratings become final.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finalisation {
    /// Required where the unit's predicate is not set.
    pub missing_unit_predicate_reason: Option<String>,
    /// Required for each part of the year that is not final; only of an annual evaluation.
    pub gap_reasons: Vec<Gap>,
    /// Required where the person had several plans in the year and the regulation leaves it to the last rater.
    pub year_decision: Option<YearDecision>,
    /// Required for each earlier plan of the year whose annual evaluation is not final.
    pub year_gap_reasons: Vec<YearGap>,
}

impl Evaluation {
    /// The employee reports what was reached; may be repeated until the rater begins.
    ///
    /// # Errors
    /// As [`Self::permits`], or every fault of the report.
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
        let mut seen = BTreeSet::new();
        for (index, realisation) in report.realisations.iter().enumerate() {
            let mut faults = faults_of_realisation(realisation, contents(context));
            if !seen.insert((realisation.result, realisation.indicator)) {
                faults.push(duplicate("planResultId", realisation.result));
            }
            refusals.extend(
                faults.into_iter().map(|fault| fault.under(["realisations".to_owned(), index.to_string()])),
            );
        }
        next.detail.realisations = report.realisations;
        unless_refused(next, refusals)
    }

    /// The rater saves a draft: after the report, or without one once the time to report is over.
    ///
    /// # Errors
    /// As [`Self::permits`], or every fault: a rating off AS_EXPECTED without a reason, no report and no reason
    /// for rating without one, rows or criteria that are unknown or twice.
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
        next.detail.trainings = trainings::checked(rating.trainings, &mut refusals);
        refusals.extend(trainings::counted_already(&next.detail.trainings, context));
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
        refusals.extend(faults_of_notes("resultRatings", "planResultId", rows));
        let values = rating.behaviour_ratings.iter().map(|value| {
            (value.criterion, context.criteria.contains_key(&value.criterion), value.note.as_deref())
        });
        refusals.extend(faults_of_notes("behaviourRatings", "criterionId", values));
        next.detail.result_ratings = rating.result_ratings;
        next.detail.behaviour_ratings = rating.behaviour_ratings;
        unless_refused(next, refusals)
    }

    /// The ratings become final: the predicate is read from the matrix and frozen with what it came from.
    ///
    /// # Errors
    /// As [`Self::permits`], or every lack: a rating, the unit's predicate without a reason, a part of the
    /// year that is not final without a reason, the decision of a year of several plans.
    pub fn finalise(
        &self,
        input: Finalisation,
        context: &EvaluationContext<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(EvaluationAction::FinaliseEvaluation, context)?;
        let mut refusals = self.missing_reasons();
        refusals.extend(trainings::counted_already(&self.detail.trainings, context));
        let mut next = self.clone();
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
        let own = next.own_inputs(context).unwrap_or_else(|lacks| {
            refusals.extend(lacks);
            None
        });
        let numeric = context.document.scheme == Scheme::Numeric;
        let under = |fault: Refusal| if numeric { fault.under(["scores"]) } else { fault };
        let alone = match own.as_ref().map(|own| score(context.document, own)) {
            Some(Ok(scored)) => Some(scored),
            Some(Err(faults)) => {
                refusals.extend(faults.into_iter().map(under));
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
        next.finalised_at = Some(context.at);
        next.detail.revision = context.plan.effective().map(|revision| revision.id);
        unless_refused(next, refusals)
    }

    /// Hands the annual result over; its day starts the time for an objection.
    ///
    /// # Errors
    /// As [`Self::permits`]; or a regulation that does not say how long that time is.
    pub fn deliver(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::DeliverEvaluation, context)?;
        Ok(Self {
            status: EvaluationStatus::Delivered,
            delivered_at: Some(context.at),
            objection_until: Some(context.document.objection_until(context.calendar.day(context.at))?),
            ..self.clone()
        })
    }

    /// The employee takes note of the annual result; an objection stays possible in time.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn acknowledge(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::AcknowledgeEvaluation, context)?;
        Ok(Self { status: EvaluationStatus::Acknowledged, ..self.clone() })
    }

    /// The time for an objection has passed in silence; done by the tick.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` unless it is delivered and the last day has passed.
    pub fn deem_accepted(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        let silent = self.status == EvaluationStatus::Delivered;
        if !silent || !self.objection_is_over(context.calendar, context.at) {
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

    /// Closes it, recording who had not signed.
    ///
    /// # Errors
    /// As [`Self::permits`]: among them signatures that are missing.
    pub fn close(&self, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::CloseEvaluation, context)?;
        let mut next = Self { status: EvaluationStatus::Closed, ..self.clone() };
        if self.kind == super::EvaluationKind::Annual {
            next.detail.closed_without = self.missing_signatures();
        }
        Ok(next)
    }

    /// Makes final ratings a draft again. The signatures are void.
    ///
    /// # Errors
    /// As [`Self::permits`], or no reason.
    pub fn reopen(&self, why: &str, by: StaffId, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::ReopenEvaluation, context)?;
        let why = reason("reason", why)?;
        let followed = matches!(self.detail.inputs, Some(ScoreInput { results: Results::Unit(_), .. }));
        let mut next = Self {
            status: EvaluationStatus::RatedDraft,
            result_rating: if followed { self.detail.own_result_rating } else { self.result_rating },
            predicate: None,
            unit_predicate: None,
            finalised_at: None,
            ..self.clone()
        };
        next.detail.inputs = None;
        next.detail.score = None;
        next.detail.own_result_rating = None;
        next.detail.revision = None;
        next.detail.signatures.clear();
        next.detail.reopenings.push(Reopening { reason: why, by, at: context.at });
        Ok(next)
    }

    /// The evaluation with another rater; one whose ratings stand keeps the rater who made them.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` from FINAL on; the person evaluated as rater.
    pub fn renew_rater(&self, rater: RaterSnapshot) -> Result<Self, Refusal> {
        if self.status.is_final() {
            return Err(self.refused(Key::InvalidTransition));
        }
        if rater.staff == self.staff {
            return Err(Refusal::input(["superiorAssignmentId"], Key::OwnRater));
        }
        Ok(Self { rater, ..self.clone() })
    }

    /// The rating of results that counts. That of a unit's head follows the unit's predicate, where the
    /// regulation says so (SE MenPANRB 3/2023); the rater's own is kept beside it.
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

    /// What the own predicate is computed from; none while a rating is open.
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
                .filter(|part| !part.status.is_final())
                .map(|part| part.period)
                .collect(),
        };
        let mut explained = BTreeSet::new();
        let mut kept = Vec::new();
        for (index, gap) in gaps.into_iter().enumerate() {
            let mut faults = Vec::new();
            let why = text("reason", &gap.reason, TEXT_MAX, &mut faults);
            if !unfinished.contains(&gap.period) {
                faults.push(unknown("periodId", gap.period));
            } else if !explained.insert(gap.period) {
                faults.push(duplicate("periodId", gap.period));
            }
            refusals.extend(
                faults.into_iter().map(|fault| fault.under(["gapReasons".to_owned(), index.to_string()])),
            );
            kept.push(Gap { period: gap.period, reason: why });
        }
        let open = unfinished.difference(&explained).count();
        if open > 0 {
            refusals
                .push(Refusal::input(["gapReasons"], Message::new(Key::EvaluationsOpen).with("count", open)));
        }
        kept
    }
}

/// The unit's predicate, where the result of its head follows it.
fn headed_predicate(context: &EvaluationContext<'_>) -> Option<OrgUnitPredicate> {
    let ruled = context.document.unit_head.as_ref().is_some_and(|stated| stated.value.is_some());
    context.unit_predicate.filter(|_| context.heads_unit && ruled)
}

pub(super) fn contents<'a>(context: &EvaluationContext<'a>) -> Option<&'a PlanContent> {
    context.plan.effective().map(|revision| &revision.content)
}

fn faults_of_realisation(realisation: &Realisation, content: Option<&PlanContent>) -> Vec<Refusal> {
    let mut faults = Vec::new();
    match content.and_then(|content| content.result(realisation.result)) {
        None => faults.push(Refusal::not_found(["planResultId"])),
        Some(row) => {
            let known = |indicator| row.indicators.iter().any(|one| one.id == indicator);
            if realisation.indicator.is_some_and(|indicator| !known(indicator)) {
                faults.push(Refusal::not_found(["indicatorId"]));
            }
        }
    }
    if realisation.text.trim().is_empty() && realisation.value.is_none() {
        faults.push(Refusal::required("text"));
    } else if realisation.text.chars().count() > TEXT_MAX {
        faults.push(Refusal::input(
            ["text"],
            Message::new(Key::TooLong).with("field", "text").with("max", TEXT_MAX),
        ));
    }
    if realisation.evidence.len() > EVIDENCE_MAX {
        let message = Message::new(Key::TooMany).with("field", "evidence").with("max", EVIDENCE_MAX);
        faults.push(Refusal::input(["evidence"], message));
    }
    faults
}

/// The faults of ratings given row by row: of what is unknown, twice, or has too long a note.
fn faults_of_notes<'a, T: Copy + Ord + ToString>(
    list: &str,
    field: &str,
    rows: impl Iterator<Item = (T, bool, Option<&'a str>)>,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, (id, known, note)) in rows.enumerate() {
        let mut faults = Vec::new();
        if !known {
            faults.push(Refusal::not_found([field]));
        } else if !seen.insert(id) {
            faults.push(duplicate(field, id));
        }
        optional_text("note", note, TEXT_MAX, &mut faults);
        refusals.extend(faults.into_iter().map(|fault| fault.under([list.to_owned(), index.to_string()])));
    }
    refusals
}

fn unknown(field: &str, value: impl ToString) -> Refusal {
    Refusal::input([field], Message::new(Key::Unknown).with("field", field).with("value", value))
}

fn duplicate(field: &str, value: impl ToString) -> Refusal {
    Refusal::input([field], Message::new(Key::Duplicate).with("field", field).with("value", value))
}
