//! What-if without a login: it computes what is given, and stores nothing.

use super::{
    ScoreNode,
    input::{
        CreditSegmentInput, PredicateCountInput, RegulationInput, SimulateEvaluationInput, natural, segments,
    },
};
use crate::graphql::{
    context::ContextExt,
    enums::{OrgUnitPredicate, Predicate},
    error::{self, UserError},
    labels::Locale,
    regulation::{self, Regulation},
    scalars::Decimal,
};
use async_graphql::{Context, Enum, Object, SimpleObject};
use domain::{Refusal, scoring};
use service::regulation::{LoadedRegulation, RegulationChoice, chosen};
use std::{collections::BTreeMap, sync::Arc};

/// Queries that compute what is given.
#[derive(Default)]
pub struct SimulationQuery;

/// What came out, with how.
struct Simulated {
    rules: Arc<LoadedRegulation>,
    predicate: domain::evaluation::Predicate,
    score: Option<domain::Decimal>,
    tree: scoring::ScoreTree,
}

/// A simulated result: by the same core as a real one, over what was given. Nothing was stored.
#[Object]
impl Simulated {
    /// The regulation that it was computed with.
    async fn regulation(&self) -> Regulation {
        Regulation(self.rules.clone())
    }
    /// The predicate.
    async fn predicate(&self) -> Predicate {
        self.predicate.into()
    }
    /// The name that the regulation gives to `predicate`.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> String {
        let locale = locale.map_or_else(|| ctx.locale(), Into::into);
        self.rules.document.labels.predicate(self.predicate, locale)
    }
    /// The score, in a numeric scheme.
    async fn score(&self) -> Option<Decimal> {
        self.score.map(Decimal)
    }
    /// How it came about: a tree whose leaves are the inputs.
    async fn explanation(&self) -> ScoreNode {
        ScoreNode::root(&self.tree)
    }
    /// The same tree flat, each node before its children.
    async fn explanation_nodes(&self) -> Vec<ScoreNode> {
        ScoreNode::all(&self.tree)
    }
    /// The same as one page of text.
    async fn explanation_text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> String {
        self.tree.explanation_text(locale.map_or_else(|| ctx.locale(), Into::into))
    }
}

/// The answer of `simulateEvaluation`.
#[derive(SimpleObject)]
struct SimulateEvaluationResult {
    /// What came out; null when `errors` tells why.
    result: Option<Simulated>,
    /// All that is wrong with the input.
    errors: Vec<UserError>,
}

/// The answer of `simulateCreditPoints`.
#[derive(SimpleObject, Default)]
struct SimulateCreditPointsResult {
    /// The points, summed and then rounded once; null when `errors` tells why.
    points: Option<Decimal>,
    /// The points that the level needs for the next rank, where there is one.
    for_rank: Option<Decimal>,
    /// The points that the level needs for the next level, where there is one.
    for_level: Option<Decimal>,
    /// How they came about.
    explanation: Option<ScoreNode>,
    /// The same as one page of text, in the request's language.
    explanation_text: Option<String>,
    /// All that is wrong with the input.
    errors: Vec<UserError>,
}

/// What kind of limit of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::LimitRule")]
pub enum LimitRule {
    /// At most a percentage (paling banyak).
    AtMost,
    /// At least a percentage (paling sedikit).
    AtLeast,
    /// At least so many people.
    AtLeastPeople,
    /// More than with any other predicate (sebagian besar).
    Largest,
}

/// How a limit of a distribution stands.
#[derive(SimpleObject)]
pub struct LimitFinding {
    /// What kind of limit.
    rule: LimitRule,
    /// The predicates that are counted together.
    predicates: Vec<Predicate>,
    /// The limit in percent of all; null for AT_LEAST_PEOPLE and LARGEST.
    percent: Option<i32>,
    /// The limit in people, for AT_LEAST_PEOPLE.
    people: Option<i32>,
    /// The people that it counts.
    count: i32,
    /// Whether it holds.
    holds: bool,
    /// How many are too many: so many must get another predicate.
    over: i32,
    /// How many are missing: so many must get one of these predicates.
    under: i32,
}

/// How the predicates of a group stand against the pattern of its unit's predicate. It guides, and refuses nothing.
#[derive(SimpleObject)]
pub struct DistributionCheck {
    /// All people.
    total: i32,
    /// Whether the group is large enough for the pattern; else what is said is advice.
    applicable: bool,
    /// Whether every limit holds.
    holds: bool,
    /// Each limit.
    limits: Vec<LimitFinding>,
}

impl From<scoring::DistributionCheck> for DistributionCheck {
    fn from(check: scoring::DistributionCheck) -> Self {
        let int = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        let limit = |finding: scoring::LimitFinding| LimitFinding {
            rule: finding.limit.rule.into(),
            predicates: finding.limit.predicates.into_iter().map(Into::into).collect(),
            percent: finding.limit.percent.map(|percent| int(percent.into())),
            people: finding.limit.people.map(|people| int(people.into())),
            count: int(finding.count),
            holds: finding.holds,
            over: int(finding.over),
            under: int(finding.under),
        };
        Self {
            total: int(check.total),
            applicable: check.applicable,
            holds: check.holds,
            limits: check.findings.into_iter().map(limit).collect(),
        }
    }
}

/// The answer of `checkDistribution`.
#[derive(SimpleObject)]
struct CheckDistributionResult {
    /// What the pattern says; null when `errors` tells why.
    check: Option<DistributionCheck>,
    /// All that is wrong with the input.
    errors: Vec<UserError>,
}

/// The regulation that is asked for; by default the one in force today.
async fn rules(
    ctx: &Context<'_>,
    choice: Option<RegulationInput>,
) -> Result<Arc<LoadedRegulation>, service::Error> {
    let env = ctx.env().map_err(|_| service::Error::internal("no world"))?;
    let (agency, day) = regulation::asked_from(ctx, env).await?;
    chosen(env, agency, &RegulationChoice::from(choice.unwrap_or_default()), day).await
}

#[Object]
impl SimulationQuery {
    /// What an evaluation would come to by any regulation, with its explanation. Needs no login; nothing is stored.
    async fn simulate_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to compute.")] mut input: SimulateEvaluationInput,
    ) -> async_graphql::Result<SimulateEvaluationResult> {
        let rules = rules(ctx, input.regulation.take()).await;
        let simulated = rules.and_then(|rules| {
            let scored = scoring::score(&rules.document, &input.parse()?)?;
            Ok(Simulated { rules, predicate: scored.predicate, score: scored.score, tree: scored.tree })
        });
        let (result, errors) = error::outcome(ctx, simulated)?;
        Ok(SimulateEvaluationResult { result, errors })
    }

    /// The credit points (angka kredit) of some months in a functional position. Needs no login; nothing is stored.
    async fn simulate_credit_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The regulation; by default the one in force.")] regulation: Option<RegulationInput>,
        #[graphql(desc = "The level (jenjang) by code or name, such as `Ahli Pertama`.")] level: String,
        #[graphql(desc = "Months by predicate; at most ten years in all.")] segments: Vec<CreditSegmentInput>,
    ) -> async_graphql::Result<SimulateCreditPointsResult> {
        let rules = rules(ctx, regulation).await;
        let credited = rules.and_then(|rules| {
            let segments = self::segments(segments)?;
            Ok(scoring::simulate_credit_points(&rules.document, &level, &segments)?)
        });
        let (credited, errors) = error::outcome(ctx, credited)?;
        let Some(credited) = credited else {
            return Ok(SimulateCreditPointsResult { errors, ..Default::default() });
        };
        Ok(SimulateCreditPointsResult {
            points: Some(Decimal(credited.points)),
            for_rank: credited.for_rank.map(Decimal),
            for_level: credited.for_level.map(Decimal),
            explanation: Some(ScoreNode::root(&credited.tree)),
            explanation_text: Some(credited.tree.explanation_text(ctx.locale())),
            errors,
        })
    }

    /// How the predicates of a group stand against the pattern (pola distribusi) of its unit's predicate. Needs no
    /// login; nothing is stored.
    async fn check_distribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The regulation; by default the one in force.")] regulation: Option<RegulationInput>,
        #[graphql(desc = "The unit's predicate.")] unit_predicate: OrgUnitPredicate,
        #[graphql(desc = "The people by predicate; one that is left out has none.")] counts: Vec<
            PredicateCountInput,
        >,
    ) -> async_graphql::Result<CheckDistributionResult> {
        let rules = rules(ctx, regulation).await;
        let checked = rules.and_then(|rules| {
            let counts = self::counts(counts)?;
            Ok(scoring::check_distribution(&rules.document, unit_predicate.into(), &counts)?)
        });
        let (check, errors) = error::outcome(ctx, checked)?;
        Ok(CheckDistributionResult { check: check.map(Into::into), errors })
    }
}

fn counts(given: Vec<PredicateCountInput>) -> Result<scoring::Counts, Vec<Refusal>> {
    let (mut counts, mut refusals) = (BTreeMap::new(), Vec::new());
    for (index, one) in given.into_iter().enumerate() {
        match natural("count", one.count) {
            Ok(count) => {
                let sum: &mut u32 = counts.entry(one.predicate.into()).or_default();
                *sum = sum.saturating_add(count);
            }
            Err(refusal) => refusals.push(refusal.under(["counts".to_owned(), index.to_string()])),
        }
    }
    if refusals.is_empty() { Ok(counts) } else { Err(refusals) }
}
