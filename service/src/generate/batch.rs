//! Collects rows and their journal entries and writes them table by table in one transaction.

use super::writer;
use crate::{
    db::{self, Record, Tx},
    env::Env,
    error::Result,
    store,
};
use domain::{
    activity::Activity,
    assignment::Assignment,
    criteria::CriteriaSet,
    evaluation::Evaluation,
    event::EventKind,
    feedback::Feedback,
    id::{AgencyId, AssignmentId},
    plan::Plan,
    recommendation::Recommendation,
    time::Instant,
    unit::OrgUnit,
    unit_predicate::UnitPredicate,
};
use entity::superior_closure;
use sea_orm::{ActiveModelTrait, EntityTrait, Set};
use std::{any::Any, collections::BTreeMap};

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

/// Collected rows and journal entries.
pub(super) struct Batch {
    env: Env,
    agency: AgencyId,
    /// In order of first use, so that referenced rows are written first.
    tables: Vec<Box<dyn Table>>,
    index: BTreeMap<&'static str, usize>,
    entries: Vec<Entry>,
}

impl Batch {
    pub fn new(env: &Env, agency: AgencyId) -> Self {
        Self { env: env.clone(), agency, tables: Vec::new(), index: BTreeMap::new(), entries: Vec::new() }
    }

    /// Adds a row without a journal entry, such as an account, an anchor or a parent of a unit.
    pub fn plain<A: ActiveModelTrait + Send + 'static>(&mut self, row: A) {
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
    pub fn add<R, A>(&mut self, kind: EventKind, record: &R, at: Instant, row: A)
    where
        R: Record + Clone + 'static,
        A: ActiveModelTrait + Send + 'static,
    {
        self.plain(row);
        let record = record.clone();
        self.entries.push(Box::new(move |tx| db::entry(tx, kind, None, &record, None, at)));
    }

    pub fn unit(&mut self, unit: &OrgUnit, at: Instant) -> Result<()> {
        self.add(EventKind::OrgUnitCreated, unit, at, store::org_unit::row(unit));
        if let Some(edge) = store::org_unit::edge(unit, unit.valid_from) {
            self.plain(edge);
        }
        Ok(())
    }

    /// Adds an assignment with its superiors by day, and who is above it.
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

    pub fn criteria(&mut self, set: &CriteriaSet, at: Instant) -> Result<()> {
        self.add(EventKind::CriteriaSet, set, at, store::criteria_set::row(set));
        for criterion in store::criteria_set::criterion_rows(set)? {
            self.plain(criterion);
        }
        Ok(())
    }

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

    pub fn evaluation(&mut self, evaluation: &Evaluation, at: Instant) -> Result<()> {
        self.add(EventKind::EvaluationOpened, evaluation, at, store::evaluation::row(evaluation)?);
        Ok(())
    }

    pub fn activity(&mut self, activity: &Activity) -> Result<()> {
        let row = store::activity::row(activity)?;
        self.add(EventKind::ActivityRecorded, activity, activity.received_at, row);
        Ok(())
    }

    pub fn feedback(&mut self, feedback: &Feedback) -> Result<()> {
        self.add(EventKind::FeedbackGiven, feedback, feedback.given_at, store::feedback::row(feedback)?);
        Ok(())
    }

    pub fn recommendation(&mut self, made: &Recommendation) -> Result<()> {
        self.add(EventKind::RecommendationMade, made, made.made_at, store::recommendation::row(made)?);
        Ok(())
    }

    pub fn unit_predicate(&mut self, set: &UnitPredicate) -> Result<()> {
        self.add(EventKind::OrgUnitPredicateSet, set, set.set_at, store::unit_predicate::row(set)?);
        Ok(())
    }

    /// Writes everything in one transaction.
    pub async fn write(self) -> Result<()> {
        let Self { env, agency, tables, entries, .. } = self;
        env.write(&writer(agency), move |tx| async move {
            for table in tables {
                table.insert()(tx.clone()).await?;
            }
            let mut events = Vec::with_capacity(entries.len());
            let mut payloads = Vec::with_capacity(entries.len());
            for entry in entries {
                let (event, payload) = entry(&tx)?;
                events.push(event);
                payloads.push(payload);
            }
            Box::new(Rows(events)).insert()(tx.clone()).await?;
            Box::new(Rows(payloads)).insert()(tx.clone()).await
        })
        .await
    }
}
