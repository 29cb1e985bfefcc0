//! The colleagues in a demo. Every few seconds one of them acts through the ordinary use cases, so that a visitor sees
//! streams and worklists change. Every second act concerns the demo's employee. The other acts concern the superior's
//! team and people elsewhere in the city.
//!
//! They act only in a synthetic city, at most [`ACTS_A_DAY`] times on a day of its clock. A refusal ends one act: the
//! visitor, or another server, may have acted first.

use super::{CALENDAR, EMPLOYEE, SUPERIOR, activity_of, is_level};
use chrono::Duration;
use domain::{
    Decimal,
    activity::{Activity, ActivityInput, ActivityStatus, GivenEvidence},
    actor::Actor,
    decision::Decision,
    feedback::{FeedbackAbout, FeedbackInput},
    id::{AgencyId, StaffId},
    plan::{Plan, PlanResult, PlanStatus},
    time::Date,
};
use service::{
    Env, Error, IdempotencyKey, Result,
    activity::{
        ActivityRow, ActivityVersion, RecordActivities, Recorded, ReopenActivities, ReviewActivities,
        SubmitActivities, record_activities, reopen_activities, review_activities, submit_activities,
    },
    batch::{Row, RowOutcome},
    env::{fresh_id, random},
    feedback::{GiveFeedback, give_feedback},
    plan::{ReviewPlan, SubmitPlan, review_plan, submit_plan},
    synthetic::{self, CityReader, State, Whose},
};

/// The time between two acts.
pub const PAUSE: std::time::Duration = std::time::Duration::from_secs(3);
/// Maximum number of acts on a day of the city's clock, enough for about 100 minutes. An act writes at most three
/// journal entries.
pub const ACTS_A_DAY: u64 = 2_000;
/// Maximum number of activities that the employee reports on a day. After that, the superior takes approvals back and
/// repeats them.
const REPORTS_A_DAY: u64 = 12;

/// The outcome of an act.
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
    /// The maximum number of acts of this day is reached.
    Rested,
}

/// The colleagues of the demo's logins.
pub struct Colleagues {
    env: Env,
    reader: CityReader,
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
            // Logged only once, because with a full disk every act fails.
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
        let reader = synthetic::reader(env);
        let Some((agency, employee)) = reader.person(EMPLOYEE).await? else { return Ok(None) };
        let Some((_, superior)) = reader.person(SUPERIOR).await? else { return Ok(None) };
        let env = env.clone();
        Ok(Some(Self { env, reader, agency, employee, superior, turn: 0, day: None, left: 0, most }))
    }

    /// Lets the next colleague act.
    ///
    /// # Errors
    /// Errors of the database. A refusal by the rules is [`Act::Refused`], not an error.
    pub async fn act(&mut self) -> Result<Act> {
        let today = CALENDAR.day(self.env.now());
        if self.day != Some(today) {
            self.day = Some(today);
            // The reports and feedback of today count, so that a restart does not allow more acts on the same day.
            let done = self.reader.acts_since(CALENDAR.start_of(today)).await?;
            self.left = self.most.saturating_sub(done);
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

    async fn actor(&self, staff: StaffId) -> Result<Actor> {
        synthetic::actor(&self.env, self.agency, staff).await
    }

    /// The superior approves what the employee reported. If nothing waits, the employee reports first; after many
    /// reports on one day, the superior takes an approval back instead, and the next act approves again.
    async fn answer_employee(&self, today: Date) -> Result<Act> {
        let plan = self.plan(Whose::Of(self.employee)).await?;
        if let Some(waiting) = self.activity(&plan, ActivityStatus::Submitted).await? {
            return self.approve(&plan, &waiting[..1]).await;
        }
        let reported = self.reader.reports_since(self.employee, CALENDAR.start_of(today)).await?;
        if reported < REPORTS_A_DAY {
            let id = self.report(&plan).await?;
            let found = self.reader.activity(id.activity).await?;
            return self.approve(&plan, &[found]).await;
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
        let plan = self.plan(Whose::Of(self.employee)).await?;
        let row = row(&plan, turn / 8).ok_or(Error::NotFound)?;
        let said = [
            "kemajuannya baik, lanjutkan.",
            "mohon lengkapi bukti dukung sebelum akhir pekan.",
            "terima kasih, hasil minggu ini rapi dan tepat waktu.",
        ];
        let text = said[usize::try_from(turn / 8 % 3).unwrap_or_default()];
        let input = GiveFeedback {
            plan: Some(plan.id),
            staff: None,
            direction: None,
            request: None,
            feedback: FeedbackInput {
                about: FeedbackAbout::Result(row.id),
                evaluation: None,
                text: format!("{}: {text}", row.title),
            },
        };
        let rater = self.actor(plan.rater.staff).await?;
        give_feedback(&self.env, &rater, IdempotencyKey::NONE, input).await?;
        Ok(Act::Advised)
    }

    /// A person of the superior's team reports, so that the superior's worklist grows.
    async fn report_in_team(&self) -> Result<Act> {
        let team = Whose::RatedBy(self.superior, self.employee);
        self.report(&self.plan(team).await?).await?;
        Ok(Act::Reported)
    }

    /// The superior approves what a person of the team has submitted.
    async fn review_team(&self) -> Result<Act> {
        let waiting = self.reader.longest_waiting(self.superior, self.employee).await?;
        let Some(id) = waiting else { return Ok(Act::Idle) };
        let plan = self.reader.plan(id).await?;
        if !self.in_force(&plan) {
            return Err(Error::NotFound);
        }
        match self.activity(&plan, ActivityStatus::Submitted).await? {
            Some(waiting) => self.approve(&plan, &waiting).await,
            None => Ok(Act::Idle),
        }
    }

    /// Someone else in the city has a plan approved, submits one, or reports. The plans of the superior's team wait for
    /// the visitor, and late plans stay late.
    async fn elsewhere(&self) -> Result<Act> {
        let others = Whose::NotRatedBy(self.superior);
        if let Some(plan) = self.with(others, PlanStatus::Submitted).await? {
            let input =
                ReviewPlan { plan: plan.id, expected_version: plan.version, decision: Decision::Approve };
            let rater = self.actor(plan.rater.staff).await?;
            review_plan(&self.env, &rater, IdempotencyKey::NONE, input).await?;
            return Ok(Act::Planned);
        }
        if let Some(plan) = self.with(others, PlanStatus::Draft).await? {
            let input = SubmitPlan { plan: plan.id, expected_version: plan.version };
            let owner = self.actor(plan.staff).await?;
            submit_plan(&self.env, &owner, IdempotencyKey::NONE, input).await?;
            return Ok(Act::Planned);
        }
        self.report(&self.plan(others).await?).await?;
        Ok(Act::Reported)
    }

    /// Finds an approved plan of today's year, any of those that match.
    async fn plan(&self, whose: Whose) -> Result<Plan> {
        let matching = self.reader.plans_in_force(self.today(), whose, PlanStatus::Approved, None).await?;
        let any = usize::from(u16::from_be_bytes(random())) % matching.len().max(1);
        self.reader.plan(*matching.get(any).ok_or(Error::NotFound)?).await
    }

    async fn with(&self, whose: Whose, status: PlanStatus) -> Result<Option<Plan>> {
        match self.reader.plans_in_force(self.today(), whose, status, Some(1)).await?.first() {
            Some(id) => Ok(Some(self.reader.plan(*id).await?)),
            None => Ok(None),
        }
    }

    /// The agency, and today in its calendar.
    fn today(&self) -> (AgencyId, Date) {
        (self.agency, CALENDAR.day(self.env.now()))
    }

    /// Whether a plan is approved and of today's year.
    fn in_force(&self, plan: &Plan) -> bool {
        let (_, today) = self.today();
        plan.status == PlanStatus::Approved && (plan.starts_on..=plan.ends_on).contains(&today)
    }

    /// Loads the plan's latest activities with a status, at most five; `None` if there are none.
    async fn activity(&self, plan: &Plan, status: ActivityStatus) -> Result<Option<Vec<Activity>>> {
        let found = self.reader.activities(plan.id, status, 5).await?;
        Ok((!found.is_empty()).then_some(found))
    }

    /// The plan's owner records an activity of today and submits it.
    async fn report(&self, plan: &Plan) -> Result<Recorded> {
        let [roll, length] = random::<2>();
        let row = row(plan, roll.into()).ok_or(Error::NotFound)?;
        let ended_at = self.env.now() - Duration::minutes(5);
        let indicator = row.indicators.first().filter(|indicator| !is_level(&indicator.unit));
        let input = RecordActivities {
            plan: plan.id,
            rows: vec![Row::well_formed(ActivityRow {
                edit: None,
                client_key: Some(fresh_id()),
                input: ActivityInput {
                    result: Some(row.id),
                    action_plan: None,
                    started_at: ended_at - Duration::minutes(30 + i64::from(length % 90)),
                    ended_at,
                    description: noted(&row.title),
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
        let input = SubmitActivities { rows: vec![Row::well_formed(version)] };
        done(submit_activities(&self.env, &owner, IdempotencyKey::NONE, input).await?)
    }

    async fn approve(&self, plan: &Plan, activities: &[Activity]) -> Result<Act> {
        let input = ReviewActivities { rows: versions(activities), decision: Decision::Approve };
        let rater = self.actor(plan.rater.staff).await?;
        done(review_activities(&self.env, &rater, IdempotencyKey::NONE, input).await?)?;
        Ok(Act::Reviewed)
    }
}

fn versions(activities: &[Activity]) -> Vec<Row<ActivityVersion>> {
    let version = |one: &Activity| ActivityVersion { activity: one.id, expected_version: one.version };
    activities.iter().map(|one| Row::well_formed(version(one))).collect()
}

/// Returns the first outcome, or its refusals.
fn done<T>(outcomes: Vec<RowOutcome<T>>) -> Result<T> {
    let first = outcomes.into_iter().next().ok_or(Error::NotFound)?;
    first.done.filter(|_| first.refusals.is_empty()).ok_or(Error::Refused(first.refusals))
}

/// Describes an activity. Its number in the work book is beyond those of the generated activities.
fn noted(title: &str) -> String {
    let number = 1_000_000 + u32::from_be_bytes(random()) % 9_000_000;
    format!("{} (buku kerja {number})", activity_of(title).unwrap_or(title))
}

/// Returns a row of the plan in force, for any number: after the last row, the numbers start again with the first.
fn row(plan: &Plan, number: u64) -> Option<&PlanResult> {
    let rows = &plan.effective()?.content.results;
    rows.get(usize::try_from(number).unwrap_or_default() % rows.len().max(1))
}

#[cfg(test)]
mod tests;
