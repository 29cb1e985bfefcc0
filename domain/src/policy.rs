//! Who may run which action and see which data, decided from the actor and the ids of an object.
//!
//! A right follows from a relation to the object, never from a role alone: the person concerned, the rater of
//! record, the rater's superior, a higher superior, an admin of the unit. Rules compare persons, not accounts, so no
//! one can rate themselves, even through a delegation. Each topic has its table of rights. The aggregates decide
//! whether the state allows an action.
//!
//! The object must belong to the actor's own agency: the store loads no other.

pub mod access;
pub mod activity;
pub mod correction;
pub mod dialogue;
pub mod evaluation;
pub mod feedback;
pub mod objection;
pub mod organisation;
pub mod plan;
pub mod recommendation;
pub mod report;
#[cfg(test)]
mod tests;
pub mod training;

use crate::{
    Key, Refusal,
    action::Action,
    actor::{Actor, Identity},
    evaluation::EvaluationStatus,
    id::{AgencyId, AssignmentId, StaffId, UnitId},
    objection::Objection,
    plan::RaterSnapshot,
};

/// Relations of an actor to an object that has an owner and a rater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// The person concerned.
    pub owner: bool,
    /// The rater of record, or a person with the powers of the rater's assignment; never the owner.
    pub rater: bool,
    /// The rater's superior of record, or a person with the powers of that assignment; never the owner.
    pub raters_superior: bool,
    /// In the chain of superiors above the owner's assignment; never the owner. See [`Self::with_chain`].
    pub above: bool,
    /// Head of the owner's unit or of one above it; never the owner.
    pub head: bool,
    /// Performance team of the unit.
    pub team: bool,
    /// Admin of the unit; never the owner, because admins can't act on themselves.
    pub admin: bool,
    /// Decides on the objection; never the owner, and never a person who rated or reopened the result. See
    /// [`Self::with_decider`].
    pub decider: bool,
    /// Auditor of the agency.
    pub auditor: bool,
    /// The system: the tick.
    pub system: bool,
}

impl Relations {
    /// Computes the relations from the owner, unit and rater of an object.
    #[must_use]
    pub fn of(actor: &Actor, owner: StaffId, unit: UnitId, rater: &RaterSnapshot) -> Self {
        let is_superior = rater.superior_staff.is_some_and(|staff| actor.is(staff))
            || rater.superior_assignment.is_some_and(|assignment| actor.acts_as(assignment));
        Self {
            raters_superior: !actor.is(owner) && is_superior,
            ..Self::rated_by(actor, owner, unit, (rater.assignment, rater.staff))
        }
    }

    /// Computes the relations to an object that has only its rater's ids and no superior of the rater.
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
            decider: false,
            auditor: actor.auditor,
            system: actor.identity == Identity::System,
        }
    }

    /// Computes the relations to an object that has an owner and a unit, but no rater.
    #[must_use]
    pub fn of_person(actor: &Actor, owner: StaffId, unit: UnitId) -> Self {
        let other = !actor.is(owner);
        Self {
            owner: !other,
            head: other && actor.headed.covers(unit),
            team: actor.performance_team.covers(unit),
            admin: other && actor.admin.covers(unit),
            auditor: actor.auditor,
            system: actor.identity == Identity::System,
            ..Self::default()
        }
    }

    /// Adds whether the actor has the powers of an assignment in the chain of superiors above the owner's assignment.
    /// The store reads the chain.
    #[must_use]
    pub const fn with_chain(self, above: bool) -> Self {
        Self { above: above && !self.owner, ..self }
    }

    /// Adds whether the actor decides on the objection: as the decider of record, or with the powers of the decider's
    /// post.
    #[must_use]
    pub fn with_decider(self, actor: &Actor, objection: &Objection) -> Self {
        let decides = objection::names_decider(actor, objection);
        let barred = actor.staff().is_none_or(|staff| objection.may_not_decide(staff));
        Self { decider: decides && !barred && !self.owner, ..self }
    }

    /// Whether the actor has any of these relations.
    #[must_use]
    pub fn is_any(&self, relations: &[Relation]) -> bool {
        relations.iter().any(|relation| match relation {
            Relation::Owner => self.owner,
            Relation::Rater => self.rater,
            Relation::RatersSuperior => self.raters_superior,
            Relation::Above => self.above,
            Relation::Head => self.head,
            Relation::Admin => self.admin,
            Relation::Decider => self.decider,
            Relation::Team => self.team && !self.owner && !self.rater,
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
    /// Who decides on an objection.
    Decider,
    /// Performance team of the unit; neither the person concerned nor the rater.
    Team,
    /// The tick.
    System,
}

/// A row of a table of rights: the entitled relations, and the refusal for everyone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// The entitled relations; one is enough.
    pub relations: &'static [Relation],
    /// The refusal for everyone else.
    pub refusal: Key,
}

impl Right {
    pub(crate) const fn new(relations: &'static [Relation], refusal: Key) -> Self {
        Self { relations, refusal }
    }

    /// Checks the right of an actor.
    ///
    /// # Errors
    /// `FORBIDDEN`, with a sentence that names who has the right.
    pub fn decide(self, relations: &Relations) -> Result<(), Refusal> {
        if relations.is_any(self.relations) { Ok(()) } else { Err(forbidden(self.refusal)) }
    }

    /// Lists the persons of record who have the right. Admins and heads are not included.
    #[must_use]
    pub fn who_can(self, owner: StaffId, rater: &RaterSnapshot) -> Vec<StaffId> {
        let mut people: Vec<StaffId> = Vec::new();
        for relation in self.relations {
            let person = match relation {
                Relation::Owner => Some(owner),
                Relation::Rater => Some(rater.staff).filter(|staff| *staff != owner),
                Relation::RatersSuperior => rater.superior_staff.filter(|staff| *staff != owner),
                Relation::Above
                | Relation::Head
                | Relation::Admin
                | Relation::Decider
                | Relation::Team
                | Relation::System => None,
            };
            people.extend(person.filter(|person| !people.contains(person)));
        }
        people
    }
}

/// An action on an object, and whether the actor can run it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The action.
    pub action: Action,
    /// Why not; `None` if allowed.
    pub refusal: Option<Refusal>,
    /// The persons of record who have the right, regardless of the state.
    pub who_can: Vec<StaffId>,
}

/// Creates a `FORBIDDEN` refusal with this sentence.
#[must_use]
pub fn forbidden(key: Key) -> Refusal {
    Refusal { message: key.into(), ..Refusal::forbidden() }
}

/// Whether the actor can see the directory (name, position, unit, superior): every logged-in person of the agency can.
#[must_use]
pub fn sees_directory(actor: &Actor, agency: AgencyId) -> bool {
    actor.agency == agency && actor.staff().is_some()
}

/// Whether the actor can see personal data (NIP, rank, plans, activities, reports): the person, the rater, the chain of
/// superiors, the performance team and admins of the unit, and auditors can. Must match the store's filter.
#[must_use]
pub const fn sees_personal(relations: &Relations) -> bool {
    relations.owner
        || relations.rater
        || relations.above
        || relations.team
        || relations.admin
        || relations.auditor
}

/// Whether the actor can see ratings, their reasons and the predicate: only the rater before FINAL, afterwards everyone
/// who can see personal data.
#[must_use]
pub const fn sees_ratings(relations: &Relations, status: EvaluationStatus) -> bool {
    relations.rater || (status.is_final() && sees_personal(relations))
}
