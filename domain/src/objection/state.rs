//! The states of an objection: filed, explanations, decided; inadmissible or withdrawn.

use super::{
    Answer, Assigned, Contested, ContestedRow, ContestedValue, Decision, EvidenceIds, GROUNDS_MAX, Ground,
    GroundAbout, GroundInput, Objection, ObjectionDetail, ObjectionStatus, Outcome,
};
use crate::{
    Key, Message, Refusal,
    action::{EvaluationAction, ObjectionAction},
    activity::{EVIDENCE_MAX, Evidence},
    assignment::Acting,
    calendar::DaysOff,
    error::{TEXT_MAX, reason, text, unless_refused},
    evaluation::{Evaluation, EvaluationContext, Party},
    id::{CriterionId, ObjectionId, StaffId},
    plan::PlanContent,
    regulation::RegulationDocument,
    time::{Date, Instant},
};
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// Data for a new objection that the caller has loaded.
pub struct Filing<'a> {
    /// Its id.
    pub id: ObjectionId,
    /// The people who may not decide: those who rated the result or reopened it.
    pub barred: Vec<StaffId>,
    /// The person who has the powers of the post above the rater's on this day and may decide.
    pub decider: Option<Acting>,
    /// Ids of evidence.
    pub ids: EvidenceIds<'a>,
}

impl Objection {
    /// Files an objection to a result. After the last day it is recorded as inadmissible, with the last day and the day
    /// of filing.
    ///
    /// # Errors
    /// As [`Evaluation::permits`], or a refusal for each invalid ground.
    pub fn file(
        grounds: Vec<GroundInput>,
        evaluation: &Evaluation,
        context: &EvaluationContext<'_>,
        filing: Filing<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        evaluation.permits(EvaluationAction::FileObjection, context)?;
        let (Some(received_at), Some(objection_until)) =
            (evaluation.received_at(), evaluation.objection_until)
        else {
            return Err(Refusal::forbidden().into());
        };
        let Filing { id, barred, decider, ids } = filing;
        let mut refusals = Vec::new();
        let grounds = checked(grounds, context, ids, &mut refusals);
        let late = evaluation.objection_is_over(context.calendar, context.at);
        let filed_on = context.calendar.day(context.at);
        let filed = Self {
            id,
            agency: evaluation.agency,
            evaluation: evaluation.id,
            plan: evaluation.plan,
            assignment: evaluation.assignment,
            staff: evaluation.staff,
            unit: evaluation.unit,
            period: evaluation.period,
            status: if late { ObjectionStatus::Inadmissible } else { ObjectionStatus::Filed },
            rater: evaluation.rater.clone(),
            decider: None,
            decider_post: None,
            received_at,
            objection_until,
            filed_at: context.at,
            filed_on,
            answer_until: None,
            decide_until: None,
            decided_at: None,
            detail: ObjectionDetail {
                grounds,
                contested: Contested::of(evaluation, context),
                barred,
                assigned: None,
                answers: Vec::new(),
                silent: Vec::new(),
                decision: None,
            },
            version: 1,
        };
        let filed = match decider.filter(|_| !late) {
            None => filed,
            Some(Acting { post, staff, .. }) => {
                let found = Self { decider: Some(staff), decider_post: Some(post), ..filed };
                found.ask(filed_on, context.document, context.days_off)?
            }
        };
        unless_refused(filed, refusals)
    }

    /// Asks both sides for explanations, once somebody may decide. The days for explanations and for the decision count
    /// from this day.
    fn ask(self, from: Date, document: &RegulationDocument, days_off: &DaysOff) -> Result<Self, Refusal> {
        let (answer, decide) = document.objection_terms(from, days_off)?;
        Ok(Self {
            status: ObjectionStatus::Explanations,
            answer_until: Some(answer),
            decide_until: Some(decide),
            ..self
        })
    }

    /// Checks whether the state permits an action. Does not check who may run it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the actions that the state permits.
    pub fn permits(&self, action: ObjectionAction, today: Date) -> Result<(), Refusal> {
        if !self.state_allows(action) {
            return Err(self.refused(Key::InvalidTransition));
        }
        match action {
            ObjectionAction::AnswerObjection => {
                let open = Party::iter().any(|party| self.permits_answer(party, today).is_ok());
                if open { Ok(()) } else { Err(self.refused(Key::NoAnswerAwaited)) }
            }
            ObjectionAction::DecideObjection => {
                let until = self.answer_until.filter(|until| today <= *until && !self.unheard().is_empty());
                match until {
                    Some(until) => {
                        let message = Message::new(Key::AnswersAwaited)
                            .with_labels("parties", &self.unheard())
                            .with("deadline", until);
                        Err(self.refused(message))
                    }
                    None => Ok(()),
                }
            }
            ObjectionAction::WithdrawObjection | ObjectionAction::AssignObjectionDecider => Ok(()),
        }
    }

    /// Checks whether a side can give its explanation now: once, until the last day for it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`.
    pub fn permits_answer(&self, party: Party, today: Date) -> Result<(), Refusal> {
        let in_time = self.answer_until.is_some_and(|until| today <= until);
        if self.status == ObjectionStatus::Explanations && in_time && self.unheard().contains(&party) {
            Ok(())
        } else {
            Err(self.refused(Key::NoAnswerAwaited))
        }
    }

    /// The sides that have given no explanation and whose silence is not recorded.
    #[must_use]
    pub fn unheard(&self) -> Vec<Party> {
        let heard = |party: &Party| {
            self.detail.answers.iter().any(|answer| answer.party == *party)
                || self.detail.silent.contains(party)
        };
        [Party::Employee, Party::Rater].into_iter().filter(|party| !heard(party)).collect()
    }

    fn state_allows(&self, action: ObjectionAction) -> bool {
        use ObjectionStatus::{Explanations, Filed};
        match action {
            ObjectionAction::AnswerObjection | ObjectionAction::DecideObjection => {
                self.status == Explanations
            }
            ObjectionAction::WithdrawObjection => matches!(self.status, Filed | Explanations),
            ObjectionAction::AssignObjectionDecider => self.status == Filed,
        }
    }

    fn refused(&self, why: impl Into<Message>) -> Refusal {
        let allowed: Vec<&str> =
            ObjectionAction::iter().filter(|action| self.state_allows(*action)).map(Into::into).collect();
        Refusal::transition_because(self.status, &allowed, why)
    }

    /// Records the explanation of a side.
    ///
    /// # Errors
    /// As [`Self::permits_answer`]; `BAD_USER_INPUT` without a text.
    pub fn answer(
        &self,
        party: Party,
        staff: StaffId,
        given: &str,
        at: (Instant, Date),
    ) -> Result<Self, Vec<Refusal>> {
        self.permits_answer(party, at.1)?;
        let mut refusals = Vec::new();
        let text = text("text", given, TEXT_MAX, &mut refusals);
        let mut next = self.clone();
        next.detail.answers.push(Answer { party, staff, text, at: at.0 });
        unless_refused(next, refusals)
    }

    /// Records who gave no explanation until the last day for it. `None` if no explanation is missing, or if that day
    /// is not over.
    #[must_use]
    pub fn with_silence(&self, today: Date) -> Option<Self> {
        let over = self.status == ObjectionStatus::Explanations
            && self.answer_until.is_some_and(|until| today > until);
        let missing = self.unheard();
        if !over || missing.is_empty() {
            return None;
        }
        let mut next = self.clone();
        next.detail.silent.extend(missing);
        Some(next)
    }

    /// Assigns a decider, if nobody may decide. The days for explanations and for the decision count from this day.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` if the person objects themselves, rated the result or reopened it, or
    /// without a reason.
    pub fn assign(
        &self,
        decider: StaffId,
        by: StaffId,
        why: &str,
        at: (Instant, Date),
        (document, days_off): (&RegulationDocument, &DaysOff),
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(ObjectionAction::AssignObjectionDecider, at.1)?;
        let mut refusals = Vec::new();
        if self.may_not_decide(decider) {
            refusals.push(Refusal::input(["deciderId"], Key::DeciderBarred));
        }
        if decider == by {
            refusals.push(Refusal::input(["deciderId"], Key::DeciderOneself));
        }
        let reason = text("reason", why, TEXT_MAX, &mut refusals);
        let mut next = Self { decider: Some(decider), decider_post: None, ..self.clone() };
        next.detail.assigned = Some(Assigned { by, reason, at: at.0 });
        let next = next.ask(at.1, document, days_off)?;
        unless_refused(next, refusals)
    }

    /// Whether a person may never decide it: they object themselves, rated the result or reopened it.
    #[must_use]
    pub fn may_not_decide(&self, person: StaffId) -> bool {
        person == self.staff || person == self.rater.staff || self.detail.barred.contains(&person)
    }

    /// Records the decision. `decided` is the evaluation with the decision; see [`Evaluation::decide`].
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` without a reason.
    pub fn decide(
        &self,
        by: StaffId,
        why: &str,
        at: (Instant, Date),
        (before, decided): (&Evaluation, &Evaluation),
    ) -> Result<Self, Refusal> {
        self.permits(ObjectionAction::DecideObjection, at.1)?;
        let reason = reason("reason", why)?;
        let mut next = self.with_silence(at.1).unwrap_or_else(|| self.clone());
        let (before, after) = (Outcome::of(before), Outcome::of(decided));
        next.status = decided
            .detail
            .objection
            .as_ref()
            .and_then(|mark| mark.outcome)
            .unwrap_or(ObjectionStatus::DecidedUpheld);
        next.decided_at = Some(at.0);
        next.detail.decision = Some(Decision { by, reason, at: at.0, before, after });
        Ok(next)
    }

    /// Withdraws the objection, as the employee.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn withdraw(&self, today: Date) -> Result<Self, Refusal> {
        self.permits(ObjectionAction::WithdrawObjection, today)?;
        Ok(Self { status: ObjectionStatus::Withdrawn, ..self.clone() })
    }
}

impl Outcome {
    /// The ratings and the predicate of an evaluation.
    #[must_use]
    pub fn of(evaluation: &Evaluation) -> Self {
        Self {
            result_rating: evaluation.result_rating,
            behaviour_rating: evaluation.behaviour_rating,
            score: evaluation.detail.score.as_ref().and_then(crate::scoring::ScoreTree::score),
            predicate: evaluation.predicate,
        }
    }
}

impl Contested {
    fn of(evaluation: &Evaluation, context: &EvaluationContext<'_>) -> Self {
        let detail = &evaluation.detail;
        let rated = |result| detail.result_ratings.iter().find(|rated| rated.result == result);
        let reported = |result| {
            let of_row = detail.realisations.iter().filter(|one| one.result == result);
            of_row
                .map(|one| match one.value {
                    Some(value) => format!("{value} {}", one.text).trim().to_owned(),
                    None => one.text.clone(),
                })
                .collect()
        };
        let rows = contents(context).into_iter().flat_map(|content| &content.results);
        let name = |criterion: &CriterionId| context.criteria.get(criterion).cloned().unwrap_or_default();
        Self {
            version: evaluation.version,
            outcome: Outcome::of(evaluation),
            result_reason: detail.result_reason.clone(),
            behaviour_reason: detail.behaviour_reason.clone(),
            self_note: detail.self_note.clone(),
            rows: rows
                .map(|row| ContestedRow {
                    result: row.id,
                    title: row.title.clone(),
                    reported: reported(row.id),
                    rating: rated(row.id).map(|rated| rated.rating),
                    note: rated(row.id).and_then(|rated| rated.note.clone()),
                })
                .collect(),
            values: detail
                .behaviour_ratings
                .iter()
                .map(|value| ContestedValue {
                    criterion: value.criterion,
                    name: name(&value.criterion),
                    rating: value.rating,
                    note: value.note.clone(),
                })
                .collect(),
        }
    }
}

fn contents<'a>(context: &EvaluationContext<'a>) -> Option<&'a PlanContent> {
    context.plan.effective().map(|revision| &revision.content)
}

/// Checks the grounds: at least one, each with a text, about a row of the plan or a known value.
fn checked(
    grounds: Vec<GroundInput>,
    context: &EvaluationContext<'_>,
    ids: EvidenceIds<'_>,
    refusals: &mut Vec<Refusal>,
) -> Vec<Ground> {
    if grounds.is_empty() {
        refusals.push(Refusal::required("grounds"));
    } else if grounds.len() > GROUNDS_MAX {
        let message = Message::new(Key::TooMany).with("field", "grounds").with("max", GROUNDS_MAX);
        refusals.push(Refusal::input(["grounds"], message));
    }
    let mut checked = Vec::new();
    for (index, ground) in grounds.into_iter().enumerate() {
        let mut found = Vec::new();
        let title = match ground.about {
            None => None,
            Some(about) => title_of(about, context.criteria, contents(context)).or_else(|| {
                let field = match about {
                    GroundAbout::Result(_) => "planResultId",
                    GroundAbout::Behaviour(_) => "criterionId",
                };
                found.push(Refusal::not_found(["about", field]));
                None
            }),
        };
        let text = text("text", &ground.text, TEXT_MAX, &mut found);
        if ground.evidence.len() > EVIDENCE_MAX {
            let message = Message::new(Key::TooMany).with("field", "evidence").with("max", EVIDENCE_MAX);
            found.push(Refusal::input(["evidence"], message));
        }
        let mut evidence = Vec::new();
        for (at, link) in ground.evidence.iter().enumerate() {
            match Evidence::link(ids(), &link.url, link.label.as_deref(), context.at) {
                Ok(link) => evidence.push(link),
                Err(refused) => found.extend(
                    refused.into_iter().map(|one| one.under(["evidence".to_owned(), at.to_string()])),
                ),
            }
        }
        refusals.extend(found.into_iter().map(|one| one.under(["grounds".to_owned(), index.to_string()])));
        checked.push(Ground { about: ground.about, title, text, evidence });
    }
    checked
}

fn title_of(
    about: GroundAbout,
    criteria: &BTreeMap<CriterionId, String>,
    content: Option<&PlanContent>,
) -> Option<String> {
    match about {
        GroundAbout::Result(id) => content?.result(id).map(|row| row.title.clone()),
        GroundAbout::Behaviour(id) => criteria.get(&id).cloned(),
    }
}
