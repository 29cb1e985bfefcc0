//! The loaders of a request, which read edges in batches unless they were prefetched.
//!
//! A loader returns an entry for every key, with none as value if there is nothing visible: the `dataloader` crate
//! panics if a key is missing.

mod batch;

pub use batch::Batch;

use super::context::Caller;
use domain::{
    activity::{Activity, Mark},
    assignment::Assignment,
    criteria::CriteriaSet,
    evaluation::{Evaluation, YearView},
    feedback::{Feedback, FeedbackDirection},
    id::{
        ActivityId, AssignmentId, CriteriaSetId, EvaluationId, FeedbackId, ObjectionId, PeriodId, PlanId,
        PositionId, ResultId, StaffId, UnitId,
    },
    objection::Objection,
    period::Period,
    plan::{Form, Plan, PlanRevision},
    policy::Allowed,
    recommendation::Recommendation,
    scheduled::ScheduledChange,
    staff::{Position, Staff},
    time::Date,
    unit::OrgUnit,
};
use service::{
    Env, activity, criteria,
    db::{Order, Page},
    evaluation::{self, Frozen, Projection},
    feedback, journal, objection, organisation, period,
    plan::{self, PlanRow},
    worklist::{self, WorklistKind},
};
use std::{collections::HashMap, hash::Hash, sync::Arc};
use uuid::Uuid;

/// Two loaders of evaluations, one without and one with the stored document. They don't share values.
pub struct ByProjection<K, V>
where
    K: Clone + std::fmt::Debug + Eq + Hash + Send + Sync,
    V: Clone + Send,
{
    heads: Batch<K, V>,
    whole: Batch<K, V>,
}

impl<K, V> ByProjection<K, V>
where
    K: Clone + std::fmt::Debug + Eq + Hash + Send + Sync,
    V: Clone + Send,
{
    fn new(loader: impl Fn(Projection) -> Batch<K, V>) -> Self {
        Self { heads: loader(Projection::Head), whole: loader(Projection::Full) }
    }

    /// Returns the loader for this projection.
    pub const fn of(&self, projection: Projection) -> &Batch<K, V> {
        match projection {
            Projection::Head => &self.heads,
            Projection::Full => &self.whole,
        }
    }
}

/// Activities that wait for the same task, by the person who owns them.
type TaskOfPerson = (WorklistKind, StaffId);

/// The loaders of a request, one for each relation.
#[expect(missing_docs, reason = "each is named after what it reads")]
pub struct Loaders {
    pub units: Batch<UnitId, OrgUnit>,
    pub children_of_units: Batch<(UnitId, usize), Arc<Page<OrgUnit>>>,
    pub staff_of_units: Batch<(UnitId, usize), Arc<Page<Staff>>>,
    pub parents_on: Batch<(UnitId, Date), OrgUnit>,
    pub heads: Batch<UnitId, Assignment>,
    pub positions: Batch<PositionId, Position>,
    pub staff: Batch<StaffId, Staff>,
    pub personal: Batch<StaffId, ()>,
    pub assignments: Batch<AssignmentId, Assignment>,
    pub assignments_of_staff: Batch<StaffId, Vec<Assignment>>,
    pub scheduled_of_staff: Batch<StaffId, Vec<Arc<ScheduledChange>>>,
    pub criteria_sets: Batch<CriteriaSetId, CriteriaSet>,
    pub periods: Batch<PeriodId, Period>,
    pub parts_of_years: Batch<PeriodId, Vec<Period>>,
    pub period_actions: Batch<PeriodId, Arc<Vec<Allowed>>>,
    pub plans: Batch<PlanId, Arc<Plan>>,
    pub plans_of_staff: Batch<(StaffId, usize), Arc<Page<Arc<Plan>>>>,
    pub revisions_of_plans: Batch<PlanId, Arc<Vec<PlanRevision>>>,
    pub plan_actions: Batch<PlanId, Arc<Vec<Allowed>>>,
    pub servable_results: Batch<PlanId, Arc<Vec<PlanRow>>>,
    pub results: Batch<ResultId, PlanRow>,
    pub serving_results: Batch<ResultId, Arc<Vec<PlanRow>>>,
    pub forms_of_plans: Batch<PlanId, Arc<Form>>,
    pub forms_of_evaluations: Batch<EvaluationId, Arc<Form>>,
    pub frozen_of_plans: Batch<PlanId, Arc<Vec<Frozen>>>,
    pub feedback_of_plans: Batch<PlanId, Arc<Vec<Feedback>>>,
    pub feedback_authors: Batch<FeedbackId, StaffId>,
    pub feedback_directions: Batch<StaffId, Vec<FeedbackDirection>>,
    pub activities: Batch<ActivityId, Arc<Activity>>,
    pub activities_of_plans: Batch<(PlanId, usize), Arc<Page<Arc<Activity>>>>,
    pub newest_activities_of_plans: Batch<(PlanId, usize), Arc<Page<Arc<Activity>>>>,
    pub waiting_activities: Batch<(TaskOfPerson, usize), Arc<Page<Arc<Activity>>>>,
    pub activity_actions: Batch<ActivityId, Arc<Vec<Allowed>>>,
    pub activity_marks: Batch<ActivityId, Arc<Vec<Mark>>>,
    pub evaluations: Batch<EvaluationId, Arc<Evaluation>>,
    pub evaluations_of_plans: ByProjection<PlanId, Vec<Arc<Evaluation>>>,
    pub evaluations_of_staff: ByProjection<(StaffId, usize), Arc<Page<Arc<Evaluation>>>>,
    pub evaluation_actions: Batch<EvaluationId, Arc<Vec<Allowed>>>,
    pub objections: Batch<ObjectionId, Arc<Objection>>,
    pub objections_of_evaluations: Batch<EvaluationId, Vec<Arc<Objection>>>,
    pub years: Batch<EvaluationId, Arc<YearView>>,
    pub recommendations: Batch<EvaluationId, Arc<Vec<Recommendation>>>,
    pub changes: Batch<Arc<journal::Entry>, Arc<journal::Change>>,
    pub receipts: Batch<Uuid, String>,
    pub receipts_of_evaluations: Batch<EvaluationId, String>,
}

impl Loaders {
    /// Makes the loaders for one request of a caller.
    pub fn new(env: &Env, caller: &Arc<Caller>) -> Self {
        Self {
            units: Batch::new(env, caller, |env, actor, ids: Vec<UnitId>| async move {
                organisation::units_by_ids(&env, &actor, &ids).await
            }),
            children_of_units: Batch::pages(env, caller, |env, actor, units, first| async move {
                organisation::children(&env, &actor, &units, first).await
            }),
            staff_of_units: Batch::pages(env, caller, |env, actor, units, first| async move {
                organisation::staff_of_units(&env, &actor, &units, first).await
            }),
            parents_on: Batch::new(env, caller, |env, actor, keys: Vec<(UnitId, Date)>| async move {
                organisation::parents_on(&env, &actor, &keys).await
            }),
            heads: Batch::new(env, caller, |env, actor, units: Vec<UnitId>| async move {
                organisation::heads(&env, &actor, &units).await
            }),
            positions: Batch::new(env, caller, |env, actor, ids: Vec<PositionId>| async move {
                organisation::positions_by_ids(&env, &actor, &ids).await
            }),
            staff: Batch::new(env, caller, |env, actor, ids: Vec<StaffId>| async move {
                organisation::staff_by_ids(&env, &actor, &ids).await
            }),
            personal: Batch::new(env, caller, |env, actor, ids: Vec<StaffId>| async move {
                Ok(organisation::personal(&env, &actor, &ids).await?.into_iter().map(|id| (id, ())).collect())
            }),
            assignments: Batch::new(env, caller, |env, actor, ids: Vec<AssignmentId>| async move {
                organisation::assignments_by_ids(&env, &actor, &ids).await
            }),
            assignments_of_staff: Batch::new(env, caller, |env, actor, ids: Vec<StaffId>| async move {
                organisation::assignments_of(&env, &actor, &ids).await
            }),
            scheduled_of_staff: Batch::new(env, caller, |env, actor, ids: Vec<StaffId>| async move {
                lists(organisation::scheduled_changes(&env, &actor, &ids).await?)
            }),
            criteria_sets: Batch::new(env, caller, |env, actor, ids: Vec<CriteriaSetId>| async move {
                criteria::by_ids(&env, actor.agency, &ids).await
            }),
            periods: Batch::new(env, caller, |env, actor, ids: Vec<PeriodId>| async move {
                period::by_ids(&env, &actor, &ids).await
            }),
            parts_of_years: Batch::new(env, caller, |env, actor, years: Vec<PeriodId>| async move {
                period::parts(&env, &actor, &years).await
            }),
            period_actions: Batch::new(env, caller, |env, actor, ids: Vec<PeriodId>| async move {
                shared(period::actions(&env, &actor, &ids).await?)
            }),
            plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::by_ids(&env, &actor, &ids).await?)
            }),
            plans_of_staff: Batch::pages(env, caller, |env, actor, people, first| async move {
                shared_pages(plan::of_staff(&env, &actor, &people, first).await?)
            }),
            servable_results: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::servable_results(&env, &actor, &ids).await?)
            }),
            revisions_of_plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                shared(plan::revisions(&env, &ids).await?)
            }),
            plan_actions: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::actions(&env, &actor, &ids).await?)
            }),
            results: Batch::new(env, caller, |env, actor, ids: Vec<ResultId>| async move {
                plan::results(&env, &actor, &ids).await
            }),
            serving_results: Batch::new(env, caller, |env, actor, ids: Vec<ResultId>| async move {
                shared(plan::serving(&env, &actor, &ids).await?)
            }),
            forms_of_plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::forms(&env, &actor, &ids).await?)
            }),
            forms_of_evaluations: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::forms(&env, &actor, &ids).await?)
            }),
            frozen_of_plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                shared(evaluation::frozen(&env, &ids).await?)
            }),
            feedback_of_plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                shared(feedback::feedback_of_plans(&env, &ids).await?)
            }),
            feedback_authors: Batch::new(env, caller, |env, actor, ids: Vec<FeedbackId>| async move {
                feedback::authors(&env, &actor, &ids).await
            }),
            feedback_directions: Batch::new(env, caller, |env, actor, people: Vec<StaffId>| async move {
                feedback::directions(&env, &actor, &people).await
            }),
            activities: Batch::new(env, caller, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::by_ids(&env, &actor, &ids).await?)
            }),
            activities_of_plans: Batch::pages(env, caller, |env, actor, plans, first| async move {
                shared_pages(activity::of_plans(&env, &actor, &plans, first, Order::Ascending).await?)
            }),
            newest_activities_of_plans: Batch::pages(env, caller, |env, actor, plans, first| async move {
                shared_pages(activity::of_plans(&env, &actor, &plans, first, Order::Descending).await?)
            }),
            waiting_activities: Batch::pages(env, caller, |env, actor, groups, first| async move {
                let mut by_kind: HashMap<WorklistKind, Vec<StaffId>> = HashMap::new();
                for (kind, staff) in groups {
                    by_kind.entry(kind).or_default().push(staff);
                }
                let mut found = HashMap::new();
                for (kind, people) in by_kind {
                    let pages = worklist::activities_of_groups(&env, &actor, kind, &people, first).await?;
                    found.extend(pages.into_iter().map(|(staff, page)| ((kind, staff), page)));
                }
                shared_pages(found)
            }),
            activity_actions: Batch::new(env, caller, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::actions(&env, &actor, &ids).await?)
            }),
            activity_marks: Batch::new(env, caller, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::marks(&env, &actor, &ids).await?)
            }),
            evaluations: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::by_ids(&env, &actor, &ids).await?)
            }),
            evaluations_of_plans: ByProjection::new(|projection| {
                Batch::new(env, caller, move |env, actor, ids: Vec<PlanId>| async move {
                    lists(evaluation::of_plans(&env, &actor, &ids, projection).await?)
                })
            }),
            evaluations_of_staff: ByProjection::new(|projection| {
                Batch::pages(env, caller, move |env, actor, people, first| async move {
                    shared_pages(evaluation::of_staff(&env, &actor, &people, first, projection).await?)
                })
            }),
            evaluation_actions: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::actions(&env, &actor, &ids).await?)
            }),
            objections: Batch::new(env, caller, |env, actor, ids: Vec<ObjectionId>| async move {
                shared(objection::by_ids(&env, &actor, &ids).await?)
            }),
            objections_of_evaluations: Batch::new(
                env,
                caller,
                |env, actor, ids: Vec<EvaluationId>| async move {
                    lists(objection::of_evaluations(&env, &actor, &ids).await?)
                },
            ),
            years: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::years(&env, &actor, &ids).await?)
            }),
            recommendations: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                let _ = actor;
                shared(evaluation::recommendations(&env, &ids).await?)
            }),
            changes: Batch::new(env, caller, |env, actor, entries: Vec<Arc<journal::Entry>>| async move {
                let mut found = journal::changes(&env, &actor, &entries).await?;
                let changes = entries.into_iter().filter_map(|entry| {
                    let change = found.remove(&entry.id)?;
                    Some((entry, Arc::new(change)))
                });
                Ok(changes.collect())
            }),
            receipts: Batch::new(env, caller, |env, actor, entries: Vec<Uuid>| async move {
                journal::receipts(&env, &actor, &entries).await
            }),
            receipts_of_evaluations: Batch::new(
                env,
                caller,
                |env, actor, ids: Vec<EvaluationId>| async move {
                    journal::receipts_of_evaluations(&env, &actor, &ids).await
                },
            ),
        }
    }
}

/// Wraps the values in `Arc`, so that objects share them with the loader.
fn shared<K: Eq + Hash, V>(found: HashMap<K, V>) -> service::Result<HashMap<K, Arc<V>>> {
    Ok(found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect())
}

/// Wraps the items of lists in `Arc`.
fn lists<K: Eq + Hash, V>(found: HashMap<K, Vec<V>>) -> service::Result<HashMap<K, Vec<Arc<V>>>> {
    Ok(found.into_iter().map(|(key, values)| (key, values.into_iter().map(Arc::new).collect())).collect())
}

/// Wraps the items of pages in `Arc`.
fn shared_pages<K: Eq + Hash, V>(found: HashMap<K, Page<V>>) -> service::Result<HashMap<K, Page<Arc<V>>>> {
    found.into_iter().map(|(key, page)| Ok((key, page.try_map(|value| Ok(Arc::new(value)))?))).collect()
}
