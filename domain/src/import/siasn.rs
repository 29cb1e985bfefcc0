//! The files of SIASN, the personnel system of the civil service agency (BKN), in their original form: the table
//! "Export Data ASN" and the list of units `ref-unor`.
//!
//! Units are known by their id in SIASN, people by `pns_id`. The head of each unit (`PemimpinPnsId`) rates its people,
//! and the head of the unit above rates the head. If these rules give a person no rater, the person is listed; a rater
//! is never guessed.

mod derive;
mod standing;

pub use derive::{Derived, derive};

use super::{
    Finding, LooseRow, Parsed, RawStaff, RowKind, Severity, StaffRow,
    cell::{clean, clean_code},
    parse_staff,
    rows::no_name,
    words::Words,
};
use crate::{
    Key, Message, Refusal,
    error::text,
    scoring::Label,
    staff::{EmploymentKind, PositionKind},
    unit::{CODE_MAX, NAME_MAX},
};
use standing::Standing;

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
    /// The code by which people know it, `CepatKode`.
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
    /// The person. The codes of unit and position are ids of SIASN; the code of the position is empty if the file gives
    /// no id.
    pub staff: StaffRow,
    /// The name without titles.
    pub name: String,
    /// The titles before the name; empty if none are given.
    pub title_before: String,
    /// The titles behind the name; empty if none are given.
    pub title_behind: String,
    /// The kind of the position, `jenis_jabatan_id`.
    pub position_kind: String,
    /// The name of the position.
    pub position_name: String,
    /// The legal standing of someone who has left the service; `None` for people in the service.
    pub left: Option<&'static str>,
}

/// The rows of both files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiasnRows {
    /// Units.
    pub units: Vec<SiasnUnit>,
    /// People.
    pub people: Vec<SiasnPerson>,
    /// The cells that could be parsed in the refused rows. They name units by their ids in SIASN.
    pub loose: Vec<LooseRow>,
}

impl SiasnRows {
    /// Whether a file of SIASN was read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.units.is_empty() && self.people.is_empty() && self.loose.is_empty()
    }
}

/// A cell of these files, which come out of a database: there the word NULL means that nothing is stored.
#[must_use]
pub fn unless_null(cell: String) -> String {
    if clean(&cell).eq_ignore_ascii_case("null") { String::new() } else { cell }
}

/// Parses a row of `ref-unor`.
#[must_use]
pub fn parse_siasn_unit(row: u32, raw: &RawSiasnUnit) -> Parsed<SiasnUnit> {
    let mut refusals = Vec::new();
    let id = text("externalId", &clean_code(&raw.id), CODE_MAX, &mut refusals);
    refusals.extend(no_name("name", &clean(&raw.name)));
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

/// The code of the position while a row without a position id is parsed.
const NO_POSITION: &str = "?";

/// Parses a row of "Export Data ASN". A finding never quotes the content of the cell: if the row is shifted, the cell
/// may contain data that an appraisal must not keep.
#[must_use]
pub fn parse_siasn_person(row: u32, raw: &RawSiasnPerson) -> Parsed<SiasnPerson> {
    let name = clean(&raw.name);
    let (title_before, title_behind) = (clean(&raw.title_before), clean(&raw.title_behind));
    let position = clean_code(&raw.position);
    let staff = RawStaff {
        nip: raw.nip.clone(),
        external_id: raw.pns_id.clone(),
        name: titled(&name, &title_before, &title_behind),
        employment_kind: employment(&clean(&raw.employment), &clean(&raw.employment_kind)),
        unit_code: raw.unit.clone(),
        position_code: if position.is_empty() { NO_POSITION.to_owned() } else { position.clone() },
        rank: raw.rank.clone(),
        valid_from: raw.since.clone(),
        ..RawStaff::default()
    };
    let (staff, mut findings) = parse_staff(row, &staff);
    // The titles have letters, so the name is also checked without them.
    if let Some(refusal) =
        no_name("name", &name).filter(|_| !(title_before.is_empty() && title_behind.is_empty()))
    {
        findings.push(Finding::for_importer(RowKind::Staff, row, refusal, Severity::Error));
    }
    let position_kind = clean_code(&raw.position_kind);
    let mut unknown = |column: &str, allowed: &Label| {
        let message = Message::new(Key::ImportCode).with("field", column).with_words("allowed", allowed);
        findings.push(Finding::for_importer(
            RowKind::Staff,
            row,
            Refusal::input([column], message),
            Severity::Error,
        ));
    };
    if !is_position_kind(&position_kind) {
        let allowed = Label::new(
            "1 (struktural), 2 (fungsional), 4 (pelaksana)",
            "1 (structural), 2 (functional), 4 (general functional)",
        );
        unknown("kind", &allowed);
    }
    if !names_employment(&clean(&raw.employment_kind)) {
        let kinds =
            [EmploymentKind::Pns, EmploymentKind::Cpns, EmploymentKind::Pppk, EmploymentKind::PppkPartTime];
        let list = |locale| kinds.map(|kind| crate::Labelled::label(kind, locale)).join(", ");
        unknown("employmentKindName", &Label::new(&list(crate::Locale::Id), &list(crate::Locale::En)));
    }
    let standing = Standing::read(&clean_code(&raw.standing), &clean(&raw.standing_name));
    let left = match standing {
        Ok(standing) => standing.left(),
        Err(columns) => {
            columns.into_iter().for_each(|column| unknown(column, &Standing::allowed(column)));
            None
        }
    };
    let is_refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let person = staff.filter(|_| !is_refused).map(|staff| SiasnPerson {
        staff: StaffRow { position_code: position, ..staff },
        name,
        title_before,
        title_behind,
        position_kind,
        position_name: clean(&raw.position_name),
        left,
    });
    (person, findings)
}

/// A name with its titles; empty without a name.
fn titled(name: &str, before: &str, behind: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    let front = if before.is_empty() { name.to_owned() } else { format!("{before} {name}") };
    if behind.is_empty() { front } else { format!("{front}, {behind}") }
}

/// Whether `jenis_jabatan_id` is understood; an empty cell is understood.
fn is_position_kind(kind: &str) -> bool {
    matches!(kind, "" | "1" | "2" | "3" | "4") || PositionKind::read(kind).is_some()
}

/// Whether `jenis_pegawai_nama` names an employment kind, such as `PNS Daerah Kabupaten/Kota`; an empty cell is
/// understood.
fn names_employment(kind: &str) -> bool {
    let upper = kind.to_uppercase();
    let mut words = upper.split(|letter: char| !letter.is_alphanumeric());
    kind.is_empty()
        || EmploymentKind::read(kind).is_some()
        || words.any(|word| ["PNS", "CPNS", "PPPK", "P3K"].contains(&word))
        || ["PEGAWAI NEGERI", "PERJANJIAN KERJA"].iter().any(|words| upper.contains(words))
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
