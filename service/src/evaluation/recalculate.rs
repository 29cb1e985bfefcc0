//! Recomputes stored results from their inputs with the pinned regulation, and compares every digit: for one
//! evaluation, or for all of a year. Writes nothing.

#[cfg(test)]
mod tests;

use crate::{
    db::BATCH,
    env::Env,
    error::{Error, Result},
    regulation::LoadedRegulation,
    store::{self, results::StoredRow},
};
use domain::{
    Key, Refusal,
    actor::Actor,
    evaluation::{Evaluation, Expectation, Predicate},
    id::{AgencyId, EvaluationId},
    regulation::{RegulationDocument, RegulationRef},
    scoring::{RATINGS, ScoreInput, ScoreResult, ScoreTree, score},
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// A difference between a stored and a recomputed result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The node of the explanation; `None` for the result as a whole.
    pub node: Option<String>,
    /// The field that differs.
    pub field: &'static str,
    /// The stored value.
    pub stored: Option<String>,
    /// The recomputed value.
    pub computed: Option<String>,
}

/// A recomputed result.
#[derive(Clone, Debug)]
pub struct Recalculation {
    /// The regulation used.
    pub regulation: Arc<LoadedRegulation>,
    /// The stored predicate.
    pub stored: Option<Predicate>,
    /// The recomputed predicate; `None` if it can't be computed.
    pub computed: Option<Predicate>,
    /// All differences; empty when both agree in every digit.
    pub deviations: Vec<Deviation>,
}

/// The parts of an evaluation's stored document that are compared.
#[derive(Deserialize)]
struct FrozenDetail {
    #[serde(default)]
    inputs: Option<ScoreInput>,
    score: Option<ScoreTree>,
}

/// A stored result.
struct StoredResult {
    id: EvaluationId,
    inputs: Option<ScoreInput>,
    tree: Option<ScoreTree>,
    result: Option<Expectation>,
    behaviour: Option<Expectation>,
    predicate: Option<Predicate>,
}

impl StoredResult {
    /// The inputs. Results that were stored before inputs existed depend only on the two ratings.
    fn inputs(&self) -> Option<ScoreInput> {
        self.inputs
            .clone()
            .or_else(|| self.result.zip(self.behaviour).map(|(one, other)| ScoreInput::ratings(one, other)))
    }

    /// Recomputes the predicate and lists the differences from the stored result.
    fn compare(&self, document: &RegulationDocument) -> (Option<Predicate>, Vec<Deviation>) {
        let whole = |field, stored: Option<String>, computed: Option<String>| Deviation {
            node: None,
            field,
            stored,
            computed,
        };
        let Some(inputs) = self.inputs() else {
            return (None, vec![whole("inputs", None, None)]);
        };
        let ScoreResult { predicate, tree, .. } = match score(document, &inputs) {
            Ok(scored) => scored,
            Err(refusals) => {
                let why = refusals.first().map(|refusal| refusal.message.render(domain::Locale::En));
                return (None, vec![whole("inputs", why, None)]);
            }
        };
        let mut found = Vec::new();
        if self.predicate != Some(predicate) {
            let stored = self.predicate.map(|stored| stored.to_string());
            found.push(whole("predicate", stored, Some(predicate.to_string())));
        }
        // These values are also stored in columns outside the document, for lists and filters.
        let columns = [("resultRating", self.result), ("behaviourRating", self.behaviour)];
        for ((field, rating), code) in columns.into_iter().zip(RATINGS) {
            let computed = tree.rating(code).map(str::to_owned);
            let stored = rating.map(|rating| rating.to_string());
            if computed.is_some() && computed != stored {
                found.push(whole(field, stored, computed));
            }
        }
        match &self.tree {
            Some(stored) => {
                let tree = tree.in_form_of(stored);
                if *stored != tree {
                    found.extend(between(stored, &tree));
                }
            }
            None => found.push(whole("explanation", None, Some(tree.root.exact.clone()))),
        }
        (Some(predicate), found)
    }
}

/// Lists each field in which two trees differ.
fn between(stored: &ScoreTree, computed: &ScoreTree) -> Vec<Deviation> {
    let reference = |of: &RegulationRef| Some(format!("{} {}", of.code, of.version));
    let mut found = Vec::new();
    if stored.regulation != computed.regulation {
        found.push(Deviation {
            node: None,
            field: "regulation",
            stored: reference(&stored.regulation),
            computed: reference(&computed.regulation),
        });
    }
    let by_id = |tree: &ScoreTree| -> BTreeMap<String, Vec<(&'static str, Option<String>)>> {
        let node = |node: &domain::scoring::ScoreNode| {
            let evidence = serde_json::to_string(&node.evidence).ok();
            let sentence = node.sentence.as_ref().map(|label| format!("{} / {}", label.id, label.en));
            vec![
                ("code", Some(node.code.clone())),
                ("label", Some(format!("{} / {}", node.label.id, node.label.en))),
                ("input", node.input.clone()),
                ("weight", node.weight.map(|weight| weight.to_string())),
                ("rule", Some(node.rule.clone())),
                ("rounding", node.rounding.clone()),
                ("value", node.value.map(|value| value.to_string())),
                ("exact", Some(node.exact.clone())),
                ("source", node.source.clone()),
                ("parentId", node.parent.clone()),
                ("evidence", evidence),
                ("sentence", sentence),
            ]
        };
        tree.nodes().into_iter().map(|one| (one.id.clone(), node(one))).collect()
    };
    let (old, new) = (by_id(stored), by_id(computed));
    let ids: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for id in ids {
        let (Some(before), Some(after)) = (old.get(id), new.get(id)) else {
            let there = |known: bool| known.then(|| id.clone());
            found.push(Deviation {
                node: Some(id.clone()),
                field: "node",
                stored: there(old.contains_key(id)),
                computed: there(new.contains_key(id)),
            });
            continue;
        };
        for ((field, before), (_, after)) in before.iter().zip(after) {
            if before != after {
                found.push(Deviation {
                    node: Some(id.clone()),
                    field,
                    stored: before.clone(),
                    computed: after.clone(),
                });
            }
        }
    }
    if found.is_empty() {
        found.push(Deviation { node: None, field: "explanation", stored: None, computed: None });
    }
    found
}

/// Recomputes one evaluation, for actors who can see its ratings. Refused if it is not final.
pub async fn verify_recalculation(env: &Env, actor: &Actor, id: EvaluationId) -> Result<Recalculation> {
    let evaluation = rated(env, actor, id).await?;
    let regulation =
        env.regulations().pinned(env.db.source(), evaluation.agency, &evaluation.regulation).await?;
    let result = stored_result(evaluation);
    let (computed, deviations) = result.compare(&regulation.document);
    Ok(Recalculation { regulation, stored: result.predicate, computed, deviations })
}

/// Loads a final evaluation, if its ratings are visible to the actor.
async fn rated(env: &Env, actor: &Actor, id: EvaluationId) -> Result<Evaluation> {
    let evaluation = store::evaluation::find(env.db.source(), actor, id).await?.ok_or(Error::NotFound)?;
    if evaluation.status.is_final() && super::see_and_record_ratings(env, actor, &evaluation) {
        Ok(evaluation)
    } else {
        Err(Refusal::input(["evaluationId"], Key::NotRatedYet).into())
    }
}

fn stored_result(evaluation: Evaluation) -> StoredResult {
    StoredResult {
        id: evaluation.id,
        inputs: evaluation.detail.inputs,
        tree: evaluation.detail.score,
        result: evaluation.result_rating,
        behaviour: evaluation.behaviour_rating,
        predicate: evaluation.predicate,
    }
}

/// Computes what would raise a final evaluation to this predicate, for actors who can see its ratings.
pub async fn what_would_reach(
    env: &Env,
    actor: &Actor,
    id: EvaluationId,
    wanted: Predicate,
) -> Result<domain::scoring::Reach> {
    let evaluation = rated(env, actor, id).await?;
    let regulation =
        env.regulations().pinned(env.db.source(), evaluation.agency, &evaluation.regulation).await?;
    let inputs = stored_result(evaluation)
        .inputs()
        .ok_or_else(|| Error::internal("a final evaluation without ratings"))?;
    Ok(domain::scoring::what_would_reach(&regulation.document, &inputs, wanted)?)
}

/// Outcome of recomputing a year.
#[derive(Clone, Debug, Default)]
pub struct YearRecalculation {
    /// Number of final evaluations.
    pub evaluations: u64,
    /// Evaluations with differences, at most [`MAX_DEVIATING`].
    pub deviating: Vec<(EvaluationId, Vec<Deviation>)>,
    /// Number of all evaluations with differences.
    pub total_deviating: u64,
    /// Time taken, including reads.
    pub took: Duration,
    /// Number of inputs that were scored once more without reads, and the time it took.
    pub plain: (u64, Duration),
}

/// Maximum number of deviating evaluations in the report.
pub const MAX_DEVIATING: usize = 100;
/// Maximum number of inputs that are kept in memory to score them once more.
const MAX_PLAIN: usize = 100_000;

/// Recomputes all final evaluations of a year and its parts, ordered by id, one batch in memory at a time. Reads all
/// ids first: finding each next batch with a query would scan the whole year again. Calls `progress` with the number
/// done and the total. With `plain`, scores the same inputs once more without reading or comparing, to measure how much
/// of the time scoring takes.
pub async fn recalculate(
    env: &Env,
    year: i32,
    plain: bool,
    mut progress: impl FnMut(u64, u64),
) -> Result<YearRecalculation> {
    let began = Instant::now();
    let ids = store::results::final_ids(env.db.source(), year).await?;
    let total = ids.len() as u64;
    let mut done = YearRecalculation::default();
    let mut inputs: Vec<(Arc<LoadedRegulation>, ScoreInput)> = Vec::new();
    for batch in ids.chunks(BATCH) {
        let rows = store::results::load(env.db.source(), batch).await?;
        let mut rules: BTreeMap<(Uuid, RegulationRef), Arc<LoadedRegulation>> = BTreeMap::new();
        for row in &rows {
            let key = (row.1, RegulationRef { code: row.2.clone(), version: row.3 });
            if let Entry::Vacant(place) = rules.entry(key) {
                let (agency, reference) = place.key();
                let loaded = env.regulations().pinned(env.db.source(), AgencyId(*agency), reference).await?;
                place.insert(loaded);
            }
        }
        done.evaluations += rows.len() as u64;
        let keep = if plain { MAX_PLAIN.saturating_sub(inputs.len()) } else { 0 };
        // Scoring is CPU-bound, so it must not block the runtime's threads.
        let compared = tokio::task::spawn_blocking(move || compare_batch(rows, &rules, keep));
        let (deviating, kept_inputs) = compared.await.map_err(Error::internal)??;
        inputs.extend(kept_inputs);
        done.total_deviating += deviating.len() as u64;
        let left = MAX_DEVIATING.saturating_sub(done.deviating.len());
        done.deviating.extend(deviating.into_iter().take(left));
        progress(done.evaluations, total);
    }
    done.took = began.elapsed();
    let began = Instant::now();
    for (regulation, input) in &inputs {
        std::hint::black_box(score(&regulation.document, input).is_ok());
    }
    done.plain = (inputs.len() as u64, began.elapsed());
    Ok(done)
}

type Comparison = (Vec<(EvaluationId, Vec<Deviation>)>, Vec<(Arc<LoadedRegulation>, ScoreInput)>);

fn compare_batch(
    rows: Vec<StoredRow>,
    rules: &BTreeMap<(Uuid, RegulationRef), Arc<LoadedRegulation>>,
    keep: usize,
) -> Result<Comparison> {
    let (mut deviating, mut inputs) = (Vec::new(), Vec::new());
    for (id, agency, code, version, detail, result, behaviour, predicate) in rows {
        let regulation = rules
            .get(&(agency, RegulationRef { code, version }))
            .ok_or_else(|| Error::internal("an evaluation without its regulation"))?;
        let FrozenDetail { inputs: frozen, score: tree } = serde_json::from_str(&detail)?;
        let result = StoredResult {
            id: EvaluationId(id),
            inputs: frozen,
            tree,
            result: parsed(result)?,
            behaviour: parsed(behaviour)?,
            predicate: parsed(predicate)?,
        };
        let (_, found) = result.compare(&regulation.document);
        if !found.is_empty() {
            deviating.push((result.id, found));
        }
        if inputs.len() < keep
            && let Some(input) = result.inputs()
        {
            inputs.push((regulation.clone(), input));
        }
    }
    Ok((deviating, inputs))
}

fn parsed<T: std::str::FromStr<Err = E>, E: ToString>(text: Option<String>) -> Result<Option<T>> {
    text.map(|text| text.parse().map_err(Error::internal)).transpose()
}
