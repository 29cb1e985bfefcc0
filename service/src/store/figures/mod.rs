//! The statements of reports about a unit's subtree in a period.

mod development;
mod drafts;
mod grouped;
mod kept;
mod missing;

pub(crate) use development::{
    Rated, Whose, YearsLine, contributions, people_of_years, plans_of_heads, rated,
};
pub(crate) use drafts::{drafts_since, images_before};
pub(crate) use grouped::{Counted, Line, grouped};
pub(crate) use kept::{
    closed_without, complete, counts_of_agency, keep, kept, names_of_units, remove_kept,
    years_without_development,
};
pub(crate) use missing::{MissingLine, missing, predicates_of_heads};

use crate::{
    db::{Backend, Source},
    error::Result,
};
use domain::{id::UnitId, period::Period};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

/// The units of a subtree.
const SUBTREE: &str = "\
WITH RECURSIVE edge (unit, parent) AS (
    SELECT unit_id, parent_id FROM org_unit_parent
    WHERE valid_from <= {on} AND (valid_to IS NULL OR valid_to > {on})
), cover (unit) AS (
    SELECT id FROM org_unit WHERE id = {unit}
    UNION ALL
    SELECT edge.unit FROM cover JOIN edge ON edge.parent = cover.unit
)";

/// The condition that an evaluation is not cancelled.
const NOT_CANCELLED: &str = " AND (e.status IS NULL OR e.status <> 'CANCELLED')";

/// Joins an assignment to its person (without NON_ASN), plan and evaluation.
const ACTIVE: &str = "\
    JOIN staff s ON s.id = a.staff_id AND s.employment_kind <> 'NON_ASN'
    LEFT JOIN plan p ON p.assignment_id = a.id AND p.period_id = {year} AND p.status <> 'CANCELLED'
    LEFT JOIN evaluation e ON e.plan_id = p.id AND e.period_id = {period}";

/// Replaces the words in braces by placeholders of the database, and collects their values in order.
fn bind(backend: Backend, text: &str, values: &mut Vec<Value>, words: &[(&str, Value)]) -> String {
    let mut bound = String::with_capacity(text.len());
    let mut remaining = text;
    while let Some(start) = remaining.find('{') {
        bound.push_str(&remaining[..start]);
        remaining = &remaining[start..];
        let Some((word, value)) = words.iter().find(|(word, _)| remaining.starts_with(word)) else { break };
        match backend {
            Backend::Sqlite => {
                bound.push('?');
                values.push(value.clone());
            }
            Backend::Postgres => {
                // A word that occurs several times gets one placeholder number.
                let number = values.iter().position(|known| known == value).unwrap_or_else(|| {
                    values.push(value.clone());
                    values.len() - 1
                });
                bound.push_str(&format!("${}", number + 1));
            }
        }
        remaining = &remaining[word.len()..];
    }
    bound.push_str(remaining);
    bound
}

/// The values for the words in braces of a statement about a period: its year, its id, and its last day.
fn of_period(period: &Period) -> Vec<(&'static str, Value)> {
    vec![
        ("{year}", period.parent.unwrap_or(period.id).0.into()),
        ("{period}", period.id.0.into()),
        ("{on}", period.ends_on.into()),
    ]
}

/// Executes a statement about a unit's subtree in a period, without cancelled evaluations.
async fn lines<T: FromQueryResult, C: ConnectionTrait>(
    source: Source<'_, C>,
    text: &str,
    unit: UnitId,
    period: &Period,
    more: &[(&'static str, Value)],
) -> Result<Vec<T>> {
    let text =
        text.replace("{subtree}", SUBTREE).replace("{active}", ACTIVE).replace("{counted}", NOT_CANCELLED);
    let mut words = of_period(period);
    words.push(("{unit}", unit.0.into()));
    words.extend(more.iter().cloned());
    rows(source, &text, &words).await
}

/// Executes a statement with words in braces.
async fn rows<T: FromQueryResult, C: ConnectionTrait>(
    source: Source<'_, C>,
    text: &str,
    words: &[(&str, Value)],
) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let text = bind(source.backend, text, &mut values, words);
    let backend = match source.backend {
        Backend::Sqlite => DbBackend::Sqlite,
        Backend::Postgres => DbBackend::Postgres,
    };
    let statement = Statement::from_sql_and_values(backend, text, values);
    let found = source.connection.query_all_raw(statement).await?;
    found.iter().map(|row| Ok(T::from_query_result(row, "")?)).collect()
}
