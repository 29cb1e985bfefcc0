//! Dialogues of a superior with an employee (dialog kinerja, bimbingan kinerja, konseling kinerja) and their
//! agreements.
//!
//! The superior records a dialogue on the plan after it was held. It never changes; only agreements are completed. The
//! text of counselling is for the two people alone, see `policy::dialogue`.

#[cfg(test)]
mod tests;

use crate::{
    Key, Message, Refusal,
    error::{TEXT_MAX, optional_text, text, unless_refused},
    id::{AgencyId, DialogueId, PlanId, StaffId, UnitId},
    plan::{Plan, PlanStatus},
    time::{Date, Instant},
};
use chrono::Duration;
use serde::{Deserialize, Serialize};

/// Maximum number of agreements of a dialogue.
pub const AGREEMENTS_MAX: usize = 20;
/// Maximum number of days from a dialogue until an agreement is due: a year.
pub const DUE_DAYS_MAX: i64 = 366;

/// Kind of dialogue.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DialogueKind {
    /// Dialog kinerja: on expectations and progress.
    PerformanceDialogue,
    /// Bimbingan kinerja: on how the work is done.
    Coaching,
    /// Konseling kinerja: on problems that keep the person from their work, in confidence.
    Counselling,
}

impl DialogueKind {
    /// Whether only the two people who talked read what was said and agreed.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Counselling)
    }
}

/// One of the two people of a dialogue.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DialogueParty {
    /// The employee.
    Employee,
    /// The superior who held the dialogue.
    Superior,
}

/// An agreement of the two people: something that one of them has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// 1 to 2,000 characters.
    pub text: String,
    /// Who has to act.
    pub doer: DialogueParty,
    /// The last day on which completing it is on time.
    pub due_on: Date,
    /// When and by whom it was completed; `None` while it is open.
    pub completion: Option<Completion>,
}

/// The completion of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The person who recorded it.
    pub by: StaffId,
    /// When.
    pub at: Instant,
    /// What was done, 1 to 2,000 characters.
    pub note: Option<String>,
}

/// A dialogue. Only completions of agreements are ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialogue {
    /// Its id.
    pub id: DialogueId,
    /// The agency.
    pub agency: AgencyId,
    /// The plan that it belongs to.
    pub plan: PlanId,
    /// The employee: the owner of the plan.
    pub staff: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The person who held it: the rater of the plan on that day.
    pub superior: StaffId,
    /// The kind.
    pub kind: DialogueKind,
    /// The day.
    pub held_on: Date,
    /// What was said, 1 to 2,000 characters.
    pub text: String,
    /// The agreements, in the order in which the superior entered them. An agreement's number is its position here,
    /// from 1.
    pub agreements: Vec<Agreement>,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgreementInput {
    /// 1 to 2,000 characters.
    pub text: String,
    /// Who has to act.
    pub doer: DialogueParty,
    /// The last day on which completing it is on time: from the day of the dialogue to a year later.
    pub due_on: Date,
}

/// Input for a dialogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DialogueInput {
    /// The kind.
    pub kind: DialogueKind,
    /// The day: from the first day of the plan to today.
    pub held_on: Date,
    /// 1 to 2,000 characters.
    pub text: String,
    /// At most 20.
    pub agreements: Vec<AgreementInput>,
}

impl Dialogue {
    /// Records a dialogue of the rater with the owner of a plan.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a cancelled plan; or a refusal for each broken rule: a day in the future or before the
    /// plan, no text, too many agreements, an agreement that is due before the dialogue or more than a year after it.
    pub fn hold(
        id: DialogueId,
        superior: StaffId,
        input: DialogueInput,
        plan: &Plan,
        (at, today): (Instant, Date),
    ) -> Result<Self, Vec<Refusal>> {
        if plan.status == PlanStatus::Cancelled {
            return Err(Refusal::transition(plan.status, &[]).into());
        }
        let mut refusals = Vec::new();
        check_day(input.held_on, plan, today, &mut refusals);
        let text = text("text", &input.text, TEXT_MAX, &mut refusals);
        if input.agreements.len() > AGREEMENTS_MAX {
            let message = Message::new(Key::TooMany).with("field", "agreements").with("max", AGREEMENTS_MAX);
            refusals.push(Refusal::input(["agreements"], message));
        }
        let mut agreements = Vec::with_capacity(input.agreements.len());
        for (index, agreement) in input.agreements.into_iter().enumerate() {
            let mut broken = Vec::new();
            agreements.push(agreement.checked(input.held_on, &mut broken));
            let place = ["agreements".to_owned(), index.to_string()];
            refusals.extend(broken.into_iter().map(|refusal| refusal.under(&place)));
        }
        let held = Self {
            id,
            agency: plan.agency,
            plan: plan.id,
            staff: plan.staff,
            unit: plan.unit,
            superior,
            kind: input.kind,
            held_on: input.held_on,
            text,
            agreements,
            recorded_at: at,
            version: 1,
        };
        unless_refused(held, refusals)
    }

    /// The side of a person in the dialogue; `None` for everyone else.
    #[must_use]
    pub fn party(&self, person: StaffId) -> Option<DialogueParty> {
        if person == self.staff {
            Some(DialogueParty::Employee)
        } else if person == self.superior {
            Some(DialogueParty::Superior)
        } else {
            None
        }
    }

    /// The agreement with a number, from 1.
    ///
    /// # Errors
    /// `NOT_FOUND` at `number`.
    pub fn agreement(&self, number: i32) -> Result<&Agreement, Refusal> {
        let found = position(number).and_then(|position| self.agreements.get(position));
        found.ok_or_else(|| Refusal::not_found(["number"]))
    }

    /// Completes an agreement. The caller checks that the person may.
    ///
    /// # Errors
    /// `NOT_FOUND` for an unknown number; `INVALID_TRANSITION` if it is completed already; a note that is too long.
    pub fn complete_agreement(
        &self,
        number: i32,
        by: StaffId,
        note: Option<&str>,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        if self.agreement(number)?.completion.is_some() {
            return Err(Refusal::agreement_completed().into());
        }
        let mut refusals = Vec::new();
        let note = optional_text("note", note, TEXT_MAX, &mut refusals);
        let mut dialogue = self.clone();
        if let Some(agreement) = position(number).and_then(|position| dialogue.agreements.get_mut(position)) {
            agreement.completion = Some(Completion { by, at, note });
        }
        unless_refused(dialogue, refusals)
    }

    /// The earliest due day of the open agreements of one side; `None` if it has no open agreement.
    #[must_use]
    pub fn due_on(&self, doer: DialogueParty) -> Option<Date> {
        self.open_agreements().filter(|agreement| agreement.doer == doer).map(|one| one.due_on).min()
    }

    /// The agreements that are not completed.
    pub fn open_agreements(&self) -> impl Iterator<Item = &Agreement> {
        self.agreements.iter().filter(|agreement| agreement.completion.is_none())
    }

    /// The dialogue without its texts, for readers other than the two people.
    #[must_use]
    pub fn without_content(self) -> Self {
        Self { text: String::new(), agreements: Vec::new(), ..self }
    }
}

impl AgreementInput {
    fn checked(self, held_on: Date, refusals: &mut Vec<Refusal>) -> Agreement {
        let text = text("text", &self.text, TEXT_MAX, refusals);
        let last = held_on + Duration::days(DUE_DAYS_MAX);
        if self.due_on < held_on || self.due_on > last {
            refusals.push(out_of_range("dueOn", held_on, last));
        }
        Agreement { text, doer: self.doer, due_on: self.due_on, completion: None }
    }
}

/// The position of the agreement with a number.
fn position(number: i32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn check_day(held_on: Date, plan: &Plan, today: Date, refusals: &mut Vec<Refusal>) {
    if held_on > today {
        let message = Message::new(Key::InTheFuture).with("today", today);
        refusals.push(Refusal::input(["heldOn"], message));
    } else if held_on < plan.starts_on {
        refusals.push(out_of_range("heldOn", plan.starts_on, today));
    }
}

fn out_of_range(field: &str, min: Date, max: Date) -> Refusal {
    let message = Message::new(Key::OutOfRange).with("field", field).with("min", min).with("max", max);
    Refusal::input([field], message)
}
