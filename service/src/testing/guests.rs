//! People outside the fixed list of the small city: sessions of any person, and a person of another agency.

use super::id;
use crate::{
    env::{Env, fresh_id},
    error::{Error, Result},
};
use domain::{
    actor::Actor,
    id::{AgencyId, StaffId},
    time::Date,
};
use entity::{account, assignment, org_unit, position, role_grant, staff};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

/// The other agency.
pub const ELSEWHERE: AgencyId = AgencyId(Uuid::from_u128(0xf001));
/// The only person of the other agency: heads its root unit and has every role over it.
pub const FOREIGNER: StaffId = StaffId(Uuid::from_u128(0xf002));

/// Creates a session of any person, and an account if there is none; returns the access token.
pub async fn session_of(env: &Env, person: StaffId) -> Result<String> {
    let of_person = account::Column::StaffId.eq(person.0);
    let existing = account::Entity::find().filter(of_person).one(env.db.reader()).await?;
    if let Some(account) = existing {
        return super::session_of(env, account.id).await;
    }
    let found = staff::Entity::find_by_id(person.0).one(env.db.reader()).await?.ok_or(Error::NotFound)?;
    let account = account::ActiveModel {
        id: Set(fresh_id()),
        agency_id: Set(found.agency_id),
        staff_id: Set(person.0),
        user_name: Set(person.0.to_string()),
        password_hash: Set(None),
        epoch: Set(0),
        activated_at: Set(None),
    };
    let opened = account.clone().id.take().ok_or(Error::NotFound)?;
    env.write(&Actor::system(AgencyId(found.agency_id)), move |tx| async move {
        account::Entity::insert(account).exec_without_returning(tx.connection()).await?;
        Ok(())
    })
    .await?;
    super::session_of(env, opened).await
}

/// Writes the other agency, with a journal entry for each object.
pub async fn found_elsewhere(env: &Env) -> Result<()> {
    let since = Date::from_ymd_opt(2020, 1, 1).unwrap_or_default();
    let unit = org_unit::ActiveModel {
        id: Set(ELSEWHERE.0),
        agency_id: Set(ELSEWHERE.0),
        code: Set("LAIN".to_owned()),
        name: Set("Pemerintah Kota Lain".to_owned()),
        name_key: Set(domain::text::sort_key("Pemerintah Kota Lain")),
        kind: Set("AGENCY".to_owned()),
        time_zone: Set(Some("Asia/Jakarta".to_owned())),
        approximate: Set(false),
        external_id: Set(None),
        source: Set(None),
        valid_from: Set(since),
        valid_to: Set(None),
        version: Set(1),
    };
    let post = position::ActiveModel {
        id: Set(id(0xf003)),
        agency_id: Set(ELSEWHERE.0),
        code: Set("WALIKOTA".to_owned()),
        name: Set("Wali Kota".to_owned()),
        name_key: Set(domain::text::sort_key("Wali Kota")),
        kind: Set("POLITICAL".to_owned()),
        level: Set(None),
        version: Set(1),
    };
    let person = staff::ActiveModel {
        id: Set(FOREIGNER.0),
        agency_id: Set(ELSEWHERE.0),
        nip: Set(None),
        name: Set("Foreigner Contoh".to_owned()),
        name_key: Set(domain::text::sort_key("Foreigner Contoh")),
        employment_kind: Set("PNS".to_owned()),
        status: Set("ACTIVE".to_owned()),
        ended_on: Set(None),
        end_reason: Set(None),
        external_id: Set(None),
        source: Set(None),
        version: Set(1),
    };
    let assigned = assignment::ActiveModel {
        id: Set(id(0xf004)),
        agency_id: Set(ELSEWHERE.0),
        staff_id: Set(FOREIGNER.0),
        unit_id: Set(ELSEWHERE.0),
        position_id: Set(id(0xf003)),
        rank: Set(None),
        superior_id: Set(None),
        superiors: Set("[]".to_owned()),
        capacity: Set("DEFINITIVE".to_owned()),
        leads: Set(true),
        valid_from: Set(since),
        valid_to: Set(None),
        never_held: Set(false),
        version: Set(1),
    };
    let roles = ["PERFORMANCE_TEAM", "ADMIN", "AUDITOR"].into_iter().enumerate();
    let grants: Vec<_> = roles
        .map(|(number, role)| role_grant::ActiveModel {
            id: Set(id(0xf010 + number as u128)),
            agency_id: Set(ELSEWHERE.0),
            staff_id: Set(FOREIGNER.0),
            role: Set(role.to_owned()),
            unit_id: Set(ELSEWHERE.0),
            granted_at: Set(0),
            revoked_at: Set(None),
            version: Set(1),
        })
        .collect();
    env.write(&Actor::system(ELSEWHERE), move |tx| async move {
        let connection = tx.connection();
        org_unit::Entity::insert(unit).exec_without_returning(connection).await?;
        position::Entity::insert(post).exec_without_returning(connection).await?;
        staff::Entity::insert(person).exec_without_returning(connection).await?;
        assignment::Entity::insert(assigned).exec_without_returning(connection).await?;
        role_grant::Entity::insert_many(grants).exec_without_returning(connection).await?;
        super::city::journal_rows(&tx, ELSEWHERE).await
    })
    .await
}
