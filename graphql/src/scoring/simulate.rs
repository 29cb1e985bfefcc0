//! Simulations, which need no login and store nothing.

use super::{
    ScoreNode,
    input::{
        CreditSegmentInput, PredicateCountInput, RegulationInput, SimulateEvaluationInput, natural, segments,
    },
};
use crate::{
    context::ContextExt,
    enums::{OrgUnitPredicate, Predicate},
    error::{self, UserError},
    labels::{Locale, label},
    regulation::{self, Regulation},
    scalars::Decimal,
    weight::cost,
};
use async_graphql::{ComplexObject, Context, Enum, Object, SimpleObject};
use domain::{Refusal, scoring};
use futures_util::FutureExt;
use service::regulation::{LoadedRegulation, RegulationChoice, chosen};
use std::sync::Arc;

/// Queries that simulate results.
#[derive(Default)]
pub struct SimulationQuery;

/// A simulated result with its explanation.
struct Simulated {
    rules: Arc<LoadedRegulation>,
    predicate: domain::evaluation::Predicate,
    score: Option<domain::Decimal>,
    tree: scoring::ScoreTree,
}

/// A simulated result, computed with the same core as a real one. Nothing is stored.
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
    /// Name of `predicate` in the regulation, in the requested language.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        let locale = ctx.language(locale);
        self.rules.document.labels.predicate(self.predicate, locale)
    }
    /// Score under a numeric scheme; null under a rating matrix.
    async fn score(&self) -> Option<Decimal> {
        self.score.map(Decimal)
    }
    /// Explanation: a tree with the inputs as leaves.
    async fn explanation(&self) -> ScoreNode {
        ScoreNode::root(&self.tree)
    }
    /// The nodes of `explanation` as a flat list, parents before children.
    async fn explanation_nodes(&self) -> Vec<ScoreNode> {
        ScoreNode::all(&self.tree)
    }
    /// The explanation as one page of text.
    async fn explanation_text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.tree.explanation_text(ctx.language(locale))
    }
}

/// Outcome of `simulateEvaluation`.
#[derive(SimpleObject)]
struct SimulateEvaluationPayload {
    /// The result; null if `errors` is not empty.
    result: Option<Simulated>,
    /// Everything that is wrong with the input.
    errors: Vec<UserError>,
}

/// Outcome of `simulateCreditPoints`.
#[derive(SimpleObject, Default)]
struct SimulateCreditPointsPayload {
    /// The points, summed and then rounded once; null if `errors` is not empty.
    points: Option<Decimal>,
    /// Points that the level needs for the next rank; null if there is none.
    for_rank: Option<Decimal>,
    /// Points that the level needs for the next level; null if there is none.
    for_level: Option<Decimal>,
    /// Explanation: a tree with the inputs as leaves.
    explanation: Option<ScoreNode>,
    /// The explanation as one page of text, in the request's language.
    explanation_text: Option<String>,
    /// Everything that is wrong with the input.
    errors: Vec<UserError>,
}

/// Kind of limit in a distribution pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::LimitRule")]
pub enum LimitRule {
    /// At most a percentage (paling banyak).
    AtMost,
    /// At least a percentage (paling sedikit).
    AtLeast,
    /// At least a number of people.
    AtLeastPeople,
    /// More people than with any other predicate (sebagian besar).
    Largest,
}

/// A limit of a distribution pattern, and whether it is kept.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct LimitFinding {
    /// Kind of limit.
    rule: LimitRule,
    /// The predicates that the limit counts together.
    predicates: Vec<Predicate>,
    /// The limit in percent of all people; null for AT_LEAST_PEOPLE and LARGEST.
    percent: Option<i32>,
    /// The limit as a number of people, for AT_LEAST_PEOPLE; null otherwise.
    people: Option<i32>,
    /// Number of people with these predicates.
    count: i32,
    /// Whether the limit is kept.
    holds: bool,
    /// Number of people above the limit. To keep the limit, this many people need another predicate.
    over: i32,
    /// Number of people below the limit. To keep the limit, this many more people need one of these predicates.
    under: i32,
}

#[ComplexObject]
impl LimitFinding {
    /// Label of `rule` in the requested language.
    async fn rule_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::regulation::LimitRule::from(self.rule))
    }
    /// Labels of `predicates` in the requested language, in the same order.
    async fn predicate_labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Vec<&str> {
        let predicates = self.predicates.iter().copied().map(domain::evaluation::Predicate::from);
        predicates.map(|predicate| label(ctx, locale, predicate)).collect()
    }
}

/// The predicates of a group compared with the distribution pattern for its unit's predicate. The comparison is advice and
/// blocks nothing.
#[derive(Clone, SimpleObject)]
pub struct DistributionCheck {
    /// Number of people in the group.
    total: i32,
    /// Whether the group is large enough for the pattern to apply; if not, the limits are shown for information only.
    applicable: bool,
    /// Whether every limit is kept.
    holds: bool,
    /// The limits.
    limits: Vec<LimitFinding>,
}

impl From<scoring::DistributionCheck> for DistributionCheck {
    fn from(check: scoring::DistributionCheck) -> Self {
        // No figure is larger than the number of people, which is within the range of `Int`.
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

/// Outcome of `checkDistribution`.
#[derive(SimpleObject)]
struct CheckDistributionPayload {
    /// The comparison with the pattern; null if `errors` is not empty.
    check: Option<DistributionCheck>,
    /// Everything that is wrong with the input.
    errors: Vec<UserError>,
}

/// Loads the requested regulation; by default the one in force today.
async fn rules(
    ctx: &Context<'_>,
    choice: Option<RegulationInput>,
) -> Result<Arc<LoadedRegulation>, service::Error> {
    let env = ctx.env().map_err(|_| service::Error::internal("no environment in the context"))?;
    let (agency, day) = regulation::agency_and_day(ctx, env).await?;
    chosen(env, agency, &RegulationChoice::from(choice.unwrap_or_default()), day).boxed().await
}

#[Object]
impl SimulationQuery {
    /// Computes the result of an evaluation under any regulation, with its explanation. Needs no login; nothing is
    /// stored.
    #[graphql(directive = cost::apply(50))]
    async fn simulate_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The regulation, the results and the behaviour to compute with.")]
        mut input: SimulateEvaluationInput,
    ) -> async_graphql::Result<Option<SimulateEvaluationPayload>> {
        let rules = rules(ctx, input.regulation.take()).await;
        let simulated = rules.and_then(|rules| {
            let scored = scoring::score(&rules.document, &input.parse()?).map_err(in_input)?;
            Ok(Simulated { rules, predicate: scored.predicate, score: scored.score, tree: scored.tree })
        });
        let (result, errors) = error::outcome(ctx, simulated)?;
        Ok(Some(SimulateEvaluationPayload { result, errors }))
    }

    /// Computes the credit points (angka kredit) for months in a functional position. Needs no login; nothing is
    /// stored.
    async fn simulate_credit_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The regulation; by default the one in force.")] regulation: Option<RegulationInput>,
        #[graphql(desc = "Level (jenjang) by code or name, such as `Ahli Pertama`.")] level: String,
        #[graphql(desc = "Months by predicate; at most ten years in all.")] segments: Vec<CreditSegmentInput>,
    ) -> async_graphql::Result<Option<SimulateCreditPointsPayload>> {
        let rules = rules(ctx, regulation).await;
        let credited = rules.and_then(|rules| {
            let segments = self::segments(segments)?;
            Ok(scoring::simulate_credit_points(&rules.document, &level, &segments)?)
        });
        let (credited, errors) = error::outcome(ctx, credited)?;
        let Some(credited) = credited else {
            return Ok(Some(SimulateCreditPointsPayload { errors, ..Default::default() }));
        };
        Ok(Some(SimulateCreditPointsPayload {
            points: Some(Decimal(credited.points)),
            for_rank: credited.for_rank.map(Decimal),
            for_level: credited.for_level.map(Decimal),
            explanation: Some(ScoreNode::root(&credited.tree)),
            explanation_text: Some(credited.tree.explanation_text(ctx.locale())),
            errors,
        }))
    }

    /// Compares the predicates of a group with the distribution pattern (pola distribusi) for its unit's predicate.
    /// Needs no login; nothing is stored.
    async fn check_distribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The regulation; by default the one in force.")] regulation: Option<RegulationInput>,
        #[graphql(desc = "The unit's predicate.")] org_unit_predicate: OrgUnitPredicate,
        #[graphql(
            desc = "Number of people by predicate, in all at most 2,147,483,647; an omitted predicate counts as 0."
        )]
        counts: Vec<PredicateCountInput>,
    ) -> async_graphql::Result<Option<CheckDistributionPayload>> {
        let rules = rules(ctx, regulation).await;
        let checked = rules.and_then(|rules| {
            let counts = self::counts(counts)?;
            Ok(scoring::check_distribution(&rules.document, org_unit_predicate.into(), &counts)?)
        });
        let (check, errors) = error::outcome(ctx, checked)?;
        Ok(Some(CheckDistributionPayload { check: check.map(Into::into), errors }))
    }
}

/// Inserts the chosen field of the `@oneOf` input, `rows` or `scores`, into the paths of refusals.
fn in_input(refusals: Vec<Refusal>) -> Vec<Refusal> {
    let chosen = |mut refusal: Refusal| {
        let choice = match refusal.path.first().map(String::as_str) {
            Some("results") => "rows",
            Some("behaviour") => "scores",
            _ => return refusal,
        };
        if refusal.path.len() > 1 {
            refusal.path.insert(1, choice.to_owned());
        }
        refusal
    };
    refusals.into_iter().map(chosen).collect()
}

fn counts(given: Vec<PredicateCountInput>) -> Result<scoring::Counts, Vec<Refusal>> {
    let (mut counts, mut refusals) = (Vec::with_capacity(given.len()), Vec::new());
    for (index, one) in given.into_iter().enumerate() {
        match natural("count", one.count) {
            Ok(count) => counts.push((one.predicate.into(), count)),
            Err(refusal) => refusals.push(refusal.under(["counts".to_owned(), index.to_string()])),
        }
    }
    if refusals.is_empty() { Ok(scoring::count_people(counts)?) } else { Err(refusals) }
}
