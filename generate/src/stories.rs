//! The stories of about thirty people in the third quarter: plans revised after a return, a transfer in mid-year,
//! acting heads (Plt) of vacant posts, feedback that is given and read, corrected results, files as evidence,
//! trainings, dialogues, corrections of personnel data, objections to results of the year before. docs/DEMO.md says
//! where they are.
//!
//! They run through the ordinary use cases, each on its day, so that the journal has every step. A city has them only
//! from the day after the rating deadline of the quarter until its closing. Ids that use cases create are new in each
//! city. A unit that a small city lacks has no story.

mod content;
mod corrected;
mod evidence;
mod heard;
mod objection;
mod recommended;
mod talked;
mod trained;

use super::{
    people::{City, Persona},
    planted::SCHOOL,
};
use content::{input, realisations};
use domain::{
    Decimal,
    actor::Actor,
    assignment::{Capacity, DelegationInput},
    decision::Decision,
    evaluation::{Evaluation, Expectation, Finalisation, Rating},
    feedback::{FeedbackAbout, FeedbackInput},
    id::{AssignmentId, PeriodId, PlanId},
    period::{Period, PeriodStatus},
    plan::{Plan, Target},
    staff::EmploymentKind,
    time::Date,
};
use service::{
    Env, Error, IdempotencyKey, Result,
    env::Clock,
    evaluation::{
        FinaliseEvaluation, RateEvaluation, ReopenEvaluation, ReportRealisation, finalise_evaluation,
        rate_evaluation, reopen_evaluation, report_realisation,
    },
    feedback::{GiveFeedback, feedback_by_id, give_feedback, record_feedback_read},
    organisation::{Delegate, EndStaff, Placement, TransferStaff, delegate, end_staff, transfer_staff},
    plan::{
        ContentInput, CreatePlan, ReviewPlan, RevisePlan, SubmitPlan, UpdatePlan, create_plan, review_plan,
        revise_plan, submit_plan, update_plan,
    },
    synthetic,
};

/// The unit whose people revise their plans.
pub(super) const REVISED: &str = "PKM-1";
/// The units between which people are transferred.
pub(super) const MOVED: (&str, &str) = ("PKM-2", "PKM-3");
/// The unit whose people get feedback.
pub(super) const ADVISED: &str = "PKM-6";
/// The unit whose people report with files.
pub(super) const EVIDENCED: &str = "PKM-5";
/// The unit whose people objected to their results of the year before.
pub(super) const OBJECTED: &str = "PKM-4";
/// The unit in which results are corrected, and in which an officer gets feedback from colleagues.
pub(super) const MENDED: &str = "RSUD";
/// The units whose heads retired, each with the unit of the acting head.
pub(super) const VACANT: [(&str, &str); 2] = [("KEC-GP-03", "KEC-GP-04"), ("KEC-MKS-02", "KEC-MKS-03")];

/// A vacant post.
struct Vacancy {
    head: usize,
    acting: usize,
    team: Vec<usize>,
}

/// The people who have a story.
pub(super) struct Cast {
    revised: Vec<usize>,
    moved: Vec<usize>,
    vacancies: Vec<Vacancy>,
    advised: Vec<usize>,
    mended: Vec<usize>,
    evidenced: Vec<usize>,
    objected: Vec<usize>,
    /// A teacher of the school who was not trained in the first quarter.
    teacher: Option<usize>,
    /// The day on which transfers, retirements and acting heads begin.
    change: Date,
}

impl Cast {
    /// Selects the people of the stories of the current year; `None` on a day on which the city has no stories.
    pub fn of(city: &City, periods: &[Period], today: Date) -> Option<Self> {
        let third = periods.iter().find(|period| period.part == 3)?;
        if third.status != PeriodStatus::Open || today <= third.rating_deadline {
            return None;
        }
        let head = |code: &str| {
            city.people.iter().position(|person| person.unit_code == code && person.assignment.leads)
        };
        let team = |code: &str, most: usize| -> Vec<usize> {
            let there = (0..city.people.len()).filter(|index| {
                let person = &city.people[*index];
                person.unit_code == code && !person.assignment.leads
            });
            there.take(most).collect()
        };
        let vacancies = VACANT.iter().filter_map(|(vacant, acting)| {
            Some(Vacancy { head: head(vacant)?, acting: head(acting)?, team: team(vacant, usize::MAX) })
        });
        let is_pns = |index: &usize| city.people[*index].staff.employment_kind == EmploymentKind::Pns;
        let moved = head(MOVED.1).map(|_| team(MOVED.0, usize::MAX)).unwrap_or_default();
        Some(Self {
            revised: team(REVISED, 8),
            moved: moved.into_iter().filter(is_pns).take(4).collect(),
            vacancies: vacancies.collect(),
            advised: team(ADVISED, 6),
            mended: team(MENDED, 6),
            evidenced: team(EVIDENCED, 4),
            objected: team(OBJECTED, 3),
            teacher: team(SCHOOL, usize::MAX)
                .into_iter()
                .find(|index| city.people[*index].post.starts_with("GURU-") && !city.was_trained(*index)),
            change: third.starts_on,
        })
    }

    /// The day from which on a person's story replaces generated work.
    pub fn until(&self, index: usize) -> Option<Date> {
        let of_vacancy = |vacancy: &Vacancy| vacancy.head == index || vacancy.team.contains(&index);
        let changes = self.moved.contains(&index) || self.vacancies.iter().any(of_vacancy);
        changes.then_some(self.change)
    }

    /// Whether a person objects to their result of the year before, which was delivered to them.
    pub fn objects(&self, index: usize) -> bool {
        self.objected.contains(&index)
    }

    /// Whether the decision on the person's objection changes their result.
    pub fn wins_objection(&self, index: usize) -> bool {
        self.objected.first() == Some(&index)
    }

    /// Whether the person's result of the third quarter is taken back and rated again.
    pub fn is_mended(&self, index: usize) -> bool {
        self.mended.contains(&index)
    }

    /// Whether a person's story begins with an approved plan.
    pub fn has_plan(&self, index: usize) -> bool {
        self.until(index).is_some()
            || self.teacher == Some(index)
            || [&self.revised, &self.advised, &self.mended, &self.evidenced]
                .iter()
                .any(|people| people.contains(&index))
    }
}

/// Runs all stories and returns the names of those that ended early. A refusal is logged and ends one story; the city
/// stays consistent.
pub(super) async fn play(
    env: &Env,
    city: &City,
    years: &[Vec<Period>],
    cast: &Cast,
) -> Result<Vec<&'static str>> {
    let Some((periods, earlier)) = years.split_last() else { return Ok(Vec::new()) };
    let last = earlier.last().map(Vec::as_slice).unwrap_or_default();
    let mut env = env.clone();
    // The stories have only one admin, so no second person could approve.
    env.separation.four_eyes = false;
    let stage = Stage { env, city, periods, last };
    let mut early = Vec::new();
    let mut ended = |story: &'static str, result: Result<()>| match result {
        Err(cause @ (Error::Refused(_) | Error::NotFound | Error::Forbidden)) => {
            tracing::error!(story, %cause, "a story of the synthetic city ended early");
            early.push(story);
            Ok(())
        }
        result => result,
    };
    if !last.is_empty() {
        for (who, number) in cast.objected.iter().zip(0..) {
            ended("objection", stage.objection(*who, number).await)?;
        }
    }
    for vacancy in &cast.vacancies {
        ended("vacancy", stage.vacancy(vacancy, cast.change).await)?;
        for who in &vacancy.team {
            ended("acting head", stage.third_quarter(*who, vacancy.acting, 8).await)?;
        }
    }
    for who in &cast.moved {
        ended("transfer", stage.transfer(*who, cast.change).await)?;
    }
    for (who, number) in cast.advised.iter().zip(0..) {
        ended("feedback", stage.feedback(*who, number).await)?;
    }
    ended("feedback in confidence", stage.heard(cast.mended.get(..4).unwrap_or_default()).await)?;
    for (who, number) in cast.revised.iter().zip(0..) {
        ended("revision", stage.revision(*who, number).await)?;
    }
    for who in &cast.mended {
        ended("mended result", stage.mended(*who).await)?;
    }
    for (who, number) in cast.evidenced.iter().zip(0..) {
        ended("evidence", stage.evidence(*who, number).await)?;
    }
    if let Some(teacher) = cast.teacher {
        ended("one certificate twice", stage.trained(teacher).await)?;
        ended("a corrected name", stage.corrected(teacher).await)?;
    }
    ended("a training that waits", stage.waits_for_the_team().await)?;
    ended("a correction that waits", stage.waits_for_an_admin().await)?;
    ended("dialogues", stage.talked().await)?;
    ended("recommendations", stage.recommended().await)?;
    Ok(early)
}

struct Stage<'a> {
    env: Env,
    city: &'a City,
    periods: &'a [Period],
    /// The year before, if the city has one.
    last: &'a [Period],
}

impl Stage<'_> {
    /// The environment at ten in the morning in Jakarta on a day of the year.
    fn on(&self, month: u32, day: u32) -> Env {
        let day = Date::from_ymd_opt(self.periods[0].year, month, day).unwrap_or(self.periods[0].ends_on);
        self.at(day)
    }

    fn at(&self, day: Date) -> Env {
        let time = super::CALENDAR.start_of(day) + chrono::Duration::hours(10);
        self.env.clone().with_clock(Clock::fixed(time))
    }

    async fn actor(&self, env: &Env, index: usize) -> Result<Actor> {
        let person = &self.city.people[index].staff;
        synthetic::actor(env, self.city.agency, person.id).await
    }

    async fn admin(&self, env: &Env) -> Result<Actor> {
        self.actor(env, self.city.persona(Persona::Admin)).await
    }

    /// The person's newest plan of the year.
    async fn plan(&self, index: usize) -> Result<Plan> {
        let (staff, year) = (self.city.people[index].staff.id, self.periods[0].id);
        let plans = synthetic::reader(&self.env).plans_of_year(staff, year).await?;
        plans.into_iter().max_by_key(|plan| plan.starts_on).ok_or(Error::NotFound)
    }

    fn part(&self, part: i32) -> Result<PeriodId> {
        let found = self.periods.iter().find(|period| period.part == part);
        found.map(|period| period.id).ok_or(Error::NotFound)
    }

    async fn evaluation(&self, plan: PlanId, part: i32) -> Result<Evaluation> {
        synthetic::reader(&self.env).evaluation(plan, self.part(part)?).await
    }

    /// Returns the person who rates a person in the generated tree.
    fn superior(&self, index: usize) -> Result<usize> {
        self.city.people[index].superior.ok_or(Error::NotFound)
    }

    /// The head of a unit retires; another head acts for the vacant post.
    async fn vacancy(&self, vacancy: &Vacancy, from: Date) -> Result<()> {
        let env = self.at(from);
        let admin = self.admin(&env).await?;
        let head = &self.city.people[vacancy.head];
        let retired = EndStaff {
            staff: head.staff.id,
            expected_version: head.staff.version,
            last_day: from.pred_opt().unwrap_or(from),
            reason: "Mencapai batas usia pensiun.".to_owned(),
            successor: None,
        };
        end_staff(&env, &admin, IdempotencyKey::NONE, retired, false).await?;
        let acting = Delegate {
            assignment: head.assignment.id,
            delegation: DelegationInput {
                delegate: self.city.people[vacancy.acting].staff.id,
                capacity: Capacity::Plt,
                valid_from: from,
                valid_to: None,
                reason: "Jabatan lowong sampai pejabat definitif dilantik.".to_owned(),
            },
        };
        delegate(&env, &admin, IdempotencyKey::NONE, acting, false).await?;
        Ok(())
    }

    /// The person reports the third quarter, and the rater rates it as expected.
    async fn third_quarter(&self, who: usize, rater: usize, day: u32) -> Result<()> {
        let plan = self.plan(who).await?;
        let env = self.on(10, 2);
        let before = self.evaluation(plan.id, 3).await?;
        let report = ReportRealisation {
            evaluation: before.id,
            expected_version: before.version,
            realisations: realisations(&plan),
            self_note: Some("Target triwulan tercapai.".to_owned()),
        };
        let me = self.actor(&env, who).await?;
        report_realisation(&env, &me, IdempotencyKey::NONE, report).await?;
        let as_expected = (Expectation::AsExpected, None);
        self.rate(self.evaluation(plan.id, 3).await?, rater, day, as_expected).await
    }

    /// The rater rates the results, with a reason if not as expected, and makes the rating final on the next day.
    async fn rate(
        &self,
        before: Evaluation,
        rater: usize,
        day: u32,
        (result, reason): (Expectation, Option<&str>),
    ) -> Result<()> {
        let env = self.on(10, day);
        let actor = self.actor(&env, rater).await?;
        let rating = RateEvaluation {
            evaluation: before.id,
            expected_version: before.version,
            rating: Rating {
                result_rating: Some(result),
                behaviour_rating: Some(Expectation::AsExpected),
                result_reason: reason.map(str::to_owned),
                ..Rating::default()
            },
        };
        rate_evaluation(&env, &actor, IdempotencyKey::NONE, rating).await?;
        let env = self.on(10, day + 1);
        let before = self.evaluation(before.plan, 3).await?;
        let last = FinaliseEvaluation {
            evaluation: before.id,
            expected_version: before.version,
            finalisation: Finalisation::default(),
        };
        finalise_evaluation(&env, &actor, IdempotencyKey::NONE, last).await?;
        Ok(())
    }

    /// The person moves to another unit, plans there and is rated there.
    async fn transfer(&self, who: usize, from: Date) -> Result<()> {
        let env = self.at(from);
        let to = |person: &&super::people::Person| person.unit_code == MOVED.1 && person.assignment.leads;
        let (rater, head) =
            self.city.people.iter().enumerate().find(|(_, person)| to(person)).ok_or(Error::NotFound)?;
        let old = &self.city.people[who].assignment;
        let placement = Placement {
            unit: head.assignment.unit,
            position: old.position,
            rank: old.rank.clone(),
            superior: Some(head.assignment.id),
            capacity: Capacity::Definitive,
            leads: false,
            from,
        };
        let moved = TransferStaff {
            assignment: old.id,
            expected_version: old.version,
            placement,
            reason: "Pemerataan tenaga kesehatan antarpuskesmas.".to_owned(),
            successor: None,
        };
        let earlier = self.plan(who).await?;
        let admin = self.admin(&env).await?;
        transfer_staff(&env, &admin, IdempotencyKey::NONE, moved, false).await?;
        self.new_plan(who, rater, &earlier).await?;
        self.third_quarter(who, rater, 8).await
    }

    /// The person plans at the new unit, from the contents of the earlier plan.
    async fn new_plan(&self, who: usize, rater: usize, earlier: &Plan) -> Result<()> {
        let env = self.on(7, 2);
        let me = self.actor(&env, who).await?;
        let assignment = me.assignments.first().copied().unwrap_or(AssignmentId(uuid::Uuid::nil()));
        let results = earlier.effective().map(|revision| revision.content.clone()).unwrap_or_default();
        let mut content = input(&results, false);
        for row in &mut content.results {
            row.serves = None;
            row.assigned_by = Some("Kepala Puskesmas".to_owned());
            // The steps of the first half are done.
            row.action_plans.clear();
        }
        let new =
            CreatePlan { assignment, period: self.periods[0].id, content: Some(content), copy_from: None };
        create_plan(&env, &me, IdempotencyKey::NONE, new).await?;
        self.submit(who, 7, 3).await?;
        self.review(who, rater, (7, 6), Decision::Approve).await
    }

    async fn submit(&self, who: usize, month: u32, day: u32) -> Result<()> {
        let env = self.on(month, day);
        let me = self.actor(&env, who).await?;
        let plan = self.plan(who).await?;
        let input = SubmitPlan { plan: plan.id, expected_version: plan.version };
        submit_plan(&env, &me, IdempotencyKey::NONE, input).await?;
        Ok(())
    }

    async fn review(
        &self,
        who: usize,
        rater: usize,
        (month, day): (u32, u32),
        decision: Decision,
    ) -> Result<()> {
        let env = self.on(month, day);
        let actor = self.actor(&env, rater).await?;
        let plan = self.plan(who).await?;
        let input = ReviewPlan { plan: plan.id, expected_version: plan.version, decision };
        review_plan(&env, &actor, IdempotencyKey::NONE, input).await?;
        Ok(())
    }

    /// The person revises the plan. The rater returns it once and then approves it, except for every third person.
    async fn revision(&self, who: usize, number: usize) -> Result<()> {
        let env = self.on(10, 7);
        let me = self.actor(&env, who).await?;
        let plan = self.plan(who).await?;
        let begin = RevisePlan {
            plan: plan.id,
            expected_version: plan.version,
            reason: "Target disesuaikan dengan perubahan anggaran.".to_owned(),
        };
        revise_plan(&env, &me, IdempotencyKey::NONE, begin).await?;
        self.rewrite(who, 8, |content| {
            for indicator in content.results.iter_mut().take(1).flat_map(|row| &mut row.indicators) {
                let lower = indicator.target.min.hundredths() / 100 * 9 / 10;
                indicator.target = Target::value(Decimal::whole(lower.max(1)));
            }
        })
        .await?;
        self.submit(who, 10, 8).await?;
        let rater = self.superior(who)?;
        let reason = "Cantumkan dasar perubahan target pada rencana aksi.".to_owned();
        self.review(who, rater, (10, 9), Decision::Return { reason }).await?;
        self.rewrite(who, 12, |content| {
            for step in content.results.iter_mut().take(1).flat_map(|row| &mut row.action_plans) {
                step.target = Some("Sesuai dokumen perubahan anggaran".to_owned());
            }
        })
        .await?;
        self.submit(who, 10, 12).await?;
        if number % 3 == 2 {
            return Ok(());
        }
        self.review(who, rater, (10, 13), Decision::Approve).await
    }

    async fn rewrite(&self, who: usize, day: u32, change: impl FnOnce(&mut ContentInput)) -> Result<()> {
        let env = self.on(10, day);
        let me = self.actor(&env, who).await?;
        let plan = self.plan(who).await?;
        let last = plan.revisions.iter().max_by_key(|revision| revision.number).ok_or(Error::NotFound)?;
        let mut content = input(&last.content, true);
        change(&mut content);
        let input = UpdatePlan { plan: plan.id, expected_version: plan.version, content };
        update_plan(&env, &me, IdempotencyKey::NONE, input).await?;
        Ok(())
    }

    /// The rater gives feedback twice. The rater's superior reads it, so that the access log has an entry.
    async fn feedback(&self, who: usize, number: usize) -> Result<()> {
        let plan = self.plan(who).await?;
        let rows = plan.effective().map(|revision| revision.content.results.clone()).unwrap_or_default();
        let row = rows.get(number % rows.len().max(1)).ok_or(Error::NotFound)?;
        let rater = self.superior(who)?;
        for (month, day, text) in [
            (8, 12, "kemajuan baik. Pertahankan mutunya dan lengkapi bukti dukung setiap pekan."),
            (9, 3, "catatan bulan lalu sudah ditindaklanjuti. Terima kasih."),
        ] {
            let env = self.on(month, day);
            let actor = self.actor(&env, rater).await?;
            let given = GiveFeedback {
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
            let given = give_feedback(&env, &actor, IdempotencyKey::NONE, given).await?;
            let id = given.ok_or(Error::NotFound)?;
            let above = self.actor(&env, self.superior(rater)?).await?;
            if let Some(feedback) = feedback_by_id(&env, &above, id).await? {
                record_feedback_read(&env, &above, &feedback);
            }
        }
        Ok(())
    }

    /// The rater finds that they overlooked something in a final result of the third quarter, take it back and rate again.
    async fn mended(&self, who: usize) -> Result<()> {
        let plan = self.plan(who).await?;
        let before = self.evaluation(plan.id, 3).await?;
        if !before.status.is_final() {
            return Ok(());
        }
        let rater = self.superior(who)?;
        let env = self.on(10, 12);
        let actor = self.actor(&env, rater).await?;
        let again = ReopenEvaluation {
            evaluation: before.id,
            expected_version: before.version,
            reason: "Realisasi bulan September sudah dilaporkan, tetapi belum dihitung saat menilai."
                .to_owned(),
        };
        reopen_evaluation(&env, &actor, IdempotencyKey::NONE, again).await?;
        let reason = "Dengan realisasi September, target triwulan terlampaui.";
        let rating = (Expectation::Above, Some(reason));
        self.rate(self.evaluation(plan.id, 3).await?, rater, 13, rating).await
    }
}
