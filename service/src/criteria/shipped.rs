//! Publishes the criteria that ship with the server for each agency that has none.

use crate::{
    db::{Tx, lock_row},
    env::{Env, fresh_id},
    error::Result,
};
use domain::{
    actor::Actor,
    criteria::{CriteriaSet, NewCriteriaSet, berakhlak},
    event::EventKind,
    id::{AgencyId, CriteriaSetId, CriterionId},
    regulation::PERMENPANRB_6_2022,
    time::Date,
};
use entity::{criteria_set, org_unit};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// Publishes the seven core values with their guiding behaviours, in force since the regulation is. The agency may replace
/// them.
pub(crate) async fn ship(tx: &Tx, agency: AgencyId) -> Result<()> {
    let new = NewCriteriaSet {
        code: "BERAKHLAK".to_owned(),
        name_id: "Perilaku kerja BerAKHLAK".to_owned(),
        name_en: "BerAKHLAK values of behaviour".to_owned(),
        regulation: PERMENPANRB_6_2022.to_owned(),
        valid_from: Date::from_ymd_opt(2022, 2, 3).unwrap_or_default(),
        criteria: berakhlak(),
    };
    let set = CriteriaSet::create(CriteriaSetId(fresh_id()), agency, new, || CriterionId(fresh_id()))?;
    tx.create(set, EventKind::CriteriaSet, None).await?;
    Ok(())
}

/// Publishes them for the agencies that have no criteria at all, such as those of an earlier version of the server.
pub(crate) async fn ship_missing(env: &Env) -> Result<()> {
    let with_sets =
        criteria_set::Entity::find().select_only().column(criteria_set::Column::AgencyId).into_query();
    let roots = org_unit::Entity::find()
        .filter(Expr::col(org_unit::Column::Id).eq(Expr::col(org_unit::Column::AgencyId)))
        .filter(org_unit::Column::Id.not_in_subquery(with_sets))
        .all(env.db.reader())
        .await?;
    for root in roots {
        let agency = AgencyId(root.id);
        env.write(&Actor::system(agency), move |tx| async move {
            // Another server on the same database may do the same.
            lock_row::<org_unit::Entity>(&tx, Condition::all().add(org_unit::Column::Id.eq(agency.0)))
                .await?;
            let of_agency = criteria_set::Column::AgencyId.eq(agency.0);
            if criteria_set::Entity::find().filter(of_agency).one(tx.connection()).await?.is_none() {
                ship(&tx, agency).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::Db,
        env::Clock,
        identity::{CreateAgency, create_agency},
        testing::TestDb,
    };

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
