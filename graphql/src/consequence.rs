//! `Consequence`: what else changes with a change of the organisation.

use super::{
    context::ContextExt,
    enums::ConsequenceKind,
    id::{self, Kind},
    labels::{Locale, label},
    node::{self, Node},
    organisation::{Staff, one_staff},
};
use crate::connection;
use async_graphql::{Context, Object, SimpleObject};
use domain::{consequence as rule, field::field_name};

pub struct Consequence(rule::Consequence);

connection!(ConsequenceConnection, ConsequenceEdge, Consequence, "consequences");

impl From<rule::Consequence> for Consequence {
    fn from(consequence: rule::Consequence) -> Self {
        Self(consequence)
    }
}

impl Consequence {
    /// Wraps the consequences of a change.
    pub fn list(all: Vec<rule::Consequence>) -> Vec<Self> {
        all.into_iter().map(Self).collect()
    }
}

/// A consequence of a change of the organisation. A dry run lists the same consequences as the actual change.
#[Object]
impl Consequence {
    /// Kind of consequence.
    async fn kind(&self) -> ConsequenceKind {
        self.0.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind)
    }
    /// The object that changes, as it is stored now; null if you can't see it, if the change creates it, or if the
    /// sentence is about several objects.
    async fn subject(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Node>> {
        let Some((subject, uuid)) = self.0.subject else { return Ok(None) };
        let Some(kind) = Kind::of_subject(subject) else { return Ok(None) };
        node::find(ctx, &id::encode(kind, uuid)).await
    }
    /// The person concerned; null if the change creates the person, or if it does not concern exactly one person.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.staff {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }
    /// A sentence for people, in the requested language.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.0.sentence.render(ctx.language(locale))
    }
    /// The fields that get a new value; empty unless `kind` is DATA_CHANGED or SUPERIOR_ASSIGNED.
    async fn columns(&self, ctx: &Context<'_>) -> Vec<ChangedColumn> {
        let column = |column: &rule::ChangedColumn| ChangedColumn {
            field: column.field.clone(),
            label: field_name(&column.field, ctx.locale()),
            before: column.before.clone(),
            after: column.after.clone(),
        };
        self.0.columns.iter().map(column).collect()
    }
}

/// A stored value that a change replaces.
#[derive(SimpleObject)]
struct ChangedColumn {
    /// Name of the input field that sets it.
    field: String,
    /// Name of the field for people, in the request's language.
    label: String,
    /// Value before the change; for a unit or a superior, the name. Null if there was none.
    before: Option<String>,
    /// Value after the change; for a unit or a superior, the name. Null if there is none.
    after: Option<String>,
}
