//! Changes that an operator makes on the server's machine. An agency with only one admin needs an operator for changes
//! that require a second person. The journal records the system as the actor.

use crate::{
    db::IdempotencyKey,
    env::Env,
    error::{Error, Result},
    identity::{self, ActivationCode, GrantRole, IssueActivationCodes, grant_role, issue_activation_codes},
    organisation::{
        AssignSuperior, Delegate, UpdateStaff, assign_superior, delegate as delegate_powers, update_staff,
    },
    store,
};
use domain::{
    Edit, Key, Message,
    actor::{Actor, Coverage, Role},
    assignment::{Assignment, Capacity, DelegationInput},
    id::{AgencyId, AssignmentId, DelegationId, RoleGrantId},
    staff::{Staff, StaffChanges},
    time::Date,
};

/// An operator of the server, acting in one agency.
pub struct Operator {
    env: Env,
    actor: Actor,
}

impl Operator {
    /// The operator of an agency acts as the system, with the rights of an admin of the whole agency.
    pub async fn of(env: &Env, agency: AgencyId) -> Result<Self> {
        let actor = Actor { admin: Coverage::Everything, ..identity::system(env, agency).await? };
        Ok(Self { env: env.clone(), actor })
    }

    /// Issues a one-time code for a person; earlier ones stop working.
    pub async fn issue_code(&self, person: &str) -> Result<ActivationCode> {
        let staff = self.person("staff", person).await?.id;
        let input = IssueActivationCodes::Staff(vec![staff]);
        let issued = issue_activation_codes(&self.env, &self.actor, IdempotencyKey::NONE, input).await?;
        issued.and_then(|mut issued| issued.codes.pop()).ok_or_else(|| Error::internal("no code was issued"))
    }

    /// Assigns another superior to a person's post from a day on, by default today.
    pub async fn assign(
        &self,
        person: &str,
        superior: &str,
        from: Option<Date>,
        reason: String,
    ) -> Result<()> {
        let (of, superior) = (self.post("staff", person).await?, self.post("superior", superior).await?);
        let input = AssignSuperior {
            assignment: of.id,
            expected_version: of.version,
            superior: superior.id,
            from: from.unwrap_or_else(|| self.env.today(&self.actor)),
            reason,
        };
        assign_superior(&self.env, &self.actor, IdempotencyKey::NONE, input, false).await?;
        Ok(())
    }

    /// Lets a person act for another one's post from a day on, by default today, until the end date (exclusive).
    pub async fn delegate(
        &self,
        of: &str,
        to: &str,
        capacity: Capacity,
        days: (Option<Date>, Option<Date>),
        reason: String,
    ) -> Result<Option<DelegationId>> {
        let (assignment, delegate): (AssignmentId, _) =
            (self.post("staff", of).await?.id, self.person("delegateId", to).await?.id);
        let from = days.0.unwrap_or_else(|| self.env.today(&self.actor));
        let delegation = DelegationInput { delegate, capacity, valid_from: from, valid_to: days.1, reason };
        let input = Delegate { assignment, delegation };
        Ok(delegate_powers(&self.env, &self.actor, IdempotencyKey::NONE, input, false).await?.done)
    }

    /// Records whether a person heads the unit of their post.
    pub async fn lead(&self, person: &str, leads: bool) -> Result<()> {
        let found = self.person("staff", person).await?;
        let input = UpdateStaff {
            staff: found.id,
            expected_version: found.version,
            changes: StaffChanges::default(),
            rank: Edit::Keep,
            leads: Some(leads),
        };
        update_staff(&self.env, &self.actor, IdempotencyKey::NONE, input).await?;
        Ok(())
    }

    /// Grants the role of the performance team over the unit with this code.
    pub async fn grant_team(&self, person: &str, unit: &str) -> Result<RoleGrantId> {
        let staff = self.person("staff", person).await?.id;
        let found = store::org_unit::by_code(self.env.db.source(), self.actor.agency, unit.trim()).await?;
        let unit = found.ok_or_else(|| unknown("unitCode", unit))?;
        let input = GrantRole { staff, role: Role::PerformanceTeam, unit };
        grant_role(&self.env, &self.actor, IdempotencyKey::NONE, input).await
    }

    /// Removes and journals the second factor of a person. Returns false if they have none.
    pub async fn remove_second_factor(&self, person: &str) -> Result<bool> {
        let staff = self.person("staff", person).await?.id;
        identity::remove_for_operator(&self.env, &self.actor, staff).await
    }

    /// Finds a person of the agency by NIP, external id or user name.
    async fn person(&self, field: &str, named: &str) -> Result<Staff> {
        let named = named.trim();
        let (source, user_name) = (self.env.db.source(), identity::normalise(named));
        let found = store::staff::named(source, self.actor.agency, named, &user_name).await?;
        match <[Staff; 1]>::try_from(found) {
            Ok([person]) => Ok(person),
            Err(_) => Err(unknown(field, named)),
        }
    }

    /// Finds the post of a person: their only one today or, if they have several, their only definitive one.
    async fn post(&self, field: &str, named: &str) -> Result<Assignment> {
        let person = self.person(field, named).await?;
        let (agency, today) = (self.actor.agency, self.env.today(&self.actor));
        let mut posts = store::assignment::held_on(self.env.db.source(), agency, person.id, today).await?;
        if posts.len() > 1 {
            posts.retain(|post| post.capacity == Capacity::Definitive);
        }
        match <[Assignment; 1]>::try_from(posts) {
            Ok([post]) => Ok(post),
            Err(_) => Err(unknown(field, named)),
        }
    }
}

fn unknown(field: &str, value: &str) -> Error {
    Error::input([field], Message::new(Key::Unknown).with("field", field).with("value", value))
}
