//! Evaluations.

use crate::{
    db::{Backend, Reading, Source, Tx, any_of, in_part},
    error::{Error, Result},
    scope::Owned,
    store::plan::rater,
};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationDetail, EvaluationKind, EvaluationStatus, Party},
    id::{AgencyId, AssignmentId, EvaluationId, PeriodId, PlanId, RevisionId, StaffId, UnitId},
    period::Period,
    plan::PlanStatus,
    regulation::RegulationRef,
    time::{Date, from_micros, to_micros},
};
use entity::{
    evaluation::{ActiveModel, Column, Entity, Model},
    plan,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Set, sea_query::Expr,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The columns that decide who can see evaluations. Further rules decide who can see each field.
pub(crate) const OWNED: Owned<Column> = Owned {
    agency: Column::AgencyId,
    staff: Column::StaffId,
    unit: Column::UnitId,
    assignment: Column::AssignmentId,
    rater: Some((Column::RaterAssignmentId, Column::RaterStaffId)),
};

/// Loads an evaluation if the actor can see it.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    id: EvaluationId,
) -> Result<Option<Evaluation>> {
    let which = OWNED.personal(source.backend, actor).add(Column::Id.eq(id.0));
    Ok(load(source, which).await?.pop())
}

/// Loads the evaluations with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[EvaluationId],
    projection: Projection,
) -> Result<HashMap<EvaluationId, Evaluation>> {
    let ids = ids.iter().map(|id| id.0);
    let which = OWNED.personal(source.backend, actor).add(any_of(source.backend, (Entity, Column::Id), ids));
    let found = load_in_part(source, which, projection).await?;
    Ok(found.into_iter().map(|evaluation| (evaluation.id, evaluation)).collect())
}

/// Loads the evaluations of a plan without any scope, for decisions inside the service.
pub(crate) async fn of_plan<C: ConnectionTrait>(
    source: Source<'_, C>,
    plan: PlanId,
) -> Result<Vec<Evaluation>> {
    load(source, Condition::all().add(Column::PlanId.eq(plan.0))).await
}

/// Loads the evaluations of plans without any scope, for decisions inside the service.
pub(crate) async fn of_plans<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: impl IntoIterator<Item = PlanId>,
) -> Result<Vec<Evaluation>> {
    with_annual_siblings(source, plans, &[]).await
}

/// Loads the evaluations of `plans`, and for each annual one of `evaluations` the annual evaluations of the same person
/// and year. Applies no scope.
pub(crate) async fn with_annual_siblings<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: impl IntoIterator<Item = PlanId>,
    evaluations: &[Evaluation],
) -> Result<Vec<Evaluation>> {
    let of = |column, ids: BTreeSet<uuid::Uuid>| any_of(source.backend, (Entity, column), ids);
    let mut which = Condition::any().add(of(Column::PlanId, plans.into_iter().map(|plan| plan.0).collect()));
    let annual = || evaluations.iter().filter(|one| one.kind == EvaluationKind::Annual);
    if annual().next().is_some() {
        which = which.add(
            Condition::all()
                .add(of(Column::StaffId, annual().map(|one| one.staff.0).collect()))
                .add(of(Column::PeriodId, annual().map(|one| one.period.0).collect()))
                .add(Column::Kind.eq(EvaluationKind::Annual.to_string())),
        );
    }
    load(source, which).await
}

/// Loads the delivered results of an agency to which people can still object on a day.
pub(crate) async fn open_to_objection<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    on: Date,
) -> Result<Vec<Evaluation>> {
    use EvaluationStatus::{Acknowledged, Delivered, Final};
    // The result of a part of the year is not delivered, so FINAL is included.
    let statuses = [Final, Delivered, Acknowledged].map(|one| one.to_string());
    let which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add(Column::Status.is_in(statuses))
        .add(Column::ObjectionUntil.gte(on));
    load(source, which).await
}

/// A final evaluation, and the revision of the plan that it rated.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The year or part of the evaluation.
    pub period: PeriodId,
    /// The revision.
    pub revision: RevisionId,
}

/// Finds the revisions that final evaluations of these plans rated, without reading the whole documents.
pub(crate) async fn frozen<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: &[PlanId],
) -> Result<HashMap<PlanId, Vec<Frozen>>> {
    let revision = Expr::cust(match source.backend {
        Backend::Postgres => "detail::json ->> 'revision'",
        Backend::Sqlite => "detail ->> 'revision'",
    });
    let rows: Vec<(Uuid, Uuid, Uuid, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::PlanId, Column::Id, Column::PeriodId])
        .column_as(revision, "revision")
        .filter(any_of(source.backend, (Entity, Column::PlanId), plans.iter().map(|plan| plan.0)))
        .filter(Column::FinalisedAt.is_not_null())
        .into_tuple()
        .all(source.connection)
        .await?;
    let mut found: HashMap<PlanId, Vec<Frozen>> = HashMap::new();
    for (plan, evaluation, period, revision) in rows {
        let Some(revision) = revision else { continue };
        let revision = RevisionId(revision.parse().map_err(Error::internal)?);
        let frozen = Frozen { evaluation: EvaluationId(evaluation), period: PeriodId(period), revision };
        found.entry(PlanId(plan)).or_default().push(frozen);
    }
    Ok(found)
}

/// Loads the evaluations that match a condition. The condition must include the scope.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Evaluation>> {
    load_in_part(source, which, Projection::FULL).await
}

/// Loads these columns of the evaluations that match a condition, oldest first. The condition must include the scope.
pub(crate) async fn load_in_part<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
    projection: Projection,
) -> Result<Vec<Evaluation>> {
    let reading = projection.reading();
    let select = Entity::find()
        .select_only()
        .columns(reading.columns.iter().copied())
        .filter(which)
        .order_by_asc(Column::Id)
        .into_query();
    let rows = source.connection.query_all(&select).await?;
    rows.iter().map(|row| value(reading.row(row, 0)?)).collect()
}

/// The condition of the partial index of delivered results. SQLite uses the index only if the condition has exactly
/// this text.
const IN_OBJECTION: &str = "status IN ('DELIVERED', 'ACKNOWLEDGED', 'DEEMED_ACCEPTED', 'DECIDED')";

/// Loads delivered annual results whose objection period ended without an answer, at most `most`, for the tick.
pub(crate) async fn unanswered(tx: &Tx, most: u64) -> Result<Vec<Evaluation>> {
    delivered(tx, after_objection(tx, &[EvaluationStatus::Delivered]), most).await
}

/// Loads annual results that wait only for their closing: the objection period is over or an objection is decided, and
/// rater and rater's superior have signed. At most `most`, for the tick.
pub(crate) async fn signed(tx: &Tx, most: u64) -> Result<Vec<Evaluation>> {
    let backend = tx.source().backend;
    let by = |party: Party| {
        Expr::cust(match backend {
            Backend::Postgres => format!("detail::jsonb -> 'signatures' @> '[{{\"party\":\"{party}\"}}]'"),
            Backend::Sqlite => format!(
                "EXISTS (SELECT 1 FROM json_each(detail, '$.signatures') s WHERE s.value ->> 'party' = '{party}')"
            ),
        })
    };
    let without_superior = Expr::cust(match backend {
        Backend::Postgres => {
            "rater::jsonb ->> 'superior_staff' IS NULL AND rater::jsonb ->> 'superior_assignment' IS NULL"
        }
        Backend::Sqlite => "rater ->> 'superior_staff' IS NULL AND rater ->> 'superior_assignment' IS NULL",
    });
    let over = after_objection(tx, &[EvaluationStatus::Acknowledged, EvaluationStatus::DeemedAccepted]);
    let decided = Column::Status.eq(EvaluationStatus::Decided.to_string());
    let which = Condition::all()
        .add(Condition::any().add(over).add(decided))
        .add(by(Party::Rater))
        .add(Condition::any().add(by(Party::RatersSuperior)).add(without_superior));
    delivered(tx, which, most).await
}

fn after_objection(tx: &Tx, states: &[EvaluationStatus]) -> Condition {
    Condition::all()
        .add(Column::Status.is_in(states.iter().map(ToString::to_string)))
        .add(Column::ObjectionUntil.lt(tx.today()))
}

async fn delivered(tx: &Tx, which: Condition, most: u64) -> Result<Vec<Evaluation>> {
    let rows = Entity::find()
        .filter(Column::AgencyId.eq(tx.actor().agency.0))
        .filter(Expr::cust(IN_OBJECTION))
        .filter(which)
        .order_by_asc(Column::PlanId)
        .limit(most)
        .all(tx.connection())
        .await?;
    rows.into_iter().map(value).collect()
}

/// Loads the evaluations of a person in these periods, without cancelled ones and without any scope.
pub(crate) async fn of_person_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    periods: &[PeriodId],
) -> Result<Vec<Evaluation>> {
    let which = Condition::all()
        .add(Column::StaffId.eq(staff.0))
        .add(Column::PeriodId.is_in(periods.iter().map(|period| period.0)))
        .add(Column::Status.ne(EvaluationStatus::Cancelled.to_string()));
    load(source, which).await
}

/// Loads the annual evaluations of plans, without their documents, without any scope.
pub(crate) async fn annual_of_plans<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: impl Iterator<Item = PlanId>,
) -> Result<Vec<Evaluation>> {
    let of_plans = any_of(source.backend, (Entity, Column::PlanId), plans.map(|plan| plan.0));
    let annual = Column::Kind.eq(EvaluationKind::Annual.to_string());
    let which = Condition::all().add(annual).add(of_plans);
    load_in_part(source, which, Projection::WITHOUT_DETAIL).await
}

/// Counts the evaluations of a period with one of these statuses, without those of cancelled plans.
pub(crate) async fn count_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    period: &Period,
    states: &[EvaluationStatus],
) -> Result<u64> {
    let cancelled = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(plan::Column::PeriodId.eq(period.parent.unwrap_or(period.id).0))
        .filter(plan::Column::Status.eq(PlanStatus::Cancelled.to_string()))
        .into_query();
    let evaluations = Entity::find()
        .filter(Column::PeriodId.eq(period.id.0))
        .filter(Column::Status.is_in(states.iter().map(ToString::to_string)))
        .filter(Column::PlanId.not_in_subquery(cancelled));
    Ok(evaluations.count(source.connection).await?)
}

/// The columns of an evaluation to read. The columns that identify it, and those that decide whether an actor can see
/// its ratings, are always read. The others are empty in the value unless the projection has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Projection(u16);

impl Projection {
    /// Id, person, unit, status, and the ids of the rater.
    pub const LINE: Self = Self(0);
    /// Also the plan.
    pub const PLAN: Self = Self(1);
    /// Also the year or part.
    pub const PERIOD: Self = Self(1 << 1);
    /// Also the kind.
    pub const KIND: Self = Self(1 << 2);
    /// Also both ratings.
    pub const RATINGS: Self = Self(1 << 3);
    /// Also the predicate.
    pub const PREDICATE: Self = Self(1 << 4);
    /// Also the unit's predicate.
    pub const UNIT_PREDICATE: Self = Self(1 << 5);
    /// Also the version.
    pub const VERSION: Self = Self(1 << 6);
    /// All columns except the document, which is by far the largest: `detail` is empty.
    pub const WITHOUT_DETAIL: Self = Self((1 << 8) - 1);
    /// All columns.
    pub const FULL: Self = Self((1 << 9) - 1);

    /// The columns of both projections together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it contains all columns of the other projection.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The columns.
    pub(crate) fn reading(self) -> Reading<Entity> {
        let always = [
            Column::Id,
            Column::StaffId,
            Column::UnitId,
            Column::RaterAssignmentId,
            Column::RaterStaffId,
            Column::Status,
        ];
        let asked: [(Self, &[Column]); 9] = [
            (Self::PLAN, &[Column::PlanId]),
            (Self::PERIOD, &[Column::PeriodId]),
            (Self::KIND, &[Column::Kind]),
            (Self::RATINGS, &[Column::ResultRating, Column::BehaviourRating]),
            (Self::PREDICATE, &[Column::Predicate]),
            (Self::UNIT_PREDICATE, &[Column::UnitPredicate]),
            (Self::VERSION, &[Column::Version]),
            (
                Self::WITHOUT_DETAIL,
                &[
                    Column::AgencyId,
                    Column::AssignmentId,
                    Column::Rater,
                    Column::Form,
                    Column::RegulationCode,
                    Column::RegulationVersion,
                    Column::DeliveredAt,
                    Column::FinalisedAt,
                    Column::ObjectionUntil,
                ],
            ),
            (Self::FULL, &[Column::Detail]),
        ];
        let asked = asked.into_iter().filter(|(part, _)| self.has(*part)).flat_map(|(_, columns)| columns);
        Reading::only(always.into_iter().chain(asked.copied()))
    }
}

in_part!(evaluation, {
    Id: id,
    AgencyId: agency_id,
    PlanId: plan_id,
    AssignmentId: assignment_id,
    StaffId: staff_id,
    UnitId: unit_id,
    PeriodId: period_id,
    Kind: kind,
    Status: status,
    RaterAssignmentId: rater_assignment_id,
    RaterStaffId: rater_staff_id,
    Rater: rater,
    Form: form,
    RegulationCode: regulation_code,
    RegulationVersion: regulation_version,
    Detail: detail,
    ResultRating: result_rating,
    BehaviourRating: behaviour_rating,
    Predicate: predicate,
    UnitPredicate: unit_predicate,
    DeliveredAt: delivered_at,
    FinalisedAt: finalised_at,
    ObjectionUntil: objection_until,
    Version: version,
});

/// Converts a row to a value. The row may have been read in part.
pub(crate) fn value(row: Model) -> Result<Evaluation> {
    Ok(Evaluation {
        id: EvaluationId(row.id),
        agency: AgencyId(row.agency_id),
        plan: PlanId(row.plan_id),
        assignment: AssignmentId(row.assignment_id),
        staff: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        period: PeriodId(row.period_id),
        kind: if row.kind.is_empty() {
            EvaluationKind::Annual
        } else {
            row.kind.parse().map_err(Error::internal)?
        },
        status: row.status.parse().map_err(Error::internal)?,
        rater: rater(&row.rater, (row.rater_assignment_id, row.rater_staff_id))?,
        form: row.form.as_deref().map(serde_json::from_str).transpose()?,
        regulation: RegulationRef { code: row.regulation_code, version: row.regulation_version },
        detail: if row.detail.is_empty() {
            EvaluationDetail::default()
        } else {
            serde_json::from_str(&row.detail)?
        },
        result_rating: parse(row.result_rating)?,
        behaviour_rating: parse(row.behaviour_rating)?,
        predicate: parse(row.predicate)?,
        unit_predicate: parse(row.unit_predicate)?,
        delivered_at: row.delivered_at.map(from_micros),
        finalised_at: row.finalised_at.map(from_micros),
        objection_until: row.objection_until,
        version: row.version,
    })
}

fn parse<T: std::str::FromStr<Err = E>, E: ToString>(text: Option<String>) -> Result<Option<T>> {
    text.map(|text| text.parse().map_err(Error::internal)).transpose()
}

/// Converts a value to a row.
pub(crate) fn row(evaluation: &Evaluation) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(evaluation.id.0),
        agency_id: Set(evaluation.agency.0),
        plan_id: Set(evaluation.plan.0),
        assignment_id: Set(evaluation.assignment.0),
        staff_id: Set(evaluation.staff.0),
        unit_id: Set(evaluation.unit.0),
        period_id: Set(evaluation.period.0),
        kind: Set(evaluation.kind.to_string()),
        status: Set(evaluation.status.to_string()),
        rater_assignment_id: Set(evaluation.rater.assignment.0),
        rater_staff_id: Set(evaluation.rater.staff.0),
        rater: Set(serde_json::to_string(&evaluation.rater)?),
        form: Set(evaluation.form.as_ref().map(serde_json::to_string).transpose()?),
        regulation_code: Set(evaluation.regulation.code.clone()),
        regulation_version: Set(evaluation.regulation.version),
        detail: Set(serde_json::to_string(&evaluation.detail)?),
        result_rating: Set(evaluation.result_rating.map(|rating| rating.to_string())),
        behaviour_rating: Set(evaluation.behaviour_rating.map(|rating| rating.to_string())),
        predicate: Set(evaluation.predicate.map(|predicate| predicate.to_string())),
        unit_predicate: Set(evaluation.unit_predicate.map(|predicate| predicate.to_string())),
        delivered_at: Set(evaluation.delivered_at.map(to_micros)),
        finalised_at: Set(evaluation.finalised_at.map(to_micros)),
        objection_until: Set(evaluation.objection_until),
        version: Set(evaluation.version),
    })
}

record!(Evaluation, Evaluation, entity::evaluation, {staff: staff, unit: unit, plan: plan});
