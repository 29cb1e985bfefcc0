//! A very small city with every kind of person, for tests. Its ids are predictable.

use super::id;
use crate::{
    db::{Tx, append_all},
    env::Env,
    error::Result,
    store,
};
use domain::{
    actor::Actor,
    assignment::DatedSuperior,
    criteria::{CriteriaSet, NewCriteriaSet},
    event::EventKind,
    id::{AgencyId, AssignmentId, CriteriaSetId, CriterionId, PeriodId, PositionId, StaffId, UnitId},
    time::Date,
};
use entity::{account, assignment, org_unit, org_unit_parent, period, position, role_grant, staff};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

/// The people of the small city; each has one assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// The mayor (Wali Kota), NON_ASN; rates the secretary.
    Mayor,
    /// The secretary (Sekretaris Daerah); works in the root unit, rates the heads of offices.
    Secretary,
    /// Head of the education office; superior of the manager.
    Head,
    /// Head of a section of the education office; superior of the employees.
    Manager,
    /// An employee of the section.
    Employee,
    /// Another employee of the section.
    Peer,
    /// Performance team of the education office; works in its section.
    Team,
    /// Admin of the whole agency.
    Admin,
    /// Auditor of the agency.
    Auditor,
    /// Head of another office; no relation to the education office.
    Stranger,
    /// An employee of the other office.
    Outsider,
}

/// All people of the city.
pub const PEOPLE: [Person; 11] = [
    Person::Mayor,
    Person::Secretary,
    Person::Head,
    Person::Manager,
    Person::Employee,
    Person::Peer,
    Person::Team,
    Person::Admin,
    Person::Auditor,
    Person::Stranger,
    Person::Outsider,
];

impl Person {
    fn number(self) -> u128 {
        self as u128 + 1
    }

    /// Returns the person's id.
    #[must_use]
    pub fn staff(self) -> StaffId {
        StaffId(id(0x1000 + self.number()))
    }

    /// Returns the person's assignment.
    #[must_use]
    pub fn assignment(self) -> AssignmentId {
        AssignmentId(id(0x2000 + self.number()))
    }

    /// Returns the person's superior.
    #[must_use]
    pub const fn superior(self) -> Option<Self> {
        match self {
            Self::Mayor => None,
            Self::Secretary => Some(Self::Mayor),
            Self::Head | Self::Stranger | Self::Admin | Self::Auditor => Some(Self::Secretary),
            Self::Manager => Some(Self::Head),
            Self::Employee | Self::Peer | Self::Team => Some(Self::Manager),
            Self::Outsider => Some(Self::Stranger),
        }
    }

    /// Returns the person's unit.
    #[must_use]
    pub fn unit(self) -> UnitId {
        match self {
            Self::Mayor | Self::Secretary | Self::Admin | Self::Auditor => ROOT,
            Self::Head => OFFICE,
            Self::Manager | Self::Employee | Self::Peer | Self::Team => SECTION,
            Self::Stranger | Self::Outsider => OTHER_OFFICE,
        }
    }

    /// Whether the person heads the unit.
    #[must_use]
    pub const fn leads(self) -> bool {
        matches!(self, Self::Mayor | Self::Head | Self::Manager | Self::Stranger)
    }

    /// Returns the NIP; the mayor has none.
    #[must_use]
    pub fn nip(self) -> Option<String> {
        (self != Self::Mayor).then(|| format!("198001012005011{:03}", self.number()))
    }

    /// Returns the name.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?} Contoh")
    }
}

/// The root unit, which is the agency.
pub const ROOT: UnitId = UnitId(Uuid::from_u128(0x3001));
/// The education office.
pub const OFFICE: UnitId = UnitId(Uuid::from_u128(0x3002));
/// A section of the education office.
pub const SECTION: UnitId = UnitId(Uuid::from_u128(0x3003));
/// Another office.
pub const OTHER_OFFICE: UnitId = UnitId(Uuid::from_u128(0x3004));
/// The agency.
pub const AGENCY: AgencyId = AgencyId(Uuid::from_u128(0x3001));
/// The position of everyone but the mayor.
pub const POSITION: PositionId = PositionId(Uuid::from_u128(0x4001));
/// The mayor's position.
pub const MAYORALTY: PositionId = PositionId(Uuid::from_u128(0x4002));
/// The year 2026.
pub const YEAR: PeriodId = PeriodId(Uuid::from_u128(0x5000));

/// Returns a quarter of 2026, from 1 to 4.
#[must_use]
pub const fn quarter(number: u32) -> PeriodId {
    PeriodId(Uuid::from_u128(0x5000 + number as u128))
}

fn day(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// Writes the small city: units, people, roles, and the open year 2026 in quarters. Each object gets a journal entry.
pub async fn found(env: &Env) -> Result<()> {
    super::journal_shipped(env).await?;
    env.write(&Actor::system(AGENCY), move |tx| async move {
        let connection = tx.connection();
        org_unit::Entity::insert_many(units()).exec_without_returning(connection).await?;
        org_unit_parent::Entity::insert_many(parents()).exec_without_returning(connection).await?;
        position::Entity::insert_many(positions()).exec_without_returning(connection).await?;
        staff::Entity::insert_many(PEOPLE.map(person)).exec_without_returning(connection).await?;
        for who in PEOPLE {
            assignment::Entity::insert(assigned(who)?).exec_without_returning(connection).await?;
        }
        superiors(&tx).await?;
        account::Entity::insert_many(PEOPLE.map(login)).exec_without_returning(connection).await?;
        role_grant::Entity::insert_many(grants()).exec_without_returning(connection).await?;
        period::Entity::insert_many(periods()).exec_without_returning(connection).await?;
        tx.create(criteria()?, EventKind::CriteriaSet, None).await?;
        journal_rows(&tx, AGENCY).await
    })
    .await
}

/// Appends journal entries for the rows of an agency.
pub(super) async fn journal_rows(tx: &Tx, agency: AgencyId) -> Result<()> {
    let source = tx.source();
    let units = Condition::all().add(org_unit::Column::AgencyId.eq(agency.0));
    let units = store::org_unit::load(source, units, day(2026, 1, 1)).await?;
    append_all(tx, EventKind::OrgUnitCreated, &units, None).await?;
    let positions = Condition::all().add(position::Column::AgencyId.eq(agency.0));
    let positions = store::position::load(source, positions).await?;
    append_all(tx, EventKind::PositionCreated, &positions, None).await?;
    let people = Condition::all().add(staff::Column::AgencyId.eq(agency.0));
    let people = store::staff::load(source, people).await?;
    append_all(tx, EventKind::StaffCreated, &people, None).await?;
    let assignments = Condition::all().add(assignment::Column::AgencyId.eq(agency.0));
    let assignments = store::assignment::load(source, assignments).await?;
    append_all(tx, EventKind::AssignmentOpened, &assignments, None).await?;
    let grants = role_grant::Entity::find().filter(role_grant::Column::AgencyId.eq(agency.0));
    let grants = grants.all(tx.connection()).await?;
    let grants = grants.into_iter().map(store::role_grant::value).collect::<Result<Vec<_>>>()?;
    append_all(tx, EventKind::RoleGranted, &grants, None).await?;
    let periods = Condition::all().add(period::Column::AgencyId.eq(agency.0));
    append_all(tx, EventKind::PeriodOpened, &store::period::load(source, periods).await?, None).await
}

fn units() -> Vec<org_unit::ActiveModel> {
    [
        (ROOT, "KOTA", "Pemerintah Kota Contoh", "AGENCY"),
        (OFFICE, "DISDIK", "Dinas Pendidikan Contoh", "OPD"),
        (SECTION, "DISDIK-1", "Bidang Contoh", "BIDANG"),
        (OTHER_OFFICE, "DISKOM", "Dinas Kominfo Contoh", "OPD"),
    ]
    .into_iter()
    .map(|(unit, code, name, kind)| org_unit::ActiveModel {
        id: Set(unit.0),
        agency_id: Set(AGENCY.0),
        code: Set(code.to_owned()),
        name: Set(name.to_owned()),
        name_key: Set(domain::text::sort_key(name)),
        kind: Set(kind.to_owned()),
        time_zone: Set((unit == ROOT).then(|| "Asia/Jakarta".to_owned())),
        approximate: Set(false),
        external_id: Set(None),
        source: Set(None),
        valid_from: Set(day(2020, 1, 1)),
        valid_to: Set(None),
        version: Set(1),
    })
    .collect()
}

fn parents() -> Vec<org_unit_parent::ActiveModel> {
    [(OFFICE, ROOT), (SECTION, OFFICE), (OTHER_OFFICE, ROOT)]
        .into_iter()
        .enumerate()
        .map(|(number, (unit, parent))| org_unit_parent::ActiveModel {
            id: Set(id(0x3100 + number as u128)),
            unit_id: Set(unit.0),
            parent_id: Set(parent.0),
            valid_from: Set(day(2020, 1, 1)),
            valid_to: Set(None),
        })
        .collect()
}

fn positions() -> Vec<position::ActiveModel> {
    [(POSITION, "ANALIS", "Analis Contoh", "EXECUTIVE"), (MAYORALTY, "WALIKOTA", "Wali Kota", "POLITICAL")]
        .into_iter()
        .map(|(position, code, name, kind)| position::ActiveModel {
            id: Set(position.0),
            agency_id: Set(AGENCY.0),
            code: Set(code.to_owned()),
            name: Set(name.to_owned()),
            name_key: Set(domain::text::sort_key(name)),
            kind: Set(kind.to_owned()),
            level: Set(None),
            version: Set(1),
        })
        .collect()
}

fn person(who: Person) -> staff::ActiveModel {
    staff::ActiveModel {
        id: Set(who.staff().0),
        agency_id: Set(AGENCY.0),
        nip: Set(who.nip()),
        name: Set(who.name()),
        name_key: Set(domain::text::sort_key(&who.name())),
        employment_kind: Set(if who == Person::Mayor { "NON_ASN" } else { "PNS" }.to_owned()),
        status: Set("ACTIVE".to_owned()),
        ended_on: Set(None),
        end_reason: Set(None),
        external_id: Set(None),
        source: Set(None),
        version: Set(1),
    }
}

/// Derives the superiors by day and the closure.
async fn superiors(tx: &Tx) -> Result<()> {
    let assigned = store::assignment::load(tx.source(), Condition::all()).await?;
    crate::db::insert_many(tx, assigned.iter().flat_map(store::superior::rows).collect()).await?;
    store::superior::derive(tx, &PEOPLE.map(Person::assignment)).await
}

fn assigned(who: Person) -> Result<assignment::ActiveModel> {
    let since = day(2025, 1, 1);
    let superior = who.superior().map(Person::assignment);
    let superiors: Vec<_> = superior
        .map(|superior| DatedSuperior { superior, from: since, after_end: false })
        .into_iter()
        .collect();
    Ok(assignment::ActiveModel {
        id: Set(who.assignment().0),
        agency_id: Set(AGENCY.0),
        staff_id: Set(who.staff().0),
        unit_id: Set(who.unit().0),
        position_id: Set(if who == Person::Mayor { MAYORALTY } else { POSITION }.0),
        rank: Set((who != Person::Mayor).then(|| "III/c".to_owned())),
        superior_id: Set(superior.map(|superior| superior.0)),
        superiors: Set(serde_json::to_string(&superiors)?),
        capacity: Set("DEFINITIVE".to_owned()),
        leads: Set(who.leads()),
        valid_from: Set(since),
        valid_to: Set(None),
        never_held: Set(false),
        version: Set(1),
    })
}

fn login(who: Person) -> account::ActiveModel {
    account::ActiveModel {
        id: Set(id(0x6000 + who.number())),
        agency_id: Set(AGENCY.0),
        staff_id: Set(who.staff().0),
        user_name: Set(format!("{who:?}").to_lowercase()),
        password_hash: Set(None),
        epoch: Set(0),
        activated_at: Set(None),
    }
}

fn grants() -> Vec<role_grant::ActiveModel> {
    [
        (Person::Team, "PERFORMANCE_TEAM", OFFICE),
        (Person::Admin, "ADMIN", ROOT),
        (Person::Auditor, "AUDITOR", ROOT),
    ]
    .into_iter()
    .map(|(who, role, unit)| role_grant::ActiveModel {
        id: Set(id(0x7000 + who.number())),
        agency_id: Set(AGENCY.0),
        staff_id: Set(who.staff().0),
        role: Set(role.to_owned()),
        unit_id: Set(unit.0),
        granted_at: Set(0),
        revoked_at: Set(None),
        version: Set(1),
    })
    .collect()
}

fn periods() -> Vec<period::ActiveModel> {
    let row = |part: u32, starts: Date, ends: Date, report: Date, rating: Date| period::ActiveModel {
        id: Set(quarter(part).0),
        agency_id: Set(AGENCY.0),
        year: Set(2026),
        cycle: Set("QUARTERLY".to_owned()),
        part: Set(part.cast_signed()),
        parent_id: Set((part > 0).then_some(YEAR.0)),
        starts_on: Set(starts),
        ends_on: Set(ends),
        plan_deadline: Set(day(2026, 1, 31)),
        rating_from: Set(ends - chrono::Duration::days(10)),
        report_deadline: Set(report),
        rating_deadline: Set(rating),
        status: Set("OPEN".to_owned()),
        closed_at: Set(None),
        version: Set(1),
    };
    vec![
        row(0, day(2026, 1, 1), day(2026, 12, 31), day(2027, 1, 15), day(2027, 1, 31)),
        row(1, day(2026, 1, 1), day(2026, 3, 31), day(2026, 4, 10), day(2026, 4, 20)),
        row(2, day(2026, 4, 1), day(2026, 6, 30), day(2026, 7, 10), day(2026, 7, 20)),
        row(3, day(2026, 7, 1), day(2026, 9, 30), day(2026, 10, 10), day(2026, 10, 20)),
        row(4, day(2026, 10, 1), day(2026, 12, 31), day(2027, 1, 10), day(2027, 1, 20)),
    ]
}

/// Creates the seven behaviour criteria, with ids from 0x8001.
fn criteria() -> Result<CriteriaSet> {
    let new = NewCriteriaSet {
        code: "BERAKHLAK".to_owned(),
        name_id: "Perilaku kerja BerAKHLAK".to_owned(),
        name_en: "BerAKHLAK values".to_owned(),
        regulation: domain::regulation::PERMENPANRB_6_2022.to_owned(),
        valid_from: day(2022, 2, 3),
        criteria: domain::criteria::berakhlak(),
    };
    let mut number = 0x8000;
    let mut next = || {
        number += 1;
        CriterionId(id(number))
    };
    Ok(CriteriaSet::create(CriteriaSetId(id(0x8000)), AGENCY, new, &mut next)?)
}

/// Creates a session of a person without hashing a password; returns its access token.
pub async fn session_of(env: &Env, who: Person) -> Result<String> {
    session_lasting(env, who, chrono::Duration::hours(1)).await
}

/// Like [`session_of`], with this lifetime of the access token.
pub async fn session_lasting(env: &Env, who: Person, lasting: chrono::Duration) -> Result<String> {
    super::session_lasting(env, id(0x6000 + who.number()), lasting).await
}
