//! Collects the rows of a synthetic city with their journal entries, and writes them table by table. A city has
//! millions of rows. Each object gets one entry, with its final image; the use cases would write an entry for each
//! step.

use crate::{
    db::{self, Record, Tx},
    error::Result,
    store,
};
use domain::{
    activity::Activity,
    actor::RoleGrant,
    assignment::Assignment,
    calendar::WorkCalendar,
    criteria::CriteriaSet,
    evaluation::Evaluation,
    event::EventKind,
    feedback::Feedback,
    id::{AgencyId, AssignmentId, StaffId},
    period::Period,
    plan::Plan,
    recommendation::Recommendation,
    staff::{Position, Staff},
    time::{Instant, to_micros},
    training::Training,
    unit::OrgUnit,
    unit_predicate::UnitPredicate,
};
use entity::{account, api_key, superior_closure};
use sea_orm::{ActiveModelTrait, EntityTrait, Set};
use std::{any::Any, collections::BTreeMap};
use uuid::Uuid;

/// Rows per INSERT statement; stays below the parameter limits of both databases.
const ROWS: usize = 500;

type Insert = Box<dyn FnOnce(Tx) -> futures_util::future::BoxFuture<'static, Result<()>> + Send>;
type Entry =
    Box<dyn FnOnce(&Tx) -> Result<(entity::event::ActiveModel, entity::event_payload::ActiveModel)> + Send>;

/// Rows of one table.
trait Table: Any + Send {
    fn any(&mut self) -> &mut dyn Any;
    fn insert(self: Box<Self>) -> Insert;
}

struct Rows<A>(Vec<A>);

impl<A> Table for Rows<A>
where
    A: ActiveModelTrait + Send + 'static,
{
    fn any(&mut self) -> &mut dyn Any {
        self
    }

    fn insert(self: Box<Self>) -> Insert {
        Box::new(move |tx| {
            Box::pin(async move {
                let mut rows = self.0.into_iter();
                loop {
                    let some: Vec<A> = rows.by_ref().take(ROWS).collect();
                    if some.is_empty() {
                        return Ok(());
                    }
                    <A::Entity as EntityTrait>::insert_many(some)
                        .exec_without_returning(tx.connection())
                        .await?;
                }
            })
        })
    }
}

/// Collected rows and journal entries of one agency. Each method adds an object; `at` is the time of its entry.
pub struct Batch {
    agency: AgencyId,
    /// In order of first use, so that referenced rows are written first.
    tables: Vec<Box<dyn Table>>,
    index: BTreeMap<&'static str, usize>,
    entries: Vec<Entry>,
}

impl Batch {
    /// Creates an empty batch.
    #[must_use]
    pub fn new(agency: AgencyId) -> Self {
        Self { agency, tables: Vec::new(), index: BTreeMap::new(), entries: Vec::new() }
    }

    /// Adds a row without a journal entry, such as an account, an anchor or a parent of a unit.
    fn plain<A: ActiveModelTrait + Send + 'static>(&mut self, row: A) {
        let name = std::any::type_name::<A>();
        let at = *self.index.entry(name).or_insert_with(|| {
            self.tables.push(Box::new(Rows::<A>(Vec::new())));
            self.tables.len() - 1
        });
        if let Some(rows) = self.tables[at].any().downcast_mut::<Rows<A>>() {
            rows.0.push(row);
        }
    }

    /// Adds a row with its journal entry.
    fn add<R, A>(&mut self, kind: EventKind, record: &R, at: Instant, row: A)
    where
        R: Record + Clone + 'static,
        A: ActiveModelTrait + Send + 'static,
    {
        self.plain(row);
        let record = record.clone();
        self.entries.push(Box::new(move |tx| db::entry(tx, kind, None, &record, None, at)));
    }

    /// Adds a position.
    pub fn position(&mut self, position: &Position, at: Instant) -> Result<()> {
        self.add(EventKind::PositionCreated, position, at, store::position::row(position)?);
        Ok(())
    }

    /// Adds a person.
    pub fn staff(&mut self, person: &Staff, at: Instant) -> Result<()> {
        self.add(EventKind::StaffCreated, person, at, store::staff::row(person)?);
        Ok(())
    }

    /// Adds the days off in a year.
    pub fn calendar(&mut self, calendar: &WorkCalendar, at: Instant) -> Result<()> {
        self.add(EventKind::CalendarSet, calendar, at, store::calendar::row(calendar)?);
        Ok(())
    }

    /// Adds a year or a part of it.
    pub fn period(&mut self, period: &Period, at: Instant) -> Result<()> {
        self.add(EventKind::PeriodOpened, period, at, store::period::row(period)?);
        Ok(())
    }

    /// Adds a role of a person. The entry has the time of the grant.
    pub fn role(&mut self, grant: &RoleGrant) -> Result<()> {
        self.add(EventKind::RoleGranted, grant, grant.granted_at, store::role_grant::row(grant)?);
        Ok(())
    }

    /// Adds an activated account.
    pub fn account(&mut self, id: Uuid, staff: StaffId, user: &str, password_hash: &str, at: Instant) {
        self.plain(account::ActiveModel {
            id: Set(id),
            agency_id: Set(self.agency.0),
            staff_id: Set(staff.0),
            user_name: Set(user.to_owned()),
            password_hash: Set(Some(password_hash.to_owned())),
            epoch: Set(0),
            activated_at: Set(Some(to_micros(at))),
        });
    }

    /// Adds an API key that is valid for the whole agency and does not expire.
    pub fn api_key(&mut self, id: Uuid, name: &str, key_hash: String, by: StaffId, at: Instant) {
        self.plain(api_key::ActiveModel {
            id: Set(id),
            agency_id: Set(self.agency.0),
            name: Set(name.to_owned()),
            key_hash: Set(key_hash),
            unit_id: Set(self.agency.0),
            created_by: Set(by.0),
            created_at: Set(to_micros(at)),
            expires_at: Set(None),
            revoked_at: Set(None),
            taken_over_by: Set(None),
            taken_over_at: Set(None),
        });
    }

    /// Adds a unit below its parent.
    pub fn unit(&mut self, unit: &OrgUnit, at: Instant) -> Result<()> {
        self.add(EventKind::OrgUnitCreated, unit, at, store::org_unit::row(unit));
        if let Some(edge) = store::org_unit::edge(unit, unit.valid_from) {
            self.plain(edge);
        }
        Ok(())
    }

    /// Adds an assignment with its superiors by day, and with `above`, the assignments above it.
    pub fn assignment(&mut self, assignment: &Assignment, above: &[AssignmentId], at: Instant) -> Result<()> {
        self.add(EventKind::AssignmentOpened, assignment, at, store::assignment::row(assignment)?);
        for row in store::superior::rows(assignment) {
            self.plain(row);
        }
        for ancestor in above {
            self.plain(superior_closure::ActiveModel {
                ancestor_id: Set(ancestor.0),
                descendant_id: Set(assignment.id.0),
            });
        }
        Ok(())
    }

    /// Adds published criteria.
    pub fn criteria(&mut self, set: &CriteriaSet, at: Instant) -> Result<()> {
        self.add(EventKind::CriteriaSet, set, at, store::criteria_set::row(set));
        for criterion in store::criteria_set::criterion_rows(set)? {
            self.plain(criterion);
        }
        Ok(())
    }

    /// Adds a plan with its revisions.
    pub fn plan(&mut self, plan: &Plan, at: Instant) -> Result<()> {
        self.add(EventKind::PlanCreated, plan, at, store::plan::row(plan)?);
        for revision in &plan.revisions {
            self.plain(store::plan::revision_row(plan.id, revision)?);
        }
        for anchor in store::plan::anchors(plan) {
            self.plain(anchor);
        }
        Ok(())
    }

    /// Adds an evaluation.
    pub fn evaluation(&mut self, evaluation: &Evaluation, at: Instant) -> Result<()> {
        self.add(EventKind::EvaluationOpened, evaluation, at, store::evaluation::row(evaluation)?);
        Ok(())
    }

    /// Adds an activity. The entry has the time at which the activity was received.
    pub fn activity(&mut self, activity: &Activity) -> Result<()> {
        let row = store::activity::row(activity)?;
        self.add(EventKind::ActivityRecorded, activity, activity.received_at, row);
        Ok(())
    }

    /// Adds feedback. The entry has the time at which it was given.
    pub fn feedback(&mut self, feedback: &Feedback) -> Result<()> {
        self.add(EventKind::FeedbackGiven, feedback, feedback.given_at, store::feedback::row(feedback)?);
        Ok(())
    }

    /// Adds a recommendation. The entry has the time at which it was made.
    pub fn recommendation(&mut self, made: &Recommendation) -> Result<()> {
        self.add(EventKind::RecommendationMade, made, made.made_at, store::recommendation::row(made)?);
        Ok(())
    }

    /// Adds a training. The entry has the time at which it was recorded. Its certificate is a link.
    pub fn training(&mut self, training: &Training) -> Result<()> {
        let row = store::training::row(training)?;
        self.add(EventKind::TrainingRecorded, training, training.recorded_at, row);
        Ok(())
    }

    /// Adds the predicate of a unit. The entry has the time at which it was set.
    pub fn unit_predicate(&mut self, set: &UnitPredicate) -> Result<()> {
        self.add(EventKind::OrgUnitPredicateSet, set, set.set_at, store::unit_predicate::row(set)?);
        Ok(())
    }

    /// The agency whose rows these are.
    pub(crate) const fn agency(&self) -> AgencyId {
        self.agency
    }

    /// Inserts everything, the rows in the order in which their tables were first used.
    pub(crate) async fn insert(self, tx: &Tx) -> Result<()> {
        let Self { tables, entries, .. } = self;
        for table in tables {
            table.insert()(tx.clone()).await?;
        }
        let mut events = Vec::with_capacity(entries.len());
        let mut payloads = Vec::with_capacity(entries.len());
        for entry in entries {
            let (event, payload) = entry(tx)?;
            events.push(event);
            payloads.push(payload);
        }
        Box::new(Rows(events)).insert()(tx.clone()).await?;
        Box::new(Rows(payloads)).insert()(tx.clone()).await
    }
}
