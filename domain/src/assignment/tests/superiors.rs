//! Superiors by day.

use super::*;

const TODAY: &str = "2026-07-15";

fn assign(
    who: &Assignment,
    superior: &Assignment,
    from: &str,
    all: &[&Assignment],
) -> Result<Assignment, Vec<Refusal>> {
    who.assign_superior(&post(superior), day(from), day(TODAY), |id| {
        all.iter().copied().find(|one| one.id == id)
    })
}

fn keys(result: Result<Assignment, Vec<Refusal>>) -> Vec<Key> {
    result.expect_err("refused").iter().map(|refusal| refusal.message.key()).collect()
}

fn on_days(who: &Assignment, expected: &[(&str, AssignmentId)]) {
    for (on, superior) in expected {
        assert_eq!(who.superior_on(day(on)), Some(*superior), "{on}");
    }
}

#[test]
fn a_superior_is_another_person_with_an_open_assignment_and_no_loop() {
    let head = assignment(HEADS_POST, HEAD, None);
    let chief = assignment(CHIEFS_POST, CHIEF, Some(&head));
    let teacher = teachers_post();
    let all = [&head, &chief, &teacher];
    let moved = assign(&teacher, &chief, "2026-03-01", &all).expect("assigned");
    assert_eq!(moved.superior, Some(CHIEFS_POST));
    assert_eq!(keys(assign(&head, &chief, "2026-03-01", &all)), [Key::SuperiorLoop]);
    assert_eq!(keys(assign(&head, &head, "2026-03-01", &all)), [Key::OwnSuperior, Key::SuperiorLoop]);
    let second_post = Assignment { id: AssignmentId(uuid(25)), ..teacher.clone() };
    assert_eq!(keys(assign(&teacher, &second_post, "2026-03-01", &[])), [Key::OwnSuperior]);
    assert_eq!(
        keys(assign(&teacher, &chief, "2019-03-01", &all)),
        [Key::AssignmentNotOpen, Key::AssignmentNotOpen]
    );
}

#[test]
fn a_superior_applies_from_its_day_until_the_next_one() {
    let (head, chief) = (assignment(HEADS_POST, HEAD, None), assignment(CHIEFS_POST, CHIEF, None));
    let third = assignment(AssignmentId(uuid(26)), STRANGER, None);
    let all = [&head, &chief, &third];
    let july = assign(&teachers_post(), &chief, "2026-07-01", &all).expect("assigned");
    assert_eq!(july.superior, Some(CHIEFS_POST));
    on_days(
        &july,
        &[
            ("2019-01-01", HEADS_POST),
            ("2020-01-01", HEADS_POST),
            ("2026-05-01", HEADS_POST),
            ("2026-06-30", HEADS_POST),
            ("2026-07-01", CHIEFS_POST),
            ("2026-07-02", CHIEFS_POST),
        ],
    );
    // Backdating before a recorded change does not reach beyond it, so today's superior stays.
    let may = assign(&july, &third, "2026-05-01", &all).expect("assigned");
    assert_eq!(may.superior, Some(CHIEFS_POST));
    on_days(
        &may,
        &[
            ("2026-04-30", HEADS_POST),
            ("2026-05-01", third.id),
            ("2026-06-30", third.id),
            ("2026-07-01", CHIEFS_POST),
        ],
    );
    let days: Vec<_> = may.superiors_by_day().map(|one| (one.from.to_string(), one.to.is_some())).collect();
    let from = |from: &str, ends| (from.to_owned(), ends);
    assert_eq!(days, [from("2020-01-01", true), from("2026-05-01", true), from("2026-07-01", false)]);
    // A correction of the same day replaces it; the same superior twice is one row.
    let corrected = assign(&may, &chief, "2026-05-01", &all).expect("assigned");
    assert_eq!(corrected.superiors.len(), 2);
    on_days(&corrected, &[("2026-04-30", HEADS_POST), ("2026-05-01", CHIEFS_POST)]);
}

#[test]
fn a_superior_of_a_later_day_comes_into_force_on_it() {
    let (head, chief) = (assignment(HEADS_POST, HEAD, None), assignment(CHIEFS_POST, CHIEF, None));
    let ahead = assign(&teachers_post(), &chief, "2026-08-01", &[&head, &chief]).expect("assigned");
    assert_eq!(ahead.superior, Some(HEADS_POST));
    assert_eq!(ahead.clone().with_superior_of(day("2026-07-31")).superior, Some(HEADS_POST));
    assert_eq!(ahead.with_superior_of(day("2026-08-01")).superior, Some(CHIEFS_POST));
}

#[test]
fn no_day_may_have_a_loop_of_superiors() {
    // The chief was under the head until June.
    let head = assignment(HEADS_POST, HEAD, None);
    let top = assignment(AssignmentId(uuid(26)), STRANGER, None);
    let chief = assignment(CHIEFS_POST, CHIEF, Some(&head));
    let chief = assign(&chief, &top, "2026-06-01", &[&head, &top]).expect("assigned");
    let all = [&head, &top, &chief];
    assert_eq!(keys(assign(&head, &chief, "2026-05-31", &all)), [Key::SuperiorLoop]);
    let under = assign(&head, &chief, "2026-06-01", &all).expect("no loop from June on");
    // The head had no superior until June. The chief can't be the head's superior in May either.
    let all = [&under, &top, &chief];
    assert_eq!(keys(assign(&under, &chief, "2026-05-01", &all)), [Key::SuperiorLoop]);
}

#[test]
fn an_ended_assignment_keeps_the_superior_of_its_last_day() {
    let (head, chief) = (assignment(HEADS_POST, HEAD, None), assignment(CHIEFS_POST, CHIEF, None));
    let teacher = assign(&teachers_post(), &chief, "2026-07-01", &[&head, &chief]).expect("assigned");
    for (end, superior) in
        [("2026-06-30", HEADS_POST), ("2026-07-01", HEADS_POST), ("2026-07-02", CHIEFS_POST)]
    {
        let ended = teacher.close(day(end), day(TODAY)).expect("ended");
        assert_eq!(ended.superior, Some(superior), "{end}");
        assert_eq!(ended.superior_on(day("2027-01-01")), Some(superior), "{end}");
        let last = ended.superiors_by_day().last().expect("a row");
        assert_eq!((last.superior, last.to), (superior, Some(day(end))));
    }
}

#[test]
fn a_corrected_first_day_also_moves_the_first_superior() {
    let (head, chief) = (assignment(HEADS_POST, HEAD, None), assignment(CHIEFS_POST, CHIEF, None));
    let teacher = assign(&teachers_post(), &chief, "2026-07-01", &[&head, &chief]).expect("assigned");
    for (from, first, superiors) in
        [("2019-01-01", HEADS_POST, 2), ("2026-06-30", HEADS_POST, 2), ("2026-07-01", CHIEFS_POST, 1)]
    {
        let starting = teacher.starting(day(from), day(TODAY));
        let rows: Vec<_> = starting.superiors_by_day().collect();
        assert_eq!((rows[0].superior, rows[0].from, rows.len()), (first, day(from), superiors));
        assert_eq!(starting.superior, Some(CHIEFS_POST));
    }
}
