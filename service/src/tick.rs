//! What time alone brings about: results deemed accepted, plans closed at the year's end, expiry.
//!
//! `serve` and `demo` run it every minute; `kinerja tick` runs it once. It acts as the system and decides for
//! itself by the domain's rules; running it twice changes nothing.

use crate::{
    db::Tx,
    env::{Env, machine_now},
    error::{Error, Result},
    evaluation, plan, store,
};
use chrono::Duration;
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationStatus},
    event::EventKind,
    id::AgencyId,
    period::PeriodStatus,
    plan::{Plan, PlanStatus},
    time::{Calendar, to_micros},
};
use entity::{activation_code, idempotency, login_attempt, org_unit, session};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// How long the outcome of a mutation is kept for a replay.
const OUTCOME_DAYS: i64 = 30;
/// How long ended sessions, spent codes and login attempts are kept.
const ACCESS_DAYS: i64 = 90;
/// How many objects one unit of work takes, so that a year's end keeps no writer waiting.
const BATCH: u64 = 200;

/// What a tick has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Annual results that were deemed accepted.
    pub deemed_accepted: u64,
    /// Plans that were closed with their year.
    pub plans_closed: u64,
    /// Rows of access and outcomes that were removed.
    pub expired: u64,
}

/// Runs it once for every agency of the database.
pub async fn tick(env: &Env) -> Result<TickReport> {
    let roots = org_unit::Entity::find()
        .filter(Expr::col(org_unit::Column::Id).eq(Expr::col(org_unit::Column::AgencyId)))
        .all(env.db.reader())
        .await?;
    let mut report = TickReport::default();
    for root in roots {
        let agency = AgencyId(root.id);
        report.deemed_accepted += repeat(env, agency, deem_accepted).await?;
        report.plans_closed += repeat(env, agency, close_plans).await?;
    }
    report.expired = expire(env).await?;
    Ok(report)
}

/// Runs a step in batches until it finds no more.
async fn repeat<F>(
    env: &Env,
    agency: AgencyId,
    step: impl Fn(Tx) -> F + Clone + Send + 'static,
) -> Result<u64>
where
    F: Future<Output = Result<u64>> + Send,
{
    let mut done = 0;
    loop {
        let step = step.clone();
        let batch = env.write(&Actor::system(agency), move |tx| async move { step(tx).await }).await?;
        done += batch;
        if batch < BATCH {
            return Ok(done);
        }
    }
}

/// Annual results that nobody objected to in time.
async fn deem_accepted(tx: Tx) -> Result<u64> {
    use entity::evaluation::Column;
    let today = Calendar::JAKARTA.day(tx.now());
    let ids: Vec<uuid::Uuid> = entity::evaluation::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AgencyId.eq(tx.actor().agency.0))
        .filter(Column::Status.eq(EvaluationStatus::Delivered.to_string()))
        .filter(Column::ObjectionUntil.lt(today))
        .limit(BATCH)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let which = Condition::all().add(Column::Id.is_in(ids));
    let mut done = 0;
    for before in store::evaluation::load(tx.source(), which).await? {
        let around = evaluation::Surroundings::of(tx.source(), &before, tx.now()).await?;
        let after: Evaluation = before.deem_accepted(&around.context()).map_err(Error::from)?;
        tx.change(&before, after, EventKind::EvaluationDeemedAccepted, None).await?;
        done += 1;
    }
    Ok(done)
}

/// Approved plans of years that are closed and whose periodic evaluations are all finished.
async fn close_plans(tx: Tx) -> Result<u64> {
    use entity::plan::Column;
    let closed = Condition::all()
        .add(entity::period::Column::AgencyId.eq(tx.actor().agency.0))
        .add(entity::period::Column::Part.eq(0))
        .add(entity::period::Column::Status.eq(PeriodStatus::Closed.to_string()));
    let years = store::period::load(tx.source(), closed).await?;
    let which = Condition::all()
        .add(Column::Status.eq(PlanStatus::Approved.to_string()))
        .add(Column::PeriodId.is_in(years.iter().map(|year| year.id.0)));
    let mut done = 0;
    for before in store::plan::load(tx.source(), which).await? {
        let around = plan::Surroundings::of(tx.source(), &before).await?;
        // A plan with an unfinished evaluation waits for it.
        let after: std::result::Result<Plan, _> = before.close(&around.context());
        if let Ok(after) = after {
            tx.change(&before, after, EventKind::PlanClosed, None).await?;
            done += 1;
        }
        if done == BATCH {
            break;
        }
    }
    Ok(done)
}

/// Removes what is kept for a time only.
async fn expire(env: &Env) -> Result<u64> {
    let outcomes = to_micros(machine_now() - Duration::days(OUTCOME_DAYS));
    let access = to_micros(machine_now() - Duration::days(ACCESS_DAYS));
    env.write(&Actor::system(AgencyId(uuid::Uuid::nil())), move |tx| async move {
        let connection = tx.connection();
        let mut gone = 0;
        gone += idempotency::Entity::delete_many()
            .filter(idempotency::Column::CreatedAt.lt(outcomes))
            .exec(connection)
            .await?
            .rows_affected;
        gone += session::Entity::delete_many()
            .filter(session::Column::RefreshExpiresAt.lt(access))
            .exec(connection)
            .await?
            .rows_affected;
        gone += activation_code::Entity::delete_many()
            .filter(activation_code::Column::ExpiresAt.lt(access))
            .exec(connection)
            .await?
            .rows_affected;
        gone += login_attempt::Entity::delete_many()
            .filter(login_attempt::Column::At.lt(access))
            .exec(connection)
            .await?
            .rows_affected;
        Ok(gone)
    })
    .await
}
