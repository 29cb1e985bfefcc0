//! Second factors: time-based one-time codes (RFC 6238) of an authenticator app. A login by password asks for one. See
//! docs/adr/0039.

use super::{
    account::with_ungrantable_role,
    attempt::{Counted, Guess},
    password, session, token, trace,
};
use crate::{
    capacity::Purpose,
    db::{Connection, Tx},
    env::{Env, machine_now, random},
    error::{Error, Result},
    keys::Vault,
    store::{
        self,
        credentials::{self, account, factor},
    },
};
use domain::{
    Key, Refusal,
    actor::Actor,
    event::EventKind,
    id::{SessionId, StaffId, UnitId},
    policy,
    time::{Instant, from_micros},
};
use std::{collections::HashMap, path::Path};
use totp_rs::{Builder, Totp};
use uuid::Uuid;

/// Number of recovery codes of a second factor.
pub const RECOVERY_CODES: usize = 10;
/// Length of the secret, in bytes: that of SHA-1's output, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// The name of this service in authenticator apps.
const ISSUER: &str = "kinerja";

/// The algorithm with a secret: SHA-1, six digits and 30 seconds, which all authenticator apps support. The code of the
/// previous or the next 30 seconds is accepted too.
fn totp(secret: Vec<u8>, user_name: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret)
        .with_issuer(Some(ISSUER))
        .with_account_name(user_name.replace(':', "-"))
        .build()
        .map_err(Error::internal)
}

/// The time step in which a code of six digits is valid now.
fn step_of(totp: &Totp, code: &str) -> Option<i64> {
    let seconds = u64::try_from(machine_now().timestamp()).unwrap_or_default();
    totp.check(code, seconds).and_then(|step| i64::try_from(step).ok())
}

/// Input for starting a second factor.
#[derive(Clone, Debug)]
pub struct StartSecondFactor {
    /// The current password, so that a stolen session can't add a second factor.
    pub current_password: String,
    /// The session of the request. Failures count for its device.
    pub session: Option<SessionId>,
    /// The client's address, for rate limiting.
    pub address: String,
}

/// A started second factor. The server returns it only once.
#[derive(Clone, Debug)]
pub struct StartedSecondFactor {
    /// The secret in base32, for people who type it.
    pub secret: String,
    /// The secret as `otpauth` URI, for a QR code.
    pub uri: String,
    /// The recovery codes.
    pub recovery_codes: Vec<String>,
}

/// Starts a second factor of the actor's own account. Logins need it only after [`confirm_second_factor`]. Starting
/// again before that replaces the secret and the codes.
///
/// A wrong password counts like a failed login. OVERLOADED, with nothing done, if too many passwords are being
/// verified.
pub async fn start_second_factor(
    env: &Env,
    actor: &Actor,
    input: StartSecondFactor,
) -> Result<StartedSecondFactor> {
    let place = env.hashing.place(Purpose::Login)?;
    let account = own_account(env, actor).await?;
    let device = session::device_of(env, input.session).await?;
    let counted =
        Guess::password(&account.user_name, Some(account.id), device, &input.address).count(env).await?;
    if !password::verify(&place, input.current_password, account.password_hash).await? {
        counted.failed(env).await?;
        return Err(Error::input(["currentPassword"], Key::LoginFailed));
    }
    let secret = random::<SECRET_BYTES>();
    let totp = totp(secret.to_vec(), &account.user_name)?;
    let recovery_codes: Vec<String> = (0..RECOVERY_CODES).map(|_| token::issue_code()).collect();
    let hashes: Vec<String> = recovery_codes.iter().map(|code| token::hash(code)).collect();
    let (id, sealed) = (account.id, env.vault.seal(account.id, &secret)?);
    let started = env.write(actor, move |tx| async move {
        counted.take_back(&tx).await?;
        account::lock(&tx, id).await?;
        if factor::active(&tx, id).await?.is_some() {
            return Ok(Err(Refusal::input([""; 0], Key::SecondFactorActive)));
        }
        factor::remove(&tx, id).await?;
        factor::insert(&tx, id, sealed, hashes, machine_now()).await?;
        Ok(Ok(()))
    });
    started.await??;
    Ok(StartedSecondFactor {
        secret: totp.secret().to_base32(),
        uri: totp.to_url().map_err(Error::internal)?,
        recovery_codes,
    })
}

/// Confirms a started second factor with a code. From then on logins by password ask for one.
pub async fn confirm_second_factor(env: &Env, actor: &Actor, code: &str) -> Result<()> {
    let account = own_account(env, actor).await?;
    let (server, code) = (env.clone(), plain(code));
    env.write(actor, move |tx| async move {
        account::lock(&tx, account.id).await?;
        let found = factor::find(&tx, account.id).await?;
        let found = found.ok_or_else(|| Refusal::input(["code"], Key::SecondFactorNotStarted))?;
        // If the key that encrypted the secret is lost, the second factor must be started again.
        let secret = server.vault.unseal(account.id, &found.secret);
        let secret = secret.ok_or_else(|| Refusal::input(["code"], Key::SecondFactorNotStarted))?;
        let totp = totp(secret, &account.user_name)?;
        let step = step_of(&totp, &code).ok_or_else(|| Refusal::input(["code"], Key::SecondFactorWrong))?;
        if found.confirmed_at.is_some() {
            // A client that lost the response sends the same request again.
            let same = found.last_step == step;
            return if same { Ok(()) } else { Err(Error::input(["code"], Key::SecondFactorActive)) };
        }
        factor::confirm(&tx, account.id, step, machine_now()).await?;
        let person = [account.staff_id];
        trace::of_accounts(&tx, EventKind::SecondFactorAdded, account.agency_id, &person, None).await
    })
    .await?;
    env.token_cache().clear();
    Ok(())
}

/// Input for removing a second factor.
#[derive(Clone, Debug)]
pub struct RemoveSecondFactor {
    /// The person; `None`: the actor.
    pub staff: Option<StaffId>,
    /// A code of the app, or a recovery code; required if people remove their own second factor.
    pub code: Option<String>,
    /// The session of the request. Failures count for its device.
    pub session: Option<SessionId>,
    /// The client's address, for rate limiting.
    pub address: String,
}

/// Removes a second factor. People need a code to remove their own. An admin who may issue a code for a person can
/// remove that person's second factor, for example after a lost phone. Does nothing if there is none. A wrong code
/// counts like a failed login.
pub async fn remove_second_factor(env: &Env, actor: &Actor, input: RemoveSecondFactor) -> Result<()> {
    match input.staff.filter(|staff| !actor.is(*staff)) {
        Some(staff) => remove_of_another(env, actor, staff).await?,
        None => remove_own(env, actor, input).await?,
    }
    env.token_cache().clear();
    Ok(())
}

async fn remove_own(env: &Env, actor: &Actor, input: RemoveSecondFactor) -> Result<()> {
    let account = own_account(env, actor).await?;
    let device = session::device_of(env, input.session).await?;
    let guess = Guess::password(&account.user_name, Some(account.id), device, &input.address);
    let counted = guess.count(env).await?;
    let server = env.clone();
    let removed = env.write(actor, move |tx| async move {
        if let Err(wrong) = check(&server, &tx, &account, input.code.as_deref()).await? {
            wrong.count(&counted, &tx).await?;
            return Ok(Err(wrong));
        }
        counted.take_back(&tx).await?;
        remove(&tx, &account, None).await.map(Ok)
    });
    Ok(removed.await??)
}

async fn remove_of_another(env: &Env, actor: &Actor, staff: StaffId) -> Result<()> {
    env.write(actor, move |tx| async move {
        may_change_access(&tx, staff).await?;
        match account::of_staff(tx.connection(), staff).await? {
            Some(account) => remove(&tx, &account, None).await,
            None => Ok(()),
        }
    })
    .await
}

/// Checks that the actor may change the access of a person: an admin of their unit, who may grant each of their roles.
pub(super) async fn may_change_access(tx: &Tx, staff: StaffId) -> Result<()> {
    let found = store::staff::with_units(tx, &[staff], tx.today()).await?;
    let (_, unit) = found.into_iter().next().ok_or_else(|| Refusal::not_found(["staffId"]))?;
    // A person without a unit today belongs to the root unit.
    policy::access::decide(tx.actor(), unit.unwrap_or(UnitId(tx.actor().agency.0)))?;
    if with_ungrantable_role(tx, [staff.0].into_iter()).await?.is_empty() {
        return Ok(());
    }
    Err(policy::forbidden(Key::OnlyAgencyAdmin).into())
}

/// Removes the second factor of a person for an operator of the server. Returns false if they have none.
pub(crate) async fn remove_for_operator(env: &Env, actor: &Actor, staff: StaffId) -> Result<bool> {
    let removed = env.write(actor, move |tx| async move {
        let Some(account) = account::of_staff(tx.connection(), staff).await? else { return Ok(false) };
        let had_one = factor::active(&tx, account.id).await?.is_some();
        remove(&tx, &account, None).await?;
        Ok(had_one)
    });
    let removed = removed.await?;
    env.token_cache().clear();
    Ok(removed)
}

/// Counts the people whose second factor can't be checked because this key can't decrypt its secret; without a key,
/// everyone with a second factor.
pub(crate) async fn unreadable_second_factors(env: &Env, vault: Option<&Vault>) -> Result<u64> {
    let secrets = factor::secrets(env.db.reader()).await?;
    let is_unreadable = |(account, secret): &&(Uuid, String)| {
        vault.is_none_or(|vault| vault.unseal(*account, secret).is_none())
    };
    Ok(secrets.iter().filter(is_unreadable).count() as u64)
}

/// Opens the key for secrets, or creates the first one. Logs an error if the key can't decrypt some second factors.
///
/// # Errors
/// The file can't be read, or it is missing although people have second factors. In that case another key is never
/// created without an operator.
pub async fn open_vault(env: &Env, file: &Path) -> Result<Vault> {
    let found = Vault::read(file)?;
    let unreadable = unreadable_second_factors(env, found.as_ref()).await?;
    match found {
        None if unreadable > 0 => Err(Error::internal(format!(
            "{} is missing, and the second factors of {unreadable} people were encrypted with it: bring the key back. If it \
             is lost, create another one with: kinerja admin new-secrets-key. These people then log in with recovery codes, \
             or an admin of their unit or kinerja admin remove-second-factor removes their second factor",
            file.display()
        ))),
        None => Vault::open(file),
        Some(vault) => {
            if unreadable > 0 {
                tracing::error!(
                    file = %file.display(),
                    people = unreadable,
                    "this key does not open the second factors of these people: bring the right key back, or let them log \
                     in with recovery codes and remove their second factors (kinerja admin remove-second-factor)"
                );
            }
            Ok(vault)
        }
    }
}

/// Creates a key for secrets after the one that encrypted second factors was lost. Returns how many people's second
/// factors can't be read any more.
///
/// # Errors
/// There is a key.
pub async fn replace_lost_vault(env: &Env, file: &Path) -> Result<u64> {
    if Vault::read(file)?.is_some() {
        return Err(Error::internal(format!("{} exists: the key is not lost", file.display())));
    }
    let unreadable = unreadable_second_factors(env, None).await?;
    Vault::open(file)?;
    Ok(unreadable)
}

/// Removes the second factor of an account, with its recovery codes.
pub(super) async fn remove(tx: &Tx, account: &account::Row, why: Option<&str>) -> Result<()> {
    let had_one = factor::active(tx, account.id).await?.is_some();
    factor::remove(tx, account.id).await?;
    if had_one {
        let (kind, person) = (EventKind::SecondFactorRemoved, [account.staff_id]);
        trace::of_accounts(tx, kind, account.agency_id, &person, why).await?;
    }
    Ok(())
}

/// The reason why a code is refused.
#[derive(Clone, Debug)]
pub(super) enum BadCode {
    /// No code was given. This does not count as a failure, because the client could not know that a code is needed.
    Missing,
    /// The code is wrong.
    Wrong,
    /// The code is right, but was used before.
    Used,
    /// The code is no recovery code, and the server can't check it as a code of the app because the key for secrets is
    /// lost.
    Unreadable,
}

impl BadCode {
    /// Ends the attempt: a wrong or used code is a failure.
    pub(super) async fn count(&self, counted: &Counted, tx: &Tx) -> Result<()> {
        match self {
            Self::Missing => counted.take_back(tx).await,
            Self::Wrong | Self::Used | Self::Unreadable => counted.failed_in(tx).await,
        }
    }
}

impl From<BadCode> for Error {
    fn from(wrong: BadCode) -> Self {
        let key = match wrong {
            BadCode::Missing => Key::SecondFactorAsked,
            BadCode::Wrong => Key::SecondFactorWrong,
            BadCode::Used => Key::SecondFactorUsed,
            BadCode::Unreadable => Key::SecondFactorUnreadable,
        };
        Self::input(["code"], key)
    }
}

/// Checks the code of a login, if the account has a second factor, and marks it as used.
pub(super) async fn check(
    env: &Env,
    tx: &Tx,
    account: &account::Row,
    code: Option<&str>,
) -> Result<std::result::Result<(), BadCode>> {
    let Some(found) = factor::active(tx, account.id).await? else { return Ok(Ok(())) };
    let typed = code.map(plain).unwrap_or_default();
    if typed.is_empty() {
        return Ok(Err(BadCode::Missing));
    }
    let Some(secret) = env.vault.unseal(account.id, &found.secret) else {
        // Recovery codes need no key.
        let used = use_recovery_code(tx, account, &typed).await?;
        return Ok(used.map_err(|_| BadCode::Unreadable));
    };
    let totp = totp(secret, &account.user_name)?;
    let Some(step) = step_of(&totp, &typed) else {
        return use_recovery_code(tx, account, &typed).await;
    };
    if step <= found.last_step {
        return Ok(Err(BadCode::Used));
    }
    factor::set_last_step(tx, account.id, step).await?;
    Ok(Ok(()))
}

async fn use_recovery_code(
    tx: &Tx,
    account: &account::Row,
    typed: &str,
) -> Result<std::result::Result<(), BadCode>> {
    let hash = token::hash(&token::normalise_code(typed));
    if !factor::use_recovery_code(tx, account.id, hash, machine_now()).await? {
        return Ok(Err(BadCode::Wrong));
    }
    let person = [account.staff_id];
    trace::of_accounts(tx, EventKind::RecoveryCodeUsed, account.agency_id, &person, None).await?;
    Ok(Ok(()))
}

/// A typed code without spaces and dashes.
fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).collect()
}

async fn own_account(env: &Env, actor: &Actor) -> Result<account::Row> {
    let staff = actor.staff().ok_or(Error::Forbidden)?;
    account::of_staff(env.db.reader(), staff).await?.ok_or(Error::NotFound)
}

/// Loads when the second factors of these accounts were confirmed.
pub(super) async fn of_accounts(
    env: &Env,
    accounts: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Instant>> {
    let rows = factor::of_accounts(env.db.source(), accounts).await?.into_iter();
    Ok(rows.filter_map(|row| Some((row.account_id, from_micros(row.confirmed_at?)))).collect())
}

/// Whether the person of a session must add a second factor before they can do anything else, because the settings
/// require one.
pub(super) async fn must_add_one(
    env: &Env,
    connection: &impl Connection,
    actor: &Actor,
    session: Uuid,
) -> Result<bool> {
    if !env.second_factor_required || !(actor.auditor || actor.admin.is_any()) {
        return Ok(false);
    }
    credentials::session::is_without_second_factor(connection, session).await
}
