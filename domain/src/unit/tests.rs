//! The root, moves and changes.

use super::*;
use crate::testing::*;

fn root() -> NewUnit {
    NewUnit {
        id: UnitId(AGENCY.0),
        agency: AGENCY,
        parent: None,
        input: UnitInput {
            code: "1375".to_owned(),
            name: "Pemerintah Kota Bukittinggi".to_owned(),
            kind: UnitKind::Agency,
            external_id: None,
            valid_from: day("2020-01-01"),
        },
        time_zone: Some("Asia/Jakarta".to_owned()),
        approximate: false,
        source: None,
    }
}

fn with(new: NewUnit, change: impl FnOnce(&mut UnitInput)) -> NewUnit {
    let mut new = new;
    change(&mut new.input);
    new
}

fn school() -> NewUnit {
    let new = NewUnit { id: SCHOOL, parent: Some(DEPARTMENT), time_zone: None, ..root() };
    with(new, |unit| {
        unit.code = " SD01 ".to_owned();
        unit.name = "SD Negeri 01".to_owned();
        unit.kind = UnitKind::School;
    })
}

#[test]
fn only_the_root_is_an_agency_with_a_time_zone() {
    assert!(OrgUnit::create(root()).is_ok());
    assert_eq!(OrgUnit::create(school()).expect("a unit").code, "SD01");
    for (new, path) in [
        (with(root(), |unit| unit.kind = UnitKind::Opd), "kind"),
        (NewUnit { parent: Some(SCHOOL), ..root() }, "kind"),
        (with(school(), |unit| unit.kind = UnitKind::Agency), "kind"),
        (NewUnit { parent: None, ..school() }, "kind"),
        (NewUnit { time_zone: Some("Asia/Jakarta".to_owned()), ..school() }, "timeZone"),
        (NewUnit { time_zone: Some("Europe/Paris".to_owned()), ..root() }, "timeZone"),
        (with(school(), |unit| unit.code = " ".to_owned()), "code"),
        (with(school(), |unit| unit.name = "x".repeat(201)), "name"),
    ] {
        assert_eq!(paths(&OrgUnit::create(new).expect_err("refused")), [path]);
    }
}

#[test]
fn deadlines_use_the_time_zone_of_the_root() {
    for (zone, offset) in [("Asia/Jakarta", 420), ("Asia/Makassar", 480), ("Asia/Jayapura", 540)] {
        let unit = OrgUnit::create(NewUnit { time_zone: Some(zone.to_owned()), ..root() }).expect("a unit");
        assert_eq!(unit.calendar(), Calendar::at_offset(offset));
    }
    assert_eq!(OrgUnit::create(school()).expect("a unit").calendar(), Calendar::JAKARTA);
}

#[test]
fn a_unit_cannot_move_below_itself_and_the_root_cannot_move() {
    let unit = OrgUnit::create(school()).expect("a unit");
    let parents = |id: UnitId| (id == UnitId(uuid(5))).then_some(SCHOOL);
    let to = |parent: UnitId| UnitChanges { parent: Some(parent), ..UnitChanges::default() };
    assert_eq!(unit.update(to(UnitId(uuid(6))), parents).expect("moved").parent, Some(UnitId(uuid(6))));
    for parent in [SCHOOL, UnitId(uuid(5))] {
        assert_eq!(unit.update(to(parent), parents).expect_err("a loop")[0].message.key(), Key::UnitLoop);
    }
    let root = OrgUnit::create(root()).expect("a unit");
    let keys: Vec<_> =
        root.update(to(SCHOOL), parents).expect_err("root").iter().map(|one| one.message.key()).collect();
    assert_eq!(keys[0], Key::RootStays);
}

#[test]
fn absent_fields_stay_unchanged() {
    let unit = OrgUnit::create(school()).expect("a unit");
    assert_eq!(unit.update(UnitChanges::default(), |_| None).expect("the same"), unit);
    let ended = UnitChanges { valid_to: Edit::Set(day("2026-07-01")), ..UnitChanges::default() };
    let ended = unit.update(ended, |_| None).expect("ended");
    assert!(ended.open_on(day("2026-06-30")) && !ended.open_on(day("2026-07-01")));
    let backwards = UnitChanges { valid_to: Edit::Set(unit.valid_from), ..UnitChanges::default() };
    assert_eq!(paths(&unit.update(backwards, |_| None).expect_err("refused")), ["validTo"]);
}
