//! Lists the data that the server stores about a person, and the data that a person or API key could read and did read.
//! For the operator of the server, who must answer the person concerned and the authorities (UU 27/2022).

mod breach;
mod export;
mod held;
mod journalled;
mod reach;

pub use breach::{Breach, BreachOf, breach};
pub use export::export;

use crate::{
    env::Env,
    error::{Error, Result},
};
use domain::id::{ApiKeyId, StaffId};
use entity::{account, api_key, staff};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Finds a person by NIP, user name or id.
pub async fn staff_named(env: &Env, name: &str) -> Result<staff::Model> {
    let name = name.trim();
    let digits: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
    let reader = env.db.reader();
    if let Some(found) = staff::Entity::find().filter(staff::Column::Nip.eq(digits)).one(reader).await? {
        return Ok(found);
    }
    let id = match name.parse::<Uuid>() {
        Ok(id) => Some(id),
        Err(_) => {
            let of_user =
                account::Entity::find().filter(account::Column::UserName.eq(name)).one(reader).await?;
            of_user.map(|account| account.staff_id)
        }
    };
    let Some(id) = id else { return Err(Error::NotFound) };
    staff::Entity::find_by_id(id).one(reader).await?.ok_or(Error::NotFound)
}

/// Finds a person by NIP, user name or id, or an API key by its id.
pub async fn breach_of(env: &Env, name: &str) -> Result<BreachOf> {
    match staff_named(env, name).await {
        Err(Error::NotFound) => {}
        found => return Ok(BreachOf::Staff(StaffId(found?.id))),
    }
    let id = name.trim().parse::<Uuid>().map_err(|_| Error::NotFound)?;
    let key = api_key::Entity::find_by_id(id).one(env.db.reader()).await?.ok_or(Error::NotFound)?;
    Ok(BreachOf::ApiKey(ApiKeyId(key.id)))
}
