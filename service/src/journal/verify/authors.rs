//! Compares who wrote feedback in confidence with the salted hash in the feedback, which its journal entry proves.

use super::{Audit, Finding, PAGE};
use crate::{error::Result, store::feedback::seal};
use entity::{feedback, feedback_author};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Checks that each feedback with a seal has the author that the seal names, and that no other feedback has a stored
/// author.
pub(super) async fn verify<C: ConnectionTrait>(audit: &mut Audit<'_, C>) -> Result<()> {
    let mut after: Option<Uuid> = None;
    let (mut sealed, mut kept) = (0, 0);
    loop {
        let mut query = feedback::Entity::find().filter(feedback::Column::Seal.is_not_null());
        if let Some(after) = after {
            query = query.filter(feedback::Column::Id.gt(after));
        }
        let query = query.order_by_asc(feedback::Column::Id).limit(PAGE);
        let page = query.all(audit.source.connection).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let ids = page.iter().map(|row| row.id);
        let column = (feedback_author::Entity, feedback_author::Column::FeedbackId);
        let which = crate::db::any_of(audit.source.backend, column, ids);
        let authors = feedback_author::Entity::find().filter(which).all(audit.source.connection).await?;
        let authors: HashMap<Uuid, feedback_author::Model> =
            authors.into_iter().map(|row| (row.feedback_id, row)).collect();
        for row in page {
            sealed += 1;
            let found = authors.get(&row.id);
            kept += u64::from(found.is_some());
            let expected = found.map(|author| seal(&author.salt, row.id, author.author_id));
            if expected != row.seal {
                audit.add(Finding::AuthorMismatch { id: row.id });
            }
        }
    }
    let rows = audit.rows("feedback_author").await?;
    if rows != kept {
        audit.add(Finding::RowCount { table: "feedback_author", rows, expected: sealed });
    }
    Ok(())
}
