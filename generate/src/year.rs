//! A person's year: a plan linked to the superior's plan, evaluations, and activities in the current year.

mod achievement;
mod outcome;
#[cfg(test)]
mod tests;
mod training;

pub(super) use achievement::share;

use super::{
    dice::{Dice, pick},
    people::{City, Person, Persona},
    stories::{Cast, EVIDENCED},
    work::{self, Work},
};
use chrono::{Datelike, Duration, TimeZone, Timelike, Utc};
use domain::{
    Decimal,
    activity::{Activity, ActivityStatus, Evidence, EvidenceKind},
    calendar::DaysOff,
    evaluation::{Evaluation, OrgUnitPredicate, open_for, periods_held},
    id::{
        ActionPlanId, ActivityId, EvaluationId, EvidenceId, IndicatorId, PlanId, ResultId, RevisionId,
        UnitPredicateId,
    },
    period::Period,
    plan::{
        ActionPlan, Approach, Aspect, Direction, Indicator, Plan, PlanContent, PlanResult, PlanRevision,
        PlanStatus, ResultKind, RevisionStatus, Target,
    },
    regulation::RegulationDocument,
    time::{Date, Instant},
    unit_predicate::UnitPredicate,
};
use rand::Rng;
use service::{Result, synthetic::Batch};
use std::collections::BTreeSet;

/// Number of activities of a person in the current year.
const ACTIVITIES: i32 = 10;

/// Days after the end of a period until its last evaluation is closed.
const CLOSED_AFTER: i64 = 45;

/// The delay of the late unit, in days: it submits its plans this long after the deadline, and finishes its ratings
/// this much later than other units.
const LATE_BY: i64 = 12;

/// Everything needed to generate a year.
#[derive(Clone, Copy)]
pub(super) struct Year<'a> {
    pub city: &'a City,
    pub dice: &'a Dice,
    /// The year first, then its parts.
    pub periods: &'a [Period],
    pub rules: &'a RegulationDocument,
    pub days_off: &'a DaysOff,
    pub today: Date,
    /// Whether the city has the year before.
    pub continues: bool,
    /// The people with stories in the current year.
    pub cast: Option<&'a Cast>,
}

impl Year<'_> {
    fn number(&self) -> i32 {
        self.periods[0].year
    }

    fn running(&self) -> bool {
        self.years_ago() == 0
    }

    /// Years from this one to the current one.
    fn years_ago(&self) -> i32 {
        self.today.year() - self.number()
    }

    fn cast(&self) -> Option<&Cast> {
        self.cast.filter(|_| self.running())
    }

    /// Whether the person objects to their result of this year, which is the one before the current year.
    fn objects(&self, index: usize) -> bool {
        self.number() + 1 == self.today.year() && self.cast.is_some_and(|cast| cast.objects(index))
    }

    /// Whether the person objects because the rater overlooked what they achieved in this year.
    fn objects_to_a_mistake(&self, index: usize) -> bool {
        self.number() + 1 == self.today.year() && self.cast.is_some_and(|cast| cast.wins_objection(index))
    }

    /// The day from which on the person's story replaces generated work.
    fn until(&self, index: usize) -> Option<Date> {
        self.cast()?.until(index)
    }

    /// Adds a person's plan, evaluations and activities of this year.
    pub fn add(&self, index: usize, batch: &mut Batch) -> Result<()> {
        let person = &self.city.people[index];
        if person.assignment.leads {
            self.predicates(person, batch)?;
        }
        let Some(plan) = self.plan_of(index) else { return Ok(()) };
        batch.plan(&plan, plan.submitted_at.unwrap_or(plan.created_at))?;
        let evaluations = self.evaluations(index, &plan)?;
        for evaluation in &evaluations {
            self.remarks(index, evaluation, &plan, batch)?;
            batch.evaluation(evaluation, evaluation.finalised_at.unwrap_or(plan.created_at))?;
        }
        if is_in_force(&plan)
            && let Some(training) = self.training(index, &plan)
        {
            batch.training(&training)?;
        }
        for activity in self.activities(index, &plan, &evaluations) {
            batch.activity(&activity)?;
        }
        Ok(())
    }

    /// A person's plan of this year. The mayor is not a civil servant and has none.
    fn plan_of(&self, index: usize) -> Option<Plan> {
        let person = &self.city.people[index];
        let rater = self.city.rater(person)?;
        let status = self.plan_status(index)?;
        Some(self.plan(index, person, rater, status))
    }

    /// The evaluations of a plan; none before it is approved.
    fn evaluations(&self, index: usize, plan: &Plan) -> Result<Vec<Evaluation>> {
        if !is_in_force(plan) {
            return Ok(Vec::new());
        }
        let regulation = self.rules.reference();
        let held = periods_held((plan.starts_on, plan.ends_on), &[], &BTreeSet::new(), self.periods);
        let mut number = 0;
        let ids = || {
            number += 1;
            EvaluationId(self.dice.id("evaluation", self.number(), person_number(index), number))
        };
        let opened = open_for(plan, self.periods, &held, &regulation, ids);
        let of_period = |opened: Evaluation| {
            let period = self.periods.iter().find(|period| period.id == opened.period)?;
            Some(self.evaluation(index, opened, period, plan))
        };
        opened.into_iter().filter_map(of_period).collect()
    }

    /// The activities of a plan in the current year.
    fn activities(&self, index: usize, plan: &Plan, evaluations: &[Evaluation]) -> Vec<Activity> {
        if !self.running() || !is_in_force(plan) {
            return Vec::new();
        }
        let finished = evaluations.iter().filter(|one| one.status.is_final());
        let locked: Vec<_> = finished.map(|one| one.period).collect();
        (0..ACTIVITIES).filter_map(|number| self.activity(index, number, plan, &locked)).collect()
    }

    /// Returns the status of a person's plan, or `None` for no plan. Plans of past years are finished. In the current
    /// year most are approved, but in January the demo's people who are not heads have no plan yet.
    fn plan_status(&self, index: usize) -> Option<PlanStatus> {
        if !self.running() {
            // Plans stay open until the last evaluations of the year are closed.
            return Some(if self.since(&self.periods[0]) > CLOSED_AFTER {
                PlanStatus::Closed
            } else {
                PlanStatus::Approved
            });
        }
        let leads = self.city.people[index].assignment.leads;
        let persona = self.is_persona(index);
        if self.year_has_just_begun() && persona && !leads {
            return None;
        }
        if self.cast().is_some_and(|cast| cast.has_plan(index)) {
            return Some(PlanStatus::Approved);
        }
        if self.awaits_demo_superior(index) {
            return Some(PlanStatus::Submitted);
        }
        let mut rng = self.dice.roll("status", self.number(), person_number(index));
        Some(match rng.random_range(0..100) {
            _ if leads || persona => PlanStatus::Approved,
            roll if self.is_late(index) => match roll {
                0..=49 => PlanStatus::Approved,
                50..=84 => PlanStatus::Submitted,
                _ => PlanStatus::Draft,
            },
            0..=91 => PlanStatus::Approved,
            92..=95 => PlanStatus::Submitted,
            96..=97 => PlanStatus::Draft,
            _ => PlanStatus::Returned,
        })
    }

    /// Whether the person has a login of the demo.
    fn is_persona(&self, index: usize) -> bool {
        Persona::ALL.iter().any(|persona| self.city.persona(*persona) == index)
    }

    /// Whether the person works in the late unit, in the year in which it is late.
    fn is_late(&self, index: usize) -> bool {
        self.running() && self.city.is_late(&self.city.people[index])
    }

    fn year_has_just_begun(&self) -> bool {
        self.running() && self.today.ordinal() <= 31
    }

    /// Whether the person is one of the first two reports of the demo's superior, without the demo's employee. Their
    /// plans wait for the superior's review.
    fn awaits_demo_superior(&self, index: usize) -> bool {
        let superior = self.city.persona(Persona::Superior);
        let employee = self.city.persona(Persona::Employee);
        let below = |at: &usize| *at != employee && self.city.people[*at].superior == Some(superior);
        below(&index) && (0..index).filter(below).count() < 2
    }

    /// Returns the number of days since a period ended.
    fn since(&self, period: &Period) -> i64 {
        (self.today - period.ends_on).num_days()
    }

    /// Returns the number of rows in a person's plan.
    fn rows(&self, index: usize) -> i32 {
        self.dice.roll("rows", self.number(), person_number(index)).random_range(2..=4)
    }

    fn row_id(&self, index: usize, row: i32) -> ResultId {
        ResultId(self.dice.id("result", self.number(), person_number(index), row))
    }

    fn plan(
        &self,
        index: usize,
        person: &Person,
        rater: domain::plan::RaterSnapshot,
        status: PlanStatus,
    ) -> Plan {
        let (year, number) = (self.number(), person_number(index));
        let mut rng = self.dice.roll("plan", year, number);
        // In January, plans that exist already were written in December.
        let first = if self.year_has_just_begun() { -31 } else { 0 };
        let created_at =
            self.morning(self.periods[0].starts_on + Duration::days(first + rng.random_range(3..=14)));
        let mut submitted_at = created_at + Duration::days(rng.random_range(1..=9));
        let deadline = self.periods[0].plan_deadline;
        let late = self.is_late(index) && (self.today - deadline).num_days() > 2 * LATE_BY;
        if late {
            submitted_at = self.morning(deadline + Duration::days(LATE_BY + rng.random_range(-9..=9)));
        }
        let decided_at = submitted_at + Duration::days(rng.random_range(1..=7));
        let superiors = person.superior.filter(|above| self.city.people[*above].superior.is_some());
        let works = work::of(person.place);
        // The head of the planted school has the same first row each year: the one about the results of pupils.
        let drawn = rng.random_range(0..works.len());
        let first_work = if self.city.heads_school(person) { 0 } else { drawn };
        let results = (0..self.rows(index))
            .map(|row| {
                let number = usize::try_from(row).unwrap_or_default();
                let work = match row {
                    0..=2 => &works[(first_work + number) % works.len()],
                    _ => pick(&mut rng, &work::ADDITIONAL),
                };
                self.row(index, row, work, superiors)
            })
            .collect();
        let content =
            PlanContent { results, behaviour_expectations: Vec::new(), approach: Approach::Quantitative };
        let decided = matches!(status, PlanStatus::Approved | PlanStatus::Closed | PlanStatus::Returned);
        let submitted = decided || status == PlanStatus::Submitted;
        let revision = match status {
            PlanStatus::Draft => RevisionStatus::Draft,
            PlanStatus::Submitted => RevisionStatus::Submitted,
            PlanStatus::Returned => RevisionStatus::Returned,
            _ => RevisionStatus::Approved,
        };
        Plan {
            id: PlanId(self.dice.id("plan", year, number, 0)),
            agency: self.city.agency,
            assignment: person.assignment.id,
            staff: person.staff.id,
            unit: person.assignment.unit,
            period: self.periods[0].id,
            status,
            starts_on: self.periods[0].starts_on,
            ends_on: self.periods[0].ends_on,
            rater,
            form: self.city.form(person).filter(|_| status.is_terminal()),
            kept: Vec::new(),
            late: late && submitted,
            copied_from: None,
            revisions: vec![PlanRevision {
                id: RevisionId(self.dice.id("revision", year, number, 1)),
                number: 1,
                status: revision,
                reason: None,
                content,
                created_at,
                decided_at: decided.then_some(decided_at),
            }],
            created_at,
            submitted_at: submitted.then_some(submitted_at),
            decided_at: decided.then_some(decided_at),
            decision_note: (status == PlanStatus::Returned).then(|| "Indikator belum terukur.".to_owned()),
            version: 1,
        }
    }

    /// Creates a row. The first three are main rows, a fourth is additional. Each main row supports a row of the
    /// superior's plan.
    fn row(&self, index: usize, row: i32, work: &Work, superior: Option<usize>) -> PlanResult {
        let (year, number) = (self.number(), person_number(index));
        let mut rng = self.dice.roll("row", year * 10 + row, number);
        let main = row < 3;
        let serves = superior
            .filter(|_| main)
            .map(|superior| self.row_id(superior, rng.random_range(0..self.rows(superior).min(3))));
        let target = rng.random_range(work.target.0..=work.target.1);
        let action_plans = self.periods[1..]
            .iter()
            .filter(|_| row == 0)
            .map(|part| ActionPlan {
                id: ActionPlanId(self.dice.id("step", year, number, row * 4 + part.part)),
                period: part.id,
                text: format!("{}, triwulan {}", work.activity, part.part),
                target: None,
            })
            .collect();
        PlanResult {
            id: self.row_id(index, row),
            kind: if main { ResultKind::Main } else { ResultKind::Additional },
            title: work.title.to_owned(),
            serves,
            provisional: false,
            assigned_by: serves.is_none().then(|| "Pimpinan".to_owned()),
            indicators: vec![Indicator {
                id: IndicatorId(self.dice.id("indicator", year, number, row)),
                aspect: Some(Aspect::Quantity),
                perspective: None,
                text: work.indicator.to_owned(),
                target: Target::value(Decimal::whole(target)),
                unit: work.unit.to_owned(),
                direction: Direction::HigherIsBetter,
                target_is_maximum: false,
            }],
            action_plans,
        }
    }

    fn activity(
        &self,
        index: usize,
        number: i32,
        plan: &Plan,
        locked: &[domain::id::PeriodId],
    ) -> Option<Activity> {
        let mut rng = self.dice.roll("activity", number, person_number(index));
        let days = (self.today - plan.starts_on).num_days();
        // Spreads the activities evenly over the year so far.
        let day = plan.starts_on + Duration::days(days * i64::from(number) / i64::from(ACTIVITIES) + 1);
        if day >= self.until(index).unwrap_or(self.today) {
            return None;
        }
        let period = self.periods[1..].iter().find(|part| part.contains(day))?;
        let started_at = self.morning(day) + Duration::minutes(rng.random_range(0..120));
        let ended_at = started_at + Duration::minutes(rng.random_range(30..240));
        let status = if locked.contains(&period.id) {
            ActivityStatus::Approved
        } else {
            *pick(
                &mut rng,
                &[
                    ActivityStatus::Approved,
                    ActivityStatus::Submitted,
                    ActivityStatus::Submitted,
                    ActivityStatus::Draft,
                ],
            )
        };
        let results = plan.effective().map(|revision| &revision.content.results)?;
        let row = pick(&mut rng, results);
        let indicator = row.indicators.first();
        // Only counts have figures: a level is known only at the end of the period.
        let counted = indicator.filter(|indicator| !work::is_level(&indicator.unit));
        let most = counted.map_or(0, |counted| counted.target.min.hundredths() / 100 / i64::from(ACTIVITIES));
        let received_at = ended_at + Duration::hours(1);
        let key = self.dice.id("client", self.number(), person_number(index), number);
        Some(Activity {
            id: ActivityId(self.dice.id("activity", self.number(), person_number(index), number)),
            agency: plan.agency,
            plan: plan.id,
            assignment: plan.assignment,
            staff: plan.staff,
            unit: plan.unit,
            period: period.id,
            result: Some(row.id),
            action_plan: None,
            rater_assignment: plan.rater.assignment,
            rater_staff: plan.rater.staff,
            started_at,
            ended_at,
            description: self.description(index, number, &row.title, rng.random_range(0..1_000)),
            realisation: counted.map(|_| Decimal::whole(rng.random_range((most / 2).max(1)..=most.max(1)))),
            measure: counted.map(|indicator| indicator.unit.clone()),
            status,
            evidence: self.evidence(index, key, received_at),
            claimed_at: None,
            received_at,
            late: false,
            return_reason: None,
            decided_at: (status == ActivityStatus::Approved).then(|| received_at + Duration::days(2)),
            mark_answer: None,
            client_key: key,
            version: 1,
        })
    }

    fn description(&self, index: usize, number: i32, title: &str, roll: usize) -> String {
        let number = u32::try_from(person_number(index) * ACTIVITIES + number).unwrap_or_default();
        work::description(title, self.city.people[index].place, roll, number)
    }

    /// A link. The unit whose people report with files has none: the marks on its links would hide those on the files.
    fn evidence(&self, index: usize, key: uuid::Uuid, added_at: Instant) -> Vec<Evidence> {
        if self.city.people[index].unit_code == EVIDENCED {
            return Vec::new();
        }
        vec![Evidence {
            id: EvidenceId(key),
            kind: EvidenceKind::Link,
            url: Some(format!("https://contoh.invalid/bukti/{}", key.simple())),
            label: Some("Dokumentasi kegiatan".to_owned()),
            hash: None,
            added_at,
            file: None,
        }]
    }

    /// Adds the unit's predicate for each period that has ended.
    fn predicates(&self, head: &Person, batch: &mut Batch) -> Result<()> {
        let unit =
            self.city.units.iter().position(|unit| unit.id == head.assignment.unit).unwrap_or_default();
        for period in self.periods.iter().filter(|period| (self.today - period.ends_on).num_days() > 7) {
            let above = head.superior.map_or(head.staff.id, |above| self.city.people[above].staff.id);
            batch.unit_predicate(&UnitPredicate {
                id: UnitPredicateId(self.dice.id(
                    "predicate",
                    self.number(),
                    person_number(unit),
                    period.part,
                )),
                agency: self.city.agency,
                unit: head.assignment.unit,
                period: period.id,
                predicate: OrgUnitPredicate::Good,
                note: None,
                set_by: above,
                set_at: self.morning(period.ends_on + Duration::days(5)),
                version: 1,
            })?;
        }
        Ok(())
    }

    /// Returns 9:00 in Jakarta (2:00 UTC) on a day.
    fn morning(&self, day: Date) -> Instant {
        let nine = chrono::NaiveTime::MIN.with_hour(2).unwrap_or(chrono::NaiveTime::MIN);
        Utc.from_utc_datetime(&day.and_time(nine))
    }
}

fn is_in_force(plan: &Plan) -> bool {
    matches!(plan.status, PlanStatus::Approved | PlanStatus::Closed)
}

fn person_number(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}
