//! The relations to objects with and without a rater, and the persons of record.

use super::*;

/// An object without a rater gives every relation that does not need one.
#[test]
fn an_object_without_a_rater_gives_the_other_relations() {
    let everything = Coverage::Everything;
    let all = |staff| Actor {
        headed: everything.clone(),
        performance_team: everything.clone(),
        admin: everything.clone(),
        auditor: true,
        ..person(staff, &[HEADS_POST])
    };
    let nothing = |staff| person(staff, &[]);
    for actor in [all(TEACHER), all(STRANGER), nothing(TEACHER), nothing(STRANGER), Actor::system(AGENCY)] {
        let full = Relations::of(&actor, TEACHER, SCHOOL, &rater());
        let expected = Relations { rater: false, raters_superior: false, ..full };
        assert_eq!(Relations::of_person(&actor, TEACHER, SCHOOL), expected, "{actor:?}");
    }
    assert!(Relations::of_person(&Actor::system(AGENCY), TEACHER, SCHOOL).system);
    assert!(!Relations::of_person(&all(TEACHER), TEACHER, SCHOOL).head);
    assert!(Relations::of_person(&all(STRANGER), TEACHER, SCHOOL).head);
}

#[test]
fn persons_of_record_are_never_the_owner_in_another_part() {
    let sign = evaluation::right(EvaluationAction::SignEvaluation, evaluation::Reopener::Rater);
    let recommend = evaluation::right(EvaluationAction::MakeRecommendation, evaluation::Reopener::Rater);
    assert_eq!(sign.who_can(TEACHER, &rater()), [TEACHER, HEAD, CHIEF]);
    assert_eq!(recommend.who_can(TEACHER, &rater()), [HEAD, CHIEF]);
    let own_superior = RaterSnapshot { superior_staff: Some(TEACHER), ..rater() };
    assert_eq!(recommend.who_can(TEACHER, &own_superior), [HEAD]);
    let own_rater = RaterSnapshot { staff: TEACHER, ..rater() };
    assert_eq!(recommend.who_can(TEACHER, &own_rater), [CHIEF]);
}
