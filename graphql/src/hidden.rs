//! Hidden figures of a report, and the reason.

use super::{
    context::ContextExt,
    enums::HiddenReason,
    labels::{Locale, label},
};
use async_graphql::{Context, Object};
use domain::Message;
use service::report::{Figures, Row};

#[derive(Clone)]
pub struct HiddenFigures {
    reason: domain::disclosure::HiddenReason,
    fields: Vec<String>,
}

/// The figures of a row that are hidden from API keys, and the reason. Unit heads, the performance team, admins and
/// auditors see all figures.
#[Object]
impl HiddenFigures {
    /// The reason.
    async fn reason(&self) -> HiddenReason {
        self.reason.into()
    }
    /// Label of `reason` in the requested language.
    async fn reason_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.reason)
    }
    /// The reason as a sentence.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        Message::from(self.reason.sentence()).render(ctx.language(locale))
    }
    /// The names of the hidden fields of the row.
    async fn fields(&self) -> &[String] {
        &self.fields
    }
}

/// Converts the name of a field in Rust to its name in the schema.
fn in_schema(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &word[..1].to_uppercase() + &word[1..])
}

impl HiddenFigures {
    /// Returns the hidden figures of a row under the field names that its report declares; none if all are shown.
    pub fn of<T: Figures>(row: &Row<T>) -> Option<Self> {
        let names = ["staff"].into_iter().chain(T::NAMES.iter().copied());
        Self::named(row, &row.figures, names.map(in_schema))
    }

    /// Returns the hidden figures of a row. The caller gives the field names of the number of people and of the
    /// figures.
    pub fn named<T>(
        row: &Row<T>,
        figures: &impl Figures,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Option<Self> {
        let figures = [row.staff].into_iter().chain(figures.counts());
        let hidden = names.into_iter().zip(figures).filter(|(_, figure)| figure.is_none());
        let fields = hidden.map(|(name, _)| name.into()).collect();
        row.hidden.map(|reason| Self { reason, fields })
    }
}
