//! Changes for tests of feedback that no use case makes.

use crate::{env::Env, error::Result, feedback, identity};
use domain::id::AgencyId;
use entity::feedback_author;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

/// Releases all texts that wait, as soon as they were given and regardless of their authors. This is a negative
/// control: it reveals authors.
pub async fn release_at_once(env: &Env, agency: AgencyId) -> Result<u64> {
    let system = identity::system(env, agency).await?;
    feedback::release_at_once(env, &system).await
}

/// Exchanges who wrote two texts in confidence, as an owner of the database could.
pub async fn exchange_authors(env: &Env) -> Result<()> {
    use feedback_author::{Column, Entity};
    let agency = crate::testing::city::AGENCY;
    env.write(&domain::actor::Actor::system(agency), |tx| async move {
        let rows = Entity::find().order_by_asc(Column::FeedbackId).all(tx.connection()).await?;
        let [first, second, ..] = rows.as_slice() else { return Ok(()) };
        for (row, author) in [(first, second.author_id), (second, first.author_id)] {
            Entity::update_many()
                .col_expr(Column::AuthorId, Expr::value(author))
                .filter(Column::FeedbackId.eq(row.feedback_id))
                .exec(tx.connection())
                .await?;
        }
        Ok(())
    })
    .await
}
