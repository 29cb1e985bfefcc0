//! Records refused rights in the access log: the person, the operation and the id. Ids of objects that the caller can't
//! see are recorded too, because hidden and absent objects look the same.

use super::{
    context::ContextExt,
    id::{self, GlobalId},
};
use async_graphql::{Context, Name, Value};
use domain::{Code, Refusal};
use uuid::Uuid;

/// Records the refusals that concern a right, with the ids at their paths in the input.
pub fn record(ctx: &Context<'_>, refusals: &[Refusal]) {
    for refusal in refusals {
        if matches!(refusal.code, Code::Forbidden | Code::NotFound) {
            record_at(ctx, &refusal.path);
        }
    }
}

/// Records that the field of this context was refused for the id in its arguments.
pub fn record_field(ctx: &Context<'_>) {
    record_at(ctx, &[]);
}

/// Returns the found value; if there is none, records that the field of this context found nothing.
pub fn unless_found<T>(ctx: &Context<'_>, found: Option<T>) -> Option<T> {
    if found.is_none() {
        record_field(ctx);
    }
    found
}

/// Records that the field of this context found no visible object with an id.
pub fn record_id(ctx: &Context<'_>, found: GlobalId) {
    let (Ok(env), Ok(actor)) = (ctx.env(), ctx.actor()) else { return };
    env.access().refused(env, actor, ctx.field().name(), Some(object(found)));
}

fn record_at(ctx: &Context<'_>, path: &[String]) {
    let (Ok(env), Ok(actor)) = (ctx.env(), ctx.actor()) else { return };
    let arguments = ctx.field().arguments().unwrap_or_default();
    if answers_in_confidence(ctx.field().name(), &arguments) {
        return;
    }
    let named = arguments.iter().find_map(|(name, value)| id::first_id(name, value, path));
    env.access().refused(env, actor, ctx.field().name(), named.map(object));
}

/// Whether the request gives feedback to a person, or declines a request for it. Such a refusal is not recorded:
/// auditors receive feedback too, and a recorded attempt would show them who probably wrote it. Nobody can find hidden
/// people this way, because everyone can see the people of the agency.
fn answers_in_confidence(field: &str, arguments: &[(Name, Value)]) -> bool {
    let to_person = |input: &Value| match input {
        Value::Object(fields) => fields.get("staffId").is_some_and(|staff| *staff != Value::Null),
        _ => false,
    };
    let gives = || field == "giveFeedback" && arguments.iter().any(|(_, input)| to_person(input));
    field == "declineFeedback" || gives()
}

fn object(found: GlobalId) -> (&'static str, Uuid) {
    (found.kind.name(), found.id)
}
