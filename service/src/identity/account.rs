//! Accounts: one-time codes from the personnel office, activation, and changes of passwords.

use super::{
    attempt::{self, Guess},
    password, second_factor, session, token, token_login, trace, user_name,
};
use crate::{
    capacity::Purpose,
    db::{Command, Connection, IdempotencyKey, Tx},
    directory::visible_unit,
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    power,
    store::{
        self,
        credentials::{
            account::{self, NewAccount},
            code::{self, NewCode},
            device as devices,
            session::Which,
        },
    },
};
use chrono::Duration;
use domain::{
    Key, Message, Refusal,
    actor::{Actor, Role, RoleGrant},
    event::EventKind,
    id::{SessionId, StaffId, UnitId},
    policy,
    staff::StaffStatus,
    time::Instant,
};
use serde::Serialize;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};
use uuid::Uuid;

/// The number of days for which a code is valid.
pub const CODE_DAYS: i64 = 30;
/// Maximum number of codes that one call issues.
const MAX_CODES: usize = 10_000;

/// The people to issue codes for: those of a unit's subtree, or people named by id.
#[derive(Clone, Debug, Serialize)]
pub enum IssueActivationCodes {
    /// All people in a unit's subtree who have no activated account.
    Unit(UnitId),
    /// These people; for a person with an account, the code resets the password.
    Staff(Vec<StaffId>),
}

impl Command for IssueActivationCodes {
    const OPERATION: &'static str = "issueActivationCodes";
}

/// An issued code; the server returns it only once.
#[derive(Clone, Debug)]
pub struct ActivationCode {
    /// The person who may use it.
    pub staff: StaffId,
    /// The person's name, for the letter.
    pub name: String,
    /// The user name for logging in.
    pub user_name: String,
    /// The code.
    pub code: String,
    /// When it expires.
    pub expires_at: Instant,
}

/// A person of the unit without an activated account who gets no code from the actor.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The person.
    pub staff: StaffId,
    /// The person's name.
    pub name: String,
    /// Why, and who can issue the code.
    pub refusal: Refusal,
}

/// The codes that a request issued, and the people who got none.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The codes.
    pub codes: Vec<ActivationCode>,
    /// The people for whom somebody else must issue a code. Empty if the request named the people: such a request is
    /// refused instead.
    pub left_out: Vec<LeftOut>,
}

/// Issues codes, for admins of the unit. Earlier codes stop working. A replay returns nothing.
pub async fn issue_activation_codes(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: IssueActivationCodes,
) -> Result<Option<Issued>> {
    if let IssueActivationCodes::Unit(unit) = &input {
        policy::access::decide(actor, visible_unit(env, actor, *unit).await?.id)?;
    }
    // The stored outcome must not contain the codes, so they are returned separately.
    let issued = Arc::new(OnceLock::new());
    let result = issued.clone();
    env.write_once(actor, key, input, move |tx, input| async move {
        let actor = tx.actor().clone();
        let today = tx.today();
        let mut left_out = Vec::new();
        let people = match &input {
            IssueActivationCodes::Unit(unit) => {
                let tree = store::org_unit::tree(tx.connection(), actor.agency, today).await?;
                let mut people = store::staff::of_units(&tx, tree.subtree(*unit), today).await?;
                let activated = account::with_password(&tx, people.iter().map(|person| person.id)).await?;
                people.retain(|person| !activated.contains(&person.id));
                let ungrantable = with_ungrantable_role(&tx, people.iter().map(|person| person.id)).await?;
                let own = of_own_power(&tx, people.iter().map(|person| person.id)).await?;
                let mut refusals = own_refusals(&tx, &own).await?;
                if !ungrantable.is_empty() {
                    let who_can = agency_admins(&tx).await?;
                    for person in people.iter().filter(|person| ungrantable.contains(&person.id)) {
                        let message = Message::new(Key::AccountOfOtherRole).with("person", &person.name);
                        let refusal = Refusal::another_person(message, who_can.clone());
                        refusals.insert(StaffId(person.id), refusal);
                    }
                }
                let mut rest = Vec::with_capacity(people.len());
                for person in people {
                    match refusals.remove(&StaffId(person.id)) {
                        Some(refusal) => {
                            left_out.push(LeftOut { staff: StaffId(person.id), name: person.name, refusal });
                        }
                        None => rest.push(person),
                    }
                }
                // If all people are left out, the request is refused.
                match left_out.iter().find(|one| own.contains(&one.staff)) {
                    Some(one) if rest.is_empty() => return Err(one.refusal.clone().into()),
                    _ => rest,
                }
            }
            IssueActivationCodes::Staff(ids) => {
                let mut people = Vec::new();
                let ungrantable = with_ungrantable_role(&tx, ids.iter().map(|id| id.0)).await?;
                let found = store::staff::with_units(&tx, ids, today).await?;
                if found.len() != ids.len() {
                    return Err(Refusal::not_found(["staffIds"]).into());
                }
                let own = of_own_power(&tx, ids.iter().map(|id| id.0)).await?;
                let mut own = own_refusals(&tx, &own).await?;
                for (person, unit) in found {
                    // A person without a unit today belongs to the root unit.
                    policy::access::decide(&actor, unit.unwrap_or(UnitId(actor.agency.0)))?;
                    if ungrantable.contains(&person.id) {
                        return Err(policy::forbidden(Key::OnlyAgencyAdmin).into());
                    }
                    if let Some(refusal) = own.remove(&StaffId(person.id)) {
                        return Err(refusal.into());
                    }
                    people.push(person);
                }
                people
            }
        };
        if people.len() > MAX_CODES {
            let message = Message::new(Key::TooMany).with("field", "staff").with("max", MAX_CODES);
            return Err(Error::input(["orgUnitId"], message));
        }
        let codes = issue(&tx, people).await?;
        let _ = result.set(Issued { codes, left_out });
        Ok(())
    })
    .await?;
    Ok(Arc::into_inner(issued).and_then(OnceLock::into_inner))
}

/// Selects those of these people to whom the actor gave power over results. With a code for such a person, the actor
/// could use that power. Locks them, so that nobody can give them power until the unit of work ends.
async fn of_own_power(tx: &Tx, people: impl Iterator<Item = Uuid>) -> Result<BTreeSet<StaffId>> {
    let Some(actor) = tx.actor().staff().filter(|_| tx.separation().four_eyes) else {
        return Ok(BTreeSet::new());
    };
    store::superior::lock(tx, tx.actor().agency).await?;
    power::of_own_power(tx, actor, &people.map(StaffId).collect()).await
}

/// The refusal of a code for each of these people, whose power over results came from the actor.
async fn own_refusals(tx: &Tx, own: &BTreeSet<StaffId>) -> Result<HashMap<StaffId, Refusal>> {
    match tx.actor().staff() {
        Some(actor) => power::account_refusals(tx, actor, own).await,
        None => Ok(HashMap::new()),
    }
}

/// Finds the people among these who have a role that the actor may not grant. With a code for such a person, the
/// actor could use that role.
pub(super) async fn with_ungrantable_role(
    tx: &Tx,
    people: impl Iterator<Item = Uuid>,
) -> Result<BTreeSet<Uuid>> {
    let mut ungrantable = BTreeSet::new();
    for grant in store::role_grant::current_of_people(tx, people).await? {
        if policy::access::decide_role(tx.actor(), grant.role, grant.unit).is_err() {
            ungrantable.insert(grant.staff.0);
        }
    }
    Ok(ungrantable)
}

/// The admins of the whole agency except the actor, with their names. They may grant every role.
async fn agency_admins(tx: &Tx) -> Result<Vec<(StaffId, String)>> {
    let agency = tx.actor().agency;
    let whole = UnitId(agency.0);
    let grants = store::role_grant::current_over(tx.connection(), Role::Admin, whole).await?;
    let own = tx.actor().staff();
    let people: Vec<StaffId> =
        grants.into_iter().map(|grant| grant.staff).filter(|one| Some(*one) != own).collect();
    let found = store::staff::by_ids(tx.source(), agency, &people).await?;
    let mut named: Vec<(StaffId, String)> = found
        .into_values()
        .filter(|person| person.status == StaffStatus::Active)
        .map(|person| (person.id, person.name))
        .collect();
    named.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
    Ok(named)
}

/// Opens missing accounts and issues a code for each person.
async fn issue(tx: &Tx, people: Vec<store::staff::Row>) -> Result<Vec<ActivationCode>> {
    let ids = people.iter().map(|person| person.id);
    let accounts = account::of_people(tx.source(), ids).await?;
    let agency = tx.actor().agency.0;
    let now = machine_now();
    let expires_at = now + Duration::days(CODE_DAYS);
    let mut codes = Vec::new();
    for person in people {
        let existing = accounts.iter().find(|account| account.staff_id == person.id);
        let (account, user_name) = match existing {
            Some(account) => (account.id, account.user_name.clone()),
            None => open_account(tx, &person).await?,
        };
        code::end_unused_of(tx, account, now).await?;
        let issued = token::issue_code();
        let new = NewCode {
            id: fresh_id(),
            account,
            hash: token::hash(&issued),
            by: tx.actor().staff(),
            at: now,
            expires_at,
        };
        code::insert(tx, new).await?;
        codes.push(ActivationCode {
            staff: StaffId(person.id),
            name: person.name,
            user_name,
            code: issued,
            expires_at,
        });
    }
    let people: Vec<Uuid> = codes.iter().map(|code| code.staff.0).collect();
    trace::of_accounts(tx, EventKind::ActivationCodeIssued, agency, &people, None).await?;
    Ok(codes)
}

/// Opens an account without a password.
pub(super) async fn open_account(tx: &Tx, person: &store::staff::Row) -> Result<(uuid::Uuid, String)> {
    let user_name =
        user_name::free(tx, person.id, person.nip.as_deref(), person.external_id.as_deref()).await?;
    let id = fresh_id();
    let new = NewAccount {
        id,
        agency: person.agency_id,
        staff: person.id,
        user_name: user_name.clone(),
        password: None,
    };
    account::insert(tx, new).await?;
    Ok((id, user_name))
}

/// Input of an activation.
#[derive(Clone, Debug)]
pub struct ActivateAccount {
    /// The one-time code, as printed or without its dashes.
    pub code: String,
    /// The new password.
    pub password: String,
    /// The client's address, for rate limiting.
    pub address: String,
}

/// Sets the password of the account that a code belongs to, and ends its sessions.
///
/// An invalid code is refused without hashing the password. The faster response reveals nothing useful, because no one
/// can guess a code. RATE_LIMITED after too many invalid codes from one address block. OVERLOADED, with nothing done,
/// if too many activations are running.
pub async fn activate_account(env: &Env, input: ActivateAccount) -> Result<()> {
    password::check("password", &input.password)?;
    let place = env.hashing.place(Purpose::Activation)?;
    let guess = Guess::code(&input.address);
    guess.check(env.db.reader()).await?;
    let hash = token::hash(&token::normalise_code(&input.code));
    let found = env
        .write(&attempt::system(), move |tx| async move {
            let counted = guess.count_in(&tx).await?;
            match code::valid(&tx, &hash, machine_now()).await? {
                Some(code) => {
                    let known = known_texts(tx.connection(), code.account_id).await?;
                    Ok(Some((counted, code, known)))
                }
                None => {
                    counted.failed_in(&tx).await?;
                    Ok(None)
                }
            }
        })
        .await?;
    let unknown = || Error::from(Refusal::input(["code"], Key::CodeUnknown));
    let (counted, code, known) = found.ok_or_else(unknown)?;
    let hash = password::hash_new(&place, "password", input.password, known).await;
    let activated = env
        .write(&attempt::system(), move |tx| async move {
            counted.take_back(&tx).await?;
            let hash = match hash {
                Ok(hash) => hash,
                Err(refused) => return Ok(Err(refused)),
            };
            // Another request may have used the code while this one computed its hash.
            match use_code(&tx, &code.code_hash, hash).await? {
                true => Ok(Ok(())),
                false => Ok(Err(unknown())),
            }
        })
        .await?;
    env.token_cache().clear();
    activated
}

/// Sets the hash of a password with a code. Returns false if the code can't be used.
async fn use_code(tx: &Tx, code_hash: &str, password_hash: String) -> Result<bool> {
    let Some(found) = code::valid(tx, code_hash, machine_now()).await? else { return Ok(false) };
    code::end(tx, found.id, machine_now()).await?;
    set_password(tx, found.account_id, password_hash).await?;
    Ok(true)
}

/// Uses a code like [`activate_account`], but does not hash a password, which would take time.
#[cfg(test)]
pub(crate) async fn activate_for_test(env: &Env, code: &str) -> Result<bool> {
    let hash = token::hash(&token::normalise_code(code));
    env.write(&attempt::system(), move |tx| async move { use_code(&tx, &hash, "unusable".to_owned()).await })
        .await
}

/// Loads texts about the owner of an account that others may know, so that a password made of them can be refused.
async fn known_texts(connection: &impl Connection, account: Uuid) -> Result<Vec<String>> {
    let account = account::find(connection, account).await?.ok_or(Error::NotFound)?;
    let person = store::staff::row_of(connection, StaffId(account.staff_id)).await?;
    let person = person.ok_or(Error::NotFound)?;
    let known = [Some(account.user_name), person.nip, person.external_id, Some(person.name)];
    Ok(known.into_iter().flatten().collect())
}

/// Input of a password change.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The current password.
    pub current_password: String,
    /// The new password.
    pub new_password: String,
    /// The session of the request. Failures count for its device.
    pub session: Option<SessionId>,
    /// The client's address, for rate limiting.
    pub address: String,
}

/// Changes the actor's password, ends all their sessions and forgets their devices.
///
/// A wrong current password counts like a failed login. OVERLOADED, with nothing done, if too many passwords are being
/// verified.
pub async fn change_password(env: &Env, actor: &Actor, input: ChangePassword) -> Result<()> {
    let staff = actor.staff().ok_or(Error::Forbidden)?;
    password::check("newPassword", &input.new_password)?;
    let place = env.hashing.place(Purpose::Login)?;
    let account = account::of_staff(env.db.reader(), staff).await?.ok_or(Error::NotFound)?;
    let known = known_texts(env.db.reader(), account.id).await?;
    let device = session::device_of(env, input.session).await?;
    let counted =
        Guess::password(&account.user_name, Some(account.id), device, &input.address).count(env).await?;
    if !password::verify(&place, input.current_password, account.password_hash).await? {
        counted.failed(env).await?;
        return Err(Error::input(["currentPassword"], Key::LoginFailed));
    }
    let hash = password::hash_new(&place, "newPassword", input.new_password, known).await;
    let changed = env
        .write(actor, move |tx| async move {
            counted.take_back(&tx).await?;
            match hash {
                Ok(hash) => set_password(&tx, account.id, hash).await.map(Ok),
                Err(refused) => Ok(Err(refused)),
            }
        })
        .await?;
    env.token_cache().clear();
    changed
}

/// Removes the password of a person who is reinstated, with their second factor, sessions, devices, codes and roles.
/// They need a new code and new grants. Returns whether anything was removed.
pub(crate) async fn reset_access(tx: &Tx, staff: StaffId, why: Option<&str>) -> Result<bool> {
    let mut taken = false;
    for before in store::role_grant::current_of(tx.connection(), staff).await? {
        let after = RoleGrant { revoked_at: Some(tx.now()), ..before.clone() };
        tx.change(&before, after, EventKind::RoleRevoked, why).await?;
        taken = true;
    }
    let Some(account) = account::of_staff(tx.connection(), staff).await? else { return Ok(taken) };
    account::take_password(tx, account.id).await?;
    code::end_unused_of(tx, account.id, machine_now()).await?;
    session::end(tx, Which::OfAccount(account.id)).await?;
    devices::forget_of(tx, account.id).await?;
    second_factor::remove(tx, &account, why).await?;
    token_login::unlink(tx, &account, None, why).await?;
    if account.password_hash.is_some() {
        trace::of_accounts(tx, EventKind::AccountReset, account.agency_id, &[staff.0], why).await?;
        taken = true;
    }
    Ok(taken)
}

async fn set_password(tx: &Tx, account: uuid::Uuid, hash: String) -> Result<()> {
    let before = account::find(tx.connection(), account).await?.ok_or(Error::NotFound)?;
    account::set_password(tx, account, hash, machine_now()).await?;
    session::end(tx, Which::OfAccount(account)).await?;
    devices::forget_of(tx, account).await?;
    let kind = match before.password_hash {
        Some(_) => EventKind::PasswordChanged,
        None => EventKind::AccountActivated,
    };
    trace::of_accounts(tx, kind, before.agency_id, &[before.staff_id], None).await
}
