//! Finds whose personal data an actor could read on a day, by roles and as a superior. Uses the dated rows as they are
//! stored now, so later corrections change the result.

use crate::{env::Env, error::Result, store::org_unit::Tree};
use chrono::Duration;
use domain::{
    actor::Role,
    id::{AgencyId, StaffId, UnitId},
    time::{Calendar, Date, from_micros},
};
use entity::{assignment, assignment_superior, delegation, org_unit, org_unit_parent, role_grant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The reason why the actor could read: a role, SUPERIOR or ACTING_SUPERIOR.
pub(super) type Reason = String;

/// The dated rows that decide whose data an actor could read.
pub(super) struct Facts {
    agency: AgencyId,
    actor: StaffId,
    calendar: Calendar,
    assignments: Vec<assignment::Model>,
    superiors: HashMap<Uuid, Vec<assignment_superior::Model>>,
    delegations: Vec<delegation::Model>,
    grants: Vec<role_grant::Model>,
    parents: Vec<org_unit_parent::Model>,
}

impl Facts {
    pub(super) async fn load(env: &Env, agency: Uuid, actor: StaffId, calendar: Calendar) -> Result<Self> {
        let reader = env.db.reader();
        let assignments =
            assignment::Entity::find().filter(assignment::Column::AgencyId.eq(agency)).all(reader);
        let assignments = assignments.await?;
        let of_agency = assignment::Entity::find()
            .select_only()
            .column(assignment::Column::Id)
            .filter(assignment::Column::AgencyId.eq(agency))
            .into_query();
        let mut superiors: HashMap<Uuid, Vec<assignment_superior::Model>> = HashMap::new();
        let found = assignment_superior::Entity::find()
            .filter(assignment_superior::Column::AssignmentId.in_subquery(of_agency))
            .all(reader)
            .await?;
        for row in found {
            superiors.entry(row.assignment_id).or_default().push(row);
        }
        superiors.values_mut().for_each(|rows| rows.sort_by_key(|row| row.valid_from));
        let delegations =
            delegation::Entity::find().filter(delegation::Column::DelegateId.eq(actor.0)).all(reader).await?;
        let grants =
            role_grant::Entity::find().filter(role_grant::Column::StaffId.eq(actor.0)).all(reader).await?;
        let units = org_unit::Entity::find()
            .select_only()
            .column(org_unit::Column::Id)
            .filter(org_unit::Column::AgencyId.eq(agency))
            .into_query();
        let parents = org_unit_parent::Entity::find()
            .filter(org_unit_parent::Column::UnitId.in_subquery(units))
            .all(reader)
            .await?;
        Ok(Self {
            agency: AgencyId(agency),
            actor,
            calendar,
            assignments,
            superiors,
            delegations,
            grants,
            parents,
        })
    }

    /// The days from `from` on, before `until`, on which one of these rows begins or ends, and `from` itself.
    pub(super) fn days(&self, from: Date, until: Date) -> Vec<Date> {
        let of_grant = |grant: &role_grant::Model| {
            let day = |at: i64| self.calendar.day(from_micros(at));
            [Some(day(grant.granted_at)), grant.revoked_at.map(|at| day(at) + Duration::days(1))]
        };
        let mut days: BTreeSet<Date> = BTreeSet::from([from]);
        let dated = self.assignments.iter().map(|row| [Some(row.valid_from), row.valid_to]);
        let dated = dated
            .chain(self.superiors.values().flatten().map(|row| [Some(row.valid_from), row.valid_to]))
            .chain(self.delegations.iter().map(|row| [Some(row.valid_from), row.valid_to]))
            .chain(self.parents.iter().map(|row| [Some(row.valid_from), row.valid_to]))
            .chain(self.grants.iter().map(of_grant));
        days.extend(dated.flatten().flatten().filter(|day| (from..until).contains(day)));
        days.into_iter().collect()
    }

    /// The people whose personal data the actor could read on a day, each with the reasons.
    pub(super) fn on(&self, day: Date) -> BTreeMap<Uuid, BTreeSet<Reason>> {
        let open = |from, to| in_force(from, to, day);
        let mut found: BTreeMap<Uuid, BTreeSet<Reason>> = BTreeMap::new();
        let mut add = |staff: Uuid, reason: &str| {
            if staff != self.actor.0 {
                found.entry(staff).or_default().insert(reason.to_owned());
            }
        };
        for (person, reason) in self.below(day) {
            add(person, reason);
        }
        let tree = self.tree(day);
        for grant in &self.grants {
            let begins = self.calendar.day(from_micros(grant.granted_at));
            let ends = grant.revoked_at.map(|at| self.calendar.day(from_micros(at)) + Duration::days(1));
            let reads = [Role::Auditor, Role::Admin, Role::PerformanceTeam].map(|role| role.to_string());
            if !open(begins, ends) || !reads.contains(&grant.role) {
                continue;
            }
            let everyone = grant.role == Role::Auditor.to_string();
            let units = tree.subtree(UnitId(grant.unit_id));
            for one in &self.assignments {
                if everyone || (open(one.valid_from, one.valid_to) && units.contains(&UnitId(one.unit_id))) {
                    add(one.staff_id, &grant.role);
                }
            }
        }
        found
    }

    /// The people below the actor's assignments, and below those that the actor acts for.
    fn below(&self, day: Date) -> BTreeSet<(Uuid, &'static str)> {
        let open = |from, to| in_force(from, to, day);
        let mut below: HashMap<Uuid, Vec<&assignment::Model>> = HashMap::new();
        for one in self.assignments.iter().filter(|one| one.valid_from <= day) {
            let rows = self.superiors.get(&one.id).map_or(&[][..], Vec::as_slice);
            // After the end of an assignment, the superior of its last day remains its superior.
            let ended = one.valid_to.is_some_and(|to| to <= day);
            let row =
                if ended { rows.last() } else { rows.iter().find(|row| open(row.valid_from, row.valid_to)) };
            if let Some(row) = row {
                below.entry(row.superior_id).or_default().push(one);
            }
        }
        let own = self.assignments.iter().filter(|one| one.staff_id == self.actor.0);
        let own = own.filter(|one| open(one.valid_from, one.valid_to)).map(|one| (one.id, "SUPERIOR"));
        let acting = self.delegations.iter().filter(|one| open(one.valid_from, one.valid_to));
        let acting = acting.map(|one| (one.assignment_id, "ACTING_SUPERIOR"));
        let mut found = BTreeSet::new();
        for (top, reason) in own.chain(acting) {
            let (mut seen, mut next) = (BTreeSet::from([top]), vec![top]);
            while let Some(superior) = next.pop() {
                for one in below.get(&superior).into_iter().flatten() {
                    if seen.insert(one.id) {
                        found.insert((one.staff_id, reason));
                        next.push(one.id);
                    }
                }
            }
        }
        found
    }

    fn tree(&self, day: Date) -> Tree {
        let placed = self.parents.iter().filter(|row| in_force(row.valid_from, row.valid_to, day));
        Tree::of(self.agency, placed.map(|row| (row.unit_id, row.parent_id)))
    }
}

/// Whether a day is `from` or later, and before `to`.
fn in_force(from: Date, to: Option<Date>, day: Date) -> bool {
    from <= day && to.is_none_or(|to| to > day)
}
