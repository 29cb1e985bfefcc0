//! User names of accounts: the NIP; without one, the id in the personnel system; without both, the person's id.
//!
//! When a NIP or id is corrected, the user name changes too, so that the old one is free for the person to whom it
//! belongs.

use super::login::normalise;
use crate::{
    db::Tx,
    error::Result,
    store::{credentials::account, staff},
};
use domain::{id::StaffId, staff::Staff};
use uuid::Uuid;

/// The user names that a change of the NIP or id makes outdated: the old value, or the person's id if there was none.
fn replaced(before: &Staff, after: &Staff) -> Vec<String> {
    let mut names = Vec::new();
    for (old, new) in [(&before.nip, &after.nip), (&before.external_id, &after.external_id)] {
        if old != new && new.is_some() {
            names.extend(old.as_deref().map(normalise));
            names.push(after.id.0.simple().to_string());
        }
    }
    names
}

/// Renames the account of a person if its user name is the NIP or id that changes, or the person's id because there was
/// neither. Sessions and password stay.
pub(crate) async fn follow(tx: &Tx, before: &Staff, after: &Staff) -> Result<()> {
    let old = replaced(before, after);
    if old.is_empty() {
        return Ok(());
    }
    let account = account::of_staff_named(tx, after.id, old).await?;
    let Some(account) = account else { return Ok(()) };
    let name = free(tx, after.id.0, after.nip.as_deref(), after.external_id.as_deref()).await?;
    account::rename(tx, account.id, name).await
}

/// Finds a user name for a person that no one else has. Another person's account may still have the person's NIP as its
/// user name, because earlier versions did not rename accounts when a NIP was corrected. Such an account is renamed.
pub(super) async fn free(
    tx: &Tx,
    person: Uuid,
    nip: Option<&str>,
    external_id: Option<&str>,
) -> Result<String> {
    if let Some(nip) = nip.map(normalise) {
        if let Some(stale) = account::of_another(tx, person, &nip).await? {
            let owner = staff::row_of(tx.connection(), StaffId(stale.staff_id)).await?;
            let own = owner.and_then(|owner| owner.nip).map(|own| normalise(&own)).filter(|own| *own != nip);
            let own = match own {
                Some(own) if account::of_another(tx, stale.staff_id, &own).await?.is_none() => own,
                _ => stale.staff_id.simple().to_string(),
            };
            account::rename(tx, stale.id, own).await?;
        }
        return Ok(nip);
    }
    if let Some(external_id) = external_id.map(normalise)
        && account::of_another(tx, person, &external_id).await?.is_none()
    {
        return Ok(external_id);
    }
    Ok(person.simple().to_string())
}
