//! Test fixtures: a teacher, their head teacher, the head of the department, and the year 2026.

use crate::{
    Locale,
    activity::{ActivityContext, ActivityInput, PartState},
    actor::{Actor, Coverage, Identity},
    assignment::{Assignment, Capacity, NewAssignment, Placement, Post},
    calendar::{DayOff, DaysOff, WorkCalendar, YearOfDaysOff},
    criteria::{CriteriaSet, NewCriteriaSet, berakhlak},
    evaluation::{Evaluation, EvaluationContext, EvaluationStatus, PeriodicState, YearContext, open_for},
    id::*,
    period::{Closing, Cycle, NewYear, Period, open_year},
    plan::{
        ActionPlan, Aspect, Direction, Indicator, NewPlan, Plan, PlanContent, PlanContext, PlanResult,
        PlanRevision, PlanStatus, RaterSnapshot, References, ResultKind, RevisionStatus, Target,
    },
    regulation,
    scoring::RecognisedTraining,
    staff::EmploymentKind,
    time::{Calendar, Date, Instant},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// An instant by the wall clock of Jakarta: `2026-02-01 10:00`.
pub fn at(text: &str) -> Instant {
    let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time");
    local.and_utc() - chrono::Duration::hours(7)
}

pub const AGENCY: AgencyId = AgencyId(Uuid::from_u128(1));
pub const DEPARTMENT: UnitId = UnitId(Uuid::from_u128(2));
pub const SCHOOL: UnitId = UnitId(Uuid::from_u128(3));

pub const TEACHER: StaffId = StaffId(Uuid::from_u128(10));
pub const HEAD: StaffId = StaffId(Uuid::from_u128(11));
pub const CHIEF: StaffId = StaffId(Uuid::from_u128(12));
pub const STRANGER: StaffId = StaffId(Uuid::from_u128(13));

pub const TEACHERS_POST: AssignmentId = AssignmentId(Uuid::from_u128(20));
pub const HEADS_POST: AssignmentId = AssignmentId(Uuid::from_u128(21));
pub const CHIEFS_POST: AssignmentId = AssignmentId(Uuid::from_u128(22));

pub const RESULT: ResultId = ResultId(Uuid::from_u128(100));
pub const INDICATOR: IndicatorId = IndicatorId(Uuid::from_u128(101));
pub const STEP: ActionPlanId = ActionPlanId(Uuid::from_u128(102));
pub const SUPERIORS_RESULT: ResultId = ResultId(Uuid::from_u128(110));

/// A post without delegations.
pub fn post(assignment: &Assignment) -> Post {
    Post { assignment: assignment.clone(), delegations: Vec::new() }
}

pub fn assignment(id: AssignmentId, staff: StaffId, superior: Option<&Assignment>) -> Assignment {
    let superior = superior.map(post);
    let new = NewAssignment {
        id,
        agency: AGENCY,
        staff,
        place: Placement {
            unit: SCHOOL,
            position: PositionId(uuid(30)),
            rank: Some("III/a".to_owned()),
            superior: superior.as_ref().map(|post| post.id),
            capacity: Capacity::Definitive,
            leads: false,
            from: day("2020-01-01"),
        },
    };
    Assignment::open(new, EmploymentKind::Pns, superior.as_ref()).expect("an assignment")
}

pub fn teachers_post() -> Assignment {
    let head = assignment(HEADS_POST, HEAD, None);
    assignment(TEACHERS_POST, TEACHER, Some(&head))
}

pub fn rater() -> RaterSnapshot {
    RaterSnapshot {
        assignment: HEADS_POST,
        staff: HEAD,
        name: "Yusniar, S.Pd.".to_owned(),
        nip: None,
        position: "Kepala Sekolah".to_owned(),
        unit_name: "SD Negeri 01".to_owned(),
        capacity: Capacity::Definitive,
        superior_assignment: Some(CHIEFS_POST),
        superior_staff: Some(CHIEF),
    }
}

/// The year 2026 and its four quarters.
pub fn year() -> Vec<Period> {
    let new = NewYear {
        year: 2026,
        cycle: Cycle::Quarterly,
        plan_deadline: None,
        report_days: None,
        rating_days: None,
    };
    let mut next = 40;
    open_year(AGENCY, &new, || {
        next += 1;
        PeriodId(uuid(next))
    })
    .expect("a year")
}

pub fn closed(period: &Period) -> Period {
    let closing = Closing { open_parts: 0, unfinished: &[], confirm: false };
    let closed = period.close(&closing, Calendar::JAKARTA, at("2027-02-10 09:00")).expect("closed");
    Period { version: period.version + 1, ..closed }
}

/// A calendar of 2026 with these days off.
pub fn calendar_with(dates: &[&str]) -> WorkCalendar {
    let off = |date: &&str| DayOff { date: day(date), name: "Libur".to_owned(), joint_leave: false };
    let year = YearOfDaysOff { year: 2026, days: dates.iter().map(off).collect() };
    WorkCalendar::create(CalendarId(uuid(900)), AGENCY, year).expect("a calendar")
}

pub fn criteria() -> BTreeSet<CriterionId> {
    let new = NewCriteriaSet {
        code: "BERAKHLAK".to_owned(),
        name_id: "BerAKHLAK".to_owned(),
        name_en: "Core values".to_owned(),
        regulation: regulation::PERMENPANRB_6_2022.to_owned(),
        valid_from: day("2022-02-03"),
        criteria: berakhlak(),
    };
    let mut next = 60;
    let set = CriteriaSet::create(CriteriaSetId(uuid(60)), AGENCY, new, || {
        next += 1;
        CriterionId(uuid(next))
    })
    .expect("a set");
    set.criteria.into_iter().map(|criterion| criterion.id).collect()
}

pub fn row() -> PlanResult {
    PlanResult {
        id: RESULT,
        kind: ResultKind::Main,
        title: "Terlaksananya pembelajaran kelas V".to_owned(),
        serves: None,
        provisional: true,
        assigned_by: None,
        indicators: vec![Indicator {
            id: INDICATOR,
            aspect: Some(Aspect::Quantity),
            perspective: None,
            text: "Jumlah jam pelajaran".to_owned(),
            target: Target::value(crate::Decimal::whole(960)),
            unit: "jam".to_owned(),
            direction: Direction::HigherIsBetter,
            target_is_maximum: false,
        }],
        action_plans: vec![ActionPlan {
            id: STEP,
            period: year()[1].id,
            text: "Menyusun modul ajar".to_owned(),
            target: Some("4 modul".to_owned()),
        }],
    }
}

pub fn content() -> PlanContent {
    PlanContent { results: vec![row()], ..PlanContent::default() }
}

pub fn references() -> References {
    References {
        fresh: content().ids(),
        superior_results: [SUPERIORS_RESULT].into(),
        parts: year().iter().skip(1).map(|part| part.id).collect(),
        criteria: criteria(),
    }
}

/// Input for the teacher's plan.
pub fn new_plan<'a>(assignment: &'a Assignment, period: &'a Period, others: &'a [Plan]) -> NewPlan<'a> {
    NewPlan {
        id: PlanId(uuid(70)),
        revision: RevisionId(uuid(71)),
        assignment,
        kind: EmploymentKind::Pns,
        period,
        rater: Some(rater()),
        content: content(),
        copied_from: None,
        others,
        references: references(),
    }
}

/// A draft of the teacher's plan.
pub fn draft() -> Plan {
    Plan::create(new_plan(&teachers_post(), &year()[0], &[]), at("2026-01-05 09:00")).expect("a plan")
}

/// The teacher's plan in a status; `open` adds a second revision with that status.
pub fn plan_in(status: PlanStatus, open: Option<RevisionStatus>) -> Plan {
    let mut plan = draft();
    plan.status = status;
    let first = match status {
        PlanStatus::Draft => RevisionStatus::Draft,
        PlanStatus::Submitted => RevisionStatus::Submitted,
        PlanStatus::Returned => RevisionStatus::Returned,
        PlanStatus::Approved | PlanStatus::Closed => RevisionStatus::Approved,
        PlanStatus::Cancelled => RevisionStatus::Withdrawn,
    };
    plan.revisions[0].status = first;
    if let Some(open) = open {
        let next = PlanRevision {
            id: RevisionId(uuid(72)),
            number: 2,
            status: open,
            reason: Some("Perubahan tugas".to_owned()),
            ..plan.revisions[0].clone()
        };
        plan.revisions.push(next);
    }
    plan
}

pub fn approved() -> Plan {
    plan_in(PlanStatus::Approved, None)
}

pub fn plan_context(period: &Period) -> PlanContext<'_> {
    PlanContext {
        period,
        calendar: Calendar::JAKARTA,
        annual_final: false,
        any_final: false,
        unfinished_periodic: 0,
        form: None,
    }
}

/// The parts of the year with the status of their evaluation.
pub fn parts(evaluation: Option<EvaluationStatus>) -> Vec<PartState> {
    year().into_iter().skip(1).map(|period| PartState { period, evaluation }).collect()
}

pub fn activity_context<'a>(plan: &'a Plan, parts: &'a [PartState]) -> ActivityContext<'a> {
    ActivityContext { plan, parts, calendar: Calendar::JAKARTA }
}

pub fn lesson() -> ActivityInput {
    ActivityInput {
        result: Some(RESULT),
        action_plan: Some(STEP),
        started_at: at("2026-02-02 07:30"),
        ended_at: at("2026-02-02 12:00"),
        description: "Mengajar matematika".to_owned(),
        realisation: Some(crate::Decimal::whole(5)),
        measure: Some("jam".to_owned()),
        evidence: Vec::new(),
        claimed_at: None,
    }
}

/// The evaluations of the plan: four quarters, then the year.
pub fn evaluations() -> Vec<Evaluation> {
    let mut next = 200;
    let held = year().iter().map(|period| period.id).collect();
    open_for(&approved(), &year(), &held, &regulation::shipped()[0].reference(), || {
        next += 1;
        EvaluationId(uuid(next))
    })
}

/// Owned data that an evaluation's context borrows.
pub struct EvaluationFixture {
    pub plan: Plan,
    pub period: Period,
    pub criteria: BTreeMap<CriterionId, String>,
    pub periodic: Vec<PeriodicState>,
    pub year: YearContext,
    /// A regulation that replaces the one in force.
    pub document: Option<regulation::RegulationDocument>,
    pub trainings: Vec<RecognisedTraining>,
    pub days_off: DaysOff,
    /// Parts of the year without any evaluation.
    pub unrated: BTreeSet<PeriodId>,
}

impl EvaluationFixture {
    pub fn of(evaluation: &Evaluation) -> Self {
        let period = year().into_iter().find(|period| period.id == evaluation.period).expect("its period");
        let periodic = year()
            .into_iter()
            .skip(1)
            .map(|part| PeriodicState { period: part.id, status: EvaluationStatus::Closed })
            .collect();
        let year = YearContext { label: "Guru".to_owned(), is_last: true, others: Vec::new() };
        let named = criteria().into_iter().map(|criterion| (criterion, format!("Nilai {criterion}")));
        Self {
            plan: approved(),
            period,
            criteria: named.collect(),
            periodic,
            year,
            document: None,
            trainings: Vec::new(),
            days_off: DaysOff::default(),
            unrated: BTreeSet::new(),
        }
    }

    pub fn at(&self, at: Instant) -> EvaluationContext<'_> {
        EvaluationContext {
            plan: &self.plan,
            period: &self.period,
            calendar: Calendar::JAKARTA,
            at,
            criteria: &self.criteria,
            unit_predicate: Some(crate::rating::OrgUnitPredicate::Good),
            heads_unit: false,
            has_left: false,
            document: self.document.as_ref().unwrap_or(&regulation::shipped_documents()[0]),
            periodic: &self.periodic,
            unrated: &self.unrated,
            annual: Some(EvaluationStatus::Open),
            year: &self.year,
            trainings: &self.trainings,
            days_off: &self.days_off,
            reads_online: true,
            handed_over: None,
            form: None,
        }
    }
}

/// An actor with these assignments and no roles.
pub fn person(staff: StaffId, assignments: &[AssignmentId]) -> Actor {
    Actor {
        identity: Identity::Staff(staff),
        agency: AGENCY,
        assignments: assignments.iter().copied().collect(),
        acting_for: BTreeSet::new(),
        headed: Coverage::Nothing,
        performance_team: Coverage::Nothing,
        admin: Coverage::Nothing,
        auditor: false,
        reporting: Coverage::Nothing,
        calendar: crate::time::Calendar::JAKARTA,
        locale: Locale::Id,
    }
}

pub fn units(units: &[UnitId]) -> Coverage {
    Coverage::Units(units.iter().copied().collect())
}

/// The paths of refusals, joined by dots.
pub fn paths(refusals: &[crate::Refusal]) -> Vec<String> {
    refusals.iter().map(|refusal| refusal.path.join(".")).collect()
}
