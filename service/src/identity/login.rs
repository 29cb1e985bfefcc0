//! Logs in by NIP or user name.

use super::{
    attempt::Guess,
    device, password, second_factor,
    session::{self, Method, Tokens},
};
use crate::{capacity::Purpose, env::Env, error::Result, store::credentials::account};
use domain::{Key, Refusal, actor::Actor, id::AgencyId};

/// Input of a login.
#[derive(Clone, Debug)]
pub struct Login {
    /// NIP (with or without spaces) or user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// A code of the second factor, or a recovery code; for accounts that have one.
    pub code: Option<String>,
    /// The device token of an earlier login on this device.
    pub device_token: Option<String>,
    /// The client's address, for rate limiting.
    pub address: String,
    /// The client's name for itself, shown in the list of sessions.
    pub client: Option<String>,
}

/// Logs in.
///
/// A wrong password, an unknown user and an account without activation give the same response in the same time.
/// RATE_LIMITED after too many failures ([`super::attempt`]); the account itself is never locked, so that no one can
/// lock out another person. OVERLOADED, with nothing done, if too many passwords are being verified.
///
/// An account with a second factor also needs a code. A wrong or used code counts like a wrong password.
pub async fn login(env: &Env, input: Login) -> Result<Tokens> {
    let place = env.hashing.place(Purpose::Login)?;
    let user = normalise(&input.user);
    let account = account::named(env.db.reader(), &user).await?;
    let account_id = account.as_ref().map(|account| account.id);
    // A device token is valid only for its own account.
    let device = device::find(env, input.device_token).await?;
    let device = device.filter(|(_, of)| Some(*of) == account_id).map(|(device, _)| device);
    let guess = Guess::password(&user, account_id, device.as_ref().map(|device| device.id), &input.address);
    let counted = guess.count(env).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let good = password::verify(&place, input.password, hash).await?;
    let Some(account) = account.filter(|_| good) else {
        counted.failed(env).await?;
        return Err(Refusal::input(["user"], Key::LoginFailed).into());
    };
    let (server, client, code) = (env.clone(), input.client, input.code);
    let system = Actor::system(AgencyId(account.agency_id));
    let opened = env.write(&system, move |tx| async move {
        if let Err(wrong) = second_factor::check(&server, &tx, &account, code.as_deref()).await? {
            wrong.count(&counted, &tx).await?;
            return Ok(Err(wrong));
        }
        counted.succeeded(&tx).await?;
        let device = device::logged_in(&tx, account.id, device).await?;
        session::open(&server, &tx, &account, Method::Password, device, client).await.map(Ok)
    });
    Ok(opened.await??)
}

/// Removes the spaces of a user name, because a NIP is printed in groups, and writes it in lower case.
pub(crate) fn normalise(user: &str) -> String {
    user.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}
