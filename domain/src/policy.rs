//! Who may do and see what: pure decisions on the actor and the ids on an object.
//!
//! A right follows from a relation to the object, never from a role alone: the person concerned, the rater of
//! record, the rater's superior, a superior further up, an admin of the unit. Persons are compared, not
//! accounts, so that nobody rates himself, also not by a delegation. The tables of rights are in the topics;
//! whether the state allows an action is the aggregate's to say.
//!
//! All of this presumes an object of the actor's own agency: the store loads no other.

pub mod access;
pub mod activity;
pub mod evaluation;
pub mod organisation;
pub mod plan;
pub mod report;
#[cfg(test)]
mod tests;

use crate::{
    Key, Refusal,
    action::Action,
    actor::{Actor, Identity},
    evaluation::EvaluationStatus,
    id::{AgencyId, AssignmentId, StaffId, UnitId},
    plan::RaterSnapshot,
};

/// What an actor is to an object that has an owner and a rater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The person concerned.
    pub owner: bool,
    /// The rater of record, or who holds the powers of the rater's assignment; never the owner.
    pub rater: bool,
    /// The rater's superior of record, or who holds the powers of that assignment; never the owner.
    pub raters_superior: bool,
    /// Somebody in the chain of superiors over the owner's assignment; never the owner. See [`Self::with_chain`].
    pub above: bool,
    /// Heads the owner's unit or one above it; never the owner.
    pub head: bool,
    /// Performance team of the unit.
    pub team: bool,
    /// Admin of the unit; never the owner, since an admin doesn't act on himself.
    pub admin: bool,
    /// Auditor of the agency.
    pub auditor: bool,
    /// The system: the tick.
    pub system: bool,
}

impl Standing {
    /// Computes it from the ids on an object: whose it is, of which unit, rated by whom.
    #[must_use]
    pub fn of(actor: &Actor, owner: StaffId, unit: UnitId, rater: &RaterSnapshot) -> Self {
        let is_superior = rater.superior_staff.is_some_and(|staff| actor.is(staff))
            || rater.superior_assignment.is_some_and(|assignment| actor.acts_as(assignment));
        Self {
            raters_superior: !actor.is(owner) && is_superior,
            ..Self::rated_by(actor, owner, unit, (rater.assignment, rater.staff))
        }
    }

    /// The same of an object that knows its rater by ids, and not the rater's superior.
    #[must_use]
    pub fn rated_by(actor: &Actor, owner: StaffId, unit: UnitId, rater: (AssignmentId, StaffId)) -> Self {
        let other = !actor.is(owner);
        Self {
            owner: !other,
            rater: other && (actor.is(rater.1) || actor.acts_as(rater.0)),
            raters_superior: false,
            above: false,
            head: other && actor.headed.covers(unit),
            team: actor.performance_team.covers(unit),
            admin: other && actor.admin.covers(unit),
            auditor: actor.auditor,
            system: actor.identity == Identity::System,
        }
    }

    /// Adds whether the actor holds the powers of an assignment in the chain of superiors over the owner's
    /// assignment. The store knows the chain.
    #[must_use]
    pub const fn with_chain(self, above: bool) -> Self {
        Self { above: above && !self.owner, ..self }
    }

    /// Whether the actor stands in any of these relations.
    #[must_use]
    pub fn is_any(&self, relations: &[Relation]) -> bool {
        relations.iter().any(|relation| match relation {
            Relation::Owner => self.owner,
            Relation::Rater => self.rater,
            Relation::RatersSuperior => self.raters_superior,
            Relation::Above => self.above,
            Relation::Head => self.head,
            Relation::Admin => self.admin,
            Relation::System => self.system,
        })
    }
}

/// A relation that gives rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Relation {
    /// The person concerned.
    Owner,
    /// The rater.
    Rater,
    /// The rater's superior.
    RatersSuperior,
    /// In the chain of superiors.
    Above,
    /// Head of the unit or of one above it.
    Head,
    /// Admin of the unit.
    Admin,
    /// The tick.
    System,
}

/// A row of a table of rights: who may, and what the others are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// Any of these relations suffices.
    pub relations: &'static [Relation],
    /// What the others are told.
    pub refusal: Key,
}

impl Right {
    pub(crate) const fn new(relations: &'static [Relation], refusal: Key) -> Self {
        Self { relations, refusal }
    }

    /// Decides for an actor.
    ///
    /// # Errors
    /// `FORBIDDEN`, with a sentence that tells who may.
    pub fn decide(self, standing: &Standing) -> Result<(), Refusal> {
        if standing.is_any(self.relations) { Ok(()) } else { Err(forbidden(self.refusal)) }
    }

    /// The persons of record that may; admins and heads are not known here.
    #[must_use]
    pub fn who_can(self, owner: StaffId, rater: &RaterSnapshot) -> Vec<StaffId> {
        let mut people: Vec<StaffId> = Vec::new();
        for relation in self.relations {
            let person = match relation {
                Relation::Owner => Some(owner),
                Relation::Rater => Some(rater.staff).filter(|staff| *staff != owner),
                Relation::RatersSuperior => rater.superior_staff.filter(|staff| *staff != owner),
                Relation::Above | Relation::Head | Relation::Admin | Relation::System => None,
            };
            people.extend(person.filter(|person| !people.contains(person)));
        }
        people
    }
}

/// Whether an action is open to the actor on an object now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The action.
    pub action: Action,
    /// Why not; absent if it is.
    pub refusal: Option<Refusal>,
    /// The persons of record that have the right, whatever the state.
    pub who_can: Vec<StaffId>,
}

/// A `FORBIDDEN` with this sentence.
#[must_use]
pub fn forbidden(key: Key) -> Refusal {
    Refusal { message: key.into(), ..Refusal::forbidden() }
}

/// The directory class: name, position, unit and superior are for every signed-in person of the agency.
#[must_use]
pub fn sees_directory(actor: &Actor, agency: AgencyId) -> bool {
    actor.agency == agency && actor.staff().is_some()
}

/// The personal class: NIP, rank, plans, activities and reports are for oneself, the rater, the chain of
/// superiors, the performance team and admin of the unit, the auditor. The same as the store's filter.
#[must_use]
pub const fn sees_personal(standing: &Standing) -> bool {
    standing.owner || standing.rater || standing.above || standing.team || standing.admin || standing.auditor
}

/// The rating class: ratings, their reasons and the predicate. A draft is for the rater only; from FINAL on
/// they are for all of the personal class.
#[must_use]
pub const fn sees_ratings(standing: &Standing, status: EvaluationStatus) -> bool {
    standing.rater || (status.is_final() && sees_personal(standing))
}
