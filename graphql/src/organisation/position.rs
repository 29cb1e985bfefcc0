//! Mutations of positions.

use super::Position;
use crate::{
    context::ContextExt,
    enums::PositionKind,
    error::{self, UserError},
    given::Given,
    reader::{Reader, edit},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{id::PositionId, staff::PositionChanges};
use service::organisation as use_case;
use uuid::Uuid;

/// Mutations of positions.
#[derive(Default)]
pub struct PositionMutation;

/// Input of `updatePosition`: the changes of a position. Omitted fields stay unchanged; null clears a field or is refused.
#[derive(InputObject)]
struct UpdatePositionInput {
    /// The position.
    position_id: Given<PositionId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The code, unique in the agency; not null.
    code: MaybeUndefined<String>,
    /// The name, at most 200 characters; not null.
    name: MaybeUndefined<String>,
    /// Kind of position; not null.
    kind: MaybeUndefined<PositionKind>,
    /// Level of a functional position (jenjang); null clears it. Other kinds must have no level.
    level: MaybeUndefined<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `updatePosition`.
#[derive(SimpleObject)]
struct PositionPayload {
    /// The position; null if `errors` is not empty.
    position: Option<Position>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl PositionMutation {
    /// Changes a position for everyone who has it, for example to correct a typo. Finished plans and evaluations keep
    /// the old name. For admins of the agency.
    async fn update_position(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position, its version, the changes and an optional idempotency key.")]
        input: UpdatePositionInput,
    ) -> async_graphql::Result<PositionPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let update = use_case::UpdatePosition {
            position: read.get("positionId", input.position_id),
            expected_version: input.expected_version,
            changes: PositionChanges {
                code: read.not_null("code", input.code),
                name: read.not_null("name", input.name),
                kind: read.not_null("kind", input.kind).map(Into::into),
                level: edit(input.level),
            },
        };
        let updated = use_case::update_position(ctx.env()?, ctx.actor()?, key, update);
        let (id, errors) = error::outcome(ctx, read.run(updated).await)?;
        let position = match id {
            Some(id) => ctx.loaders()?.positions.find(ctx, id).await?.map(Position),
            None => None,
        };
        Ok(PositionPayload { position, errors })
    }
}
