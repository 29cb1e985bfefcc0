//! Converts rows to JSON that people can read: with times as text, documents as JSON, and labels beside values; without
//! secrets.

use crate::{
    env::Env,
    error::{Error, Result},
};
use domain::{
    Labelled, Locale,
    activity::ActivityStatus,
    actor::Role,
    assignment::Capacity,
    correction, dialogue, evaluation, event, feedback,
    field::{field_name, is_named},
    objection,
    period::PeriodStatus,
    plan::{PlanStatus, RevisionStatus},
    recommendation,
    scoring::Label,
    staff::{EmploymentKind, StaffStatus},
    time::from_micros,
    training,
};
use sea_orm::{Condition, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Columns with secrets, or with hashes of secrets.
const SECRET: [&str; 12] = [
    "password_hash",
    "access_hash",
    "refresh_hash",
    "refresh_family",
    "previous_refresh_hash",
    "token_hash",
    "code_hash",
    "key_hash",
    "input_hash",
    "user_key",
    "seal",
    "salt",
];

/// One kind of data about the person.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    /// The table.
    name: &'static str,
    label: Label,
    /// The names of the fields for people, for the fields that the API names.
    fields: BTreeMap<String, Label>,
    rows: Vec<Value>,
}

/// Reads the rows of a table that match.
pub(super) async fn section<E>(
    env: &Env,
    name: &'static str,
    (id, en): (&'static str, &'static str),
    which: Condition,
) -> Result<Section>
where
    E: EntityTrait,
    E::Model: Serialize,
{
    let rows = E::find().filter(which).all(env.db.reader()).await?;
    let rows = rows.iter().map(|row| for_people(name, serde_json::to_value(row)?)).collect::<Result<_>>()?;
    Ok(of_rows(name, (id, en), rows))
}

/// A section with these rows.
pub(super) fn of_rows(name: &'static str, (id, en): (&str, &str), rows: Vec<Value>) -> Section {
    let mut fields = BTreeMap::new();
    for field in rows.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        let named = camel_case(field.trim_end_matches("_label"));
        if !fields.contains_key(field) && is_named(&named) {
            let text = |locale| field_name(&named, locale);
            fields.insert(field.clone(), Label { id: text(Locale::Id), en: text(Locale::En) });
        }
    }
    Section { name, label: Label::new(id, en), fields, rows }
}

/// Converts a row to JSON that people can read.
pub(super) fn for_people(table: &str, row: Value) -> Result<Value> {
    let Value::Object(row) = row else { return Err(Error::internal("a row is no object")) };
    let mut readable = Map::new();
    for (column, value) in row {
        if SECRET.contains(&column.as_str()) {
            continue;
        }
        let value = match value {
            Value::Number(micros) if column == "at" || column.ends_with("_at") => {
                let at = from_micros(micros.as_i64().unwrap_or_default());
                json!(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
            }
            Value::String(text) if text.starts_with(['{', '[']) => {
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            }
            other => other,
        };
        let label = value.as_str().and_then(|text| label(table, &column, text));
        readable.insert(column.clone(), value);
        if let Some(label) = label {
            readable.insert(format!("{column}_label"), serde_json::to_value(label)?);
        }
    }
    Ok(Value::Object(readable))
}

/// The label of a value, if the column has an enumeration.
fn label(table: &str, column: &str, text: &str) -> Option<Label> {
    fn of<T: std::str::FromStr + Labelled>(text: &str) -> Option<Label> {
        text.parse::<T>().ok().map(Labelled::words)
    }
    match (table, column) {
        ("staff", "employment_kind") => of::<EmploymentKind>(text),
        ("staff", "status") => of::<StaffStatus>(text),
        ("plan", "status") => of::<PlanStatus>(text),
        ("plan_revision", "status") => of::<RevisionStatus>(text),
        ("activity", "status") => of::<ActivityStatus>(text),
        ("period", "status") => of::<PeriodStatus>(text),
        ("evaluation", "status") => of::<evaluation::EvaluationStatus>(text),
        ("evaluation", "kind") => of::<evaluation::EvaluationKind>(text),
        ("evaluation", "result_rating" | "behaviour_rating") => of::<evaluation::Expectation>(text),
        ("evaluation", "predicate") => of::<evaluation::Predicate>(text),
        ("evaluation" | "unit_predicate", "unit_predicate") => of::<evaluation::OrgUnitPredicate>(text),
        ("unit_predicate", "predicate") => of::<evaluation::OrgUnitPredicate>(text),
        ("objection", "status") => of::<objection::ObjectionStatus>(text),
        ("feedback" | "waiting_feedback", "about_kind") => of::<feedback::FeedbackKind>(text),
        ("feedback" | "waiting_feedback", "direction") => of::<feedback::FeedbackDirection>(text),
        ("recommendation", "kind") => of::<recommendation::RecommendationKind>(text),
        ("recommendation", "status") => of::<recommendation::RecommendationStatus>(text),
        ("feedback_request", "about_kind") => of::<feedback::FeedbackKind>(text),
        ("feedback_request", "answer") => of::<feedback::RequestStatus>(text),
        ("dialogue", "kind") => of::<dialogue::DialogueKind>(text),
        ("training", "status") => of::<training::TrainingStatus>(text),
        ("correction", "status") => of::<correction::CorrectionStatus>(text),
        ("correction", "subject") => of::<correction::CorrectionSubject>(text),
        ("event", "kind") => of::<event::EventKind>(text),
        ("event", "subject_kind") => of::<event::SubjectKind>(text),
        ("access_log", "kind") => of::<domain::access::AccessKind>(text),
        (_, "role") => of::<Role>(text),
        (_, "capacity") => of::<Capacity>(text),
        _ => None,
    }
}

/// The name of a column in the API.
fn camel_case(column: &str) -> String {
    let mut words = column.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &word[..1].to_uppercase() + &word[1..])
}
