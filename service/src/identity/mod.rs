//! Accounts, sessions, API keys and roles; authentication of requests.

mod account;
mod actor;
mod agency;
mod api_key;
mod attempt;
mod connected;
mod device;
mod list;
mod login;
mod nonce;
mod password;
mod role;
mod second_factor;
mod session;
#[cfg(test)]
mod tests;
mod token;
mod token_cache;
mod token_login;
mod trace;
mod user_name;

pub use crate::capacity::LOGINS_WAITING;
pub use crate::keys::Vault;
#[cfg(test)]
pub(crate) use account::activate_for_test;
pub(crate) use account::reset_access;
pub use account::{
    ActivateAccount, ActivationCode, CODE_DAYS, ChangePassword, IssueActivationCodes, Issued, LeftOut,
    activate_account, change_password, issue_activation_codes,
};
pub(crate) use actor::load_in as load_actor_in;
pub use actor::system;
pub use agency::{CreateAgency, create_agency};
pub use api_key::{
    CreateApiKey, CreatedApiKey, TakeOverApiKey, create_api_key, revoke_api_key, take_over_api_key,
};
pub(crate) use attempt::expire as expire_attempts;
pub use attempt::{
    FAILURES_FROM_ELSEWHERE, FAILURES_OF_ACCOUNT, FAILURES_OF_BLOCK, FAMILIAR_DAYS, WINDOW_MINUTES,
    address_block,
};
pub use connected::{
    Credential, RIGHTS_LOOKBACK, RightsChanges, Validity, current_rights, rights_changes, validity,
};
pub use device::{DEVICE_DAYS, DEVICES_OF_ACCOUNT};
pub use domain::actor::RoleGrant;
pub use list::{
    Account, AccountFilter, ApiKey, ApiKeyFilter, RoleGrantFilter, account, accounts, api_key, api_keys,
    role_grants,
};
pub(crate) use login::normalise;
pub use login::{Login, login};
pub use nonce::NONCE_MINUTES;
pub use oidc::{Issuer, OidcError, Settings as IssuerSettings};
pub(crate) use password::hash_now;
pub use password::{LONGEST as PASSWORD_MAX, SHORTEST as PASSWORD_MIN};
pub use role::{GrantRole, RevokeRole, grant_role, grants_of, revoke_role, role_grant};
pub use second_factor::{
    RECOVERY_CODES, RemoveSecondFactor, StartSecondFactor, StartedSecondFactor, confirm_second_factor,
    open_vault, remove_second_factor, replace_lost_vault, start_second_factor,
};
pub(crate) use second_factor::{remove_for_operator, unreadable_second_factors};
pub use session::{
    ACCESS_MINUTES, Authenticated, REFRESH_DAYS, Session, Tokens, authenticate, authenticate_uncached,
    logout, refresh_session, revoke_session, sessions,
};
pub(crate) use token::hash as hash_of;
pub use token_login::{LoginLink, LoginWithToken, StartedLogin, login_with_token, start_login, unlink_login};

use crate::env::Env;

/// Creates an access token that tests store themselves.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn token_for_test() -> String {
    token::issue(token::Purpose::Access)
}
pub(crate) use user_name::follow as follow_user_name;

impl Env {
    /// Returns the cache of recently authenticated tokens.
    pub(crate) fn token_cache(&self) -> token_cache::TokenCache {
        self.kept.of()
    }
}
