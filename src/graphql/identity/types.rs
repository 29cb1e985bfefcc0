//! What the mutations and queries of identity give.

use crate::graphql::{
    error::UserError,
    id::{self, Kind},
    scalars::DateTime,
};
use async_graphql::{Enum, ID, Object, SimpleObject};
use service::identity as identity_service;

/// A granted right. Raters and unit heads need none: their rights follow from the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::actor::Role")]
pub enum Role {
    /// Everyone with an account.
    Employee,
    /// Looks after plans and evaluations of a unit's subtree; never rates (Tim Pengelola Kinerja).
    PerformanceTeam,
    /// Looks after units, staff, periods and accounts of a unit's subtree; never rates (admin instansi).
    Admin,
    /// Reads everything of the agency, changes nothing.
    Auditor,
    /// Reads aggregates only; the role of API keys.
    Reporting,
}

pub struct RoleGrant(pub identity_service::RoleGrant);

/// A role of a person over a unit's subtree.
#[Object]
impl RoleGrant {
    /// The global id.
    async fn id(&self) -> ID {
        id::encode(Kind::RoleGrant, self.0.id)
    }
    /// The role.
    async fn role(&self) -> Role {
        self.0.role.into()
    }
    /// The version, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// Since when it holds.
    async fn granted_at(&self) -> DateTime {
        DateTime(self.0.granted_at)
    }
    /// Until when it held; null: it still holds.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}

pub struct Session {
    /// The session.
    pub session: identity_service::Session,
    /// Whether this request came through it.
    pub current: bool,
}

/// One of your own sessions.
#[Object]
impl Session {
    /// The global id, for `revokeSession`.
    async fn id(&self) -> ID {
        id::encode(Kind::Session, self.session.id)
    }
    /// What the client called itself when it logged in.
    async fn client(&self) -> Option<&str> {
        self.session.client.as_deref()
    }
    /// Whether this request came through it.
    async fn current(&self) -> bool {
        self.current
    }
    /// When it began.
    async fn created_at(&self) -> DateTime {
        DateTime(self.session.created_at)
    }
    /// When its tokens were last renewed.
    async fn refreshed_at(&self) -> DateTime {
        DateTime(self.session.refreshed_at)
    }
}

/// A one-time code, told once. Hand it to the person on paper.
#[derive(SimpleObject)]
pub struct ActivationCode {
    /// The person's global id.
    pub staff_id: ID,
    /// The person's name.
    pub name: String,
    /// What to log in with: the NIP where there is one.
    pub user_name: String,
    /// The code for `activateAccount`.
    pub code: String,
    /// Until when it is good.
    pub expires_at: DateTime,
}

/// The outcome of a mutation that changes nothing else than access.
#[derive(SimpleObject)]
pub struct AccessPayload {
    /// Whether it was done; false when `errors` tells why not.
    pub done: bool,
    /// What you can act on; nothing was written then.
    pub errors: Vec<UserError>,
}
