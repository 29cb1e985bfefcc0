//! Dry run of the year's end. It shows the missing evaluations and who must act next, the distribution of final and
//! draft predicates, and the limits of the regulation's pattern that the distribution exceeds. It does not prevent
//! anything.

use super::{
    PredicateDistribution, Report, Request, Row,
    drafts::{self, Drafts},
    predicate_distribution,
};
use crate::{
    db::{Page, PageRequest, page_of_list},
    env::Env,
    error::{Error, Result},
    store::{
        self, LoadedRegulation,
        figures::{MissingLine, predicates_of_heads},
    },
};
use domain::{
    actor::Actor,
    evaluation::{OrgUnitPredicate, Predicate},
    id::{AssignmentId, EvaluationId, PlanId, StaffId, UnitId},
    period::Period,
    policy,
    scoring::{Counts, DistributionCheck, check_distribution},
    task::{Responsible, Task},
    time::{Date, Instant},
};
use std::{collections::HashMap, sync::Arc};

/// Year-end figures of a unit and its subtree.
#[derive(Clone, Debug)]
pub struct YearEndFigures {
    /// The distribution of predicates if the year ended now.
    pub distribution: PredicateDistribution,
    /// The unit's predicate, if it is set.
    pub unit_predicate: Option<OrgUnitPredicate>,
    /// Whether the check against the pattern counts the unit's head too.
    pub counts_head: bool,
    /// The check against the pattern for the unit's predicate; `None` without that predicate, without a pattern, or if
    /// figures are hidden.
    pub check: Option<DistributionCheck>,
    /// The drafts of last midnight; `None` for API keys, and if there are fewer than five.
    pub drafts: Option<Drafts>,
    /// Like `check`, for the final evaluations together with these drafts.
    pub check_with_drafts: Option<DistributionCheck>,
}

/// An evaluation that is not final.
#[derive(Clone, Debug)]
pub struct MissingEvaluation {
    /// The ratee's assignment.
    pub assignment: AssignmentId,
    /// The ratee.
    pub staff: StaffId,
    /// Their unit.
    pub unit: UnitId,
    /// The plan, if any.
    pub plan: Option<PlanId>,
    /// The evaluation, if any.
    pub evaluation: Option<EvaluationId>,
    /// The next step; `None` if the plan does not cover the period.
    pub next: Option<Task>,
    /// The person who must do the next step.
    pub waits_for: Option<StaffId>,
    /// Deadline of the next step.
    pub deadline: Option<Date>,
}

/// Result of the dry run.
#[derive(Clone, Debug)]
pub struct YearEnd {
    /// One row for the unit and for each unit down to the depth.
    pub report: Report<YearEndFigures>,
    /// The regulation with the pattern that is checked.
    pub regulation: Option<Arc<LoadedRegulation>>,
    /// Drafts are counted as they were at this instant: last midnight.
    pub drafts_as_of: Instant,
}

/// Runs the dry run, for the same actors as the other reports. Uses a constant number of statements.
pub async fn year_end(env: &Env, actor: &Actor, request: Request) -> Result<YearEnd> {
    let spread = predicate_distribution(env, actor, request).await?;
    let source = env.db.source();
    let period = store::period::find(source, actor.agency, request.period).await?.ok_or(Error::NotFound)?;
    let units: Vec<UnitId> = spread.rows.iter().map(|row| row.unit).collect();
    let predicates: HashMap<UnitId, OrgUnitPredicate> =
        store::unit_predicate::of_units(source, units.iter().copied(), [period.id])
            .await?
            .into_iter()
            .map(|set| (set.unit, set.predicate))
            .collect();
    let regulation = env.regulations().in_force(source, actor.agency, period.ends_on).await?;
    let exact = policy::report::sees_exact_figures(actor, request.unit);
    let rules = regulation.as_ref().and_then(|one| one.document.distribution.as_ref());
    let counts_head = rules.and_then(|rules| rules.counts_head.value).unwrap_or(true);
    let heads = if counts_head || !exact {
        HashMap::new()
    } else {
        predicates_of_heads(source, request.unit, request.depth, &period).await?
    };
    let midnight = actor.calendar.start_of(env.today(actor));
    let mut drafts = match &regulation {
        Some(one) => drafts::drafts(env, actor, &period, &one.document, midnight, &units).await?,
        None => HashMap::new(),
    };
    let rows = spread
        .rows
        .into_iter()
        .map(|row| {
            // The predicate is the result of the head, so it is hidden if the number of people is hidden.
            let unit_predicate = predicates.get(&row.unit).copied().filter(|_| row.staff.is_some());
            let mut counts = counts(&row.figures, heads.get(&row.unit).map_or(&[], Vec::as_slice));
            // Without a pattern for this predicate there is nothing to check.
            let against_pattern = |counts: &Counts| {
                let (one, predicate) = regulation.as_ref().zip(unit_predicate)?;
                check_distribution(&one.document, predicate, counts).ok()
            };
            // A reader who sees no exact figures could compare them with a check that leaves out the head, and so learn
            // the head's predicate.
            let check = counts.as_ref().filter(|_| exact || counts_head).and_then(against_pattern);
            let drafts = drafts.remove(&row.unit);
            let check_with_drafts = drafts.as_ref().and_then(|drafts| {
                let counts = counts.as_mut()?;
                drafts.add_to(counts, counts_head);
                against_pattern(counts)
            });
            let Row { unit, code, name, level, staff, figures: distribution, hidden } = row;
            let figures = YearEndFigures {
                distribution,
                unit_predicate,
                counts_head,
                check,
                drafts,
                check_with_drafts,
            };
            Row { unit, code, name, level, staff, figures, hidden }
        })
        .collect();
    let report = Report { rows, computed_at: spread.computed_at, position: spread.position };
    Ok(YearEnd { report, regulation, drafts_as_of: midnight })
}

/// Lists a page of the missing evaluations of the unit's subtree, by unit and name, and counts all of them. Empty for
/// reporting tools, which can see figures only. For the same actors as the report.
pub async fn missing_evaluations(
    env: &Env,
    actor: &Actor,
    request: Request,
    page: &PageRequest,
) -> Result<(Page<MissingEvaluation>, u64)> {
    if !policy::report::sees_exact_figures(actor, request.unit) {
        return Ok((Page::default(), 0));
    }
    let period = store::period::find(env.db.source(), actor.agency, request.period).await?;
    let period = period.ok_or(Error::NotFound)?;
    let all = missing(env, request, &period, env.today(actor)).await?;
    let list = format!("missingEvaluations {} {}", request.unit, request.period);
    Ok((page_of_list(&all, &list, |one| one.assignment.0, page)?, all.len() as u64))
}

/// The counts that are checked against the pattern; `None` if a figure is hidden.
fn counts(figures: &PredicateDistribution, heads: &[Predicate]) -> Option<Counts> {
    [
        (Predicate::VeryGood, figures.very_good),
        (Predicate::Good, figures.good),
        (Predicate::NeedsImprovement, figures.needs_improvement),
        (Predicate::Poor, figures.poor),
        (Predicate::VeryPoor, figures.very_poor),
    ]
    .into_iter()
    .map(|(predicate, count)| {
        let of_heads = heads.iter().filter(|head| **head == predicate).count();
        let count = usize::try_from(count?).unwrap_or(0).saturating_sub(of_heads);
        Some((predicate, u32::try_from(count).unwrap_or(u32::MAX)))
    })
    .collect()
}

/// Lists missing evaluations and who must act next.
async fn missing(
    env: &Env,
    request: Request,
    period: &Period,
    today: Date,
) -> Result<Vec<MissingEvaluation>> {
    let found = store::figures::missing(env.db.source(), request.unit, period).await?;
    let next = |line: MissingLine| {
        let late = line.has_left || today > period.report_deadline;
        let next = Task::next(line.plan_status, line.status, late);
        MissingEvaluation {
            assignment: line.assignment,
            staff: line.staff,
            unit: line.unit,
            plan: line.plan,
            evaluation: line.evaluation,
            next,
            waits_for: next.and_then(|next| match next.responsible() {
                Responsible::Rater => line.rater,
                _ => Some(line.staff),
            }),
            deadline: next.map(|next| next.deadline_of_assignment(period, line.valid_from)),
        }
    };
    Ok(found.into_iter().map(next).collect())
}
