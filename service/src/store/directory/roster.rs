//! Finds the assignments that are gaps in the chain of command. Each kind of gap takes one statement.

use crate::{
    db::{Backend, Source},
    error::Result,
    store,
};
use domain::{
    actor::{Actor, Coverage, Role},
    assignment::Assignment,
    evaluation::EvaluationStatus,
    id::{AgencyId, AssignmentId, StaffId, UnitId},
    plan::PlanStatus,
    staff::{EmploymentKind, StaffStatus},
    time::Date,
};
use entity::{role_grant, staff};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Statement,
    Value, sea_query::ArrayType,
};
use std::collections::BTreeSet;
use strum::IntoEnumIterator;
use uuid::Uuid;

/// Which assignments to check for gaps.
#[derive(Clone, Debug)]
pub enum Among {
    /// Everyone in the agency.
    Agency,
    /// The assignments in these units.
    Units(BTreeSet<UnitId>),
    /// These assignments, and the assignments directly below them.
    Posts(Vec<AssignmentId>),
}

impl Among {
    /// The assignments in the units that the actor manages; `None` if the actor manages no unit.
    #[must_use]
    pub fn managed_by(actor: &Actor) -> Option<Self> {
        match actor.performance_team.union(&actor.admin) {
            Coverage::Nothing => None,
            Coverage::Units(units) => Some(Self::Units(units)),
            Coverage::Everything => Some(Self::Agency),
        }
    }
}

/// The statements of one check.
pub(crate) struct Roster<'a, C> {
    pub source: Source<'a, C>,
    pub agency: AgencyId,
    /// Which assignments to check.
    pub among: &'a Among,
    /// The day.
    pub on: Date,
}

impl<C: ConnectionTrait> Roster<'_, C> {
    fn is_postgres(&self) -> bool {
        self.source.backend == Backend::Postgres
    }

    fn place(&self, number: usize) -> String {
        format!("{}{number}", if self.is_postgres() { '$' } else { '?' })
    }

    /// The condition that a dated row of an alias is current on the day.
    fn open(&self, alias: &str) -> String {
        let day = self.place(2);
        format!("{alias}.valid_from <= {day} AND ({alias}.valid_to IS NULL OR {alias}.valid_to > {day})")
    }

    /// The condition that `s` is the last superior of an assignment `a` up to the day. After the end of `a`, this
    /// superior rates its unfinished work.
    fn last(&self) -> String {
        format!(
            "s.valid_from = (SELECT MAX(l.valid_from) FROM assignment_superior l \
             WHERE l.assignment_id = a.id AND l.valid_from <= {})",
            self.place(2)
        )
    }

    /// The condition that an assignment `a` is one of those to check. `above` selects the superiors `s` of `a` on the
    /// day.
    fn among(&self, above: &str) -> String {
        let one_of = |column: &str| match self.source.backend {
            Backend::Postgres => format!("{column} = ANY({})", self.place(3)),
            Backend::Sqlite => {
                let places: Vec<String> = (0..self.ids().len()).map(|at| self.place(3 + at)).collect();
                format!("{column} IN ({})", places.join(", "))
            }
        };
        match self.among {
            Among::Agency => String::new(),
            Among::Units(_) => format!(" AND {}", one_of("a.unit_id")),
            Among::Posts(_) => format!(
                " AND ({} OR EXISTS (SELECT 1 FROM assignment_superior s WHERE s.assignment_id = a.id AND {above} AND {}))",
                one_of("a.id"),
                one_of("s.superior_id")
            ),
        }
    }

    fn ids(&self) -> Vec<Uuid> {
        match self.among {
            Among::Agency => Vec::new(),
            Among::Units(units) => units.iter().map(|unit| unit.0).collect(),
            Among::Posts(posts) => posts.iter().map(|post| post.0).collect(),
        }
    }

    /// Finds the open assignments of appraised people for which no superior can act, and the ended ones with unfinished
    /// evaluations that nobody can rate. The database knows only which evaluations are unfinished now, so ended
    /// assignments are found for today and later days only.
    pub(crate) async fn without_rater(&self, today: Date) -> Result<Vec<Assignment>> {
        let open = self.nobody_above(&self.open("a"), &self.open("s"));
        if self.on < today {
            return self.assignments(&open).await;
        }
        let unfinished = EvaluationStatus::iter().filter(|status| status.is_unfinished());
        let unfinished: Vec<String> = unfinished.map(|status| format!("'{status}'")).collect();
        let ended = format!(
            "a.valid_to <= {day} AND EXISTS (SELECT 1 FROM evaluation e JOIN plan q ON q.id = e.plan_id \
             WHERE e.staff_id = a.staff_id AND e.assignment_id = a.id AND e.status IN ({}) \
             AND q.status <> '{cancelled}')",
            unfinished.join(", "),
            day = self.place(2),
            cancelled = PlanStatus::Cancelled,
        );
        let ended = self.nobody_above(&ended, &self.last());
        self.assignments(&format!("{open} UNION ALL {ended}")).await
    }

    /// Selects the assignments of appraised people that match the condition `which` and for which no superior can act.
    /// A superior can act if another person holds the superior post or acts for it. These are two conditions without an
    /// `OR`, so that PostgreSQL can use a join for each. `above` selects the superiors `s` of `a` on the day.
    fn nobody_above(&self, which: &str, above: &str) -> String {
        format!(
            "SELECT a.id FROM assignment a JOIN staff w ON w.id = a.staff_id \
             WHERE a.agency_id = {agency} AND {which} AND w.employment_kind <> '{outside}'{among} \
             AND NOT EXISTS (SELECT 1 FROM assignment_superior s JOIN assignment p ON p.id = s.superior_id \
             WHERE s.assignment_id = a.id AND {above} AND {holds} AND p.staff_id <> a.staff_id) \
             AND NOT EXISTS (SELECT 1 FROM assignment_superior s JOIN delegation d ON d.assignment_id = s.superior_id \
             WHERE s.assignment_id = a.id AND {above} AND {delegated} AND d.delegate_id <> a.staff_id)",
            agency = self.place(1),
            outside = EmploymentKind::NonAsn,
            among = self.among(above),
            holds = self.open("p"),
            delegated = self.open("d"),
        )
    }

    /// Finds the open assignments that are above themselves in the chain of superiors. UNION removes duplicates, so the
    /// recursion ends.
    pub(crate) async fn loops(&self, today: Date) -> Result<Vec<Assignment>> {
        let (agency, open, among) = (self.place(1), self.open("a"), self.among(&self.open("s")));
        if self.on == today {
            let select = format!(
                "SELECT a.id FROM assignment a JOIN superior_closure c \
                 ON c.descendant_id = a.id AND c.ancestor_id = c.descendant_id \
                 WHERE a.agency_id = {agency} AND {open}{among}"
            );
            return self.assignments(&select).await;
        }
        let days = self.open("s");
        let select = format!(
            "WITH RECURSIVE above (of_id, id) AS (\
             SELECT s.assignment_id, s.superior_id FROM assignment_superior s WHERE {days} \
             UNION SELECT b.of_id, s.superior_id FROM above b \
             JOIN assignment_superior s ON s.assignment_id = b.id WHERE {days}) \
             SELECT a.id FROM assignment a JOIN above b ON b.of_id = a.id AND b.id = a.id \
             WHERE a.agency_id = {agency} AND {open}{among}"
        );
        self.assignments(&select).await
    }

    /// Runs a statement that selects the ids of assignments, and loads them. Its first parameters are the agency and
    /// the day, the third the ids of `among`.
    async fn assignments(&self, select: &str) -> Result<Vec<Assignment>> {
        let mut values: Vec<Value> = vec![self.agency.0.into(), self.on.into()];
        let ids = self.ids();
        match self.among {
            Among::Agency => {}
            Among::Units(_) | Among::Posts(_) if ids.is_empty() => return Ok(Vec::new()),
            _ => {
                let ids = ids.into_iter().map(Value::from);
                if self.is_postgres() {
                    values.push(Value::Array(ArrayType::Uuid, Some(Box::new(ids.collect()))));
                } else {
                    values.extend(ids);
                }
            }
        }
        let connection = self.source.connection;
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), select, values);
        let mut found = Vec::new();
        for row in connection.query_all_raw(statement).await? {
            found.push(AssignmentId(row.try_get_by_index(0)?));
        }
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let loaded = store::assignment::by_ids(self.source, self.agency, &found).await?;
        let mut loaded: Vec<Assignment> = loaded.into_values().collect();
        loaded.sort_by_key(|one| one.id);
        Ok(loaded)
    }

    /// Finds the heads of units that have several heads.
    pub(crate) async fn several_heads(&self) -> Result<Vec<Assignment>> {
        let (agency, open, among) = (self.place(1), self.open("a"), self.among(&self.open("s")));
        let other = self.open("o");
        let select = format!(
            "SELECT a.id FROM assignment a WHERE a.agency_id = {agency} AND a.leads = {yes} AND {open}{among} \
             AND EXISTS (SELECT 1 FROM assignment o WHERE o.unit_id = a.unit_id AND o.leads = {yes} \
             AND o.staff_id <> a.staff_id AND {other})",
            yes = if self.is_postgres() { "TRUE" } else { "1" },
        );
        self.assignments(&select).await
    }
}

/// The admins of an agency who have not left, each with the unit whose subtree their role covers.
pub(crate) async fn admins<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<(StaffId, UnitId)>> {
    let active = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(staff::Column::AgencyId.eq(agency.0))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()));
    let grants = role_grant::Entity::find()
        .filter(role_grant::Column::AgencyId.eq(agency.0))
        .filter(role_grant::Column::Role.eq(Role::Admin.to_string()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .filter(role_grant::Column::StaffId.in_subquery(active.into_query()))
        .order_by_asc(role_grant::Column::StaffId)
        .all(source.connection)
        .await?;
    Ok(grants.into_iter().map(|grant| (StaffId(grant.staff_id), UnitId(grant.unit_id))).collect())
}
