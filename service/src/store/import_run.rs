//! Import runs with their reports: rows and consequences.

use crate::{
    clock::fresh_id,
    db::{self, Keyset, Order, Page, PageRequest, SortKey, Source, Tx, counted, insert_many},
    error::Result,
};
use domain::{
    id::{AgencyId, ImportRunId, StaffId, UploadId},
    time::{Instant, to_micros},
};
use entity::{
    import_consequence, import_row,
    import_run::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set, sea_query::Expr,
};
use uuid::Uuid;

/// A run that begins.
pub(crate) struct NewRun {
    pub id: ImportRunId,
    pub agency: AgencyId,
    /// The first file.
    pub upload: UploadId,
    pub dry_run: bool,
    pub status: String,
    /// The counts of rows by effect, as JSON.
    pub counts: String,
    pub by: StaffId,
    pub at: Instant,
}

/// The result of a run that has ended.
pub(crate) struct Ended {
    pub status: String,
    /// The number of rows.
    pub total: i32,
    /// The counts of rows by effect, as JSON.
    pub counts: String,
    /// Why nothing was written, as JSON.
    pub failure: Option<String>,
    pub at: Instant,
}

/// A row of the report.
pub(crate) struct NewRow {
    pub sheet: String,
    /// The sheet's place in the order of work.
    pub place: i32,
    pub number: i32,
    pub action: String,
    pub label: String,
    /// The findings, as JSON.
    pub problems: String,
}

/// Stores a run that begins.
pub(crate) async fn insert(tx: &Tx, new: NewRun) -> Result<()> {
    let row = ActiveModel {
        id: Set(new.id.0),
        agency_id: Set(new.agency.0),
        upload_id: Set(new.upload.0),
        kind: Set("ORGANISATION".to_owned()),
        status: Set(new.status),
        dry_run: Set(new.dry_run),
        done: Set(0),
        total: Set(0),
        changes: Set(new.counts),
        failure: Set(None),
        created_by: Set(new.by.0),
        created_at: Set(to_micros(new.at)),
        finished_at: Set(None),
    };
    db::insert(tx, row).await
}

/// Counts the runs of a person that have not ended.
pub(crate) async fn count_open_of(tx: &Tx, staff: StaffId) -> Result<u64> {
    let open = Entity::find().filter(Column::CreatedBy.eq(staff.0)).filter(Column::FinishedAt.is_null());
    Ok(open.count(tx.connection()).await?)
}

fn open(run: ImportRunId) -> Condition {
    Condition::all().add(Column::Id.eq(run.0)).add(Column::FinishedAt.is_null())
}

/// Sets the status of a run that has not ended. Returns false if it has.
pub(crate) async fn set_status(tx: &Tx, run: ImportRunId, status: String) -> Result<bool> {
    let set = Entity::update_many().col_expr(Column::Status, Expr::value(status)).filter(open(run));
    Ok(set.exec(tx.connection()).await?.rows_affected > 0)
}

/// Stores how a run ended, unless it has ended before.
pub(crate) async fn end(tx: &Tx, run: ImportRunId, ended: Ended) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(ended.status))
        .col_expr(Column::Done, Expr::value(ended.total))
        .col_expr(Column::Total, Expr::value(ended.total))
        .col_expr(Column::Changes, Expr::value(ended.counts))
        .col_expr(Column::Failure, Expr::value(ended.failure))
        .col_expr(Column::FinishedAt, Expr::value(to_micros(ended.at)))
        .filter(open(run))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Stores the rows of a report.
pub(crate) async fn insert_rows(tx: &Tx, run: ImportRunId, rows: Vec<NewRow>) -> Result<()> {
    let rows = rows.into_iter().map(|row| import_row::ActiveModel {
        id: Set(fresh_id()),
        run_id: Set(run.0),
        number: Set(row.number),
        sheet: Set(row.sheet),
        place: Set(row.place),
        action: Set(row.action),
        label: Set(row.label),
        problems: Set(row.problems),
    });
    insert_many(tx, rows.collect()).await
}

/// Stores the consequences of a run, each as JSON, in their order.
pub(crate) async fn insert_consequences(tx: &Tx, run: ImportRunId, contents: Vec<String>) -> Result<()> {
    let rows = (1..).zip(contents).map(|(number, content)| import_consequence::ActiveModel {
        id: Set(fresh_id()),
        run_id: Set(run.0),
        number: Set(number),
        content: Set(content),
    });
    insert_many(tx, rows.collect()).await
}

/// The runs that have not ended, began before a time, and are not those of `running`.
fn lost(before: i64, running: Vec<Uuid>) -> Condition {
    Condition::all()
        .add(Column::FinishedAt.is_null())
        .add(Column::CreatedAt.lt(before))
        .add(Column::Id.is_not_in(running))
}

/// Whether there is a lost run: one that began before a time, in microseconds, and is not one of `running`.
pub(crate) async fn has_lost<C: ConnectionTrait>(
    source: Source<'_, C>,
    before: i64,
    running: Vec<Uuid>,
) -> Result<bool> {
    Ok(Entity::find().filter(lost(before, running)).count(source.connection).await? > 0)
}

/// Ends the lost runs with this status and failure. Returns their number.
pub(crate) async fn end_lost(
    tx: &Tx,
    (before, running): (i64, Vec<Uuid>),
    (status, failure): (String, String),
    at: Instant,
) -> Result<u64> {
    let done = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::Failure, Expr::value(failure))
        .col_expr(Column::FinishedAt, Expr::value(to_micros(at)))
        .filter(lost(before, running))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected)
}

/// Loads a run of an agency.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: ImportRunId,
) -> Result<Option<Model>> {
    let found = Entity::find_by_id(id.0).filter(Column::AgencyId.eq(agency.0));
    Ok(found.one(source.connection).await?)
}

/// Loads a page of a run's rows, ordered by sheet and number; on request only those with findings.
pub(crate) async fn rows<C: ConnectionTrait>(
    source: Source<'_, C>,
    run: ImportRunId,
    only_findings: bool,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<import_row::Model>, Option<u64>)> {
    let mut select = import_row::Entity::find().filter(import_row::Column::RunId.eq(run.0));
    if only_findings {
        select = select.filter(import_row::Column::Problems.ne("[]"));
    }
    let total = counted(source, &select, count).await?;
    let keyset = Keyset::<import_row::Entity> {
        columns: vec![import_row::Column::Place, import_row::Column::Number, import_row::Column::Id],
        order: Order::Ascending,
        key: |row| vec![SortKey::Int(row.place.into()), SortKey::Int(row.number.into()), SortKey::Id(row.id)],
        binding: format!("importRows {run} {only_findings}"),
    };
    Ok((keyset.load(source.connection, select, request).await?, total))
}

/// Loads a page of a run's consequences, in the order in which they happen.
pub(crate) async fn consequences<C: ConnectionTrait>(
    source: Source<'_, C>,
    run: ImportRunId,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<import_consequence::Model>, Option<u64>)> {
    let select = import_consequence::Entity::find().filter(import_consequence::Column::RunId.eq(run.0));
    let total = counted(source, &select, count).await?;
    let keyset = Keyset::<import_consequence::Entity> {
        columns: vec![import_consequence::Column::Number, import_consequence::Column::Id],
        order: Order::Ascending,
        key: |row| vec![SortKey::Int(row.number.into()), SortKey::Id(row.id)],
        binding: format!("importConsequences {run}"),
    };
    Ok((keyset.load(source.connection, select, request).await?, total))
}
