//! The loaders of a request. They read related objects in batches, unless a parent has prefetched them.
//!
//! A loader returns an entry for every key, with `None` if nothing is visible, because the `dataloader` crate panics if
//! a key is missing.

mod batch;

pub use batch::Batch;

use batch::Reader;

use super::context::Caller;
use domain::{
    activity::{Activity, Mark},
    assignment::Assignment,
    correction::Correction,
    criteria::CriteriaSet,
    dialogue::Dialogue,
    evaluation::{Evaluation, YearView},
    feedback::{Feedback, FeedbackDirection, FeedbackRequest},
    id::{
        ActivityId, AssignmentId, CorrectionId, CriteriaSetId, DialogueId, EvaluationId, FeedbackId,
        FeedbackRequestId, ObjectionId, PeriodId, PlanId, PositionId, ResultId, StaffId, TrainingId, UnitId,
    },
    objection::Objection,
    period::Period,
    plan::{Form, Plan, PlanRevision},
    policy::Allowed,
    recommendation::Recommendation,
    scheduled::ScheduledChange,
    scoring::RecognisedTraining,
    staff::{Position, Staff},
    time::Date,
    training::Training,
    unit::OrgUnit,
};
use service::{
    Env, activity, correction, criteria,
    db::{Order, Page},
    dialogue,
    evaluation::{self, Frozen, Projection},
    feedback, journal, objection, organisation, period,
    plan::{self, PlanProjection, PlanRow},
    power::{self, OwnRaters},
    training::{self, Hours},
    worklist::{self, WorklistKind},
};
use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    sync::Arc,
};
use uuid::Uuid;

/// Key of a group of activities: the task that they wait for, and the person who owns them.
type TaskOfPerson = (WorklistKind, StaffId);

/// Key of the first page of a person's list: the person, the columns that the list needs, and the page size.
type FirstPage<P> = ((StaffId, P), usize);

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
    pub own_accounts: Batch<(), Arc<BTreeSet<StaffId>>>,
    pub own_raters: Batch<(), Arc<OwnRaters>>,
    pub assignments: Batch<AssignmentId, Assignment>,
    pub assignments_of_staff: Batch<StaffId, Vec<Assignment>>,
    pub scheduled_of_staff: Batch<StaffId, Vec<Arc<ScheduledChange>>>,
    pub criteria_sets: Batch<CriteriaSetId, CriteriaSet>,
    pub periods: Batch<PeriodId, Period>,
    pub parts_of_years: Batch<PeriodId, Vec<Period>>,
    pub period_actions: Batch<PeriodId, Arc<Vec<Allowed>>>,
    pub plans: Batch<PlanId, Arc<Plan>>,
    pub plans_of_staff: Batch<FirstPage<PlanProjection>, Arc<Page<Arc<Plan>>>>,
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
    pub feedback_requests: Batch<FeedbackRequestId, Arc<FeedbackRequest>>,
    pub dialogues: Batch<DialogueId, Arc<Dialogue>>,
    pub dialogues_of_plans: Batch<PlanId, Vec<Arc<Dialogue>>>,
    pub activities: Batch<ActivityId, Arc<Activity>>,
    pub activities_of_plans: Batch<(PlanId, usize), Arc<Page<Arc<Activity>>>>,
    pub newest_activities_of_plans: Batch<(PlanId, usize), Arc<Page<Arc<Activity>>>>,
    pub waiting_activities: Batch<(TaskOfPerson, usize), Arc<Page<Arc<Activity>>>>,
    pub activity_actions: Batch<ActivityId, Arc<Vec<Allowed>>>,
    pub activity_marks: Batch<ActivityId, Arc<Vec<Mark>>>,
    pub evaluations: Batch<(EvaluationId, Projection), Arc<Evaluation>>,
    pub evaluations_of_plans: Batch<(PlanId, Projection), Vec<Arc<Evaluation>>>,
    pub evaluations_of_staff: Batch<FirstPage<Projection>, Arc<Page<Arc<Evaluation>>>>,
    pub evaluation_actions: Batch<EvaluationId, Arc<Vec<Allowed>>>,
    pub objections: Batch<ObjectionId, Arc<Objection>>,
    pub objections_of_evaluations: Batch<EvaluationId, Vec<Arc<Objection>>>,
    pub corrections: Batch<CorrectionId, Arc<Correction>>,
    pub corrections_of_staff: Batch<StaffId, Vec<Arc<Correction>>>,
    pub trainings: Batch<TrainingId, Arc<Training>>,
    pub trainings_of_staff: Batch<(StaffId, i32), Vec<Arc<Training>>>,
    pub training_hours: Batch<(StaffId, i32), Hours>,
    pub proposed_trainings: Batch<EvaluationId, Arc<Vec<RecognisedTraining>>>,
    pub years: Batch<EvaluationId, Arc<YearView>>,
    pub recommendations: Batch<EvaluationId, Arc<Vec<Recommendation>>>,
    pub changes: Batch<Arc<journal::Entry>, Arc<journal::Change>>,
    pub receipts: Batch<Uuid, String>,
    pub receipts_of_evaluations: Batch<EvaluationId, String>,
}

impl Loaders {
    /// Makes the loaders for one request of a caller.
    pub fn new(env: &Env, caller: &Arc<Caller>) -> Self {
        let reader = Arc::new(Reader::new(env, caller));
        Self {
            units: Batch::new(&reader, |env, actor, ids: Vec<UnitId>| async move {
                organisation::units_by_ids(&env, &actor, &ids).await
            }),
            children_of_units: Batch::pages(&reader, |env, actor, units, first| async move {
                organisation::children(&env, &actor, &units, first).await
            }),
            staff_of_units: Batch::pages(&reader, |env, actor, units, first| async move {
                organisation::staff_of_units(&env, &actor, &units, first).await
            }),
            parents_on: Batch::new(&reader, |env, actor, keys: Vec<(UnitId, Date)>| async move {
                organisation::parents_on(&env, &actor, &keys).await
            }),
            heads: Batch::new(&reader, |env, actor, units: Vec<UnitId>| async move {
                organisation::heads(&env, &actor, &units).await
            }),
            positions: Batch::new(&reader, |env, actor, ids: Vec<PositionId>| async move {
                organisation::positions_by_ids(&env, &actor, &ids).await
            }),
            staff: Batch::new(&reader, |env, actor, ids: Vec<StaffId>| async move {
                organisation::staff_by_ids(&env, &actor, &ids).await
            }),
            personal: Batch::new(&reader, |env, actor, ids: Vec<StaffId>| async move {
                Ok(organisation::personal(&env, &actor, &ids).await?.into_iter().map(|id| (id, ())).collect())
            }),
            own_accounts: Batch::new(&reader, |env, actor, _: Vec<()>| async move {
                Ok(HashMap::from([((), power::own_accounts(&env, &actor).await?)]))
            }),
            own_raters: Batch::new(&reader, |env, actor, _: Vec<()>| async move {
                Ok(HashMap::from([((), power::own_raters(&env, &actor).await?)]))
            }),
            assignments: Batch::new(&reader, |env, actor, ids: Vec<AssignmentId>| async move {
                organisation::assignments_by_ids(&env, &actor, &ids).await
            }),
            assignments_of_staff: Batch::new(&reader, |env, actor, ids: Vec<StaffId>| async move {
                organisation::assignments_of(&env, &actor, &ids).await
            }),
            scheduled_of_staff: Batch::new(&reader, |env, actor, ids: Vec<StaffId>| async move {
                lists(organisation::scheduled_changes(&env, &actor, &ids).await?)
            }),
            criteria_sets: Batch::new(&reader, |env, actor, ids: Vec<CriteriaSetId>| async move {
                criteria::by_ids(&env, actor.agency, &ids).await
            }),
            periods: Batch::new(&reader, |env, actor, ids: Vec<PeriodId>| async move {
                period::by_ids(&env, &actor, &ids).await
            }),
            parts_of_years: Batch::new(&reader, |env, actor, years: Vec<PeriodId>| async move {
                period::parts(&env, &actor, &years).await
            }),
            period_actions: Batch::new(&reader, |env, actor, ids: Vec<PeriodId>| async move {
                shared(period::actions(&env, &actor, &ids).await?)
            }),
            plans: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::by_ids(&env, &actor, &ids).await?)
            }),
            plans_of_staff: Batch::pages(&reader, |env, actor, people, first| async move {
                let mut found = HashMap::new();
                for (columns, people) in by_columns(people) {
                    let pages = plan::of_staff(&env, &actor, &people, first, columns).await?;
                    found.extend(pages.into_iter().map(|(staff, page)| ((staff, columns), page)));
                }
                shared_pages(found)
            }),
            servable_results: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::servable_results(&env, &actor, &ids).await?)
            }),
            revisions_of_plans: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                shared(plan::revisions(&env, &ids).await?)
            }),
            plan_actions: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::actions(&env, &actor, &ids).await?)
            }),
            results: Batch::new(&reader, |env, actor, ids: Vec<ResultId>| async move {
                plan::results(&env, &actor, &ids).await
            }),
            serving_results: Batch::new(&reader, |env, actor, ids: Vec<ResultId>| async move {
                shared(plan::serving(&env, &actor, &ids).await?)
            }),
            forms_of_plans: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::forms(&env, &actor, &ids).await?)
            }),
            forms_of_evaluations: Batch::new(&reader, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::forms(&env, &actor, &ids).await?)
            }),
            frozen_of_plans: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                shared(evaluation::frozen(&env, &ids).await?)
            }),
            feedback_of_plans: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                shared(feedback::feedback_of_plans(&env, &ids).await?)
            }),
            feedback_authors: Batch::new(&reader, |env, actor, ids: Vec<FeedbackId>| async move {
                feedback::authors(&env, &actor, &ids).await
            }),
            feedback_directions: Batch::new(&reader, |env, actor, people: Vec<StaffId>| async move {
                feedback::directions(&env, &actor, &people).await
            }),
            feedback_requests: Batch::new(&reader, |env, actor, ids: Vec<FeedbackRequestId>| async move {
                shared(feedback::requests_by_ids(&env, &actor, &ids).await?)
            }),
            dialogues: Batch::new(&reader, |env, actor, ids: Vec<DialogueId>| async move {
                shared(dialogue::by_ids(&env, &actor, &ids).await?)
            }),
            dialogues_of_plans: Batch::new(&reader, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                lists(dialogue::of_plans(&env, &ids).await?)
            }),
            activities: Batch::new(&reader, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::by_ids(&env, &actor, &ids).await?)
            }),
            activities_of_plans: Batch::pages(&reader, |env, actor, plans, first| async move {
                shared_pages(activity::of_plans(&env, &actor, &plans, first, Order::Ascending).await?)
            }),
            newest_activities_of_plans: Batch::pages(&reader, |env, actor, plans, first| async move {
                shared_pages(activity::of_plans(&env, &actor, &plans, first, Order::Descending).await?)
            }),
            waiting_activities: Batch::pages(&reader, |env, actor, groups, first| async move {
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
            activity_actions: Batch::new(&reader, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::actions(&env, &actor, &ids).await?)
            }),
            activity_marks: Batch::new(&reader, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::marks(&env, &actor, &ids).await?)
            }),
            evaluations: Batch::new(&reader, |env, actor, ids: Vec<(EvaluationId, Projection)>| async move {
                let mut found = HashMap::new();
                for (columns, ids) in by_columns(ids) {
                    let some = evaluation::by_ids(&env, &actor, &ids, columns).await?;
                    found.extend(some.into_iter().map(|(id, evaluation)| ((id, columns), evaluation)));
                }
                shared(found)
            }),
            evaluations_of_plans: Batch::new(
                &reader,
                |env, actor, plans: Vec<(PlanId, Projection)>| async move {
                    let mut found = HashMap::new();
                    for (columns, plans) in by_columns(plans) {
                        let some = evaluation::of_plans(&env, &actor, &plans, columns).await?;
                        found.extend(some.into_iter().map(|(plan, list)| ((plan, columns), list)));
                    }
                    lists(found)
                },
            ),
            evaluations_of_staff: Batch::pages(&reader, |env, actor, people, first| async move {
                let mut found = HashMap::new();
                for (columns, people) in by_columns(people) {
                    let pages = evaluation::of_staff(&env, &actor, &people, first, columns).await?;
                    found.extend(pages.into_iter().map(|(staff, page)| ((staff, columns), page)));
                }
                shared_pages(found)
            }),
            evaluation_actions: Batch::new(&reader, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::actions(&env, &actor, &ids).await?)
            }),
            objections: Batch::new(&reader, |env, actor, ids: Vec<ObjectionId>| async move {
                shared(objection::by_ids(&env, &actor, &ids).await?)
            }),
            objections_of_evaluations: Batch::new(&reader, |env, actor, ids: Vec<EvaluationId>| async move {
                lists(objection::of_evaluations(&env, &actor, &ids).await?)
            }),
            corrections: Batch::new(&reader, |env, actor, ids: Vec<CorrectionId>| async move {
                shared(correction::by_ids(&env, &actor, &ids).await?)
            }),
            corrections_of_staff: Batch::new(&reader, |env, actor, people: Vec<StaffId>| async move {
                lists(correction::of_people(&env, &actor, &people).await?)
            }),
            trainings: Batch::new(&reader, |env, actor, ids: Vec<TrainingId>| async move {
                shared(training::by_ids(&env, &actor, &ids).await?)
            }),
            trainings_of_staff: Batch::new(&reader, |env, actor, people: Vec<(StaffId, i32)>| async move {
                let mut found = HashMap::new();
                for (year, people) in by_columns(people) {
                    let some = training::of_people(&env, &actor, &people, year).await?;
                    found.extend(some.into_iter().map(|(staff, list)| ((staff, year), list)));
                }
                lists(found)
            }),
            training_hours: Batch::new(&reader, |env, actor, people: Vec<(StaffId, i32)>| async move {
                let mut found = HashMap::new();
                for (year, people) in by_columns(people) {
                    let some = training::hours(&env, &actor, &people, year).await?;
                    found.extend(some.into_iter().map(|(staff, hours)| ((staff, year), hours)));
                }
                Ok(found)
            }),
            proposed_trainings: Batch::new(&reader, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(training::proposed(&env, &actor, &ids).await?)
            }),
            years: Batch::new(&reader, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::years(&env, &actor, &ids).await?)
            }),
            recommendations: Batch::new(&reader, |env, actor, ids: Vec<EvaluationId>| async move {
                let _ = actor;
                shared(evaluation::recommendations(&env, &ids).await?)
            }),
            changes: Batch::new(&reader, |env, actor, entries: Vec<Arc<journal::Entry>>| async move {
                let mut found = journal::changes(&env, &actor, &entries).await?;
                let changes = entries.into_iter().filter_map(|entry| {
                    let change = found.remove(&entry.id)?;
                    Some((entry, Arc::new(change)))
                });
                Ok(changes.collect())
            }),
            receipts: Batch::new(&reader, |env, actor, entries: Vec<Uuid>| async move {
                journal::receipts(&env, &actor, &entries).await
            }),
            receipts_of_evaluations: Batch::new(&reader, |env, actor, ids: Vec<EvaluationId>| async move {
                journal::receipts_of_evaluations(&env, &actor, &ids).await
            }),
        }
    }
}

/// Groups keys by the columns that they need. Usually all keys of a level need the same columns.
fn by_columns<K, P: Eq + Hash>(keys: Vec<(K, P)>) -> HashMap<P, Vec<K>> {
    let mut found: HashMap<P, Vec<K>> = HashMap::new();
    for (key, columns) in keys {
        found.entry(columns).or_default().push(key);
    }
    found
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
