//! Figures that are stored when a period is closed, and the counts that they are computed from.

use super::{ACTIVE, NOT_CANCELLED, of_period, rows};
use crate::{
    db::{Source, Tx, any_of, insert},
    error::{Error, Result},
};
use domain::{
    evaluation::{EvaluationStatus, Predicate},
    id::{AgencyId, PeriodId, UnitId},
    period::{Period, PeriodStatus},
    plan::PlanStatus,
    time::{Instant, from_micros, to_micros},
};
use entity::{closed_figures, org_unit, period};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::Expr,
};
use uuid::Uuid;

/// The figures that were kept for a period.
pub(crate) struct KeptRow {
    /// The figures as a JSON document.
    pub content: String,
    /// The minimum group that applied when they were stored.
    pub minimum: u32,
    pub at: Instant,
}

/// Reads the figures that were kept for a period.
pub(crate) async fn kept<C: ConnectionTrait>(
    source: Source<'_, C>,
    period: PeriodId,
) -> Result<Option<KeptRow>> {
    let row = closed_figures::Entity::find_by_id(period.0).one(source.connection).await?;
    row.map(|row| {
        let minimum = u32::try_from(row.minimum_group).map_err(Error::internal)?;
        Ok(KeptRow { content: row.content, minimum, at: from_micros(row.kept_at) })
    })
    .transpose()
}

/// Removes the figures that were kept for a period.
pub(crate) async fn remove_kept(tx: &Tx, period: PeriodId) -> Result<()> {
    closed_figures::Entity::delete_by_id(period.0).exec(tx.connection()).await?;
    Ok(())
}

/// Stores the figures of a period as a JSON document.
pub(crate) async fn keep(tx: &Tx, period: &Period, minimum: u32, content: String) -> Result<()> {
    let row = closed_figures::ActiveModel {
        period_id: Set(period.id.0),
        agency_id: Set(period.agency.0),
        minimum_group: Set(i32::try_from(minimum).unwrap_or(i32::MAX)),
        kept_at: Set(to_micros(tx.now())),
        content: Set(content),
    };
    insert(tx, row).await
}

/// Replaces the stored figures of a period by a document with more figures.
pub(crate) async fn complete(tx: &Tx, period: PeriodId, content: String) -> Result<()> {
    closed_figures::Entity::update_many()
        .col_expr(closed_figures::Column::Content, Expr::value(content))
        .filter(closed_figures::Column::PeriodId.eq(period.0))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Finds the years of an agency whose stored figures lack the report on development, because an earlier version of the
/// server stored them.
pub(crate) async fn years_without_development<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<Period>> {
    let known = closed_figures::Entity::find()
        .select_only()
        .column(closed_figures::Column::PeriodId)
        .filter(closed_figures::Column::Content.not_like("%\"development\"%"))
        .into_query();
    let years = period::Entity::find()
        .filter(period::Column::AgencyId.eq(agency.0))
        .filter(period::Column::Part.eq(0))
        .filter(period::Column::Id.in_subquery(known))
        .all(source.connection)
        .await?;
    years.into_iter().map(crate::store::period::value).collect()
}

/// Finds the closed periods of an agency for which no figures were kept.
pub(crate) async fn closed_without<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<Period>> {
    let known =
        closed_figures::Entity::find().select_only().column(closed_figures::Column::PeriodId).into_query();
    let closed = period::Entity::find()
        .filter(period::Column::AgencyId.eq(agency.0))
        .filter(period::Column::Status.eq(PeriodStatus::Closed.to_string()))
        .filter(period::Column::Id.not_in_subquery(known))
        .all(source.connection)
        .await?;
    closed.into_iter().map(crate::store::period::value).collect()
}

/// Reads the codes and names of units of an agency, current or former.
pub(crate) async fn names_of_units<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    units: impl Iterator<Item = UnitId>,
) -> Result<Vec<(UnitId, String, String)>> {
    let ids = any_of(source.backend, (org_unit::Entity, org_unit::Column::Id), units.map(|unit| unit.0));
    let found = org_unit::Entity::find()
        .filter(org_unit::Column::AgencyId.eq(agency.0))
        .filter(ids)
        .all(source.connection)
        .await?;
    Ok(found.into_iter().map(|row| (UnitId(row.id), row.code, row.name)).collect())
}

/// The number of people of one unit, without its subunits, who have the same statuses of plan and evaluation and the
/// same predicate.
pub(crate) struct CountLine {
    pub unit: UnitId,
    pub plan: Option<PlanStatus>,
    pub evaluation: Option<EvaluationStatus>,
    pub predicate: Option<Predicate>,
    pub count: u32,
}

#[derive(FromQueryResult)]
struct Row {
    unit: Uuid,
    plan: Option<String>,
    evaluation: Option<String>,
    predicate: Option<String>,
    count: i64,
}

const COUNTS: &str = "\
SELECT a.unit_id AS unit, p.status AS plan, e.status AS evaluation, e.predicate AS predicate, COUNT(*) AS count
FROM assignment a
{active}
WHERE a.agency_id = {agency} AND a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on}){counted}
GROUP BY a.unit_id, p.status, e.status, e.predicate";

/// Counts the people of each unit of the agency, as the reports do, without cancelled evaluations.
pub(crate) async fn counts_of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    period: &Period,
) -> Result<Vec<CountLine>> {
    let text = COUNTS.replace("{active}", ACTIVE).replace("{counted}", NOT_CANCELLED);
    let mut words = of_period(period);
    words.push(("{agency}", period.agency.0.into()));
    let found: Vec<Row> = rows(source, &text, &words).await?;
    let line = |row: Row| {
        Ok(CountLine {
            unit: UnitId(row.unit),
            plan: row.plan.as_deref().map(str::parse).transpose().map_err(Error::internal)?,
            evaluation: row.evaluation.as_deref().map(str::parse).transpose().map_err(Error::internal)?,
            predicate: row.predicate.as_deref().map(str::parse).transpose().map_err(Error::internal)?,
            count: u32::try_from(row.count).map_err(Error::internal)?,
        })
    };
    found.into_iter().map(line).collect()
}
