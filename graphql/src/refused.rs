//! Records refused rights in the access log: who, which operation, on which id. Ids that name nothing that the caller can
//! see count too, because hidden and absent objects look the same.

use super::{
    context::ContextExt,
    id::{self, GlobalId},
};
use async_graphql::{Context, Name, Value};
use domain::{Code, Refusal};
use uuid::Uuid;

/// Records the refusals of rights among these, with the ids at their paths in the input.
pub fn record(ctx: &Context<'_>, refusals: &[Refusal]) {
    for refusal in refusals {
        if matches!(refusal.code, Code::Forbidden | Code::NotFound) {
            record_at(ctx, &refusal.path);
        }
    }
}

/// Records that the field of this context was refused on the id in its arguments.
pub fn record_field(ctx: &Context<'_>) {
    record_at(ctx, &[]);
}

/// Returns what a field found, and records that it found nothing.
pub fn unless_found<T>(ctx: &Context<'_>, found: Option<T>) -> Option<T> {
    if found.is_none() {
        record_field(ctx);
    }
    found
}

/// Records that the field of this context found no visible object with an id.
pub fn record_id(ctx: &Context<'_>, found: GlobalId) {
    let (Ok(env), Ok(actor)) = (ctx.env(), ctx.actor()) else { return };
    env.access.refused(env, actor, ctx.field().name(), Some(object(found)));
}

fn record_at(ctx: &Context<'_>, path: &[String]) {
    let (Ok(env), Ok(actor)) = (ctx.env(), ctx.actor()) else { return };
    let arguments = ctx.field().arguments().unwrap_or_default();
    let named = arguments.iter().find_map(|(name, value)| first_id(name, value, path));
    env.access.refused(env, actor, ctx.field().name(), named.map(object));
}

fn object(found: GlobalId) -> (&'static str, Uuid) {
    (found.kind.name(), found.id)
}

/// Finds the id at a path of the input, or the first one in the part that the path leads to.
fn first_id(name: &Name, value: &Value, path: &[String]) -> Option<GlobalId> {
    // An idempotency key is no id, and texts are not looked into: an id in them is not the object.
    let is_id = |name: &str| name == "id" || name == "ids" || name.ends_with("Id") || name.ends_with("Ids");
    let step = path.first();
    match value {
        Value::String(text) if is_id(name) => id::decode(text),
        Value::List(items) => {
            let at = step.and_then(|step| step.parse::<usize>().ok()).and_then(|index| items.get(index));
            match at {
                Some(item) => first_id(name, item, &path[1..]),
                None => items.iter().find_map(|item| first_id(name, item, path)),
            }
        }
        Value::Object(fields) => {
            let at = step.and_then(|step| fields.get_key_value(step.as_str()));
            at.and_then(|(name, item)| first_id(name, item, &path[1..]))
                .or_else(|| fields.iter().find_map(|(name, item)| first_id(name, item, &[])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Kind, encode};
    use async_graphql::value;

    #[test]
    fn the_id_of_the_refused_row_is_found() {
        let ids: Vec<String> = (1..4).map(|n| encode(Kind::Plan, Uuid::from_u128(n)).to_string()).collect();
        let input = value!({
            "idempotencyKey": "x",
            "rows": [{ "planId": (ids[0].clone()) }, { "note": (ids[2].clone()), "planId": (ids[1].clone()) }],
        });
        let found = |path: &[&str]| {
            let path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
            first_id(&Name::new("input"), &input, &path).map(|found| found.id.as_u128())
        };
        assert_eq!(found(&["rows", "1"]), Some(2));
        assert_eq!(found(&["rows", "1", "planId"]), Some(2));
        assert_eq!(found(&[]), Some(1));
        assert_eq!(first_id(&Name::new("text"), &value!((ids[0].clone())), &[]), None);
    }
}
