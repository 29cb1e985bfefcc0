//! Global ids of the small city, as clients receive them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use service::testing::city::{self, Person};
use uuid::Uuid;

pub fn global(kind: u8, id: Uuid) -> String {
    let mut bytes = vec![1, kind];
    bytes.extend_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn unit(unit: domain::id::UnitId) -> String {
    global(1, unit.0)
}

pub fn staff(who: Person) -> String {
    global(3, who.staff().0)
}

pub fn position() -> String {
    global(2, city::POSITION.0)
}

pub fn assignment(who: Person) -> String {
    global(4, who.assignment().0)
}

pub fn criterion(number: u128) -> String {
    global(7, service::testing::id(0x8000 + number))
}

pub fn year() -> String {
    global(9, city::YEAR.0)
}

pub fn quarter(number: u32) -> String {
    global(9, city::quarter(number).0)
}

pub fn plan(id: u128) -> String {
    global(11, service::testing::id(id))
}

/// Decodes the global id of a person.
pub fn staff_of(id: &serde_json::Value) -> domain::id::StaffId {
    let bytes = URL_SAFE_NO_PAD.decode(id.as_str().expect("an id")).expect("base64");
    domain::id::StaffId(Uuid::from_slice(&bytes[2..]).expect("a UUID"))
}
