//! One set of loaders for a request: edges that were not prefetched are read in batches.
//!
//! A loader answers every key, with nothing where there is nothing to see: the `dataloader` crate
//! panics on a key that its function leaves out.

use async_graphql::Context;
use dataloader::{BatchFn, cached::Loader};
use domain::{
    activity::Activity,
    actor::Actor,
    assignment::Assignment,
    criteria::CriteriaSet,
    evaluation::Evaluation,
    feedback::Feedback,
    id::{
        ActivityId, AssignmentId, CriteriaSetId, EvaluationId, PeriodId, PlanId, PositionId, ResultId,
        StaffId, UnitId,
    },
    period::Period,
    plan::{Plan, PlanResult},
    policy::Allowed,
    recommendation::Recommendation,
    staff::{Position, Staff},
    time::Date,
    unit::OrgUnit,
};
use futures_util::future::BoxFuture;
use service::{Env, activity, criteria, db::Page, evaluation, organisation, period, plan};
use std::{collections::HashMap, fmt::Debug, hash::Hash, sync::Arc};

use super::{context::Caller, error};

/// Above the largest level of an answer, so that a level is one batch.
const LARGEST_BATCH: usize = 20_000;

type Found<V> = Result<Option<V>, Arc<service::Error>>;
type Fetch<K, V> = Arc<dyn Fn(Vec<K>) -> BoxFuture<'static, service::Result<HashMap<K, V>>> + Send + Sync>;

/// Reads what a batch of keys stands for.
struct Reading<K, V>(Fetch<K, V>);

impl<K: Clone + Eq + Hash + Send + Sync, V: Clone + Send> BatchFn<K, Found<V>> for Reading<K, V> {
    async fn load(&mut self, keys: &[K]) -> HashMap<K, Found<V>> {
        match (self.0)(keys.to_vec()).await {
            Ok(mut found) => keys.iter().map(|key| (key.clone(), Ok(found.remove(key)))).collect(),
            Err(failure) => {
                let failure = Arc::new(failure);
                keys.iter().map(|key| (key.clone(), Err(failure.clone()))).collect()
            }
        }
    }
}

/// Reads values by key: in batches, each key at most once in a request.
pub struct Batch<K: Clone + Eq + Hash, V: Clone>(Loader<K, Found<V>, Reading<K, V>>)
where
    K: Debug + Send + Sync,
    V: Send;

impl<K, V> Batch<K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// Over a use case that reads a batch; keys that it leaves out have no value.
    pub fn new<F, W>(env: &Env, caller: &Arc<Caller>, fetch: W) -> Self
    where
        F: Future<Output = service::Result<HashMap<K, V>>> + Send + 'static,
        W: Fn(Env, Arc<Actor>, Vec<K>) -> F + Send + Sync + 'static,
    {
        let (env, caller) = (env.clone(), caller.clone());
        let fetch: Fetch<K, V> = Arc::new(move |keys| match caller.actor() {
            Some(actor) => Box::pin(fetch(env.clone(), actor.clone(), keys)),
            None => Box::pin(async { Err(service::Error::Unauthenticated) }),
        });
        Self(Loader::new(Reading(fetch)).with_max_batch_size(LARGEST_BATCH))
    }

    /// The value of a key, if there is one to see.
    pub async fn find(&self, ctx: &Context<'_>, key: K) -> async_graphql::Result<Option<V>> {
        match self.0.try_load(key).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(failure)) => Err(error::shared_failure(ctx, &failure)),
            Err(cause) => Err(error::failure(ctx, service::Error::internal(cause))),
        }
    }

    /// Reads these keys now, in one statement: a parent does so for children that the document selects.
    pub async fn prefetch(&self, keys: Vec<K>) {
        // A failure is kept with each key and told where the child is resolved.
        let _ = self.0.try_load_many(keys).await;
    }
}

/// The loaders of a request, one for each way from a key to a value.
#[expect(missing_docs, reason = "each is named after what it reads")]
pub struct Loaders {
    pub units: Batch<UnitId, OrgUnit>,
    pub children_of_units: Batch<(UnitId, usize), Page<OrgUnit>>,
    pub parents_on: Batch<(UnitId, Date), OrgUnit>,
    pub heads: Batch<UnitId, Assignment>,
    pub positions: Batch<PositionId, Position>,
    pub staff: Batch<StaffId, Staff>,
    pub personal: Batch<StaffId, ()>,
    pub assignments: Batch<AssignmentId, Assignment>,
    pub assignments_of_staff: Batch<StaffId, Vec<Assignment>>,
    pub criteria_sets: Batch<CriteriaSetId, CriteriaSet>,
    pub periods: Batch<PeriodId, Period>,
    pub period_actions: Batch<PeriodId, Arc<Vec<Allowed>>>,
    pub plans: Batch<PlanId, Arc<Plan>>,
    pub plans_of_staff: Batch<(StaffId, usize), Page<Arc<Plan>>>,
    pub plan_actions: Batch<PlanId, Arc<Vec<Allowed>>>,
    pub results: Batch<ResultId, (Arc<Plan>, PlanResult)>,
    pub serving_results: Batch<ResultId, Arc<Vec<(Plan, PlanResult)>>>,
    pub feedback_of_plans: Batch<PlanId, Arc<Vec<Feedback>>>,
    pub activities: Batch<ActivityId, Arc<Activity>>,
    pub activity_actions: Batch<ActivityId, Arc<Vec<Allowed>>>,
    pub evaluations: Batch<EvaluationId, Arc<Evaluation>>,
    pub evaluations_of_plans: Batch<PlanId, Vec<Arc<Evaluation>>>,
    pub evaluations_of_staff: Batch<(StaffId, usize), Page<Arc<Evaluation>>>,
    pub evaluation_actions: Batch<EvaluationId, Arc<Vec<Allowed>>>,
    pub recommendations: Batch<EvaluationId, Arc<Vec<Recommendation>>>,
}

impl Loaders {
    /// For one request of a caller.
    pub fn new(env: &Env, caller: &Arc<Caller>) -> Self {
        Self {
            units: Batch::new(env, caller, |env, actor, ids: Vec<UnitId>| async move {
                organisation::units_by_ids(&env, &actor, &ids).await
            }),
            children_of_units: Batch::new(env, caller, |env, actor, keys: Vec<(UnitId, usize)>| async move {
                by_size(keys, |units, first| {
                    let (env, actor) = (env.clone(), actor.clone());
                    async move { organisation::children(&env, &actor, &units, first).await }
                })
                .await
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
            criteria_sets: Batch::new(env, caller, |env, actor, ids: Vec<CriteriaSetId>| async move {
                criteria::by_ids(&env, actor.agency, &ids).await
            }),
            periods: Batch::new(env, caller, |env, actor, ids: Vec<PeriodId>| async move {
                period::by_ids(&env, &actor, &ids).await
            }),
            period_actions: Batch::new(env, caller, |env, actor, ids: Vec<PeriodId>| async move {
                shared(period::actions(&env, &actor, &ids).await?)
            }),
            plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::by_ids(&env, &actor, &ids).await?)
            }),
            plans_of_staff: Batch::new(env, caller, |env, actor, ids: Vec<(StaffId, usize)>| async move {
                of_staff(ids, |people, first| {
                    let (env, actor) = (env.clone(), actor.clone());
                    async move { plan::of_staff(&env, &actor, &people, first).await }
                })
                .await
            }),
            plan_actions: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                shared(plan::actions(&env, &actor, &ids).await?)
            }),
            results: Batch::new(env, caller, |env, actor, ids: Vec<ResultId>| async move {
                Ok(plan::results(&env, &actor, &ids)
                    .await?
                    .into_iter()
                    .map(|(id, (plan, row))| (id, (Arc::new(plan), row)))
                    .collect())
            }),
            serving_results: Batch::new(env, caller, |env, actor, ids: Vec<ResultId>| async move {
                shared(plan::serving(&env, &actor, &ids).await?)
            }),
            feedback_of_plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                let _ = actor;
                shared(evaluation::feedback_of_plans(&env, &ids).await?)
            }),
            activities: Batch::new(env, caller, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::by_ids(&env, &actor, &ids).await?)
            }),
            activity_actions: Batch::new(env, caller, |env, actor, ids: Vec<ActivityId>| async move {
                shared(activity::actions(&env, &actor, &ids).await?)
            }),
            evaluations: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::by_ids(&env, &actor, &ids).await?)
            }),
            evaluations_of_plans: Batch::new(env, caller, |env, actor, ids: Vec<PlanId>| async move {
                lists(evaluation::of_plans(&env, &actor, &ids).await?)
            }),
            evaluations_of_staff: Batch::new(
                env,
                caller,
                |env, actor, ids: Vec<(StaffId, usize)>| async move {
                    of_staff(ids, |people, first| {
                        let (env, actor) = (env.clone(), actor.clone());
                        async move { evaluation::of_staff(&env, &actor, &people, first).await }
                    })
                    .await
                },
            ),
            evaluation_actions: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                shared(evaluation::actions(&env, &actor, &ids).await?)
            }),
            recommendations: Batch::new(env, caller, |env, actor, ids: Vec<EvaluationId>| async move {
                let _ = actor;
                shared(evaluation::recommendations(&env, &ids).await?)
            }),
        }
    }
}

/// The same map with shared values: objects hold what a loader keeps.
fn shared<K: Eq + Hash, V>(found: HashMap<K, V>) -> service::Result<HashMap<K, Arc<V>>> {
    Ok(found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect())
}

/// The same for lists.
fn lists<K: Eq + Hash, V>(found: HashMap<K, Vec<V>>) -> service::Result<HashMap<K, Vec<Arc<V>>>> {
    Ok(found.into_iter().map(|(key, values)| (key, values.into_iter().map(Arc::new).collect())).collect())
}

/// Reads the first page of each key: the keys of one level mostly ask for the same number.
async fn by_size<K: Copy + Eq + Hash, V, F>(
    keys: Vec<(K, usize)>,
    read: impl Fn(Vec<K>, usize) -> F,
) -> service::Result<HashMap<(K, usize), Page<V>>>
where
    F: Future<Output = service::Result<HashMap<K, Page<V>>>>,
{
    let mut by_first: HashMap<usize, Vec<K>> = HashMap::new();
    for (key, first) in keys {
        by_first.entry(first).or_default().push(key);
    }
    let mut found = HashMap::new();
    for (first, keys) in by_first {
        found.extend(read(keys, first).await?.into_iter().map(|(key, page)| ((key, first), page)));
    }
    Ok(found)
}

/// The same of people, with shared values.
async fn of_staff<V, F>(
    keys: Vec<(StaffId, usize)>,
    read: impl Fn(Vec<StaffId>, usize) -> F,
) -> service::Result<HashMap<(StaffId, usize), Page<Arc<V>>>>
where
    F: Future<Output = service::Result<HashMap<StaffId, Page<V>>>>,
{
    let pages = by_size(keys, read).await?;
    pages.into_iter().map(|(key, page)| Ok((key, page.try_map(|value| Ok(Arc::new(value)))?))).collect()
}
