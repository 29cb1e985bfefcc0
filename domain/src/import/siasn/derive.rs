//! Derives the rows of an import from the files of SIASN and the stored data. Empty cells and absent columns change
//! nothing: they are filled from the stored data.

mod chart;

use super::{SiasnPerson, SiasnRows, SiasnUnit, titled};
use crate::{
    Key, Message, Refusal,
    import::{
        Finding, Fixer, LooseRow, PositionRow, RefusedRows, RowKind, Severity, Sheets, StaffRow, SuperiorRow,
        UnitRow, by_name, excerpt,
        words::{Words, known_level},
    },
    staff::PositionKind,
    unit::{CODE_MAX, NAME_MAX, UnitKind},
};
use chart::Chart;
use std::collections::{BTreeMap, BTreeSet};

/// The rows of an import, derived from files of SIASN.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// The rows.
    pub sheets: Sheets,
    /// The findings about rows that can't be derived.
    pub findings: Vec<Finding>,
    /// The rows with their labels, for the report.
    pub labels: Vec<(RowKind, u32, String)>,
    /// The rows that have an error. Rows that refer to them get no error of their own.
    pub refused: RefusedRows,
}

/// Derives units, positions, people and superiors from the files of SIASN and the stored data. `refused` are the rows
/// that could not be parsed.
#[must_use]
pub fn derive(rows: &SiasnRows, known: &Sheets, refused: &RefusedRows) -> Derived {
    let mut derived = Derived::default();
    if rows.is_empty() {
        return derived;
    }
    let codes = codes(&rows.units, known);
    units(&rows.units, &codes, known, &mut derived);
    people(rows, &codes, known, &mut derived);
    derived.refused.loose.extend(rows.loose.iter().map(|row| with_codes(row, rows, &codes)));
    unknown_heads(rows, known, refused, &mut derived);
    superiors(rows, known, &mut derived);
    derived
}

/// The units of the file by id.
fn by_id(rows: &SiasnRows) -> BTreeMap<&str, &SiasnUnit> {
    rows.units.iter().map(|unit| (unit.id.as_str(), unit)).collect()
}

/// The ids of all people in the import or in the stored data.
fn people_ids<'a>(rows: &'a SiasnRows, known: &'a Sheets) -> BTreeSet<&'a str> {
    let file = rows.people.iter().filter(|person| person.left.is_none()).map(|person| &person.staff);
    known.staff.iter().chain(file).filter_map(|row| row.external_id.as_deref()).collect()
}

/// A unit of the file as messages name it: its name, with the code that people know; without such a code, with its id.
fn named_unit(unit: &SiasnUnit) -> String {
    by_name(&unit.name, unit.quick_code.as_ref().unwrap_or(&unit.id))
}

fn finding(sheet: RowKind, row: u32, column: &str, message: Message, severity: Severity) -> Finding {
    Finding::new(sheet, row, Refusal::input([column], message), Fixer::PersonnelAgency, severity)
}

/// The code of each unit, by its id in SIASN. It is the stored code; for the top unit the code of the root; otherwise
/// `CepatKode` if it is unique; otherwise the id.
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
        let given = unit.parent.as_ref().map(|parent| codes.get(parent).unwrap_or(parent));
        let parent = given.or_else(|| before.and_then(|before| before.parent_code.as_ref()));
        if parent.is_none() && root.is_some() && !is_root {
            let refusal = Refusal::required("parentCode");
            derived.findings.push(Finding::for_importer(RowKind::Unit, unit.row, refusal, Severity::Error));
            derived.refused.units.insert(code.clone(), unit.row);
            continue;
        }
        derived.sheets.units.push(UnitRow {
            row: unit.row,
            code: code.clone(),
            // The root keeps the name that the office gave it.
            name: before.filter(|_| is_root).map_or_else(|| unit.name.clone(), |root| root.name.clone()),
            kind: before.map_or_else(|| kind_of_unit(unit), |before| before.kind),
            parent_code: match root {
                Some(_) if is_root => None,
                _ => parent.cloned(),
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
    [last(2), last(1)].into_iter().flatten().find_map(|text| known_level(&text)).map(str::to_owned)
}

/// The stored people by external id and by NIP.
fn stored_people(known: &Sheets) -> BTreeMap<&str, &StaffRow> {
    let mut stored = BTreeMap::new();
    for row in &known.staff {
        for key in [row.nip.as_deref(), row.external_id.as_deref()].into_iter().flatten() {
            stored.insert(key, row);
        }
    }
    stored
}

/// The data about one position in the rows of people.
struct PositionData<'a> {
    row: u32,
    unit: &'a str,
    /// The first name that is given.
    name: Option<&'a str>,
    kind: Option<PositionKind>,
    kind_text: &'a str,
}

/// The name of a person. A title that the row does not give is taken from the stored name.
fn full_name(person: &SiasnPerson, before: Option<&StaffRow>) -> String {
    let Some(stored) = before.map(|before| before.name.as_str()) else { return person.staff.name.clone() };
    let (front, behind) = stored.split_once(", ").unwrap_or((stored, ""));
    let own = person.name.split_whitespace().next().unwrap_or_default();
    let titles = front.split_whitespace().take_while(|word| {
        word.ends_with('.') && word.chars().count() > 2 && !word.eq_ignore_ascii_case(own)
    });
    let titles = titles.collect::<Vec<_>>().join(" ");
    let given =
        |given: &str, stored: &str| if given.is_empty() { stored.to_owned() } else { given.to_owned() };
    let front = given(&person.title_before, &titles);
    let name = titled(&person.name, &front, &given(&person.title_behind, behind));
    if name.chars().count() > NAME_MAX { person.staff.name.clone() } else { name }
}

/// The code of a person's position. Without an id, the stored position stays unless the row names another one. Each
/// unit has one structural position.
fn position_of(
    person: &SiasnPerson,
    before: Option<&StaffRow>,
    unit: &str,
    known: &Sheets,
) -> Option<String> {
    let given = &person.staff.position_code;
    if !given.is_empty() {
        return Some(given.clone());
    }
    let stays = |code: &&String| {
        let name = known.positions.iter().find(|one| one.code == **code).map(|one| one.name.to_lowercase());
        person.position_name.is_empty() || name == Some(person.position_name.to_lowercase())
    };
    let stored = before.filter(|before| before.unit_code == unit).map(|before| &before.position_code);
    let structural = || {
        let is_structural = matches!(person.position_kind.as_str(), "1" | "3");
        (is_structural && !person.position_name.is_empty()).then(|| format!("S-{}", person.staff.unit_code))
    };
    stored.filter(stays).cloned().or_else(structural)
}

fn people(rows: &SiasnRows, codes: &BTreeMap<String, String>, known: &Sheets, derived: &mut Derived) {
    let units = by_id(rows);
    let ids = people_ids(rows, known);
    let stored = stored_people(known);
    let unit_codes: BTreeSet<&str> = known.units.iter().map(|unit| unit.code.as_str()).collect();
    let mut staff: Vec<(StaffRow, &SiasnPerson)> = Vec::new();
    let mut without_unit: Vec<u32> = Vec::new();
    for person in &rows.people {
        let row = person.staff.row;
        if let Some(standing) = person.left {
            let message = Message::new(Key::ImportHasLeft).with("state", standing);
            derived.findings.push(finding(RowKind::Staff, row, "standing", message, Severity::Warning));
            continue;
        }
        let keys = [person.staff.external_id.as_deref(), person.staff.nip.as_deref()];
        let before = keys.into_iter().flatten().find_map(|key| stored.get(key)).copied();
        let mut after = person.staff.clone();
        after.external_id =
            after.external_id.or_else(|| before.and_then(|before| before.external_id.clone()));
        after.name = full_name(person, before);
        let unit = person.staff.unit_code.as_str();
        after.unit_code = codes.get(unit).cloned().unwrap_or_else(|| unit.to_owned());
        // An empty cell, or an id that nobody has, leaves the head as it is.
        let head = units.get(unit).and_then(|unit| unit.head.as_deref()).filter(|head| ids.contains(head));
        after.leads = head.zip(after.external_id.as_deref()).map(|(head, id)| head == id);
        let mut missing = Vec::new();
        if before.is_none() && after.external_id.is_none() {
            missing.push("externalId");
        }
        match position_of(person, before, &after.unit_code, known) {
            Some(code) => after.position_code = code,
            None => missing.push("positionCode"),
        }
        if rows.units.is_empty() && !codes.contains_key(unit) && !unit_codes.contains(unit) {
            without_unit.push(row);
        } else if missing.is_empty() {
            staff.push((after, person));
            continue;
        }
        for field in missing {
            let refusal = Refusal::required(field);
            derived.findings.push(Finding::for_importer(RowKind::Staff, row, refusal, Severity::Error));
        }
        refuse(&after, !rows.units.is_empty(), derived);
    }
    if let Some(first) = without_unit.first() {
        let message = Message::new(Key::ImportNeedsUnits).with("count", without_unit.len());
        derived.findings.push(finding(RowKind::Staff, *first, "unitCode", message, Severity::Error));
    }
    let underivable = positions(rows, &staff, known, derived);
    for (row, _) in staff {
        if underivable.contains(&row.position_code) {
            refuse(&row, true, derived);
        } else {
            derived.sheets.staff.push(row);
        }
    }
}

/// Records a row of a person that can't be imported, with its references that can still be checked.
fn refuse(row: &StaffRow, has_units: bool, derived: &mut Derived) {
    for key in [&row.nip, &row.external_id].into_iter().flatten() {
        derived.refused.people.insert(key.clone(), row.row);
    }
    let mut loose = LooseRow::new(RowKind::Staff, row.row);
    if has_units {
        loose.references.push(("unitCode", row.unit_code.clone()));
    }
    loose.nip.clone_from(&row.nip);
    loose.valid_from = row.valid_from;
    derived.refused.loose.push(loose);
}

/// A row that could not be parsed, with the codes of its units in place of their ids. Its unit is not checked in two
/// places where the unit may be missing from the files: in a list of people without a list of units, and above the top
/// unit.
fn with_codes(row: &LooseRow, rows: &SiasnRows, codes: &BTreeMap<String, String>) -> LooseRow {
    let loose = rows.loose.iter().filter(|row| row.sheet == RowKind::Unit).flat_map(|row| &row.keys);
    let ids: BTreeSet<&str> =
        rows.units.iter().map(|unit| unit.id.as_str()).chain(loose.map(|(_, id)| id.as_str())).collect();
    let has_top = rows.units.iter().any(|unit| unit.parent.as_deref().is_none_or(|id| !ids.contains(id)));
    let is_judged = if row.sheet == RowKind::Unit { has_top } else { !rows.units.is_empty() };
    let code = |(field, id): &(&'static str, String)| {
        let is_unit = matches!(*field, "unitCode" | "parentCode" | "code");
        (*field, codes.get(id).filter(|_| is_unit).unwrap_or(id).clone())
    };
    LooseRow {
        references: row.references.iter().filter(|_| is_judged).map(code).collect(),
        keys: row.keys.iter().map(code).collect(),
        ..row.clone()
    }
}

/// Adds the positions that people hold; returns the codes of those that can't be derived.
fn positions(
    rows: &SiasnRows,
    staff: &[(StaffRow, &SiasnPerson)],
    known: &Sheets,
    derived: &mut Derived,
) -> BTreeSet<String> {
    let units = by_id(rows);
    let stored: BTreeMap<&str, &PositionRow> =
        known.positions.iter().map(|position| (position.code.as_str(), position)).collect();
    let mut posts: BTreeMap<&str, PositionData<'_>> = BTreeMap::new();
    for (row, person) in staff {
        let unit = person.staff.unit_code.as_str();
        let echelon = units.get(unit).map(|unit| unit.echelon.as_str());
        let name = Some(person.position_name.as_str()).filter(|name| !name.is_empty());
        let kind = kind_of_position(&person.position_kind, echelon);
        let kind_text = person.position_kind.as_str();
        let post = posts.entry(&row.position_code).or_insert(PositionData {
            row: row.row,
            unit,
            name,
            kind,
            kind_text,
        });
        post.name = post.name.or(name);
        post.kind = post.kind.or(kind);
        if post.kind_text.is_empty() {
            post.kind_text = kind_text;
        }
    }
    let mut posts: Vec<(&str, PositionData<'_>)> = posts.into_iter().collect();
    posts.sort_by_key(|(_, post)| post.row);
    let mut underivable = BTreeSet::new();
    for (code, post) in posts {
        let before = stored.get(code).copied();
        let name = post.name.or(before.map(|before| before.name.as_str()));
        let kind = before.map(|before| before.kind).or(post.kind);
        if name.is_none() {
            let refusal = Refusal::required("positionName");
            derived.findings.push(Finding::for_importer(RowKind::Staff, post.row, refusal, Severity::Error));
        }
        if kind.is_none() {
            let message = match (post.kind_text, units.get(post.unit)) {
                ("", _) => Message::new(Key::Required).with("field", "kind"),
                (_, Some(unit)) => Message::new(Key::ImportEchelon).with("unit", named_unit(unit)),
                (_, None) => Message::new(Key::ImportPositionKind),
            };
            derived.findings.push(finding(RowKind::Staff, post.row, "kind", message, Severity::Error));
        }
        derived.labels.push((RowKind::Position, post.row, excerpt(name.unwrap_or_default())));
        let (Some(name), Some(kind)) = (name, kind) else {
            underivable.insert(code.to_owned());
            derived.refused.positions.insert(code.to_owned(), post.row);
            continue;
        };
        derived.sheets.positions.push(PositionRow {
            row: post.row,
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            level: (kind == PositionKind::Functional).then(|| post.name.and_then(level_of)).flatten(),
        });
    }
    underivable
}

/// Warns of heads who are neither in the files nor in the stored data. The unit then keeps its stored head.
fn unknown_heads(rows: &SiasnRows, known: &Sheets, refused: &RefusedRows, derived: &mut Derived) {
    let ids = people_ids(rows, known);
    let is_refused = |id: &str| refused.people.contains_key(id) || derived.refused.people.contains_key(id);
    let unknown: Vec<(u32, String)> = rows
        .units
        .iter()
        .filter(|unit| unit.head.as_deref().is_some_and(|head| !ids.contains(head) && !is_refused(head)))
        .map(|unit| (unit.row, named_unit(unit)))
        .collect();
    for (row, unit) in unknown {
        let message = Message::new(Key::ImportHeadUnknown).with("unit", unit);
        derived.findings.push(finding(RowKind::Unit, row, "head", message, Severity::Warning));
    }
}

/// Sets the superior of each person: the head of their unit, or for a head the head of the unit above. A person to whom
/// the office has given another superior keeps that superior.
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
                // An unknown unit is an error of its own.
                let Some(name) = chart.name(unit) else { continue };
                let message = Message::new(Key::ImportNoHead).with("unit", by_name(name, unit));
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
