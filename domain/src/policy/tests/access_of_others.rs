//! Who may grant and take away the access of other people.

use super::*;
use crate::{
    actor::Role,
    policy::access::{decide, decide_role},
};

#[test]
fn admins_give_access_in_their_units_and_only_those_of_the_agency_appoint_auditors() {
    let plain = || person(STRANGER, &[]);
    let of_school = Actor { admin: units(&[SCHOOL]), ..plain() };
    let of_agency = Actor { admin: Coverage::Everything, ..plain() };
    let everything_else = Actor {
        headed: Coverage::Everything,
        performance_team: Coverage::Everything,
        reporting: Coverage::Everything,
        auditor: true,
        ..plain()
    };
    let cases = [(&of_school, true, false), (&of_agency, true, true), (&everything_else, false, false)];
    for (actor, school, department) in cases {
        for (unit, may) in [(SCHOOL, school), (DEPARTMENT, department)] {
            assert_eq!(decide(actor, unit).is_ok(), may, "{actor:?}");
            for role in Role::iter() {
                let auditor = actor.admin == Coverage::Everything;
                let expected = if role == Role::Auditor { auditor } else { may };
                assert_eq!(decide_role(actor, role, unit).is_ok(), expected, "{role} {actor:?}");
            }
        }
    }
    let refused = decide_role(&of_school, Role::Auditor, SCHOOL).expect_err("refused");
    assert_eq!(refused.message.key(), Key::OnlyAgencyAdmin);
}
