//! Publishes the criteria that ship with the server.

use crate::{db::Tx, env::fresh_id, error::Result};
use domain::{
    criteria::{CriteriaSet, NewCriteriaSet, berakhlak},
    event::EventKind,
    id::{AgencyId, CriteriaSetId, CriterionId},
    regulation::PERMENPANRB_6_2022,
    time::Date,
};

/// Publishes the seven core values with their guiding behaviours, in force from the regulation's first day. The agency
/// may replace them.
pub(crate) async fn ship(tx: &Tx, agency: AgencyId) -> Result<()> {
    let new = NewCriteriaSet {
        code: "BERAKHLAK".to_owned(),
        name_id: "Perilaku kerja BerAKHLAK".to_owned(),
        name_en: "BerAKHLAK work behaviour".to_owned(),
        regulation: PERMENPANRB_6_2022.to_owned(),
        valid_from: Date::from_ymd_opt(2022, 2, 3).unwrap_or_default(),
        criteria: berakhlak(),
    };
    let set = CriteriaSet::create(CriteriaSetId(fresh_id()), agency, new, || CriterionId(fresh_id()))?;
    tx.create(set, EventKind::CriteriaSet, None).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{
        Env,
        db::Db,
        env::Clock,
        identity::{CreateAgency, create_agency},
        migrate::ship_missing,
        testing::TestDb,
    };
    use entity::criteria_set;
    use sea_orm::EntityTrait;

    #[tokio::test(flavor = "multi_thread")]
    async fn an_agency_without_criteria_gets_the_core_values_once() {
        let sqlite = TestDb::sqlite().await.expect("a database");
        let postgres = TestDb::postgres().await.expect("a database");
        for db in std::iter::once(sqlite).chain(postgres) {
            let connected = Db::connect(&db.options).await.expect("a connection");
            let env = Env::new(connected, Clock::system(), db.folder.path());
            ship_missing(&env).await.expect("no agency yet");
            let rows = async || criteria_set::Entity::find().all(env.db.reader()).await.expect("rows");
            assert_eq!(rows().await, []);
            let text = |text: &str| text.to_owned();
            let input = CreateAgency {
                code: text("KOTA"),
                agency: text("Kota Contoh"),
                name: text("Admin"),
                user: text("admin"),
                password: text("kata sandi yang panjang"),
            };
            let agency = create_agency(&env, input).await.expect("an agency");
            let shipped = rows().await;
            assert_eq!(shipped.iter().map(|row| row.agency_id).collect::<Vec<_>>(), [agency.0]);
            ship_missing(&env).await.expect("nothing to do");
            assert_eq!(rows().await, shipped);

            // An agency of an earlier version has no criteria.
            crate::testing::sql(&env, "DELETE FROM criterion").await.expect("deleted");
            crate::testing::sql(&env, "DELETE FROM criteria_set").await.expect("deleted");
            ship_missing(&env).await.expect("stored");
            assert_eq!(rows().await.len(), 1);
            let criteria = entity::criterion::Entity::find().all(env.db.reader()).await.expect("criteria");
            assert_eq!(criteria.len(), 7);
        }
    }
}
