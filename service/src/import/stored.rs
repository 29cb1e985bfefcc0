//! The stored organisation that an import is compared with. It is loaded completely, in a few statements, because an
//! agency has only some thousand people.

use crate::{
    db::{Connection, Source},
    error::Result,
    store,
};
use chrono::Days;
use domain::{
    assignment::{Assignment, Capacity, Post, UNDO_DAYS},
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    import::{PositionRow, Sheets, StaffRow, SuperiorRow, UnitRow, acting_rows},
    staff::{Position, Staff, StaffStatus},
    time::Date,
    unit::OrgUnit,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The organisation that is already stored.
pub(super) struct StoredOrganisation {
    pub agency: AgencyId,
    pub today: Date,
    pub units: BTreeMap<String, OrgUnit>,
    pub positions: BTreeMap<String, Position>,
    pub staff: HashMap<StaffId, Staff>,
    pub by_key: ByKey,
    /// The assignment of each person that an import can change.
    pub main: HashMap<StaffId, Assignment>,
    /// The assignments of each person that ended so recently that the transfer can still be undone.
    pub ended: HashMap<StaffId, Vec<Assignment>>,
    /// The posts in the units and positions of acting rows, past ones too, with the people who act for them.
    pub posts: Vec<Post>,
    /// The posts for which somebody acts today.
    pub acted_for: Vec<Post>,
    /// NIPs that an import can't use, because they belong to people of another agency.
    pub taken: BTreeSet<String>,
    /// People who have left, by NIP and external id. They can be reinstated, not imported.
    pub left: HashMap<String, Staff>,
    /// The stored organisation as import rows.
    pub sheets: Sheets,
}

impl StoredOrganisation {
    pub async fn load<C: Connection>(
        source: Source<'_, C>,
        agency: AgencyId,
        today: Date,
        file: &Sheets,
    ) -> Result<Self> {
        let units = store::org_unit::of_agency(source, agency, today).await?;
        let positions = store::position::of_agency(source, agency).await?;
        let (people, left): (Vec<Staff>, Vec<Staff>) = store::staff::of_agency(source, agency)
            .await?
            .into_iter()
            .partition(|person| person.status == StaffStatus::Active);
        let main = main(store::assignment::unended_in(source, agency, today).await?);
        let lately = today.checked_sub_days(Days::new(UNDO_DAYS.unsigned_abs())).unwrap_or(today);
        let mut ended: HashMap<StaffId, Vec<Assignment>> = HashMap::new();
        let ended_lately = store::assignment::ended_in(source, agency, (lately, today)).await?;
        for post in ended_lately.into_iter().filter(Assignment::has_days) {
            ended.entry(post.staff).or_default().push(post);
        }
        let nips: Vec<&str> = file.staff.iter().filter_map(|row| row.nip.as_deref()).collect();
        let taken = store::staff::nips_elsewhere(source, agency, &nips).await?;
        let left = left.into_iter().flat_map(|person| {
            let keys = [person.nip.clone(), person.external_id.clone()];
            keys.into_iter().flatten().map(move |key| (key, person.clone())).collect::<Vec<_>>()
        });
        let acted_for = store::delegation::of_agency_on(source, agency, today).await?;
        let acted_for: BTreeSet<AssignmentId> = acted_for.into_iter().map(|one| one.assignment).collect();
        let acted_for = store::assignment::posts(source, agency, &Vec::from_iter(acted_for)).await?;
        let mut stored = Self {
            agency,
            today,
            units: units.into_iter().map(|unit| (unit.code.clone(), unit)).collect(),
            positions: positions.into_iter().map(|position| (position.code.clone(), position)).collect(),
            by_key: ByKey::of(&people),
            staff: people.into_iter().map(|person| (person.id, person)).collect(),
            main,
            ended,
            posts: Vec::new(),
            acted_for: acted_for.into_values().collect(),
            taken,
            left: left.collect(),
            sheets: Sheets::default(),
        };
        stored.sheets = stored.as_rows();
        stored.posts = stored.posts_of(source, file).await?;
        Ok(stored)
    }

    /// Loads the posts that the acting rows of a file name.
    async fn posts_of<C: Connection>(&self, source: Source<'_, C>, file: &Sheets) -> Result<Vec<Post>> {
        let acting = acting_rows(file, &self.sheets);
        let rows = || file.staff.iter().filter(|row| acting.contains(&row.row));
        let units = rows().filter_map(|row| self.units.get(&row.unit_code)).map(|unit| unit.id);
        let positions = rows().filter_map(|row| self.positions.get(&row.position_code)).map(|one| one.id);
        if acting.is_empty() {
            return Ok(Vec::new());
        }
        let found = store::assignment::in_units_and_positions(source, self.agency, units, positions).await?;
        let found: Vec<AssignmentId> = found.into_iter().map(|one| one.id).collect();
        let mut posts: Vec<Post> =
            store::assignment::posts(source, self.agency, &found).await?.into_values().collect();
        posts.sort_by_key(|post| (post.valid_from, post.id));
        Ok(posts)
    }

    fn as_rows(&self) -> Sheets {
        let unit_codes: HashMap<UnitId, &str> =
            self.units.values().map(|unit| (unit.id, unit.code.as_str())).collect();
        let position_codes: HashMap<PositionId, &str> =
            self.positions.values().map(|position| (position.id, position.code.as_str())).collect();
        let units = self.units.values().map(|unit| UnitRow {
            row: 0,
            code: unit.code.clone(),
            name: unit.name.clone(),
            kind: unit.kind,
            parent_code: unit.parent.and_then(|parent| unit_codes.get(&parent)).map(ToString::to_string),
            external_id: unit.external_id.clone(),
        });
        let positions = self.positions.values().map(|position| PositionRow {
            row: 0,
            code: position.code.clone(),
            name: position.name.clone(),
            kind: position.kind,
            level: position.level.clone(),
        });
        let staff = self.staff.values().map(|person| {
            let assignment = self.main.get(&person.id);
            let code_of = |code: Option<&&str>| code.map(ToString::to_string).unwrap_or_default();
            StaffRow {
                row: 0,
                nip: person.nip.clone(),
                external_id: person.external_id.clone(),
                name: person.name.clone(),
                employment_kind: person.employment_kind,
                unit_code: code_of(assignment.and_then(|assignment| unit_codes.get(&assignment.unit))),
                position_code: code_of(
                    assignment.and_then(|assignment| position_codes.get(&assignment.position)),
                ),
                rank: assignment.and_then(|assignment| assignment.rank.clone()),
                capacity: Some(assignment.map_or(Capacity::Definitive, |assignment| assignment.capacity)),
                leads: Some(assignment.is_some_and(|assignment| assignment.leads)),
                valid_from: assignment.map(|assignment| assignment.valid_from),
            }
        });
        let holders: HashMap<AssignmentId, StaffId> =
            self.main.values().map(|assignment| (assignment.id, assignment.staff)).collect();
        let key = |id: &StaffId| {
            let person = self.staff.get(id)?;
            person.nip.clone().or_else(|| person.external_id.clone())
        };
        let superiors = self.main.values().filter_map(|assignment| {
            let superior = holders.get(&assignment.superior?)?;
            Some(SuperiorRow { row: 0, staff: key(&assignment.staff)?, superior: key(superior)? })
        });
        Sheets {
            units: units.collect(),
            positions: positions.collect(),
            staff: staff.collect(),
            superiors: superiors.collect(),
        }
    }
}

/// People by NIP and by external id. The external id of one person can be the NIP of another.
#[derive(Clone, Default)]
pub(super) struct ByKey {
    nips: HashMap<String, StaffId>,
    ids: HashMap<String, StaffId>,
}

impl ByKey {
    fn of(people: &[Staff]) -> Self {
        let mut by_key = Self::default();
        for person in people {
            by_key.add(person.nip.as_ref(), person.external_id.as_ref(), person.id);
        }
        by_key
    }

    pub fn add(&mut self, nip: Option<&String>, external_id: Option<&String>, person: StaffId) {
        self.nips.extend(nip.map(|nip| (nip.clone(), person)));
        self.ids.extend(external_id.map(|id| (id.clone(), person)));
    }

    /// Makes a NIP free for another person.
    pub fn free(&mut self, nip: &str) {
        self.nips.remove(nip);
    }

    pub fn with_nip(&self, nip: &str) -> Option<StaffId> {
        self.nips.get(nip).copied()
    }

    pub fn with_external_id(&self, id: &str) -> Option<StaffId> {
        self.ids.get(id).copied()
    }

    /// The person with a NIP or external id.
    pub fn find(&self, key: &str) -> Option<StaffId> {
        self.with_nip(key).or_else(|| self.with_external_id(key))
    }

    /// The person of a row, by its NIP, or else by its external id.
    pub fn of_row(&self, row: &StaffRow) -> Option<StaffId> {
        let (nip, id) = (row.nip.as_deref(), row.external_id.as_deref());
        let by_nip = nip.and_then(|nip| self.with_nip(nip));
        let by_id = || id.and_then(|id| self.with_external_id(id));
        // The id may be in the wrong column. The check of the sheets has refused rows whose other id contradicts it.
        by_nip.or_else(by_id).or_else(|| nip.or(id).and_then(|key| self.find(key)))
    }
}

/// Picks one assignment for each person: definitive before acting, then the latest.
fn main(assignments: Vec<Assignment>) -> HashMap<StaffId, Assignment> {
    let mut main: HashMap<StaffId, Assignment> = HashMap::new();
    let rank = |assignment: &Assignment| {
        (assignment.capacity == Capacity::Definitive, assignment.valid_from, assignment.id)
    };
    for assignment in assignments {
        let best = main.entry(assignment.staff).or_insert_with(|| assignment.clone());
        if rank(&assignment) > rank(best) {
            *best = assignment;
        }
    }
    main
}
