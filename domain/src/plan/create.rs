//! Creation of a plan.

use super::{
    Plan, PlanContent, PlanRevision, PlanStatus, RaterSnapshot, References, RevisionStatus, validate_content,
};
use crate::{
    Key, Message, Refusal,
    assignment::Assignment,
    employment::EmploymentKind,
    error::unless_refused,
    id::{PlanId, RevisionId},
    period::Period,
    time::Instant,
};

/// Input for a new plan.
#[derive(Clone, Debug)]
pub struct NewPlan<'a> {
    /// Its id.
    pub id: PlanId,
    /// The id of its first revision.
    pub revision: RevisionId,
    /// The assignment.
    pub assignment: &'a Assignment,
    /// The employment kind of the person.
    pub kind: EmploymentKind,
    /// The year.
    pub period: &'a Period,
    /// The rater; `None` if the assignment has no superior, which is refused.
    pub rater: Option<RaterSnapshot>,
    /// The first contents; may be empty or incomplete.
    pub content: PlanContent,
    /// The plan that the contents were copied from.
    pub copied_from: Option<PlanId>,
    /// The assignment's other plans in that year.
    pub others: &'a [Plan],
    /// Objects that the contents may refer to.
    pub references: References,
}

impl Plan {
    /// Creates a draft for the days of the year that the assignment covers.
    ///
    /// # Errors
    /// `PERIOD_CLOSED`; a period that is not a year; an assignment without a rater or outside the year; a person who is
    /// not appraised; or a refusal for each broken rule: another plan for the same days, invalid contents.
    pub fn create(new: NewPlan<'_>, at: Instant) -> Result<Self, Vec<Refusal>> {
        let NewPlan { assignment, period, .. } = new;
        if period.agency != assignment.agency || !period.is_year() {
            return Err(Refusal::not_found(["periodId"]).into());
        }
        period.must_be_open()?;
        if !new.kind.is_appraised() {
            return Err(Refusal::input(["assignmentId"], Key::NotAppraised).into());
        }
        let starts_on = period.starts_on.max(assignment.valid_from);
        let ends_on = assignment.last_day().map_or(period.ends_on, |last| last.min(period.ends_on));
        if ends_on < starts_on {
            return Err(Refusal::input(["assignmentId"], Key::AssignmentNotOpen).into());
        }
        let Some(rater) = new.rater else {
            return Err(Refusal::input(["assignmentId"], Key::NoRater).into());
        };
        let mut refusals = Vec::new();
        if rater.staff == assignment.staff {
            refusals.push(Refusal::input(["assignmentId"], Key::OwnRater));
        }
        let overlapping = |other: &&Self| {
            other.assignment == assignment.id
                && other.status != PlanStatus::Cancelled
                && other.overlaps(starts_on, ends_on)
        };
        if let Some(other) = new.others.iter().find(overlapping) {
            let message =
                Message::new(Key::PlanExists).with("from", other.starts_on).with("to", other.ends_on);
            refusals.push(Refusal::input(["assignmentId"], message));
        }
        refusals.extend(validate_content(&new.content, &new.references, []));
        let plan = Self {
            id: new.id,
            agency: assignment.agency,
            assignment: assignment.id,
            staff: assignment.staff,
            unit: assignment.unit,
            period: period.id,
            status: PlanStatus::Draft,
            starts_on,
            ends_on,
            rater,
            form: None,
            kept: Vec::new(),
            late: false,
            copied_from: new.copied_from,
            revisions: vec![PlanRevision {
                id: new.revision,
                number: 1,
                status: RevisionStatus::Draft,
                reason: None,
                content: new.content,
                created_at: at,
                decided_at: None,
            }],
            created_at: at,
            submitted_at: None,
            decided_at: None,
            decision_note: None,
            version: 1,
        };
        unless_refused(plan, refusals)
    }
}
