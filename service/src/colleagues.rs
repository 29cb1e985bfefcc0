//! The colleagues in a demo: every few seconds one of them does what people do, through the ordinary use cases, so that
//! streams and worklists move while a visitor looks. Every second act concerns the demo's employee, the others the
//! superior's team and people elsewhere in the city.
//!
//! They act only in a synthetic city, at most [`ACTS_A_DAY`] times on a day of its clock. A refusal ends one act: the
//! visitor, or another server, may have been first.

use crate::{
    activity::{
        ActivityRow, ActivityVersion, RecordActivities, Recorded, ReopenActivities, ReviewActivities,
        SubmitActivities, record_activities, reopen_activities, review_activities, submit_activities,
    },
    batch::{Row, RowOutcome},
    db::IdempotencyKey,
    env::{Env, fresh_id, random},
    error::{Error, Result},
    evaluation::{GiveFeedback, give_feedback},
    generate,
    identity::load_actor_in,
    plan::{ReviewPlan, SubmitPlan, review_plan, submit_plan},
    store,
    synthetic::{self, State},
};
use chrono::Duration;
use domain::{
    Decimal,
    activity::{Activity, ActivityInput, ActivityStatus, GivenEvidence},
    actor::Actor,
    decision::Decision,
    feedback::FeedbackAbout,
    id::{AgencyId, PlanId, StaffId},
    plan::{Plan, PlanResult, PlanStatus},
    time::{Date, to_micros},
};
use entity::{activity, feedback, plan};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// The time between two acts.
pub const PAUSE: std::time::Duration = std::time::Duration::from_secs(3);
/// Most acts on a day of the city's clock, about 100 minutes' worth. An act writes at most three journal entries.
pub const ACTS_A_DAY: u64 = 2_000;
/// Most activities that the employee reports on a day. After that, the superior takes approvals back and repeats them.
const REPORTS_A_DAY: u64 = 12;

/// What became of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// An activity was recorded and submitted.
    Reported,
    /// Activities were approved, or an approval was taken back.
    Reviewed,
    /// Feedback was given.
    Advised,
    /// A plan was submitted or approved.
    Planned,
    /// The rules refused it; nothing was written.
    Refused,
    /// Nobody had anything to do.
    Idle,
    /// The acts of this day are used up.
    Rested,
}

/// The colleagues of the demo's logins.
pub struct Colleagues {
    env: Env,
    agency: AgencyId,
    employee: StaffId,
    superior: StaffId,
    turn: u64,
    day: Option<Date>,
    left: u64,
    most: u64,
}

/// Lets the colleagues act until the task is aborted. Does nothing on a database that is not a synthetic city.
pub async fn run(env: Env) {
    let mut colleagues = match Colleagues::of(&env, ACTS_A_DAY).await {
        Ok(Some(colleagues)) => colleagues,
        Ok(None) => return,
        Err(cause) => {
            tracing::warn!(%cause, "the colleagues of the demo do not act");
            return;
        }
    };
    let mut failed = false;
    loop {
        tokio::time::sleep(PAUSE).await;
        match colleagues.act().await {
            Ok(act) => {
                failed = false;
                tracing::debug!(?act, "a colleague acted");
            }
            // Logged once: a full disk fails every act.
            Err(cause) if !failed => {
                failed = true;
                tracing::warn!(%cause, "a colleague of the demo could not act; the next one tries again");
            }
            Err(_) => {}
        }
    }
}

impl Colleagues {
    /// Finds the people behind the demo's logins, who act at most `most` times a day. Returns `None` if the database is
    /// not a synthetic city.
    pub async fn of(env: &Env, most: u64) -> Result<Option<Self>> {
        if synthetic::state(env).await? != State::Synthetic {
            return Ok(None);
        }
        let Some((agency, employee)) = generate::staff_of(env, generate::EMPLOYEE).await? else {
            return Ok(None);
        };
        let Some((_, superior)) = generate::staff_of(env, generate::SUPERIOR).await? else { return Ok(None) };
        let env = env.clone();
        Ok(Some(Self { env, agency, employee, superior, turn: 0, day: None, left: 0, most }))
    }

    /// Lets the next colleague act.
    ///
    /// # Errors
    /// Errors of the database; not what the rules refuse.
    pub async fn act(&mut self) -> Result<Act> {
        let today = generate::CALENDAR.day(self.env.now());
        if self.day != Some(today) {
            self.day = Some(today);
            self.left = self.most.saturating_sub(self.written_on(today).await?);
        }
        if self.left == 0 {
            return Ok(Act::Rested);
        }
        self.left -= 1;
        let turn = self.turn;
        self.turn += 1;
        let acted = match turn % 8 {
            0 | 2 | 6 => self.answer_employee(today).await,
            4 => self.advise_employee(turn).await,
            1 | 5 => self.report_in_team().await,
            3 => self.review_team().await,
            _ => self.elsewhere().await,
        };
        match acted {
            Err(
                Error::Refused(_)
                | Error::NotFound
                | Error::Forbidden
                | Error::Unauthenticated
                | Error::InProgress
                | Error::Overloaded,
            ) => Ok(Act::Refused),
            acted => acted,
        }
    }

    /// Counts what was reported and said on a day, so that a restart does not begin a new day's acts.
    async fn written_on(&self, day: Date) -> Result<u64> {
        let from = to_micros(generate::CALENDAR.start_of(day));
        let reader = self.env.db.reader();
        let reported =
            activity::Entity::find().filter(activity::Column::ReceivedAt.gte(from)).count(reader).await?;
        let reviewed =
            activity::Entity::find().filter(activity::Column::DecidedAt.gte(from)).count(reader).await?;
        let said = feedback::Entity::find().filter(feedback::Column::GivenAt.gte(from)).count(reader).await?;
        Ok(reported + reviewed + said)
    }

    async fn actor(&self, staff: StaffId) -> Result<Actor> {
        load_actor_in(self.env.db.reader(), self.env.now(), self.agency, staff).await
    }

    /// The superior approves what the employee reported. If nothing waits, the employee reports first; after many reports
    /// on one day, an approval is taken back, which the next act repeats.
    async fn answer_employee(&self, today: Date) -> Result<Act> {
        let plan = self.plan(&Condition::all().add(plan::Column::StaffId.eq(self.employee.0))).await?;
        if let Some(waiting) = self.activity(&plan, ActivityStatus::Submitted).await? {
            return self.approve(&plan, &waiting[..1]).await;
        }
        let from = to_micros(generate::CALENDAR.start_of(today));
        let reported = activity::Entity::find()
            .filter(activity::Column::StaffId.eq(self.employee.0))
            .filter(activity::Column::ReceivedAt.gte(from))
            .count(self.env.db.reader())
            .await?;
        if reported < REPORTS_A_DAY {
            let id = self.report(&plan).await?;
            let found = store::activity::load(
                self.env.db.source(),
                Condition::all().add(activity::Column::Id.eq(id.activity.0)),
            );
            return self.approve(&plan, &found.await?).await;
        }
        let Some(approved) = self.activity(&plan, ActivityStatus::Approved).await? else {
            return Ok(Act::Idle);
        };
        let input = ReopenActivities {
            rows: versions(&approved[..1]),
            reason: "Foto bukti dukung belum terbaca; mohon dilihat kembali.".to_owned(),
        };
        let rater = self.actor(plan.rater.staff).await?;
        done(reopen_activities(&self.env, &rater, IdempotencyKey::NONE, input).await?)?;
        Ok(Act::Reviewed)
    }

    async fn advise_employee(&self, turn: u64) -> Result<Act> {
        let plan = self.plan(&Condition::all().add(plan::Column::StaffId.eq(self.employee.0))).await?;
        let row = row(&plan, turn / 8).ok_or(Error::NotFound)?;
        let said = [
            "kemajuannya baik, lanjutkan.",
            "mohon lengkapi bukti dukung sebelum akhir pekan.",
            "terima kasih, hasil minggu ini rapi dan tepat waktu.",
        ];
        let text = said[usize::try_from(turn / 8 % 3).unwrap_or_default()];
        let input = GiveFeedback {
            plan: plan.id,
            about: FeedbackAbout::Result(row.id),
            evaluation: None,
            text: format!("{}: {text}", row.title),
        };
        let rater = self.actor(plan.rater.staff).await?;
        give_feedback(&self.env, &rater, IdempotencyKey::NONE, input).await?;
        Ok(Act::Advised)
    }

    /// One of the superior's team reports, so that the superior's worklist grows.
    async fn report_in_team(&self) -> Result<Act> {
        let team = self.team().add(plan::Column::StaffId.ne(self.employee.0));
        self.report(&self.plan(&team).await?).await?;
        Ok(Act::Reported)
    }

    /// The superior approves what one of the team has submitted.
    async fn review_team(&self) -> Result<Act> {
        let submitted = activity::Entity::find()
            .select_only()
            .column(activity::Column::PlanId)
            .filter(activity::Column::RaterStaffId.eq(self.superior.0))
            .filter(activity::Column::StaffId.ne(self.employee.0))
            .filter(activity::Column::Status.eq(ActivityStatus::Submitted.to_string()))
            .order_by_asc(activity::Column::StartedAt)
            .limit(1)
            .into_tuple::<Uuid>();
        let Some(id) = submitted.one(self.env.db.reader()).await? else { return Ok(Act::Idle) };
        let plan = self.plan(&Condition::all().add(plan::Column::Id.eq(id))).await?;
        match self.activity(&plan, ActivityStatus::Submitted).await? {
            Some(waiting) => self.approve(&plan, &waiting).await,
            None => Ok(Act::Idle),
        }
    }

    /// Someone else in the city has a plan approved, submits one, or reports. The plans of the superior's team wait for
    /// the visitor, and late ones stay late.
    async fn elsewhere(&self) -> Result<Act> {
        let others = || {
            Condition::all()
                .add(plan::Column::RaterStaffId.ne(self.superior.0))
                .add(plan::Column::Late.eq(false))
        };
        if let Some(plan) = self.with(others(), PlanStatus::Submitted).await? {
            let input =
                ReviewPlan { plan: plan.id, expected_version: plan.version, decision: Decision::Approve };
            let rater = self.actor(plan.rater.staff).await?;
            review_plan(&self.env, &rater, IdempotencyKey::NONE, input).await?;
            return Ok(Act::Planned);
        }
        if let Some(plan) = self.with(others(), PlanStatus::Draft).await? {
            let input = SubmitPlan { plan: plan.id, expected_version: plan.version };
            let owner = self.actor(plan.staff).await?;
            submit_plan(&self.env, &owner, IdempotencyKey::NONE, input).await?;
            return Ok(Act::Planned);
        }
        self.report(&self.plan(&others()).await?).await?;
        Ok(Act::Reported)
    }

    /// The plans that the demo's superior rates.
    fn team(&self) -> Condition {
        Condition::all().add(plan::Column::RaterStaffId.eq(self.superior.0))
    }

    /// Finds an approved plan of today's year, any of those that match.
    async fn plan(&self, which: &Condition) -> Result<Plan> {
        let which =
            which.clone().add(self.in_force()).add(plan::Column::Status.eq(PlanStatus::Approved.to_string()));
        let matching = plan::Entity::find()
            .select_only()
            .column(plan::Column::Id)
            .filter(which)
            .order_by_asc(plan::Column::Id)
            .into_tuple::<Uuid>()
            .all(self.env.db.reader())
            .await?;
        let any = usize::from(u16::from_be_bytes(random())) % matching.len().max(1);
        let id = matching.get(any).ok_or(Error::NotFound)?;
        self.by_id(PlanId(*id)).await
    }

    async fn with(&self, which: Condition, status: PlanStatus) -> Result<Option<Plan>> {
        let which = which.add(self.in_force()).add(plan::Column::Status.eq(status.to_string()));
        let found = plan::Entity::find()
            .select_only()
            .column(plan::Column::Id)
            .filter(which)
            .order_by_asc(plan::Column::Id)
            .limit(1)
            .into_tuple::<Uuid>()
            .one(self.env.db.reader())
            .await?;
        match found {
            Some(id) => Ok(Some(self.by_id(PlanId(id)).await?)),
            None => Ok(None),
        }
    }

    async fn by_id(&self, id: PlanId) -> Result<Plan> {
        let which = Condition::all().add(plan::Column::Id.eq(id.0));
        store::plan::load(self.env.db.source(), which).await?.pop().ok_or(Error::NotFound)
    }

    fn in_force(&self) -> Condition {
        let today = generate::CALENDAR.day(self.env.now());
        Condition::all()
            .add(plan::Column::AgencyId.eq(self.agency.0))
            .add(plan::Column::StartsOn.lte(today))
            .add(plan::Column::EndsOn.gte(today))
    }

    /// Loads the plan's latest activities with a status, at most five; `None` if there are none.
    async fn activity(&self, plan: &Plan, status: ActivityStatus) -> Result<Option<Vec<Activity>>> {
        let rows = activity::Entity::find()
            .filter(activity::Column::PlanId.eq(plan.id.0))
            .filter(activity::Column::Status.eq(status.to_string()))
            .order_by_desc(activity::Column::StartedAt)
            .limit(5)
            .all(self.env.db.reader())
            .await?;
        let found = rows.into_iter().map(store::activity::value).collect::<Result<Vec<_>>>()?;
        Ok((!found.is_empty()).then_some(found))
    }

    /// The plan's owner records an activity of today and submits it.
    async fn report(&self, plan: &Plan) -> Result<Recorded> {
        let [roll, length] = random::<2>();
        let row = row(plan, roll.into()).ok_or(Error::NotFound)?;
        let ended_at = self.env.now() - Duration::minutes(5);
        let indicator = row.indicators.first().filter(|indicator| !generate::is_level(&indicator.unit));
        let input = RecordActivities {
            plan: plan.id,
            rows: vec![given(ActivityRow {
                edit: None,
                client_key: Some(fresh_id()),
                input: ActivityInput {
                    result: Some(row.id),
                    action_plan: None,
                    started_at: ended_at - Duration::minutes(30 + i64::from(length % 90)),
                    ended_at,
                    description: generate::activity_of(&row.title).unwrap_or(&row.title).to_owned(),
                    realisation: indicator.map(|_| Decimal::whole(1)),
                    measure: indicator.map(|indicator| indicator.unit.clone()),
                    evidence: vec![GivenEvidence {
                        url: Some("https://contoh.invalid/bukti/kegiatan".to_owned()),
                        upload: None,
                        label: Some("Dokumentasi kegiatan".to_owned()),
                    }],
                    claimed_at: None,
                },
            })],
        };
        let owner = self.actor(plan.staff).await?;
        let recorded = done(record_activities(&self.env, &owner, IdempotencyKey::NONE, input).await?)?;
        let version = ActivityVersion { activity: recorded.activity, expected_version: 1 };
        let input = SubmitActivities { rows: vec![given(version)] };
        done(submit_activities(&self.env, &owner, IdempotencyKey::NONE, input).await?)
    }

    async fn approve(&self, plan: &Plan, activities: &[Activity]) -> Result<Act> {
        let input = ReviewActivities { rows: versions(activities), decision: Decision::Approve };
        let rater = self.actor(plan.rater.staff).await?;
        done(review_activities(&self.env, &rater, IdempotencyKey::NONE, input).await?)?;
        Ok(Act::Reviewed)
    }
}

const fn given<T>(input: T) -> Row<T> {
    Row { input, malformed: Vec::new(), can_be_checked: true }
}

fn versions(activities: &[Activity]) -> Vec<Row<ActivityVersion>> {
    let version = |one: &Activity| ActivityVersion { activity: one.id, expected_version: one.version };
    activities.iter().map(|one| given(version(one))).collect()
}

/// Returns the first outcome, or its refusals.
fn done<T>(outcomes: Vec<RowOutcome<T>>) -> Result<T> {
    let first = outcomes.into_iter().next().ok_or(Error::NotFound)?;
    first.done.filter(|_| first.refusals.is_empty()).ok_or(Error::Refused(first.refusals))
}

/// Returns a row of the plan in force; each number names one.
fn row(plan: &Plan, number: u64) -> Option<&PlanResult> {
    let rows = &plan.effective()?.content.results;
    rows.get(usize::try_from(number).unwrap_or_default() % rows.len().max(1))
}

#[cfg(test)]
mod tests;
