//! Adds the people on the form to plans and evaluations. For finished ones, reads them from the journal's images as
//! they were when the form was finished.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `plan.form` and `evaluation.form`, and fills them where the form is finished.
pub struct AddForms;

impl MigrationName for AddForms {
    fn name(&self) -> &'static str {
        "m20261127_000002_form"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddForms {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql { postgres: manager.get_database_backend() == DbBackend::Postgres };
        let connection = manager.get_connection();
        for finished in [PLANS, EVALUATIONS] {
            let add = format!("ALTER TABLE {} ADD COLUMN form TEXT", finished.table);
            connection.execute_unprepared(&add).await?;
            connection.execute_unprepared(&sql.fill(&finished)).await?;
        }
        Ok(())
    }
}

/// The objects of a table with a finished form.
struct Finished {
    table: &'static str,
    statuses: &'static str,
    /// The journal entries that finish the form. Objects without one were written in their last state.
    events: &'static str,
}

const PLANS: Finished =
    Finished { table: "plan", statuses: "'CLOSED', 'CANCELLED'", events: "'PLAN_CLOSED', 'PLAN_CANCELLED'" };

const EVALUATIONS: Finished = Finished {
    table: "evaluation",
    statuses: "'FINAL', 'DELIVERED', 'ACKNOWLEDGED', 'DEEMED_ACCEPTED', 'OBJECTED', 'DECIDED', 'CLOSED'",
    events: "'EVALUATION_FINALISED'",
};

/// SQL in the dialect of the database.
pub(crate) struct Sql {
    pub(crate) postgres: bool,
}

impl Sql {
    /// The statement that fills `form`. Where an image is erased, the present rows take its place.
    fn fill(&self, finished: &Finished) -> String {
        let Finished { table, statuses, events } = finished;
        let last = |more: &str| format!("(SELECT MAX(v.drawn) FROM event v WHERE v.subject_id = o.id{more})");
        let at = format!("COALESCE({}, {})", last(&format!(" AND v.kind IN ({events})")), last(""));
        let of_rater = |field| self.uuid(&self.text("f.rater", field));
        let person = |role, staff: &str, assignment: &str| {
            format!(
                "SELECT f.id, '{role}' AS role, {staff} AS staff_id, {assignment} AS assignment_id, f.at FROM finished f"
            )
        };
        let people = [
            person("ratee", "f.staff_id", "f.assignment_id"),
            person("rater", &of_rater("staff"), &of_rater("assignment")),
            person("superior", &of_rater("superior_staff"), &of_rater("superior_assignment")),
        ];
        let own = format!("{} = {}", self.text("p.assignment", "staff"), self.id_text("p.staff_id"));
        let printed = self.object(&[
            ("staff", &self.id_text("p.staff_id")),
            ("name", &self.or_now("p.staff", "name", "SELECT s.name FROM staff s WHERE s.id = p.staff_id")),
            ("nip", &self.or_now("p.staff", "nip", "SELECT s.nip FROM staff s WHERE s.id = p.staff_id")),
            ("rank", "p.rank"),
            ("position", &format!("COALESCE({}, '')", self.text("p.position", "name"))),
            ("unit_name", &format!("COALESCE({}, '')", self.text("p.unit", "name"))),
        ]);
        let of = |role, what: &str| {
            format!("MAX(CASE WHEN p.role = '{role}' AND p.staff_id IS NOT NULL THEN {what} END)")
        };
        let form = self.object(&[
            ("ratee", &self.json("p.ratee")),
            ("rater_rank", "p.rater_rank"),
            ("superior", &self.json("p.superior")),
        ]);
        format!(
            "WITH finished AS MATERIALIZED (
                SELECT o.id, o.staff_id, o.assignment_id, o.rater, {at} AS at
                FROM {table} o WHERE o.status IN ({statuses})
            ), person AS MATERIALIZED ({people}), imaged AS MATERIALIZED (
                SELECT p.*, {staff} AS staff, {assignment} AS assignment FROM person p
            ), placed AS MATERIALIZED (
                SELECT p.*, {position} AS position, {unit} AS unit,
                    CASE WHEN {own} THEN {rank} ELSE ({own_rank}) END AS rank
                FROM imaged p
            ), form AS MATERIALIZED (
                SELECT p.id, {ratee} AS ratee, {rater_rank} AS rater_rank, {superior} AS superior
                FROM placed p GROUP BY p.id
            )
            UPDATE {table} SET form = {as_text} FROM form p WHERE p.id = {table}.id",
            people = people.join(" UNION ALL "),
            staff = image("p.staff_id"),
            assignment = image("p.assignment_id"),
            position = image(&self.uuid(&self.text("p.assignment", "position"))),
            unit = image(&self.uuid(&self.text("p.assignment", "unit"))),
            rank = self.text("p.assignment", "rank"),
            // A delegate has the rank of an assignment of their own.
            own_rank = "SELECT a.rank FROM assignment a WHERE a.staff_id = p.staff_id AND a.rank IS NOT NULL \
                        ORDER BY a.valid_from DESC LIMIT 1",
            ratee = of("ratee", &self.as_text(&printed)),
            rater_rank = of("rater", "p.rank"),
            superior = of("superior", &self.as_text(&printed)),
            as_text = self.as_text(&form),
        )
    }

    /// A field of a JSON text, as text.
    pub(crate) fn text(&self, json: &str, field: &str) -> String {
        if self.postgres {
            format!("({json}::json ->> '{field}')")
        } else {
            format!("({json} ->> '{field}')")
        }
    }

    /// A field of an image, or what the rows say now.
    fn or_now(&self, image: &str, field: &str, now: &str) -> String {
        format!("CASE WHEN {image} IS NULL THEN ({now}) ELSE {} END", self.text(image, field))
    }

    /// An id from its text.
    pub(crate) fn uuid(&self, text: &str) -> String {
        if self.postgres { format!("({text})::uuid") } else { format!("unhex(replace({text}, '-', ''))") }
    }

    /// The text of an id.
    pub(crate) fn id_text(&self, id: &str) -> String {
        if self.postgres {
            return format!("({id})::text");
        }
        let part = |from, length| format!("substr(hex({id}), {from}, {length})");
        let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)];
        format!("lower({})", parts.join(" || '-' || "))
    }

    fn object(&self, fields: &[(&str, &str)]) -> String {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("'{name}', {value}")).collect();
        let make = if self.postgres { "json_build_object" } else { "json_object" };
        format!("{make}({})", fields.join(", "))
    }

    fn json(&self, text: &str) -> String {
        if self.postgres { format!("{text}::json") } else { format!("json({text})") }
    }

    fn as_text(&self, json: &str) -> String {
        if self.postgres { format!("{json}::text") } else { json.to_owned() }
    }
}

/// The last image of an object when the form was finished.
fn image(subject: &str) -> String {
    format!(
        "(SELECT i.after FROM event v JOIN event_payload i ON i.event_id = v.id \
         WHERE v.subject_id = {subject} AND v.drawn <= p.at AND i.after IS NOT NULL ORDER BY v.drawn DESC LIMIT 1)"
    )
}
