//! The first agency of a database.

use super::{password, trace};
use crate::{
    capacity::Purpose,
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    store::{
        self,
        credentials::account::{self, NewAccount},
    },
};
use domain::{
    Key,
    actor::Actor,
    event::EventKind,
    id::{AgencyId, StaffId, UnitId},
    staff::{EmploymentKind, NewStaff, Staff, StaffInput},
    unit::{NewUnit, OrgUnit, UnitInput, UnitKind},
};

/// The first agency of an empty database, with its administrator.
#[derive(Clone, Debug)]
pub struct CreateAgency {
    /// The code of its root unit, used in import files.
    pub code: String,
    /// The agency's name.
    pub agency: String,
    /// The administrator's name.
    pub name: String,
    /// The administrator's user name.
    pub user: String,
    /// The administrator's password.
    pub password: String,
}

/// Creates the root unit, and the administrator as a NON_ASN person with role and account. Fails if the database
/// already has an agency.
pub async fn create_agency(env: &Env, input: CreateAgency) -> Result<AgencyId> {
    password::check("password", &input.password)?;
    let place = env.hashing.place(Purpose::Login)?;
    let known = vec![input.user.clone(), input.name.clone(), input.agency.clone()];
    let hash = password::hash_new(&place, "password", input.password, known).await?;
    let agency = AgencyId(fresh_id());
    env.write(&Actor::system(agency), move |tx| async move {
        if store::org_unit::oldest_agency(tx.source()).await?.is_some() {
            return Err(Error::input(["agency"], Key::AgencyExists));
        }
        let today = tx.today();
        let root = OrgUnit::create(NewUnit {
            id: UnitId(agency.0),
            agency,
            parent: None,
            input: UnitInput {
                code: input.code,
                name: input.agency,
                kind: UnitKind::Agency,
                external_id: None,
                valid_from: today,
            },
            time_zone: Some("Asia/Jakarta".to_owned()),
            approximate: false,
            source: None,
        })?;
        let person = Staff::create(NewStaff {
            id: StaffId(fresh_id()),
            agency,
            input: StaffInput {
                nip: None,
                name: input.name,
                employment_kind: EmploymentKind::NonAsn,
                external_id: None,
            },
            source: None,
        })?;
        let grant = super::RoleGrant {
            id: domain::id::RoleGrantId(fresh_id()),
            agency,
            staff: person.id,
            role: domain::actor::Role::Admin,
            unit: root.id,
            granted_at: tx.now(),
            revoked_at: None,
            version: 1,
        };
        let account = NewAccount {
            id: fresh_id(),
            agency: agency.0,
            staff: person.id.0,
            user_name: super::login::normalise(&input.user),
            password: Some((hash, machine_now())),
        };
        let administrator = person.id.0;
        tx.create(root, EventKind::OrgUnitCreated, None).await?;
        tx.create(person, EventKind::StaffCreated, None).await?;
        tx.create(grant, EventKind::RoleGranted, None).await?;
        account::insert(&tx, account).await?;
        trace::of_accounts(&tx, EventKind::AccountActivated, agency.0, &[administrator], None).await?;
        crate::criteria::ship(&tx, agency).await?;
        crate::calendar::ship(&tx, agency).await?;
        Ok(agency)
    })
    .await
}
