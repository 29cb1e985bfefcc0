//! Reported activities.

use super::evidence::{use_rows, use_rows_of};
use crate::{
    db::{self, Concerns, Record, Source, Tx, any_of},
    error::{Error, Result},
    scope::Owned,
};
use domain::{
    Decimal,
    activity::{Activity, ActivityStatus, Slot, compared_text},
    actor::Actor,
    event::SubjectKind,
    id::{ActionPlanId, ActivityId, AgencyId, AssignmentId, PeriodId, PlanId, ResultId, StaffId, UnitId},
    time::{from_micros, to_micros},
};
use entity::{
    activity::{ActiveModel, Column, Entity, Model},
    evidence_use,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set, sea_query::SimpleExpr,
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

/// The columns that decide who can see activities.
pub(crate) const OWNED: Owned<Column> = Owned {
    agency: Column::AgencyId,
    staff: Column::StaffId,
    unit: Column::UnitId,
    assignment: Column::AssignmentId,
    rater: Some((Column::RaterAssignmentId, Column::RaterStaffId)),
};

/// Loads the activities with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[ActivityId],
) -> Result<HashMap<ActivityId, Activity>> {
    let ids = ids.iter().map(|id| id.0);
    let which = OWNED.personal(source.backend, actor).add(any_of(source.backend, (Entity, Column::Id), ids));
    Ok(load(source, which).await?.into_iter().map(|activity| (activity.id, activity)).collect())
}

/// Loads the person's own activities with one of these client keys.
pub(crate) async fn by_client_keys<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    keys: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Activity>> {
    let which = Condition::all().add(Column::StaffId.eq(staff.0)).add(any_of(
        source.backend,
        (Entity, Column::ClientKey),
        keys,
    ));
    Ok(load(source, which).await?.into_iter().map(|activity| (activity.client_key, activity)).collect())
}

/// Loads the activities that match a condition, ordered by start. The condition must include the scope.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Activity>> {
    read(source, in_order(which)).await
}

/// The condition that an activity is not a discarded draft.
pub(crate) fn is_kept() -> SimpleExpr {
    Column::Status.ne(ActivityStatus::Discarded.to_string())
}

/// Loads the times of the person's activities that overlap one of these activities, ordered by start. Leaves out
/// discarded activities, and reads no texts.
pub(crate) async fn slots<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    around: &[Activity],
) -> Result<Vec<Slot>> {
    // One condition for each given activity, so that the database reads only activities that overlap one of them.
    let at_the_time = around.iter().fold(Condition::any(), |any, activity| {
        any.add(
            Condition::all()
                .add(Column::StartedAt.lt(to_micros(activity.ended_at)))
                .add(Column::EndedAt.gt(to_micros(activity.started_at))),
        )
    });
    let found: Vec<(Uuid, i64, i64)> = in_order(at_the_time)
        .filter(Column::StaffId.eq(staff.0))
        .filter(is_kept())
        .select_only()
        .columns([Column::Id, Column::StartedAt, Column::EndedAt])
        .into_tuple()
        .all(source.connection)
        .await?;
    let slot = |(id, started_at, ended_at)| Slot {
        id: ActivityId(id),
        staff,
        started_at: from_micros(started_at),
        ended_at: from_micros(ended_at),
    };
    Ok(found.into_iter().map(slot).collect())
}

fn in_order(which: Condition) -> Select<Entity> {
    Entity::find().filter(which).order_by_asc(Column::StartedAt).order_by_asc(Column::Id)
}

async fn read<C: ConnectionTrait>(source: Source<'_, C>, rows: Select<Entity>) -> Result<Vec<Activity>> {
    rows.all(source.connection).await?.into_iter().map(value).collect()
}

/// Counts the activities of a period with one of these statuses.
pub(crate) async fn count_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    period: PeriodId,
    states: &[ActivityStatus],
) -> Result<u64> {
    let activities = Entity::find()
        .filter(Column::PeriodId.eq(period.0))
        .filter(Column::Status.is_in(states.iter().map(ToString::to_string)));
    Ok(activities.count(source.connection).await?)
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Activity> {
    Ok(Activity {
        id: ActivityId(row.id),
        agency: AgencyId(row.agency_id),
        plan: PlanId(row.plan_id),
        assignment: AssignmentId(row.assignment_id),
        staff: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        period: PeriodId(row.period_id),
        result: row.result_id.map(ResultId),
        action_plan: row.action_plan_id.map(ActionPlanId),
        rater_assignment: AssignmentId(row.rater_assignment_id),
        rater_staff: StaffId(row.rater_staff_id),
        started_at: from_micros(row.started_at),
        ended_at: from_micros(row.ended_at),
        description: row.description,
        realisation: row.realisation.map(Decimal::from_hundredths),
        measure: row.measure,
        status: row.status.parse().map_err(Error::internal)?,
        evidence: serde_json::from_str(&row.evidence)?,
        claimed_at: row.claimed_at.map(from_micros),
        received_at: from_micros(row.received_at),
        late: row.late,
        return_reason: row.return_reason,
        decided_at: row.decided_at.map(from_micros),
        mark_answer: row.mark_answer.as_deref().map(serde_json::from_str).transpose()?,
        client_key: row.client_key,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(activity: &Activity) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(activity.id.0),
        agency_id: Set(activity.agency.0),
        plan_id: Set(activity.plan.0),
        assignment_id: Set(activity.assignment.0),
        staff_id: Set(activity.staff.0),
        unit_id: Set(activity.unit.0),
        period_id: Set(activity.period.0),
        result_id: Set(activity.result.map(|result| result.0)),
        action_plan_id: Set(activity.action_plan.map(|action_plan| action_plan.0)),
        rater_assignment_id: Set(activity.rater_assignment.0),
        rater_staff_id: Set(activity.rater_staff.0),
        started_at: Set(to_micros(activity.started_at)),
        ended_at: Set(to_micros(activity.ended_at)),
        description: Set(activity.description.clone()),
        realisation: Set(activity.realisation.map(Decimal::hundredths)),
        measure: Set(activity.measure.clone()),
        status: Set(activity.status.to_string()),
        evidence: Set(serde_json::to_string(&activity.evidence)?),
        claimed_at: Set(activity.claimed_at.map(to_micros)),
        received_at: Set(to_micros(activity.received_at)),
        late: Set(activity.late),
        return_reason: Set(activity.return_reason.clone()),
        decided_at: Set(activity.decided_at.map(to_micros)),
        client_key: Set(activity.client_key),
        version: Set(activity.version),
        mark_answer: Set(activity.mark_answer.as_ref().map(serde_json::to_string).transpose()?),
        text_hash: Set(text_hash(&activity.description)),
    })
}

/// The hash by which descriptions are compared; `None` for a description that is too short to compare.
pub(crate) fn text_hash(description: &str) -> Option<String> {
    compared_text(description).map(|text| format!("{:x}", Sha256::digest(text)))
}

impl Record for Activity {
    const SUBJECT: SubjectKind = SubjectKind::Activity;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn concerns(&self) -> Concerns {
        Concerns::default().staff(self.staff.0).unit(self.unit.0).plan(self.plan.0)
    }
    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    async fn insert(&self, tx: &Tx) -> Result<()> {
        db::insert(tx, row(self)?).await?;
        db::insert_many(tx, use_rows(self)?).await
    }

    async fn insert_all(records: &[Self], tx: &Tx) -> Result<()> {
        let rows = records.iter().map(row).collect::<Result<Vec<_>>>()?;
        db::insert_many(tx, rows).await?;
        db::insert_many(tx, use_rows_of(records)?).await
    }

    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all().add(Column::Id.eq(before.id.0)).add(Column::Version.eq(before.version));
        let found = db::update(tx, row(self)?, which).await?;
        if found == 0 || self.evidence == before.evidence {
            return Ok(found);
        }
        if before.evidence.iter().any(|evidence| evidence.file.is_some()) {
            evidence_use::Entity::delete_many()
                .filter(evidence_use::Column::ActivityId.eq(self.id.0))
                .exec(tx.connection())
                .await?;
        }
        db::insert_many(tx, use_rows(self)?).await?;
        Ok(found)
    }
}
