//! Mutations of dialogues.

use super::types::{Dialogue, one};
use crate::{
    context::ContextExt,
    enums::{DialogueKind, DialogueParty},
    error::{self, OrFail, UserError},
    given::Given,
    reader::Reader,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::{
    dialogue::{AgreementInput as NewAgreement, DialogueInput},
    id::{DialogueId, PlanId},
    time::Date,
};
use service::dialogue as use_case;
use uuid::Uuid;

/// Mutations of dialogues.
#[derive(Default)]
pub struct DialogueMutation;

/// An agreement from a dialogue: a task for one of the two people.
#[derive(InputObject)]
struct AgreementInput {
    /// The task, 1 to 2,000 characters.
    text: String,
    /// The person who has to act.
    doer: DialogueParty,
    /// Deadline: the last day to do it on time, from the day of the dialogue to 366 days later.
    due_on: Given<Date>,
}

/// Input of `holdDialogue`: a dialogue that you held with an employee whom you rate.
#[derive(InputObject)]
struct HoldDialogueInput {
    /// The plan of the employee.
    plan_id: Given<PlanId>,
    /// Kind of dialogue. Only the two of you can read the text and the agreements of COUNSELLING.
    kind: DialogueKind,
    /// Day on which the dialogue was held; not before the first day of the plan, and not in the future.
    held_on: Given<Date>,
    /// Record of the conversation, 1 to 2,000 characters. It can't be changed later.
    text: String,
    /// The agreements, at most 20. Until an agreement is completed, it is in the worklist of the person who has to act.
    #[graphql(default)]
    agreements: Vec<AgreementInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `completeAgreement`: an agreement that was carried out.
#[derive(InputObject)]
struct CompleteAgreementInput {
    /// The dialogue.
    dialogue_id: Given<DialogueId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Number of the agreement within the dialogue, from 1.
    number: i32,
    /// Note on how the agreement was carried out, at most 2,000 characters. It can't be changed later.
    note: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a mutation of a dialogue.
#[derive(SimpleObject)]
struct DialoguePayload {
    /// The dialogue; null if `errors` is not empty.
    dialogue: Option<Dialogue>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl DialogueMutation {
    /// Records a dialogue that you held with an employee, with its agreements. For the rater of the plan, or the person
    /// who acts for the rater. The employee gets it as an update.
    async fn hold_dialogue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, the dialogue, the agreements and an optional idempotency key.")]
        input: HoldDialogueInput,
    ) -> async_graphql::Result<DialoguePayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let hold = use_case::HoldDialogue {
            plan: read.get("planId", input.plan_id),
            dialogue: DialogueInput {
                kind: input.kind.into(),
                held_on: read.get("heldOn", input.held_on),
                text: input.text,
                agreements: read.each("agreements", input.agreements, AgreementInput::read),
            },
        };
        payload(ctx, read.run(use_case::hold_dialogue(ctx.env()?, ctx.actor()?, key, hold)).await).await
    }

    /// Marks an agreement of a dialogue as completed, which can't be undone. For the person who has to act on it, and
    /// for the superior who held the dialogue.
    async fn complete_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The dialogue, its version, the agreement, a note and an optional idempotency key."
        )]
        input: CompleteAgreementInput,
    ) -> async_graphql::Result<DialoguePayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let complete = use_case::CompleteAgreement {
            dialogue: read.get("dialogueId", input.dialogue_id),
            expected_version: input.expected_version,
            number: input.number,
            note: input.note,
        };
        let result = read.run(use_case::complete_agreement(ctx.env()?, ctx.actor()?, key, complete)).await;
        payload(ctx, result).await
    }
}

impl AgreementInput {
    fn read(read: &mut Reader, input: Self) -> NewAgreement {
        NewAgreement { text: input.text, doer: input.doer.into(), due_on: read.get("dueOn", input.due_on) }
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<DialogueId>,
) -> async_graphql::Result<DialoguePayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let dialogue = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(DialoguePayload { dialogue, errors })
}
