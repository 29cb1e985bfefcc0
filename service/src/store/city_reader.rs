//! Queries with which the simulated people of a synthetic city find something to do. They check no rights, because the
//! acts themselves go through the use cases.

use super::{activity as activities, credentials::account, evaluation as evaluations, plan as plans};
use crate::{
    db::Db,
    error::{Error, Result},
};
use domain::{
    activity::{Activity, ActivityStatus},
    evaluation::Evaluation,
    id::{ActivityId, AgencyId, PeriodId, PlanId, StaffId},
    plan::{Plan, PlanStatus},
    time::{Date, Instant, to_micros},
};
use entity::{activity, evaluation, feedback, org_unit, plan};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Reads a synthetic city.
#[derive(Clone)]
pub struct CityReader(Db);

/// The plans to find, by their owner or rater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of a person.
    Of(StaffId),
    /// Those that the first person rates, except the plans of the second person.
    RatedBy(StaffId, StaffId),
    /// Those that a person does not rate, except late plans.
    NotRatedBy(StaffId),
}

impl CityReader {
    pub(crate) const fn new(db: Db) -> Self {
        Self(db)
    }

    /// Whether there is a unit.
    pub(crate) async fn has_units(&self) -> Result<bool> {
        Ok(org_unit::Entity::find().one(self.0.reader()).await?.is_some())
    }

    /// Finds the person behind a user name.
    pub async fn person(&self, user: &str) -> Result<Option<(AgencyId, StaffId)>> {
        let found = account::named(self.0.reader(), user).await?;
        Ok(found.map(|account| (AgencyId(account.agency_id), StaffId(account.staff_id))))
    }

    /// Loads a plan.
    ///
    /// # Errors
    /// NOT_FOUND, if there is none with this id.
    pub async fn plan(&self, id: PlanId) -> Result<Plan> {
        let which = Condition::all().add(plan::Column::Id.eq(id.0));
        plans::load(self.0.source(), which).await?.pop().ok_or(Error::NotFound)
    }

    /// Loads a person's plans of a year.
    pub async fn plans_of_year(&self, staff: StaffId, year: PeriodId) -> Result<Vec<Plan>> {
        let which =
            Condition::all().add(plan::Column::StaffId.eq(staff.0)).add(plan::Column::PeriodId.eq(year.0));
        plans::load(self.0.source(), which).await
    }

    /// Lists plans of an agency that are in force on a day and have a status, ordered by id; at most `most`.
    pub async fn plans_in_force(
        &self,
        (agency, day): (AgencyId, Date),
        whose: Whose,
        status: PlanStatus,
        most: Option<u64>,
    ) -> Result<Vec<PlanId>> {
        use plan::Column;
        let whose = match whose {
            Whose::Of(staff) => Condition::all().add(Column::StaffId.eq(staff.0)),
            Whose::RatedBy(rater, but) => {
                Condition::all().add(Column::RaterStaffId.eq(rater.0)).add(Column::StaffId.ne(but.0))
            }
            Whose::NotRatedBy(rater) => {
                Condition::all().add(Column::RaterStaffId.ne(rater.0)).add(Column::Late.eq(false))
            }
        };
        let found: Vec<Uuid> = plan::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(whose)
            .filter(Column::AgencyId.eq(agency.0))
            .filter(Column::StartsOn.lte(day))
            .filter(Column::EndsOn.gte(day))
            .filter(Column::Status.eq(status.to_string()))
            .order_by_asc(Column::Id)
            .limit(most)
            .into_tuple()
            .all(self.0.reader())
            .await?;
        Ok(found.into_iter().map(PlanId).collect())
    }

    /// Loads the evaluation of a plan in a period.
    ///
    /// # Errors
    /// NOT_FOUND, if there is none.
    pub async fn evaluation(&self, plan: PlanId, period: PeriodId) -> Result<Evaluation> {
        let which = Condition::all()
            .add(evaluation::Column::PlanId.eq(plan.0))
            .add(evaluation::Column::PeriodId.eq(period.0));
        evaluations::load(self.0.source(), which).await?.pop().ok_or(Error::NotFound)
    }

    /// Loads an activity.
    ///
    /// # Errors
    /// NOT_FOUND, if there is none with this id.
    pub async fn activity(&self, id: ActivityId) -> Result<Activity> {
        let which = Condition::all().add(activity::Column::Id.eq(id.0));
        activities::load(self.0.source(), which).await?.pop().ok_or(Error::NotFound)
    }

    /// Loads a plan's activities with a status, the latest first; at most `most`.
    pub async fn activities(&self, plan: PlanId, status: ActivityStatus, most: u64) -> Result<Vec<Activity>> {
        let rows = activity::Entity::find()
            .filter(activity::Column::PlanId.eq(plan.0))
            .filter(activity::Column::Status.eq(status.to_string()))
            .order_by_desc(activity::Column::StartedAt)
            .limit(most)
            .all(self.0.reader())
            .await?;
        rows.into_iter().map(activities::value).collect()
    }

    /// Finds the plan of the earliest activity that waits for a rater, without the activities of the person `but`.
    pub async fn longest_waiting(&self, rater: StaffId, but: StaffId) -> Result<Option<PlanId>> {
        let submitted = activity::Entity::find()
            .select_only()
            .column(activity::Column::PlanId)
            .filter(activity::Column::RaterStaffId.eq(rater.0))
            .filter(activity::Column::StaffId.ne(but.0))
            .filter(activity::Column::Status.eq(ActivityStatus::Submitted.to_string()))
            .order_by_asc(activity::Column::StartedAt)
            .limit(1)
            .into_tuple::<Uuid>();
        Ok(submitted.one(self.0.reader()).await?.map(PlanId))
    }

    /// Counts the activities that a person has sent since a time.
    pub async fn reports_since(&self, staff: StaffId, since: Instant) -> Result<u64> {
        let sent = activity::Entity::find()
            .filter(activity::Column::StaffId.eq(staff.0))
            .filter(activity::Column::ReceivedAt.gte(to_micros(since)));
        Ok(sent.count(self.0.reader()).await?)
    }

    /// Counts the activities reported, the activities reviewed and the feedback given by anyone since a time.
    pub async fn acts_since(&self, since: Instant) -> Result<u64> {
        let (from, reader) = (to_micros(since), self.0.reader());
        let reported = activity::Entity::find().filter(activity::Column::ReceivedAt.gte(from));
        let reviewed = activity::Entity::find().filter(activity::Column::DecidedAt.gte(from));
        let said = feedback::Entity::find().filter(feedback::Column::GivenAt.gte(from));
        Ok(reported.count(reader).await? + reviewed.count(reader).await? + said.count(reader).await?)
    }
}
