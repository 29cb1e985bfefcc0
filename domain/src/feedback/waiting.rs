//! Feedback that waits. Feedback in confidence waits until a part of the year ends and enough people have written. Open
//! feedback waits until the person has a plan that it can belong to.

use super::{Feedback, FeedbackAbout, FeedbackDirection, FeedbackInput};
use crate::{
    Key, Refusal,
    error::{TEXT_MAX, text, unless_refused},
    id::{AgencyId, EvaluationId, FeedbackId, PlanId, StaffId},
    plan::Plan,
    time::{Date, Instant},
};
use std::collections::{BTreeMap, BTreeSet};
use strum::IntoEnumIterator;
use uuid::Uuid;

/// The minimum number of authors of one direction for a release of their texts in confidence. With two, each of them
/// would know the other's text.
pub const MIN_AUTHORS: usize = 3;

/// A text that nobody but its author can read yet. It has no journal entry, and its id is never shown: the feedback
/// that it becomes has a new id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingFeedback {
    /// Its id inside the database.
    pub id: Uuid,
    /// The agency.
    pub agency: AgencyId,
    /// The person who receives the feedback.
    pub recipient: StaffId,
    /// The direction: from whom it comes.
    pub direction: FeedbackDirection,
    /// The subject of the feedback: a behaviour value, or the work as a whole.
    pub about: FeedbackAbout,
    /// The author.
    pub author: StaffId,
    /// The text, 1 to 2,000 characters.
    pub text: String,
    /// When it was given.
    pub given_at: Instant,
    /// The day on which it was given, in the time zone of the agency.
    pub given_on: Date,
}

/// When texts in confidence are released, and how many people must have written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The last day of the last part of the year that has ended; later texts wait for the next release. `None`: no part
    /// has ended yet.
    pub until: Option<Date>,
    /// The minimum number of authors of one direction: [`MIN_AUTHORS`].
    pub authors: usize,
}

/// A plan of the person, with the data that the choice among their plans needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The plan.
    pub plan: PlanId,
    /// Its first day.
    pub starts_on: Date,
    /// Its last day.
    pub ends_on: Date,
    /// Whether it takes feedback: it is not cancelled, and the result of its year is not final.
    pub is_open: bool,
}

impl WaitingFeedback {
    /// Creates a text that waits.
    ///
    /// # Errors
    /// A refusal for each broken rule: a missing text, or a part of a plan or an evaluation as the subject. Few people
    /// work with these, so they would show the author.
    pub fn give(
        id: Uuid,
        agency: AgencyId,
        (author, direction, recipient): (StaffId, FeedbackDirection, StaffId),
        input: FeedbackInput,
        (given_at, given_on): (Instant, Date),
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        if input.about.is_of_plan() {
            refusals.push(Refusal::input(["about"], Key::NotInConfidence));
        }
        if input.evaluation.is_some() {
            refusals.push(Refusal::input(["evaluationId"], Key::NotInConfidence));
        }
        let text = text("text", &input.text, TEXT_MAX, &mut refusals);
        let waiting =
            Self { id, agency, recipient, direction, about: input.about, author, text, given_at, given_on };
        unless_refused(waiting, refusals)
    }

    /// The feedback on a plan that this text becomes. Feedback in confidence loses its author and its time.
    #[must_use]
    pub fn released(
        &self,
        id: FeedbackId,
        plan: &Plan,
        evaluation: Option<EvaluationId>,
        (at, seal): (Instant, String),
    ) -> Feedback {
        let confidential = self.direction.is_confidential();
        Feedback {
            id,
            agency: self.agency,
            plan: plan.id,
            about: self.about,
            evaluation,
            direction: self.direction,
            author: (!confidential).then_some(self.author),
            seal: confidential.then_some(seal),
            recipient: plan.staff,
            unit: plan.unit,
            text: self.text.clone(),
            given_at: if confidential { at } else { self.given_at },
            reply: None,
            version: 1,
        }
    }
}

/// Chooses the plan to which feedback of a person belongs: the earliest plan that takes feedback and has not ended
/// before the day. After the result of a year is final, this is the next plan. Without a next plan, the feedback waits
/// for it.
#[must_use]
pub fn plan_from(candidates: &[Candidate], day: Date) -> Option<PlanId> {
    let open = candidates.iter().filter(|one| one.is_open && one.ends_on >= day);
    open.min_by_key(|one| (one.starts_on, one.plan)).map(|one| one.plan)
}

/// Selects the texts about one person that can be shown now. Open texts are shown at once. Texts in confidence are
/// released together: all texts of one direction that were given in time (see [`Terms::until`]), if enough people wrote
/// them. People whose accounts the person can use don't count: otherwise an admin could write as invented colleagues
/// and recognise the text of the only real one.
#[must_use]
pub fn due<'a>(
    waiting: &'a [WaitingFeedback],
    terms: Terms,
    dependent: &BTreeSet<StaffId>,
) -> Vec<&'a WaitingFeedback> {
    let mut by_direction: BTreeMap<FeedbackDirection, Vec<&WaitingFeedback>> = BTreeMap::new();
    for one in waiting {
        let in_time = || terms.until.is_some_and(|until| one.given_on <= until);
        if !one.direction.is_confidential() || in_time() {
            by_direction.entry(one.direction).or_default().push(one);
        }
    }
    let enough = |texts: &Vec<&WaitingFeedback>, direction: FeedbackDirection| {
        let people: BTreeSet<StaffId> = texts.iter().map(|one| one.author).collect();
        !direction.is_confidential() || people.difference(dependent).count() >= terms.authors
    };
    FeedbackDirection::iter()
        .filter_map(|direction| Some((direction, by_direction.remove(&direction)?)))
        .filter(|(direction, texts)| enough(texts, *direction))
        .flat_map(|(_, texts)| texts)
        .collect()
}
