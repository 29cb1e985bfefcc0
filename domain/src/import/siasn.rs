//! The files of SIASN, the personnel system of the civil service agency (BKN), as they are: the table "Export Data ASN"
//! and the list of units `ref-unor`.
//!
//! Units are known by their id in SIASN, people by `pns_id`. The head of each unit (`PemimpinPnsId`) rates its people, and
//! the head of the unit above rates the head. A person for whom this names nobody is listed, never guessed.

use super::{
    Finding, Fixer, Parsed, PositionRow, RawStaff, RowKind, Severity, Sheets, StaffRow, SuperiorRow, UnitRow,
    cell::{clean, clean_code},
    excerpt, parse_staff,
    words::{Words, level},
};
use crate::{
    Key, Message, Refusal,
    error::text,
    staff::PositionKind,
    unit::{CODE_MAX, NAME_MAX, UnitKind},
};
use std::collections::{BTreeMap, BTreeSet};

/// A raw row of `ref-unor`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the cells of SiasnUnit")]
pub struct RawSiasnUnit {
    pub id: String,
    pub parent: String,
    pub name: String,
    pub echelon: String,
    pub quick_code: String,
    pub head: String,
}

/// A row of `ref-unor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiasnUnit {
    /// The row of the sheet, from 1.
    pub row: u32,
    /// Its id in SIASN.
    pub id: String,
    /// The id of the unit above, `DiatasanId`.
    pub parent: Option<String>,
    /// Its name.
    pub name: String,
    /// The echelon of its head, such as `31`.
    pub echelon: String,
    /// `CepatKode`, by which people know it.
    pub quick_code: Option<String>,
    /// The `pns_id` of its head.
    pub head: Option<String>,
}

/// A raw row of "Export Data ASN": only what an appraisal needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the file")]
pub struct RawSiasnPerson {
    pub pns_id: String,
    pub nip: String,
    pub name: String,
    pub title_before: String,
    pub title_behind: String,
    pub employment: String,
    pub employment_kind: String,
    pub standing: String,
    pub standing_name: String,
    pub rank: String,
    pub position_kind: String,
    pub position: String,
    pub position_name: String,
    pub since: String,
    pub unit: String,
}

/// A row of "Export Data ASN".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiasnPerson {
    /// The person; unit and position have the ids of SIASN.
    pub staff: StaffRow,
    /// The kind of the position, `jenis_jabatan_id`.
    pub position_kind: String,
    /// The name of the position.
    pub position_name: String,
    /// The legal standing if it is that of someone who has left the service.
    pub left: Option<String>,
}

/// The rows of both files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiasnRows {
    /// Units.
    pub units: Vec<SiasnUnit>,
    /// People.
    pub people: Vec<SiasnPerson>,
}

impl SiasnRows {
    /// Whether a file of SIASN was read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.units.is_empty() && self.people.is_empty()
    }
}

/// Parses a row of `ref-unor`.
#[must_use]
pub fn parse_siasn_unit(row: u32, raw: &RawSiasnUnit) -> Parsed<SiasnUnit> {
    let mut refusals = Vec::new();
    let id = text("externalId", &clean_code(&raw.id), CODE_MAX, &mut refusals);
    let name = text("name", &clean(&raw.name), NAME_MAX, &mut refusals);
    let findings: Vec<Finding> = refusals
        .into_iter()
        .map(|refusal| Finding::for_importer(RowKind::Unit, row, refusal, Severity::Error))
        .collect();
    let given = |text: &str| Some(clean_code(text)).filter(|text| !text.is_empty());
    let unit = SiasnUnit {
        row,
        // Some lists name the top unit as its own parent.
        parent: given(&raw.parent).filter(|parent| *parent != id),
        id,
        name,
        echelon: clean_code(&raw.echelon),
        quick_code: given(&raw.quick_code),
        head: given(&raw.head),
    };
    (findings.is_empty().then_some(unit), findings)
}

/// Parses a row of "Export Data ASN".
#[must_use]
pub fn parse_siasn_person(row: u32, raw: &RawSiasnPerson) -> Parsed<SiasnPerson> {
    let titles = |name: String, before: &str, behind: &str| {
        let front = if before.is_empty() { name } else { format!("{before} {name}") };
        if behind.is_empty() { front } else { format!("{front}, {behind}") }
    };
    let name = clean(&raw.name);
    let full = titles(name.clone(), &clean(&raw.title_before), &clean(&raw.title_behind));
    let position = clean_code(&raw.position);
    let staff = RawStaff {
        nip: raw.nip.clone(),
        external_id: raw.pns_id.clone(),
        name: if name.is_empty() { name } else { full },
        employment_kind: employment(&clean(&raw.employment), &clean(&raw.employment_kind)),
        unit_code: raw.unit.clone(),
        // Structural positions of some exports have no id: there is one in each unit.
        position_code: if position.is_empty() && !clean(&raw.position_name).is_empty() {
            format!("S-{}", clean_code(&raw.unit))
        } else {
            position
        },
        rank: raw.rank.clone(),
        valid_from: raw.since.clone(),
        ..RawStaff::default()
    };
    let (staff, findings) = parse_staff(row, &staff);
    let standing = clean(&raw.standing_name);
    let has_left = ["88", "99"].contains(&clean_code(&raw.standing).as_str())
        || ["PENSIUN", "MENINGGAL", "DIBERHENTIKAN", "BERHENTI"]
            .iter()
            .any(|word| standing.to_uppercase().contains(word));
    let person = staff.map(|staff| SiasnPerson {
        staff,
        position_kind: clean_code(&raw.position_kind),
        position_name: clean(&raw.position_name),
        left: has_left.then(|| if standing.is_empty() { clean_code(&raw.standing) } else { standing }),
    });
    (person, findings)
}

/// The word for the employment kind: `status_cpns_pns` is P or C for PNS and CPNS, and `jenis_pegawai_nama` names PPPK.
fn employment(status: &str, kind: &str) -> String {
    let upper = kind.to_uppercase();
    let is_contract = upper.contains("PPPK") || upper.contains("PERJANJIAN KERJA");
    match status.to_uppercase().as_str() {
        _ if is_contract && upper.contains("PARUH") => "PPPK PARUH WAKTU".to_owned(),
        _ if is_contract => "PPPK".to_owned(),
        "P" => "PNS".to_owned(),
        "C" => "CPNS".to_owned(),
        "" => kind.to_owned(),
        _ => status.to_owned(),
    }
}

/// The rows of an import that the files of SIASN mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// The rows.
    pub sheets: Sheets,
    /// What can't be derived, by row.
    pub findings: Vec<Finding>,
    /// The rows with their labels, for the report.
    pub labels: Vec<(RowKind, u32, String)>,
}

/// Derives units, positions, people and superiors from the files of SIASN and what is stored.
#[must_use]
pub fn derive(rows: &SiasnRows, known: &Sheets) -> Derived {
    let mut derived = Derived::default();
    if rows.is_empty() {
        return derived;
    }
    let codes = codes(&rows.units, known);
    units(&rows.units, &codes, known, &mut derived);
    people(rows, &codes, known, &mut derived);
    superiors(rows, known, &mut derived);
    derived
}

fn finding(sheet: RowKind, row: u32, column: &str, message: Message, severity: Severity) -> Finding {
    Finding::new(sheet, row, Refusal::input([column], message), Fixer::PersonnelAgency, severity)
}

/// The code of each unit by its id in SIASN: the stored one, that of the root for the top unit, `CepatKode` where it is
/// unique, otherwise the id.
fn codes(units: &[SiasnUnit], known: &Sheets) -> BTreeMap<String, String> {
    let stored = known.units.iter().filter_map(|unit| Some((unit.external_id.clone()?, unit.code.clone())));
    let mut codes: BTreeMap<String, String> = stored.collect();
    let ids: BTreeSet<&str> = units.iter().map(|unit| unit.id.as_str()).collect();
    let is_top = |unit: &&SiasnUnit| unit.parent.as_deref().is_none_or(|parent| !ids.contains(parent));
    let root = known.units.iter().find(|unit| unit.parent_code.is_none());
    let tops: Vec<&SiasnUnit> = units.iter().filter(is_top).collect();
    if let ([top], Some(root)) = (tops.as_slice(), root)
        && !codes.contains_key(&top.id)
        && top.parent.as_ref().is_none_or(|parent| !codes.contains_key(parent))
        && root.external_id.is_none()
    {
        codes.insert(top.id.clone(), root.code.clone());
    }
    let mut used: BTreeMap<&str, u32> = BTreeMap::new();
    for code in units.iter().filter_map(|unit| unit.quick_code.as_deref()) {
        *used.entry(code).or_default() += 1;
    }
    let taken: BTreeSet<&str> = known.units.iter().map(|unit| unit.code.as_str()).collect();
    for unit in units {
        let is_free = |code: &&String| {
            used.get(code.as_str()) == Some(&1)
                && !taken.contains(code.as_str())
                && code.chars().count() <= CODE_MAX
        };
        let code = unit.quick_code.as_ref().filter(is_free).unwrap_or(&unit.id);
        codes.entry(unit.id.clone()).or_insert_with(|| code.clone());
    }
    codes
}

fn units(units: &[SiasnUnit], codes: &BTreeMap<String, String>, known: &Sheets, derived: &mut Derived) {
    let stored: BTreeMap<&str, &UnitRow> =
        known.units.iter().map(|unit| (unit.code.as_str(), unit)).collect();
    let root = known.units.iter().find(|unit| unit.parent_code.is_none());
    for unit in units {
        let Some(code) = codes.get(&unit.id) else { continue };
        let before = stored.get(code.as_str()).copied();
        let is_root = root.is_some_and(|root| root.code == *code);
        let parent = unit.parent.as_ref().map(|parent| codes.get(parent).unwrap_or(parent));
        derived.sheets.units.push(UnitRow {
            row: unit.row,
            code: code.clone(),
            // The office has named its root.
            name: before.filter(|_| is_root).map_or_else(|| unit.name.clone(), |root| root.name.clone()),
            kind: before.map_or_else(|| kind_of_unit(unit), |before| before.kind),
            parent_code: match root {
                Some(_) if is_root => None,
                Some(root) => Some(parent.unwrap_or(&root.code).clone()),
                None => parent.cloned(),
            },
            external_id: Some(unit.id.clone()),
        });
    }
}

/// The kind of a unit by the first words of its name, otherwise by the echelon of its head.
fn kind_of_unit(unit: &SiasnUnit) -> UnitKind {
    let upper = unit.name.to_uppercase();
    let words: Vec<&str> = upper.split_whitespace().collect();
    let longest = (1..=words.len().min(5)).rev();
    let mut named = longest.filter_map(|count| UnitKind::read(&words.get(..count)?.join(" ")));
    let kind = named.find(|kind| *kind != UnitKind::Agency);
    kind.unwrap_or(match unit.echelon.as_str() {
        "21" | "22" => UnitKind::Opd,
        "31" | "32" => UnitKind::Bidang,
        "41" | "42" => UnitKind::Subbag,
        _ => UnitKind::Other,
    })
}

/// The kind of a position: `jenis_jabatan_id` 1 is structural, of the echelon that the unit has; 2 is functional, 4 is
/// general functional (pelaksana).
fn kind_of_position(kind: &str, echelon: Option<&str>) -> Option<PositionKind> {
    match (kind, echelon) {
        ("2", _) => Some(PositionKind::Functional),
        ("4", _) => Some(PositionKind::Implementer),
        ("1" | "3", Some("00" | "0" | "10")) => Some(PositionKind::JptUtama),
        ("1" | "3", Some("11" | "12")) => Some(PositionKind::JptMadya),
        ("1" | "3", Some("21" | "22")) => Some(PositionKind::JptPratama),
        ("1" | "3", Some("31" | "32")) => Some(PositionKind::Administrator),
        ("1" | "3", Some("41" | "42")) => Some(PositionKind::Supervisor),
        ("1" | "3", Some("51" | "52")) => Some(PositionKind::Implementer),
        _ => PositionKind::read(kind),
    }
}

/// The level at the end of the name of a functional position.
fn level_of(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let last = |count: usize| words.get(words.len().checked_sub(count)?..).map(|words| words.join(" "));
    let is_level = |text: &String| level(text) != *text || level(&text.to_uppercase()) == *text;
    [last(2), last(1)].into_iter().flatten().find(is_level).map(|text| level(&text))
}

fn people(rows: &SiasnRows, codes: &BTreeMap<String, String>, known: &Sheets, derived: &mut Derived) {
    let echelons: BTreeMap<&str, &str> =
        rows.units.iter().map(|unit| (unit.id.as_str(), unit.echelon.as_str())).collect();
    let heads: BTreeSet<(&str, &str)> =
        rows.units.iter().filter_map(|unit| Some((unit.id.as_str(), unit.head.as_deref()?))).collect();
    let positions: BTreeMap<&str, &PositionRow> =
        known.positions.iter().map(|position| (position.code.as_str(), position)).collect();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for person in &rows.people {
        let row = person.staff.row;
        if let Some(standing) = &person.left {
            let message = Message::new(Key::ImportHasLeft).with("state", excerpt(standing));
            derived.findings.push(finding(RowKind::Staff, row, "standing", message, Severity::Warning));
            continue;
        }
        let mut staff = person.staff.clone();
        let unit = person.staff.unit_code.as_str();
        if !rows.units.is_empty() {
            let is_head = staff.external_id.as_deref().is_some_and(|id| heads.contains(&(unit, id)));
            staff.leads = Some(is_head);
        }
        staff.unit_code = codes.get(unit).cloned().unwrap_or_else(|| unit.to_owned());
        let code = person.staff.position_code.as_str();
        if found.insert(code) {
            let before = positions.get(code).copied();
            let kind = kind_of_position(&person.position_kind, echelons.get(unit).copied());
            match before.map(|before| before.kind).or(kind) {
                Some(kind) => derived.sheets.positions.push(PositionRow {
                    row,
                    code: code.to_owned(),
                    name: if person.position_name.is_empty() {
                        code.to_owned()
                    } else {
                        person.position_name.clone()
                    },
                    kind,
                    level: (kind == PositionKind::Functional)
                        .then(|| level_of(&person.position_name))
                        .flatten(),
                }),
                None => {
                    let message =
                        Message::new(Key::ImportPositionKind).with("value", excerpt(&person.position_kind));
                    derived.findings.push(finding(RowKind::Staff, row, "kind", message, Severity::Error));
                }
            }
            let label = excerpt(&format!("{code} {}", person.position_name));
            derived.labels.push((RowKind::Position, row, label));
        }
        derived.sheets.staff.push(staff);
    }
}

/// Names the superior of each person: the head of their unit, and for a head that of the unit above. Whom the office has
/// given another superior keeps them.
fn superiors(rows: &SiasnRows, known: &Sheets, derived: &mut Derived) {
    let chart = Chart::new(rows, known, &derived.sheets);
    let mut superiors = Vec::new();
    for row in &derived.sheets.staff {
        let Some(id) = row.external_id.as_deref() else { continue };
        if !row.employment_kind.is_appraised() || chart.has_own_superior(row) {
            continue;
        }
        let own_head = chart.heads.get(row.unit_code.as_str());
        let superior = match own_head {
            Some(head) if *head != id => Ok(*head),
            Some(_) => match chart.parents.get(row.unit_code.as_str()) {
                Some(parent) => chart.heads.get(parent).copied().filter(|head| *head != id).ok_or(*parent),
                // Nobody in the agency rates the head of its root.
                None => Err(row.unit_code.as_str()),
            },
            None => Err(row.unit_code.as_str()),
        };
        match superior {
            Ok(superior) => {
                derived.labels.push((RowKind::Superior, row.row, excerpt(&row.name)));
                superiors.push(SuperiorRow {
                    row: row.row,
                    staff: id.to_owned(),
                    superior: superior.to_owned(),
                });
            }
            Err(unit) => {
                let message = Message::new(Key::ImportNoHead).with("unit", unit);
                derived.findings.push(finding(
                    RowKind::Staff,
                    row.row,
                    "unitCode",
                    message,
                    Severity::Warning,
                ));
            }
        }
    }
    derived.sheets.superiors = superiors;
}

/// The heads and parents of units after the import, and who is rated by whom before it.
struct Chart<'a> {
    /// The person that heads each unit, by code: `pns_id` or NIP.
    heads: BTreeMap<&'a str, &'a str>,
    parents: BTreeMap<&'a str, &'a str>,
    /// The stored people by external id, and their superiors.
    stored: BTreeMap<&'a str, &'a StaffRow>,
    rated_by: BTreeMap<&'a str, &'a str>,
    known_heads: BTreeMap<&'a str, &'a StaffRow>,
    known_parents: BTreeMap<&'a str, &'a str>,
}

impl<'a> Chart<'a> {
    fn new(rows: &'a SiasnRows, known: &'a Sheets, file: &'a Sheets) -> Self {
        let key = |row: &'a StaffRow| row.external_id.as_deref().or(row.nip.as_deref());
        let known_heads: BTreeMap<&str, &StaffRow> =
            known.staff.iter().filter(|row| row.leads()).map(|row| (row.unit_code.as_str(), row)).collect();
        let mut heads: BTreeMap<&str, &str> =
            known_heads.iter().filter_map(|(unit, row)| Some((*unit, key(row)?))).collect();
        let by_id: BTreeMap<&str, &UnitRow> =
            file.units.iter().filter_map(|unit| Some((unit.external_id.as_deref()?, unit))).collect();
        let people: BTreeSet<&str> =
            known.staff.iter().chain(&file.staff).filter_map(|row| row.external_id.as_deref()).collect();
        for unit in &rows.units {
            let Some(row) = by_id.get(unit.id.as_str()) else { continue };
            match unit.head.as_deref().filter(|head| people.contains(head)) {
                Some(head) => {
                    heads.insert(&row.code, head);
                }
                // The mayor heads the root, and is not in SIASN.
                None if row.parent_code.is_none() => {}
                None => {
                    heads.remove(row.code.as_str());
                }
            }
        }
        let parents_of = |units: &'a [UnitRow]| {
            units.iter().filter_map(|unit| Some((unit.code.as_str(), unit.parent_code.as_deref()?)))
        };
        let known_parents: BTreeMap<&str, &str> = parents_of(&known.units).collect();
        let parents = parents_of(&known.units).chain(parents_of(&file.units)).collect();
        let stored = known.staff.iter().filter_map(|row| Some((row.external_id.as_deref()?, row))).collect();
        let rated_by =
            known.superiors.iter().map(|row| (row.staff.as_str(), row.superior.as_str())).collect();
        Self { heads, parents, stored, rated_by, known_heads, known_parents }
    }

    /// Whether the stored person stays in their unit and has a superior who is not its stored head, or for a head that of
    /// the unit above: the office has named them.
    fn has_own_superior(&self, row: &StaffRow) -> bool {
        let Some(before) = row.external_id.as_deref().and_then(|id| self.stored.get(id)) else {
            return false;
        };
        let superior = [before.nip.as_deref(), before.external_id.as_deref()]
            .into_iter()
            .flatten()
            .find_map(|key| self.rated_by.get(key));
        let Some(superior) = superior.filter(|_| before.unit_code == row.unit_code) else { return false };
        let unit = before.unit_code.as_str();
        let derived = match self
            .known_heads
            .get(unit)
            .filter(|head| head.row == before.row && head.key() == before.key())
        {
            Some(_) => self.known_parents.get(unit).and_then(|parent| self.known_heads.get(parent)),
            None => self.known_heads.get(unit),
        };
        !derived.is_some_and(|head| head.is_known_as(superior))
    }
}
