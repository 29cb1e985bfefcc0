//! The people of the city: NIPs, positions and superiors. All of them are invented.

use super::{
    Plan,
    dice::{Dice, percent, pick},
    names,
    tree::{self, SECRETARIAT},
    work::{Place, Sector},
};
use chrono::{Datelike, TimeZone, Utc};
use domain::{
    assignment::{Assignment, Capacity},
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    plan::{Form, FormPerson, RaterSnapshot},
    staff::{EmploymentKind, Position, PositionKind, Staff, StaffStatus},
    time::{Date, Instant},
    unit::{OrgUnit, UnitKind},
};
use rand::Rng;
use service::{Error, Result};
use std::collections::{BTreeMap, HashMap};

/// The positions of the city: code, name, kind, level.
const POSTS: [(&str, &str, PositionKind, Option<&str>); 17] = [
    ("WALIKOTA", "Wali Kota", PositionKind::Political, None),
    ("SEKDA", "Sekretaris Daerah", PositionKind::JptPratama, None),
    ("KEPALA-OPD", "Kepala Perangkat Daerah", PositionKind::JptPratama, None),
    ("CAMAT", "Camat", PositionKind::Administrator, None),
    ("KABID", "Kepala Bidang", PositionKind::Administrator, None),
    ("KASUBAG", "Kepala Subbagian", PositionKind::Supervisor, None),
    ("LURAH", "Lurah", PositionKind::Supervisor, None),
    ("KAPUS", "Kepala Puskesmas", PositionKind::Functional, Some("Ahli Muda")),
    ("KEPSEK", "Guru Ahli Madya (Kepala Sekolah)", PositionKind::Functional, Some("Ahli Madya")),
    ("GURU-PT", "Guru Ahli Pertama", PositionKind::Functional, Some("Ahli Pertama")),
    ("GURU-MU", "Guru Ahli Muda", PositionKind::Functional, Some("Ahli Muda")),
    ("GURU-MA", "Guru Ahli Madya", PositionKind::Functional, Some("Ahli Madya")),
    ("DOKTER", "Dokter Ahli Pertama", PositionKind::Functional, Some("Ahli Pertama")),
    ("PERAWAT", "Perawat Terampil", PositionKind::Functional, Some("Terampil")),
    ("ANALIS", "Penelaah Teknis Kebijakan", PositionKind::Implementer, None),
    ("PENGADMINISTRASI", "Pengadministrasi Perkantoran", PositionKind::Implementer, None),
    ("PRANATA", "Pranata Komputer Ahli Pertama", PositionKind::Functional, Some("Ahli Pertama")),
];

/// The posts and their kinds.
#[cfg(test)]
pub(super) fn posts() -> impl Iterator<Item = (&'static str, PositionKind)> {
    POSTS.iter().map(|(code, _, kind, _)| (*code, *kind))
}

/// A person with a demo login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Persona {
    Employee,
    Superior,
    UnitHead,
    PerformanceTeam,
    Admin,
    Auditor,
    Mayor,
}

impl Persona {
    pub const ALL: [Self; 7] = [
        Self::Employee,
        Self::Superior,
        Self::UnitHead,
        Self::PerformanceTeam,
        Self::Admin,
        Self::Auditor,
        Self::Mayor,
    ];

    /// Returns the user name and the role in the demo.
    pub const fn login(self) -> (&'static str, &'static str) {
        match self {
            Self::Employee => ("pegawai", "EMPLOYEE"),
            Self::Superior => ("atasan", "SUPERIOR"),
            Self::UnitHead => ("kepala", "UNIT_HEAD"),
            Self::PerformanceTeam => ("tim", "PERFORMANCE_TEAM"),
            Self::Admin => ("admin", "ADMIN"),
            Self::Auditor => ("auditor", "AUDITOR"),
            Self::Mayor => ("walikota", "MAYOR"),
        }
    }
}

/// A person with their only assignment.
pub(super) struct Person {
    pub staff: Staff,
    pub assignment: Assignment,
    /// The superior's index in the list; `None` for the mayor.
    pub superior: Option<usize>,
    /// The person's department.
    pub department: UnitId,
    /// The code of the position.
    pub post: &'static str,
    /// The kind of workplace; it determines the person's work.
    pub place: Place,
    pub position: String,
    pub unit_code: String,
    pub unit_name: String,
}

/// Units, positions and people, in the order of the tree: a superior comes before their reports.
pub(super) struct City {
    pub agency: AgencyId,
    pub units: Vec<OrgUnit>,
    pub positions: Vec<Position>,
    pub people: Vec<Person>,
    personas: BTreeMap<Persona, usize>,
    founded: Date,
}

impl City {
    pub fn new(dice: &Dice, plan: &Plan, first_year: i32) -> Result<Self> {
        let agency = AgencyId(dice.id("agency", 0, 0, 0));
        let founded = Date::from_ymd_opt(first_year - 1, 1, 2).unwrap_or_default();
        let staff = usize::try_from(plan.staff).unwrap_or(usize::MAX);
        let units = tree::units(*dice, agency, founded, staff / 4);
        let positions: Vec<Position> = POSTS
            .iter()
            .zip(0..)
            .map(|((code, name, kind, level), number)| Position {
                id: PositionId(dice.id("position", 0, number, 0)),
                agency,
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                kind: *kind,
                level: level.map(str::to_owned),
                version: 1,
            })
            .collect();
        let mut city =
            Self { agency, units, positions, people: Vec::new(), personas: BTreeMap::new(), founded };
        city.fill(*dice, staff);
        city.assign_personas()?;
        Ok(city)
    }

    /// Returns when the city was founded, for the journal.
    pub fn founded(&self) -> Instant {
        Utc.from_utc_datetime(&self.founded.and_time(chrono::NaiveTime::MIN))
    }

    /// Returns a persona's index in the list of people.
    pub fn persona(&self, persona: Persona) -> usize {
        self.personas.get(&persona).copied().unwrap_or_default()
    }

    /// Returns the snapshot of a person's rater that a plan stores.
    pub fn rater(&self, person: &Person) -> Option<RaterSnapshot> {
        let rater = &self.people[person.superior?];
        let above = rater.superior.map(|above| &self.people[above]);
        Some(RaterSnapshot {
            assignment: rater.assignment.id,
            staff: rater.staff.id,
            name: rater.staff.name.clone(),
            nip: rater.staff.nip.clone(),
            position: rater.position.clone(),
            unit_name: rater.unit_name.clone(),
            capacity: Capacity::Definitive,
            superior_assignment: above.map(|above| above.assignment.id),
            superior_staff: above.map(|above| above.staff.id),
        })
    }

    /// Returns the people on the form of a person's plan.
    pub fn form(&self, person: &Person) -> Option<Form> {
        let rater = &self.people[person.superior?];
        let superior = rater.superior.map(|above| printed(&self.people[above]));
        Some(Form { ratee: printed(person), rater_rank: rater.assignment.rank.clone(), superior })
    }

    fn fill(&mut self, dice: Dice, staff: usize) {
        let mut heads: HashMap<UnitId, usize> = HashMap::new();
        for index in 0..self.units.len() {
            let above = match index {
                0 => None,
                SECRETARIAT => heads.get(&self.units[0].id).copied(),
                _ if self.units[index].parent == Some(self.units[0].id) => {
                    heads.get(&self.units[SECRETARIAT].id).copied()
                }
                _ => self.units[index].parent.and_then(|parent| heads.get(&parent).copied()),
            };
            let unit = &self.units[index];
            let post = match (index, unit.kind) {
                (0, _) => "WALIKOTA",
                (SECRETARIAT, _) => "SEKDA",
                (_, UnitKind::Kecamatan) => "CAMAT",
                (_, UnitKind::Kelurahan) => "LURAH",
                (_, UnitKind::Puskesmas) => "KAPUS",
                (_, UnitKind::School) => "KEPSEK",
                (_, UnitKind::Subbag) => "KASUBAG",
                (_, UnitKind::Bidang) => "KABID",
                _ => "KEPALA-OPD",
            };
            let id = unit.id;
            let head = self.add(dice, index, post, above, true);
            heads.insert(id, head);
        }
        // The other people, by the size of their units; no one else works in the root unit.
        let weights: Vec<u32> = self.units.iter().map(|unit| weight(unit.kind, &unit.code)).collect();
        let total: u32 = weights.iter().sum();
        let mut rng = dice.roll("places", 0, 0);
        // First one person per unit, so that no head leads an empty unit if there are enough people.
        let mut places: Vec<usize> = (1..self.units.len()).collect();
        while self.people.len() < staff {
            let unit = places.pop().unwrap_or_else(|| {
                let mut at = rng.random_range(0..total);
                weights
                    .iter()
                    .position(|weight| at.checked_sub(*weight).map(|left| at = left).is_none())
                    .unwrap_or(1)
            });
            let posts: &[&'static str] = match self.units[unit].kind {
                UnitKind::School => {
                    &["GURU-PT", "GURU-PT", "GURU-MU", "GURU-MU", "GURU-MA", "PENGADMINISTRASI"]
                }
                UnitKind::Puskesmas => &["DOKTER", "PERAWAT", "PERAWAT", "PENGADMINISTRASI"],
                _ if self.units[unit].code.starts_with("RSUD") => {
                    &["DOKTER", "PERAWAT", "PERAWAT", "PERAWAT", "ANALIS"]
                }
                _ => &["ANALIS", "ANALIS", "PENGADMINISTRASI", "PRANATA"],
            };
            let post = *pick(&mut rng, posts);
            let head = heads.get(&self.units[unit].id).copied();
            self.add(dice, unit, post, head, false);
        }
    }

    fn add(
        &mut self,
        dice: Dice,
        unit: usize,
        post: &'static str,
        superior: Option<usize>,
        leads: bool,
    ) -> usize {
        let number = i32::try_from(self.people.len()).unwrap_or(i32::MAX);
        let mut rng = dice.roll("person", number, 0);
        let position = self.positions.iter().find(|position| position.code == post);
        let position_kind = position.map_or(PositionKind::Implementer, |position| position.kind);
        let (position_id, position_name) =
            position.map_or_else(Default::default, |position| (Some(position.id), position.name.clone()));
        let kind = match post {
            "WALIKOTA" => EmploymentKind::NonAsn,
            "GURU-PT" | "PERAWAT" if percent(&mut rng, 45) => EmploymentKind::Pppk,
            "PENGADMINISTRASI" if percent(&mut rng, 15) => EmploymentKind::PppkPartTime,
            "ANALIS" | "PRANATA" if percent(&mut rng, 6) => EmploymentKind::Cpns,
            _ => EmploymentKind::Pns,
        };
        let rank = names::rank(&mut rng, (post, position_kind), kind);
        let name = names::name(&mut rng, post);
        let nip = (kind != EmploymentKind::NonAsn).then(|| nip(&mut rng, kind, number, self.founded));
        let unit = &self.units[unit];
        let department = self.department(unit);
        let of_department = self.units.iter().find(|unit| unit.id == department);
        let sector = of_department.map_or(Sector::Other, |unit| Sector::of(&unit.code));
        let staff = Staff {
            id: StaffId(dice.id("staff", 0, number, 0)),
            agency: self.agency,
            nip,
            name,
            employment_kind: kind,
            status: StaffStatus::Active,
            ended_on: None,
            end_reason: None,
            external_id: None,
            source: None,
            version: 1,
        };
        let assignment = Assignment {
            id: AssignmentId(dice.id("assignment", 0, number, 0)),
            agency: self.agency,
            staff: staff.id,
            unit: unit.id,
            position: position_id.unwrap_or(PositionId(uuid::Uuid::nil())),
            rank: rank.map(str::to_owned),
            superior: None,
            superiors: Vec::new(),
            capacity: Capacity::Definitive,
            leads,
            valid_from: self.founded,
            valid_to: None,
            never_held: false,
            version: 1,
        }
        .under(superior.map(|superior| self.people[superior].assignment.id));
        let (unit_code, unit_name) = (unit.code.clone(), unit.name.clone());
        self.people.push(Person {
            staff,
            assignment,
            superior,
            department,
            post,
            place: Place { sector, post },
            position: position_name,
            unit_code,
            unit_name,
        });
        self.people.len() - 1
    }

    /// Lists the assignments above a person, the direct superior's first.
    pub fn above(&self, person: &Person) -> Vec<AssignmentId> {
        let superior_of = |index: &usize| self.people[*index].superior;
        let above = std::iter::successors(person.superior, superior_of);
        above.map(|index| self.people[index].assignment.id).collect()
    }

    /// Returns the department of a unit: its ancestor directly below the root.
    fn department(&self, unit: &OrgUnit) -> UnitId {
        let mut at = unit;
        while let Some(parent) = at.parent
            && parent != self.units[0].id
        {
            match self.units.iter().find(|unit| unit.id == parent) {
                Some(above) => at = above,
                None => break,
            }
        }
        at.id
    }

    /// Selects the people for the demo's logins.
    fn assign_personas(&mut self) -> Result<()> {
        let missing = || Error::internal("the city is too small for its roles");
        let in_unit = |city: &Self, code: &str, leads: bool| {
            let unit = city.units.iter().find(|unit| unit.code == code)?.id;
            city.people
                .iter()
                .position(|person| person.assignment.unit == unit && person.assignment.leads == leads)
        };
        let section = "DISDIKBUD-1";
        let employee = in_unit(self, section, false).ok_or_else(missing)?;
        let superior = in_unit(self, section, true).ok_or_else(missing)?;
        let head = in_unit(self, "DISDIKBUD", true).ok_or_else(missing)?;
        let team = in_unit(self, "DISDIKBUD", false).ok_or_else(missing)?;
        let admin = in_unit(self, "BKPSDM", false).ok_or_else(missing)?;
        let auditor = in_unit(self, "INSPEKTORAT", false).ok_or_else(missing)?;
        // The head of the root unit comes first in the tree.
        let people = [employee, superior, head, team, admin, auditor, 0];
        self.personas = Persona::ALL.into_iter().zip(people).collect();
        Ok(())
    }
}

/// Relative number of people in a unit.
fn weight(kind: UnitKind, code: &str) -> u32 {
    match kind {
        UnitKind::Agency => 0,
        UnitKind::School => 34,
        UnitKind::Puskesmas => 30,
        UnitKind::Kelurahan => 5,
        _ if code == "RSUD" => 160,
        UnitKind::Opd => 8,
        _ => 7,
    }
}

/// Generates a well-formed NIP: birth date, appointment, sex, sequence number.
fn nip(rng: &mut impl Rng, kind: EmploymentKind, number: i32, founded: Date) -> String {
    let last = founded.year();
    let birth = rng.random_range(last - 56..=last - 26);
    let appointed = rng.random_range(birth + 22..=(birth + 33).min(last));
    // The sequence number has three digits; people with the same one have different birthdays.
    let round = number / 999;
    let (month, day) = (round / 28 % 2 * 6 + rng.random_range(1..=6), round % 28 + 1);
    let start = match kind {
        EmploymentKind::Pppk | EmploymentKind::PppkPartTime => "21".to_owned(),
        _ => format!("{:02}", rng.random_range(1..=12)),
    };
    let (sex, sequence) = (rng.random_range(1..=2), number % 999 + 1);
    format!("{birth:04}{month:02}{day:02}{appointed:04}{start}{sex}{sequence:03}")
}

fn printed(person: &Person) -> FormPerson {
    FormPerson {
        staff: person.staff.id,
        name: person.staff.name.clone(),
        nip: person.staff.nip.clone(),
        rank: person.assignment.rank.clone(),
        position: person.position.clone(),
        unit_name: person.unit_name.clone(),
    }
}
