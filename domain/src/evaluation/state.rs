//! The actions that each state of an evaluation permits.
//!
//! Periodic: OPEN, SELF_REPORTED, RATED_DRAFT, FINAL, CLOSED. Annual: after FINAL comes DELIVERED; then
//! ACKNOWLEDGED, DEEMED_ACCEPTED, or OBJECTED and DECIDED; then CLOSED. Before FINAL, both can be CANCELLED.

use super::{Evaluation, EvaluationKind, EvaluationStatus, OrgUnitPredicate, Party, YearContext};
use crate::{
    Key, Message, Refusal,
    action::EvaluationAction,
    calendar::DaysOff,
    id::{CriterionId, PeriodId},
    period::Period,
    plan::{Form, Plan, PlanStatus},
    regulation::RegulationDocument,
    scoring::RecognisedTraining,
    time::{Calendar, Date, Instant},
};
use std::collections::{BTreeMap, BTreeSet};
use strum::IntoEnumIterator;

/// Status of the evaluation of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodicState {
    /// The part.
    pub period: PeriodId,
    /// The status of the plan's evaluation for this part.
    pub status: EvaluationStatus,
}

/// Data that evaluation transitions need.
#[derive(Clone, Debug)]
pub struct EvaluationContext<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The evaluation's year or part.
    pub period: &'a Period,
    /// The calendar of deadlines.
    pub calendar: Calendar,
    /// The current time.
    pub at: Instant,
    /// The behaviour criteria, with their names.
    pub criteria: &'a BTreeMap<CriterionId, String>,
    /// The predicate of the plan's unit in the period, if set.
    pub unit_predicate: Option<OrgUnitPredicate>,
    /// Whether the ratee heads the plan's unit.
    pub heads_unit: bool,
    /// Whether the ratee has left the agency, so that nobody reports any more.
    pub has_left: bool,
    /// The regulation that applies to the evaluation.
    pub document: &'a RegulationDocument,
    /// The plan's periodic evaluations.
    pub periodic: &'a [PeriodicState],
    /// For an annual evaluation that becomes final: parts of the year in which the person had an assignment, but which
    /// no evaluation covers.
    pub unrated: &'a BTreeSet<PeriodId>,
    /// The status of the plan's annual evaluation.
    pub annual: Option<EvaluationStatus>,
    /// The person's other plans in the year.
    pub year: &'a YearContext,
    /// The verified trainings that support the plan and whose last day is in the period. A final result keeps them.
    pub trainings: &'a [RecognisedTraining],
    /// When a result is delivered: the agency's days off from the day of delivery on.
    pub days_off: &'a DaysOff,
    /// When a result is delivered: whether the person can log in and read it.
    pub reads_online: bool,
    /// When a result is delivered to a person who can't log in: the day on which they got it on paper.
    pub handed_over: Option<Date>,
    /// The people on the form; a final evaluation stores them.
    pub form: Option<&'a Form>,
}

impl Evaluation {
    /// Checks whether the state permits an action. Does not check who may run it. Signing is permitted while any
    /// signature is missing, see [`Self::permits_signature`].
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the actions that the state permits, `TOO_EARLY` or `PERIOD_CLOSED`.
    pub fn permits(&self, action: EvaluationAction, context: &EvaluationContext<'_>) -> Result<(), Refusal> {
        use EvaluationAction as Do;
        if !self.state_allows(action) {
            let of_part = self.kind == EvaluationKind::Periodic && self.status.is_final();
            let no_objection = action == Do::FileObjection && of_part && self.objection_until.is_none();
            let why = if no_objection { Key::NoObjectionToParts } else { Key::InvalidTransition };
            return Err(self.refused(why));
        }
        if context.plan.status == PlanStatus::Cancelled {
            return Err(self.refused(Key::PlanNotInForce));
        }
        self.must_have_opened(action, context)?;
        match action {
            Do::ReportRealisation => context.period.must_be_open(),
            Do::RateEvaluation => {
                self.must_accept_ratings(context)?;
                if self.status == EvaluationStatus::Open && !reporting_is_over(context) {
                    let message =
                        Message::new(Key::ReportAwaited).with("deadline", context.period.report_deadline);
                    return Err(self.refused(message));
                }
                Ok(())
            }
            Do::FinaliseEvaluation => self.must_accept_ratings(context),
            Do::SignEvaluation => {
                let open = Party::iter().any(|party| self.permits_signature(party).is_ok());
                if open { Ok(()) } else { Err(self.refused(Key::AllSigned)) }
            }
            Do::CloseEvaluation => {
                self.must_be_signed()?;
                self.parts_must_be_settled(context)
            }
            Do::FileObjection => self.must_be_open_to_objection(),
            Do::ReopenEvaluation if self.kind == EvaluationKind::Periodic => {
                let annual_is_final = context.annual.is_some_and(EvaluationStatus::is_final);
                if annual_is_final { Err(self.refused(Key::LockedByEvaluation)) } else { Ok(()) }
            }
            Do::ReopenEvaluation if self.is_counted_in_a_year(context) => {
                Err(self.refused(Key::LockedByYear))
            }
            Do::ReopenEvaluation => self.must_still_be_reopenable(context),
            Do::DeliverEvaluation | Do::AcknowledgeEvaluation | Do::MakeRecommendation => Ok(()),
        }
    }

    /// Checks whether a party can sign now. The employee signs after delivery, the others from FINAL on.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`.
    pub fn permits_signature(&self, party: Party) -> Result<(), Refusal> {
        let too_early = party == Party::Employee && self.status == EvaluationStatus::Final;
        if !self.state_allows(EvaluationAction::SignEvaluation) || too_early {
            return Err(self.refused(Key::InvalidTransition));
        }
        if self.detail.signatures.iter().any(|signature| signature.party == party)
            || !self.parties().contains(&party)
        {
            return Err(self.refused(Key::AllSigned));
        }
        Ok(())
    }

    /// Parties that have to sign. There are only two if the rater has no superior, such as the mayor.
    #[must_use]
    pub fn parties(&self) -> Vec<Party> {
        let superior = self.rater.superior_staff.is_some() || self.rater.superior_assignment.is_some();
        Party::iter().filter(|party| *party != Party::RatersSuperior || superior).collect()
    }

    /// Parties that have not signed yet.
    #[must_use]
    pub fn missing_signatures(&self) -> Vec<Party> {
        let signed = |party: &Party| self.detail.signatures.iter().any(|signature| signature.party == *party);
        self.parties().into_iter().filter(|party| !signed(party)).collect()
    }

    /// Whether the objection period has passed.
    #[must_use]
    pub fn objection_is_over(&self, calendar: Calendar, at: Instant) -> bool {
        self.objection_until.is_some_and(|last| calendar.day(at) > last)
    }

    /// A closed period accepts ratings only of an evaluation that an admin or the rater's superior reopened after the
    /// closing. Otherwise a rater could reopen a result before the closing and change the ratings after it.
    fn must_accept_ratings(&self, context: &EvaluationContext<'_>) -> Result<(), Refusal> {
        let last = self.detail.reopenings.last();
        let reopened = last.is_some_and(|reopening| reopening.came_after_closing(context.period));
        if reopened { Ok(()) } else { context.period.must_be_open() }
    }

    /// Whether the result was delivered to the employee and they have not objected.
    #[must_use]
    pub const fn is_delivered(&self) -> bool {
        matches!(self.status, EvaluationStatus::Delivered | EvaluationStatus::Acknowledged)
    }

    /// Refuses to reopen a delivered result after the objection period, or once the employee has signed it.
    fn must_still_be_reopenable(&self, context: &EvaluationContext<'_>) -> Result<(), Refusal> {
        if !self.is_delivered() {
            return Ok(());
        }
        if let Some(last) = self.objection_until
            && self.objection_is_over(context.calendar, context.at)
        {
            return Err(self.refused(Message::new(Key::DeliveredFixed).with("day", last)));
        }
        let signed = self.detail.signatures.iter().any(|signature| signature.party == Party::Employee);
        if signed { Err(self.refused(Key::EmployeeSigned)) } else { Ok(()) }
    }

    /// Requires the signatures on an annual document. The employee's signature may be missing, because the document
    /// closes after the objection period or after the decision on an objection; closing records that it is missing.
    fn must_be_signed(&self) -> Result<(), Refusal> {
        if self.kind == EvaluationKind::Periodic {
            return Ok(());
        }
        let mut missing = self.missing_signatures();
        missing.retain(|party| *party != Party::Employee);
        if missing.is_empty() {
            return Ok(());
        }
        Err(self.refused(Message::new(Key::SignaturesMissing).with_labels("parties", &missing)))
    }

    pub(super) fn state_allows(&self, action: EvaluationAction) -> bool {
        use EvaluationAction as Do;
        use EvaluationKind::{Annual, Periodic};
        use EvaluationStatus::{
            Acknowledged, Closed, Decided, DeemedAccepted, Delivered, Final, Objected, Open, RatedDraft,
            SelfReported,
        };
        match action {
            Do::ReportRealisation => matches!(self.status, Open | SelfReported),
            Do::RateEvaluation => matches!(self.status, Open | SelfReported | RatedDraft),
            Do::FinaliseEvaluation => self.status == RatedDraft,
            Do::ReopenEvaluation => {
                matches!((self.kind, self.status), (_, Final) | (Annual, Delivered | Acknowledged))
            }
            Do::DeliverEvaluation => matches!((self.kind, self.status), (Annual, Final)),
            Do::AcknowledgeEvaluation => matches!((self.kind, self.status), (Annual, Delivered)),
            Do::SignEvaluation => matches!(
                (self.kind, self.status),
                (Annual, Final | Delivered | Acknowledged | DeemedAccepted | Decided)
            ),
            Do::CloseEvaluation => matches!(
                (self.kind, self.status),
                (Periodic, Final | Decided) | (Annual, Acknowledged | DeemedAccepted | Decided)
            ),
            // Permitted after the last day too: the objection is then recorded as inadmissible.
            Do::FileObjection => {
                let received = matches!(
                    (self.kind, self.status),
                    (Periodic, Final | Closed) | (Annual, Delivered | Acknowledged | DeemedAccepted | Closed)
                );
                received && self.objection_until.is_some()
            }
            Do::MakeRecommendation => matches!(
                (self.kind, self.status),
                (Annual, Final | Delivered | Acknowledged | DeemedAccepted | Objected | Decided | Closed)
            ),
        }
    }

    pub(super) fn refused(&self, why: impl Into<Message>) -> Refusal {
        let allowed: Vec<&str> =
            EvaluationAction::iter().filter(|action| self.state_allows(*action)).map(Into::into).collect();
        Refusal::transition_because(self.status, &allowed, why)
    }
}

/// Whether nobody reports any more: the reporting deadline has passed, or the ratee has left. From then on the rater
/// can rate without a report.
fn reporting_is_over(context: &EvaluationContext<'_>) -> bool {
    context.has_left || context.calendar.day(context.at) > context.period.report_deadline
}
