//! Adds the superiors of assignments by day, and the closure of today's superiors.
//!
//! The days come from the journal's images: a superior begins on the day on which the change was recorded, the first
//! one with the assignment. Where the history is erased, the present superior applies from the first day on.

use crate::{dialect, form::Sql};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `assignment.superiors`, `assignment_superior` and `superior_closure`, and fills them.
pub struct AddSuperiors;

impl MigrationName for AddSuperiors {
    fn name(&self) -> &'static str {
        "m20261127_000003_superiors"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddSuperiors {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, TABLES).await?;
        let sql = Sql { postgres: manager.get_database_backend() == DbBackend::Postgres };
        for statement in [by_day(&sql), WITHOUT_HISTORY.to_owned(), PRESENT.to_owned(), document(&sql)] {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        manager.get_connection().execute_unprepared(CLOSURE).await?;
        Ok(())
    }
}

const TABLES: &str = "
CREATE TABLE assignment_superior (
    assignment_id {uuid} NOT NULL REFERENCES assignment (id),
    superior_id {uuid} NOT NULL REFERENCES assignment (id),
    valid_from {date} NOT NULL,
    valid_to {date},
    PRIMARY KEY (assignment_id, valid_from),
    CHECK (assignment_id <> superior_id),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
){strict};
CREATE INDEX assignment_superior_by_superior ON assignment_superior (superior_id, valid_from);

CREATE TABLE superior_closure (
    ancestor_id {uuid} NOT NULL REFERENCES assignment (id),
    descendant_id {uuid} NOT NULL REFERENCES assignment (id),
    PRIMARY KEY (ancestor_id, descendant_id)
){strict};
CREATE INDEX superior_closure_by_descendant ON superior_closure (descendant_id);

ALTER TABLE assignment ADD COLUMN superiors TEXT NOT NULL DEFAULT '[]';
";

/// The statement that fills the days from the images of the journal.
fn by_day(sql: &Sql) -> String {
    let recorded = if sql.postgres {
        "(DATE '1970-01-01' + CAST(FLOOR((v.at / 1000000 + {offset}) / 86400) AS INTEGER))"
    } else {
        "date(v.at / 1000000 + {offset}, 'unixepoch')"
    };
    // Indonesia's zones have no daylight saving time.
    let offset =
        "(CASE r.time_zone WHEN 'Asia/Makassar' THEN 28800 WHEN 'Asia/Jayapura' THEN 32400 ELSE 25200 END)";
    let later = if sql.postgres { "GREATEST" } else { "MAX" };
    format!(
        "INSERT INTO assignment_superior (assignment_id, superior_id, valid_from, valid_to)
        WITH image AS (
            SELECT a.id, a.valid_to AS ends, v.subject_version AS version, {superior} AS superior,
                CASE WHEN v.subject_version = 1 THEN a.valid_from ELSE {later}(a.valid_from, {recorded}) END AS since
            FROM event v
            JOIN event_payload i ON i.event_id = v.id
            JOIN assignment a ON a.id = v.subject_id
            JOIN org_unit r ON r.id = a.agency_id
            WHERE v.subject_kind = 'ASSIGNMENT' AND i.after IS NOT NULL
        ), of_day AS (
            SELECT image.*, ROW_NUMBER() OVER (PARTITION BY id, since ORDER BY version DESC) AS latest FROM image
        ), change AS (
            SELECT of_day.*, LAG(superior) OVER (PARTITION BY id ORDER BY since) AS previous
            FROM of_day WHERE latest = 1 AND superior IS NOT NULL AND (ends IS NULL OR since < ends)
        )
        SELECT id, superior, since, COALESCE(LEAD(since) OVER (PARTITION BY id ORDER BY since), ends)
        FROM change WHERE previous IS NULL OR previous <> superior",
        superior = sql.uuid(&sql.text("i.after", "superior")),
        recorded = recorded.replace("{offset}", offset),
    )
}

/// Removes days that do not lead to the present superior, because an image of the history is erased.
const WITHOUT_HISTORY: &str = "DELETE FROM assignment_superior WHERE assignment_id IN (
    SELECT a.id FROM assignment a WHERE NOT EXISTS (
        SELECT 1 FROM assignment_superior s WHERE s.assignment_id = a.id AND s.superior_id = a.superior_id
        AND s.valid_from = (SELECT MAX(l.valid_from) FROM assignment_superior l WHERE l.assignment_id = a.id)))";

/// Where no days are known, the present superior applies from the first day on.
const PRESENT: &str = "INSERT INTO assignment_superior (assignment_id, superior_id, valid_from, valid_to)
    SELECT a.id, a.superior_id, a.valid_from, a.valid_to FROM assignment a
    WHERE a.superior_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM assignment_superior s WHERE s.assignment_id = a.id)";

/// The statement that fills the document from the days, byte by byte as the server writes it.
fn document(sql: &Sql) -> String {
    let day = if sql.postgres { "s.valid_from::text" } else { "s.valid_from" };
    let one = format!(
        "'{{\"superior\":\"' || {id} || '\",\"from\":\"' || {day} || '\"}}'",
        id = sql.id_text("s.superior_id")
    );
    let all = if sql.postgres { "string_agg(one, ',' ORDER BY since)" } else { "group_concat(one, ',')" };
    format!(
        "UPDATE assignment SET superiors = '[' || (SELECT {all} FROM (
            SELECT {one} AS one, s.valid_from AS since FROM assignment_superior s
            WHERE s.assignment_id = assignment.id ORDER BY s.valid_from) AS days) || ']'
        WHERE EXISTS (SELECT 1 FROM assignment_superior s WHERE s.assignment_id = assignment.id)"
    )
}

/// UNION removes duplicates, so the recursion ends even on a loop.
const CLOSURE: &str = "INSERT INTO superior_closure (ancestor_id, descendant_id)
    WITH RECURSIVE above (of_id, id) AS (
        SELECT id, superior_id FROM assignment WHERE superior_id IS NOT NULL
        UNION SELECT b.of_id, a.superior_id FROM above b JOIN assignment a ON a.id = b.id
        WHERE a.superior_id IS NOT NULL)
    SELECT id, of_id FROM above";
