//! Types of identity: roles, sessions, activation codes.

use crate::{
    context::ContextExt,
    error::UserError,
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{OrgUnit, Staff, one_staff},
    scalars::DateTime,
};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use service::identity as identity_service;

/// A role. Raters and unit heads need no granted role: their rights follow from the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::actor::Role")]
pub enum Role {
    /// Everyone with an account.
    Employee,
    /// Manages plans and evaluations of a unit and its subunits; never rates (Tim Pengelola Kinerja).
    PerformanceTeam,
    /// Manages units, staff, periods and accounts of a unit and its subunits; never rates (admin instansi).
    Admin,
    /// Reads all data of the agency; changes nothing.
    Auditor,
    /// Reads aggregates only. The role of API keys.
    Reporting,
}

#[derive(Clone)]
pub struct RoleGrant(pub identity_service::RoleGrant);

/// A role of a person over a unit and its subunits.
#[Object]
impl RoleGrant {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::RoleGrant, self.0.id)
    }
    /// The person who has the role; null if they have left and you can't see them.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The unit; the role covers it and its subunits.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The role.
    async fn role(&self) -> Role {
        self.0.role.into()
    }
    /// Label of `role` in the requested language.
    async fn role_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.role)
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// Time at which it was granted.
    async fn granted_at(&self) -> DateTime {
        DateTime(self.0.granted_at)
    }
    /// Time at which it was revoked; null while current.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}

#[derive(Clone)]
pub struct ApiKey(pub identity_service::ApiKey);

/// An API key of a reporting tool, without the key itself.
#[Object]
impl ApiKey {
    /// Global id, for `revokeApiKey`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::ApiKey, self.0.id)
    }
    /// Purpose of the key.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The unit; the key reads aggregates of it and its subunits.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The person who created it; null if they have left and you can't see them.
    async fn created_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.created_by {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }
    /// Time at which it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
    /// Expiry time; null for a key that is valid until revoked.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }
    /// Time at which it was revoked; null if it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
    /// The admin who took it over last; the key works with their right. Null if nobody did, or if they have left and
    /// you can't see them.
    async fn taken_over_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.taken_over_by {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }
    /// Time at which it was taken over last; null if nobody did.
    async fn taken_over_at(&self) -> Option<DateTime> {
        self.0.taken_over_at.map(DateTime)
    }
    /// Whether it works. A key works with the right of the person who created it or who last took it over. It stops
    /// working when that person has left or no longer administers its unit; `takeOverApiKey` makes it work again.
    async fn works(&self) -> bool {
        self.0.works
    }
}

#[derive(Clone)]
pub struct Account(pub identity_service::Account);

/// The account that a person logs in with. Every person has one, even before the first activation code.
#[Object]
impl Account {
    /// Global id; it differs from the id of the person's staff record.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Account, self.0.staff)
    }
    /// The person.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// User name for the login; null before the first code.
    async fn user_name(&self) -> Option<&str> {
        self.0.user_name.as_deref()
    }
    /// Whether the person has set a password, so that they can log in.
    async fn activated(&self) -> bool {
        self.0.activated_at.is_some()
    }
    /// Time at which the current password was set; null without a password.
    async fn activated_at(&self) -> Option<DateTime> {
        self.0.activated_at.map(DateTime)
    }
    /// Time at which the person added a second factor; null without one.
    async fn second_factor_since(&self) -> Option<DateTime> {
        self.0.second_factor_since.map(DateTime)
    }
    /// The logins of the agency's own system that open this account; none until the person has used `loginWithToken`.
    async fn login_links(&self) -> Vec<LoginLink> {
        self.0.login_links.iter().cloned().map(LoginLink).collect()
    }
    /// Time at which the newest unused code was issued; null if there is none.
    async fn code_issued_at(&self) -> Option<DateTime> {
        self.0.code.map(|(issued_at, _)| DateTime(issued_at))
    }
    /// Expiry time of that code, which may have passed; null if there is none.
    async fn code_expires_at(&self) -> Option<DateTime> {
        self.0.code.map(|(_, expires_at)| DateTime(expires_at))
    }
}

pub struct LoginLink(identity_service::LoginLink);

/// A login of the agency's own system that opens an account.
#[Object]
impl LoginLink {
    /// The issuer of the tokens, for `unlinkLogin`.
    async fn issuer(&self) -> &str {
        &self.0.issuer
    }
    /// The person's id at the issuer.
    async fn subject(&self) -> &str {
        &self.0.subject
    }
    /// Time of the first login.
    async fn linked_at(&self) -> DateTime {
        DateTime(self.0.linked_at)
    }
}

#[derive(Clone)]
pub struct Session {
    /// The session.
    pub session: identity_service::Session,
    /// Whether this request belongs to it.
    pub current: bool,
}

/// One of your own sessions.
#[Object]
impl Session {
    /// Global id, for `revokeSession`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Session, self.session.id)
    }
    /// Name that the client gave at login; null if none.
    async fn client(&self) -> Option<&str> {
        self.session.client.as_deref()
    }
    /// Whether this request belongs to it.
    async fn current(&self) -> bool {
        self.current
    }
    /// Time of the login.
    async fn created_at(&self) -> DateTime {
        DateTime(self.session.created_at)
    }
    /// Time of the last refresh.
    async fn refreshed_at(&self) -> DateTime {
        DateTime(self.session.refreshed_at)
    }
}

/// A one-time activation code. It is returned only once: give it to the person on paper.
#[derive(SimpleObject)]
pub struct ActivationCode {
    /// Global id of the person.
    pub staff_id: ID,
    /// The person's name.
    pub name: String,
    /// User name for the login; the NIP if the person has one.
    pub user_name: String,
    /// The code for `activateAccount`.
    pub code: String,
    /// Expiry time.
    pub expires_at: DateTime,
}

/// Outcome of a mutation that only changes access.
#[derive(SimpleObject)]
pub struct AccessPayload {
    /// Whether it was done; false if `errors` is not empty.
    pub done: bool,
    /// Errors that the client can act on; if there are any, nothing was written.
    pub errors: Vec<UserError>,
}
