//! Logs in with an ID token of the agency's issuer (OpenID Connect). See docs/adr/0039.
//!
//! At the first login, the person is found by the NIP or external id in the token; later by issuer and subject. Later a
//! token whose NIP or external id belongs to another person is refused.

use super::{
    account::open_account,
    attempt::{self, Guess},
    device, nonce,
    second_factor::may_change_access,
    session::{self, Method, Tokens},
    trace,
};
use crate::{
    db::Tx,
    env::{Env, machine_now},
    error::{Error, Result},
    store::{
        credentials::{account, link, session::Which},
        staff,
    },
};
use domain::{
    Key, Message, Refusal,
    actor::Actor,
    event::EventKind,
    id::{AgencyId, StaffId},
    staff::StaffStatus,
    time::{Instant, from_micros},
};
use oidc::{Identity, Issuer, OidcError};
use std::collections::HashMap;
use uuid::Uuid;

/// The data that an app needs for a login at the issuer.
#[derive(Clone, Debug)]
pub struct StartedLogin {
    /// The issuer.
    pub issuer: String,
    /// The client ids of this service's apps at the issuer.
    pub client_ids: Vec<String>,
    /// The nonce for the request to the issuer; valid for one login.
    pub nonce: String,
    /// When the nonce expires.
    pub expires_at: Instant,
}

fn issuer(env: &Env) -> Result<&Issuer> {
    env.issuer.as_deref().ok_or_else(|| Refusal::input([""; 0], Key::TokenLoginOff).into())
}

/// Starts a login at the issuer. Writes nothing.
///
/// # Errors
/// A refusal if the settings name no issuer.
pub fn start_login(env: &Env) -> Result<StartedLogin> {
    let settings = issuer(env)?.settings();
    let (nonce, expires_at) = nonce::issue(env);
    Ok(StartedLogin {
        issuer: settings.issuer.clone(),
        client_ids: settings.client_ids.clone(),
        nonce,
        expires_at,
    })
}

/// Input of a login with a token.
#[derive(Clone, Debug)]
pub struct LoginWithToken {
    /// The ID token.
    pub token: String,
    /// The device token of an earlier login on this device.
    pub device_token: Option<String>,
    /// The client's address, for rate limiting.
    pub address: String,
    /// The client's name for itself, shown in the list of sessions.
    pub client: Option<String>,
}

/// Logs in with an ID token.
///
/// A token that is not valid, was used before, or belongs to nobody here is refused. It counts as a failure of the
/// client's address block: RATE_LIMITED after too many. OVERLOADED, with nothing done, while the issuer's keys can't be
/// read.
pub async fn login_with_token(env: &Env, input: LoginWithToken) -> Result<Tokens> {
    let issuer = issuer(env)?;
    let guess = Guess::token(&input.address);
    guess.check(env.db.reader()).await?;
    let verified = issuer.verify(&input.token, machine_now().timestamp()).await;
    let identity = match verified {
        Ok(identity) => identity,
        Err(OidcError::Refused(why)) => return Err(failed(env, guess, refused(&why)).await?),
        Err(unavailable) => {
            tracing::warn!(%unavailable, "a login with a token was not possible");
            return Err(Error::Overloaded);
        }
    };
    let Some(expires_at) = nonce::expiry(env, &identity.nonce) else {
        return Err(failed(env, guess, refused("its nonce is unknown or expired")).await?);
    };
    let device = device::find(env, input.device_token).await?;
    let (server, client, name) = (env.clone(), input.client, issuer.settings().issuer.clone());
    let system = attempt::system();
    let opened = env.write(&system, move |tx| async move {
        if !nonce::consume(&tx, &identity.nonce, expires_at).await? {
            return Ok(Err(refused("its nonce was used")));
        }
        let account = match account_of(&tx, &name, &identity).await? {
            Ok(account) => account,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // A device token is valid only for its own account.
        let device = device.filter(|(_, of)| *of == account.id).map(|(device, _)| device);
        let device = device::logged_in(&tx, account.id, device).await?;
        session::open(&server, &tx, &account, Method::Token, device, client).await.map(Ok)
    });
    match opened.await? {
        Ok(tokens) => Ok(tokens),
        Err(refusal) => Err(failed(env, guess, refusal).await?),
    }
}

/// The refusal of a token. Its sentence does not say what is wrong; the log does, without a part of the token.
fn refused(why: &str) -> Refusal {
    tracing::warn!(why, "a login with a token was refused");
    Refusal::input(["token"], Key::TokenRefused)
}

/// Counts a failure; returns its error.
async fn failed(env: &Env, guess: Guess, refusal: Refusal) -> Result<Error> {
    let system = attempt::system();
    let counting = env.write(&system, |tx| async move {
        let counted = guess.count_in(&tx).await?;
        counted.failed_in(&tx).await
    });
    counting.await?;
    Ok(refusal.into())
}

type Found = std::result::Result<account::Row, Refusal>;

/// Finds the account of a verified token, and links it the first time.
async fn account_of(tx: &Tx, issuer: &str, identity: &Identity) -> Result<Found> {
    let named = people_named(tx, identity).await?;
    if let Some(account) = linked(tx, issuer, &identity.subject).await? {
        let person = staff::row_of(tx.connection(), StaffId(account.staff_id)).await?;
        if !person.is_some_and(|person| is_active(&person)) {
            return Ok(Err(nobody()));
        }
        // If the token's NIP belongs to nobody here, it was changed here or at the issuer, and the link decides. If it
        // belongs to another person, the data here or at the issuer is wrong, and the login is refused.
        return Ok(match named.iter().find(|person| person.id != account.staff_id) {
            Some(other) => Err(conflict(Key::TokenOfAnother, other)),
            None => Ok(account),
        });
    }
    let [person] = named.as_slice() else {
        return Ok(Err(match named.first() {
            Some(one) => conflict(Key::TokenOfSeveral, one),
            None => nobody(),
        }));
    };
    if !is_active(person) {
        return Ok(Err(nobody()));
    }
    link(tx, issuer, &identity.subject, person).await
}

async fn link(tx: &Tx, issuer: &str, subject: &str, person: &staff::Row) -> Result<Found> {
    // If two first logins of a person run at the same time, the second one waits for the first.
    staff::lock_row_of(tx, person.id).await?;
    if let Some(account) = linked(tx, issuer, subject).await? {
        return Ok(if account.staff_id == person.id {
            Ok(account)
        } else {
            Err(conflict(Key::TokenOfAnother, person))
        });
    }
    let account = match account::of_staff(tx.connection(), StaffId(person.id)).await? {
        Some(account) => account,
        None => {
            let (id, _) = open_account(tx, person).await?;
            account::find(tx.connection(), id).await?.ok_or(Error::NotFound)?
        }
    };
    if link::has_one(tx, account.id, issuer).await? {
        return Ok(Err(conflict(Key::TokenAlreadyLinked, person)));
    }
    link::insert(tx, (issuer, subject), account.id, machine_now()).await?;
    trace::of_accounts(tx, EventKind::LoginLinked, account.agency_id, &[person.id], None).await?;
    Ok(Ok(account))
}

async fn linked(tx: &Tx, issuer: &str, subject: &str) -> Result<Option<account::Row>> {
    match link::find(tx, issuer, subject).await? {
        Some(link) => account::find(tx.connection(), link.account_id).await,
        None => Ok(None),
    }
}

/// The people with the NIP or the external id of a token, also those who have left.
async fn people_named(tx: &Tx, identity: &Identity) -> Result<Vec<staff::Row>> {
    let nip = identity.nip.as_ref().map(|nip| nip.split_whitespace().collect::<String>());
    if nip.is_none() && identity.external_id.is_none() {
        return Ok(Vec::new());
    }
    staff::with_nip_or_external_id(tx, nip, identity.external_id.as_ref()).await
}

fn is_active(person: &staff::Row) -> bool {
    person.status == StaffStatus::Active.to_string()
}

fn nobody() -> Refusal {
    Refusal::input(["token"], Key::TokenOfNobody)
}

/// The refusal of a token that contradicts stored data. Its sentence names the person, so that the personnel office can
/// correct the data.
fn conflict(key: Key, person: &staff::Row) -> Refusal {
    Refusal::input(["token"], Message::new(key).with("person", &person.name))
}

/// A subject of an issuer with which a person can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginLink {
    /// The issuer.
    pub issuer: String,
    /// The person's id at the issuer.
    pub subject: String,
    /// When it was first used.
    pub linked_at: Instant,
}

/// Loads the links of these accounts, the oldest first.
pub(super) async fn links_of(
    env: &Env,
    accounts: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<LoginLink>>> {
    let mut links: HashMap<Uuid, Vec<LoginLink>> = HashMap::new();
    for row in link::of_accounts(env.db.source(), accounts).await? {
        let link =
            LoginLink { issuer: row.issuer, subject: row.subject, linked_at: from_micros(row.linked_at) };
        links.entry(row.account_id).or_default().push(link);
    }
    Ok(links)
}

/// Removes the link between a person and an issuer, for admins who may change the person's access. Ends the person's
/// sessions that were opened with a token. The next login with a token makes a new link. Does nothing if there is no
/// link.
pub async fn unlink_login(env: &Env, actor: &Actor, staff: StaffId, issuer: String) -> Result<()> {
    env.write(actor, move |tx| async move {
        may_change_access(&tx, staff).await?;
        let account = account::of_staff(tx.connection(), staff).await?;
        let Some(account) = account else { return Ok(()) };
        unlink(&tx, &account, Some(issuer), None).await
    })
    .await?;
    env.token_cache().clear();
    Ok(())
}

/// Removes the links of an account with an issuer, or with all issuers.
pub(super) async fn unlink(
    tx: &Tx,
    account: &account::Row,
    issuer: Option<String>,
    why: Option<&str>,
) -> Result<()> {
    if !link::remove(tx, account.id, issuer).await? {
        return Ok(());
    }
    session::end(tx, Which::OpenedWithToken(account.id)).await?;
    let agency = AgencyId(account.agency_id);
    trace::of_accounts(tx, EventKind::LoginUnlinked, agency.0, &[account.staff_id], why).await
}
