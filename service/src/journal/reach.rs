//! Decides whether an actor can see the activities of anyone in some units. A superior's stream needs this right.

use crate::{db::any_of, directory, env::Env, error::Result, store};
use domain::{
    actor::{Actor, Coverage},
    id::UnitId,
};
use entity::{assignment, plan};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::BTreeSet;

/// The data that this right depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Only the reader's own roles and assignments. The right lasts while these stay the same.
    Reader,
    /// Other objects as well, such as the assignments of subordinates.
    Others,
}

/// Whether the actor can see the activities of anyone in these units, and what this right depends on; `None` if they
/// can't.
pub async fn sees_activities(env: &Env, actor: &Actor, units: &BTreeSet<UnitId>) -> Result<Option<Basis>> {
    let covered = actor.performance_team.union(&actor.admin);
    let covers = match &covered {
        Coverage::Nothing => false,
        Coverage::Units(covered) => !covered.is_disjoint(units),
        Coverage::Everything => true,
    };
    if actor.auditor || covers {
        return Ok(Some(Basis::Reader));
    }
    let (source, ids) = (env.db.source(), || units.iter().map(|unit| unit.0));
    let of_units = any_of(source.backend, (assignment::Entity, assignment::Column::UnitId), ids());
    let own = actor.assignments.iter().map(|own| own.0);
    let works_there = assignment::Entity::find()
        .filter(any_of(source.backend, (assignment::Entity, assignment::Column::Id), own))
        .filter(of_units.clone())
        .count(source.connection);
    if works_there.await? > 0 {
        return Ok(Some(Basis::Reader));
    }
    let people = assignment::Entity::find()
        .filter(directory::ASSIGNED.personal(source.backend, actor))
        .filter(directory::granting_assignments(env.today(actor)))
        .filter(of_units)
        .one(source.connection);
    if people.await?.is_some() {
        return Ok(Some(Basis::Others));
    }
    // The rater of a plan need not be a superior.
    let plans = plan::Entity::find()
        .filter(store::plan::OWNED.personal(source.backend, actor))
        .filter(any_of(source.backend, (plan::Entity, plan::Column::UnitId), ids()))
        .one(source.connection);
    Ok(plans.await?.map(|_| Basis::Others))
}
