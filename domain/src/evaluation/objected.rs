//! The effect of an objection on an evaluation: it waits, gets its earlier status back, or is decided.

use super::{
    Evaluation, EvaluationContext, EvaluationKind, EvaluationStatus, Expectation, OtherPart, Reopening,
    scores,
};
use crate::{
    Key, Message, Refusal,
    action::EvaluationAction,
    error::{TEXT_MAX, text, unless_refused},
    id::{ObjectionId, StaffId},
    objection::{NewRatings, Objection, ObjectionStatus, Outcome},
    regulation::Scheme,
    scoring::{Behaviour, Results, ScoreInput, YearDecision, score},
    time::{Calendar, Date, Instant},
};
use serde::{Deserialize, Serialize};

/// The objection to a result, as the evaluation stores it. A result can be objected to only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredObjection {
    /// The objection.
    pub objection: ObjectionId,
    /// When the person received the result. A result that was delivered again can be objected to again.
    pub received_at: Instant,
    /// The status of the evaluation before the objection.
    pub from: EvaluationStatus,
    /// How it ended; `None` while it is open.
    pub outcome: Option<ObjectionStatus>,
}

impl Evaluation {
    /// When the person received the result: an annual result when it was delivered, the result of a part when its
    /// ratings became final.
    #[must_use]
    pub fn received_at(&self) -> Option<Instant> {
        match self.kind {
            EvaluationKind::Annual => self.delivered_at,
            EvaluationKind::Periodic => self.finalised_at,
        }
    }

    /// The day on which the person received the result. The objection period is counted from this day.
    #[must_use]
    pub fn received_on(&self, calendar: Calendar) -> Option<Date> {
        self.detail.handed_over_on.or_else(|| self.received_at().map(|at| calendar.day(at)))
    }

    /// Refuses a second objection to the same result.
    pub(super) fn must_be_open_to_objection(&self) -> Result<(), Refusal> {
        let used = self.detail.objection.is_some_and(|mark| Some(mark.received_at) == self.received_at());
        if used { Err(self.refused(Key::ObjectionUsed)) } else { Ok(()) }
    }

    /// Marks the result as objected to. An objection that came too late changes nothing.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn object(&self, objection: &Objection, context: &EvaluationContext<'_>) -> Result<Self, Refusal> {
        self.permits(EvaluationAction::FileObjection, context)?;
        let mut next = self.clone();
        if objection.status.is_open() {
            next.detail.objection = Some(StoredObjection {
                objection: objection.id,
                received_at: objection.received_at,
                from: self.status,
                outcome: None,
            });
            next.status = EvaluationStatus::Objected;
        }
        Ok(next)
    }

    /// The open objection.
    fn open_objection(&self) -> Result<StoredObjection, Refusal> {
        let open = self.detail.objection.filter(|mark| mark.outcome.is_none());
        open.filter(|_| self.status == EvaluationStatus::Objected)
            .ok_or_else(|| self.refused(Key::InvalidTransition))
    }

    /// Gives the result its earlier status back, because the objection was withdrawn.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` without an open objection.
    pub fn take_objection_back(&self) -> Result<Self, Refusal> {
        let mark = self.open_objection()?;
        let mut next = Self { status: mark.from, ..self.clone() };
        next.detail.objection = Some(StoredObjection { outcome: Some(ObjectionStatus::Withdrawn), ..mark });
        Ok(next)
    }

    /// Decides the open objection. Without new ratings the result is upheld. New ratings replace the rater's ratings in
    /// the inputs of the result, and the predicate is computed again with the regulation that the evaluation names.
    /// Everything else that is final stays: the unit's predicate, the plan, the trainings, the earlier parts of the
    /// year. The signatures under a result that changed are removed, and the decision's reason replaces the rater's for
    /// a rating that changed.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` without an open objection; a refusal for each rating that the scheme does not have or that
    /// the unit's predicate determines, or if nothing would change.
    pub fn decide(
        &self,
        ratings: NewRatings,
        why: &str,
        context: &EvaluationContext<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        let mark = self.open_objection()?;
        let mut next = Self { status: EvaluationStatus::Decided, ..self.clone() };
        let decided = |outcome| Some(StoredObjection { outcome: Some(outcome), ..mark });
        if ratings.is_empty() {
            next.detail.objection = decided(ObjectionStatus::DecidedUpheld);
            return Ok(next);
        }
        next.detail.objection = decided(ObjectionStatus::DecidedChanged);
        // The parties signed the old result.
        next.detail.signatures.clear();
        let mut refusals = Vec::new();
        let inputs = next.with_new_ratings(ratings, context, &mut refusals);
        // The rater's reason explained the old rating.
        let reason = |rating| (rating != Some(Expectation::AsExpected)).then(|| why.trim().to_owned());
        if next.result_rating != self.result_rating {
            next.detail.result_reason = reason(next.result_rating);
        }
        if next.behaviour_rating != self.behaviour_rating {
            next.detail.behaviour_reason = reason(next.behaviour_rating);
        }
        let next = unless_refused(next, refusals)?;
        let changed = match inputs {
            Some(inputs) => next.scored_by(inputs, context)?,
            None => next,
        };
        if Outcome::of(&changed) == Outcome::of(self) {
            return Err(Refusal::input(["newRatings"], Key::NothingChanges).into());
        }
        Ok(changed)
    }

    /// The stored inputs with the new ratings in them.
    fn with_new_ratings(
        &mut self,
        ratings: NewRatings,
        context: &EvaluationContext<'_>,
        refusals: &mut Vec<Refusal>,
    ) -> Option<ScoreInput> {
        let mut found = Vec::new();
        let old = self.detail.inputs.clone().or_else(|| {
            let both = self.result_rating.zip(self.behaviour_rating);
            both.map(|(results, behaviour)| ScoreInput::ratings(results, behaviour))
        });
        let mut inputs = old.clone();
        match context.document.scheme {
            Scheme::RatingMatrix => {
                self.result_rating = ratings.result_rating.or(self.result_rating);
                self.behaviour_rating = ratings.behaviour_rating.or(self.behaviour_rating);
                let follows = old.as_ref().is_some_and(|old| matches!(old.results, Results::Unit(_)));
                if follows && ratings.result_rating.is_some() {
                    found.push(Refusal::input(["resultRating"], Key::ResultFollowsUnit));
                }
                if let Some(inputs) = &mut inputs {
                    if let Some(rating) = ratings.result_rating {
                        inputs.results = Results::Rating(rating);
                    }
                    if let Some(rating) = ratings.behaviour_rating {
                        inputs.behaviour = Behaviour::Rating(rating);
                    }
                }
                scores::checked(ratings.scores, context, &mut found);
            }
            Scheme::Numeric => {
                let given =
                    [("resultRating", ratings.result_rating), ("behaviourRating", ratings.behaviour_rating)];
                let given = given.into_iter().filter(|(_, rating)| rating.is_some());
                found.extend(given.map(|(field, _)| Refusal::input([field], Key::NeedsFigures)));
                if let Some(scores) = scores::checked(ratings.scores, context, &mut found) {
                    self.detail.scores = Some(scores);
                    match self.figures(context) {
                        Ok(figures) => {
                            let year = old.and_then(|old| old.year);
                            inputs = figures.map(|figures| ScoreInput { year, ..figures });
                        }
                        Err(missing) => found.extend(missing),
                    }
                }
            }
        }
        if let Some(decision) = ratings.year_decision {
            let mut refused = Vec::new();
            let reason = text("reason", &decision.reason, TEXT_MAX, &mut refused);
            let year = inputs.as_mut().and_then(|inputs| inputs.year.as_mut());
            match year.filter(|year| year.decision.is_some()) {
                Some(year) => year.decision = Some(YearDecision { reason, ..decision }),
                None => found.push(Refusal::input(["yearDecision"], Key::YearHasOnePart)),
            }
            found.extend(refused.into_iter().map(|one| one.under(["yearDecision"])));
        }
        refusals.extend(found.into_iter().map(|one| one.under(["newRatings"])));
        inputs
    }

    fn scored_by(self, inputs: ScoreInput, context: &EvaluationContext<'_>) -> Result<Self, Vec<Refusal>> {
        let scored = score(context.document, &inputs).map_err(|refused| {
            refused.into_iter().map(|one| one.under(["newRatings"])).collect::<Vec<_>>()
        })?;
        let mut next = Self { predicate: Some(scored.predicate), ..self };
        next.detail.score = Some(scored.tree);
        next.detail.inputs = Some(inputs);
        Ok(next)
    }

    /// Reopens the evaluation of a year for its rater, because a decision changed the result of one of its parts.
    /// `None` if it does not count the part, is not final, is itself under an objection, or is closed.
    #[must_use]
    pub fn reopen_for_part(
        &self,
        part: &Self,
        why: &str,
        by: StaffId,
        (at, period_version): (Instant, i32),
    ) -> Option<Self> {
        use EvaluationStatus::{Acknowledged, DeemedAccepted, Delivered, Final};
        let open = matches!(self.status, Final | Delivered | Acknowledged | DeemedAccepted);
        if !open || !self.counted().contains(&part.id) {
            return None;
        }
        let period_version = Some(period_version);
        Some(self.as_draft(Reopening { reason: why.to_owned(), by, at, from: self.status, period_version }))
    }

    /// Refuses to close a year while an objection can still change one of the parts that the year counts.
    pub(super) fn parts_must_be_settled(&self, context: &EvaluationContext<'_>) -> Result<(), Refusal> {
        let counted = self.counted();
        let today = context.calendar.day(context.at);
        let open = |part: &&OtherPart| {
            let waits = part.objection_until.is_some_and(|until| until >= today);
            match part.status {
                EvaluationStatus::Objected => true,
                EvaluationStatus::Delivered | EvaluationStatus::Acknowledged => waits,
                _ => false,
            }
        };
        match context.year.others.iter().filter(|part| counted.contains(&part.evaluation)).find(open) {
            Some(part) => {
                let message = Message::new(Key::PartUnderObjection).with("part", &part.label);
                Err(self.refused(message))
            }
            None => Ok(()),
        }
    }
}
