//! Who rates whom on a day: vacant posts, acting officials, and chains of delegations.

use super::*;

const TOP: AssignmentId = AssignmentId(uuid::Uuid::from_u128(27));
const MAYOR: StaffId = StaffId(uuid::Uuid::from_u128(14));

/// The teacher is under the head, who is under the chief, who is under the mayor.
struct World {
    posts: Vec<Post>,
}

impl World {
    fn new() -> Self {
        let top = assignment(TOP, MAYOR, None);
        let chief = assignment(CHIEFS_POST, CHIEF, Some(&top));
        let head = assignment(HEADS_POST, HEAD, Some(&chief));
        let teacher = assignment(TEACHERS_POST, TEACHER, Some(&head));
        Self { posts: [&top, &chief, &head, &teacher].map(post).into() }
    }

    fn with(mut self, of: AssignmentId, change: impl FnOnce(&mut Post)) -> Self {
        change(self.posts.iter_mut().find(|post| post.id == of).expect("a post"));
        self
    }

    fn ended(self, of: AssignmentId, on: &str) -> Self {
        self.with(of, |post| post.assignment = post.close(day(on), day("2026-12-31")).expect("ended"))
    }

    fn acts(self, staff: StaffId, of: AssignmentId, from: &str, to: Option<&str>) -> Self {
        self.with(of, |post| {
            post.delegations.push(Delegation {
                id: DelegationId(uuid(50)),
                agency: AGENCY,
                assignment: of,
                delegate: staff,
                capacity: Capacity::Plt,
                valid_from: day(from),
                valid_to: to.map(day),
                reason: "Kosong".to_owned(),
                version: 1,
            });
        })
    }

    fn on(&self, of: AssignmentId, on: &str) -> WhoRates {
        let find = |id| self.posts.iter().find(|post| post.id == id);
        who_rates(find(of).expect("a post"), day(on), find).expect("known posts")
    }

    /// The rater and the rater's superior.
    fn raters(&self, of: AssignmentId, on: &str) -> (StaffId, Option<StaffId>) {
        match self.on(of, on) {
            WhoRates::Person(found) => (found.rater.staff, found.superior.map(|above| above.staff)),
            other => panic!("{on}: {other:?}"),
        }
    }
}

#[test]
fn the_holder_rates_and_their_superior_decides() {
    let world = World::new();
    assert_eq!(world.raters(TEACHERS_POST, "2026-03-01"), (HEAD, Some(CHIEF)));
    assert_eq!(world.raters(CHIEFS_POST, "2026-03-01"), (MAYOR, None));
    assert_eq!(world.on(TOP, "2026-03-01"), WhoRates::NoSuperior);
}

#[test]
fn a_vacant_post_has_no_rater_until_someone_acts_for_it() {
    let until = Some("2026-05-01");
    let world = World::new().ended(HEADS_POST, "2026-03-01").acts(STRANGER, HEADS_POST, "2026-04-01", until);
    assert_eq!(world.raters(TEACHERS_POST, "2026-02-28"), (HEAD, Some(CHIEF)));
    for day in ["2026-03-01", "2026-03-31", "2026-05-01"] {
        let WhoRates::Vacant(found) = world.on(TEACHERS_POST, day) else { panic!("{day}") };
        assert_eq!((found.rater.post, found.rater.staff), (HEADS_POST, HEAD), "{day}");
    }
    for day in ["2026-04-01", "2026-04-30"] {
        assert_eq!(world.raters(TEACHERS_POST, day), (STRANGER, Some(CHIEF)), "{day}");
    }
}

#[test]
fn a_person_who_acts_for_their_superior_is_rated_by_the_next_one_above() {
    let until = Some("2026-06-01");
    let world = World::new().ended(HEADS_POST, "2026-03-01").acts(TEACHER, HEADS_POST, "2026-03-01", until);
    assert_eq!(world.raters(TEACHERS_POST, "2026-02-28"), (HEAD, Some(CHIEF)));
    assert_eq!(world.raters(TEACHERS_POST, "2026-03-01"), (CHIEF, Some(MAYOR)));
    assert_eq!(world.raters(TEACHERS_POST, "2026-05-31"), (CHIEF, Some(MAYOR)));
    assert!(matches!(world.on(TEACHERS_POST, "2026-06-01"), WhoRates::Vacant(_)));
    // While the holder is only away, they rate the person who acts for them.
    let away = World::new().acts(TEACHER, HEADS_POST, "2026-03-01", None);
    assert_eq!(away.raters(TEACHERS_POST, "2026-03-01"), (HEAD, Some(CHIEF)));
}

#[test]
fn the_raters_superior_is_never_the_rater_or_the_ratee() {
    // The chief acts for the head: the chief's own superior, the mayor, decides.
    let vacant = |of| World::new().ended(of, "2026-03-01");
    let world = vacant(HEADS_POST).acts(CHIEF, HEADS_POST, "2026-03-01", None);
    assert_eq!(world.raters(TEACHERS_POST, "2026-03-01"), (CHIEF, Some(MAYOR)));
    // The teacher acts for the chief: the mayor decides about the teacher.
    let world = vacant(CHIEFS_POST).acts(TEACHER, CHIEFS_POST, "2026-03-01", None);
    assert_eq!(world.raters(TEACHERS_POST, "2026-03-01"), (HEAD, Some(MAYOR)));
    assert_eq!(world.raters(HEADS_POST, "2026-03-01"), (TEACHER, Some(MAYOR)));
}

#[test]
fn chains_of_delegations_are_followed_upwards() {
    // The teacher acts for the head and for the chief.
    let world = World::new()
        .ended(HEADS_POST, "2026-03-01")
        .ended(CHIEFS_POST, "2026-04-01")
        .acts(TEACHER, HEADS_POST, "2026-03-01", None)
        .acts(TEACHER, CHIEFS_POST, "2026-04-01", Some("2026-05-01"));
    assert_eq!(world.raters(TEACHERS_POST, "2026-03-31"), (CHIEF, Some(MAYOR)));
    assert_eq!(world.raters(TEACHERS_POST, "2026-04-01"), (MAYOR, None));
    let vacant = world.on(TEACHERS_POST, "2026-05-01");
    assert!(matches!(vacant, WhoRates::Vacant(found) if found.rater.post == CHIEFS_POST));
    // And for the mayor too: there is nobody above.
    let world = world.ended(TOP, "2026-04-10").acts(TEACHER, TOP, "2026-04-10", None);
    assert_eq!(world.on(TEACHERS_POST, "2026-04-10"), WhoRates::NobodyAbove);
    // A delegate's own delegate has only the powers of the delegate's post.
    let world = World::new().acts(CHIEF, HEADS_POST, "2026-03-01", None);
    let world = world.acts(STRANGER, CHIEFS_POST, "2026-03-01", None);
    assert_eq!(world.raters(TEACHERS_POST, "2026-03-01"), (CHIEF, Some(STRANGER)));
}

#[test]
fn a_loop_has_no_rater_and_ends_the_search() {
    let under = |of: &mut Post, superior| of.assignment = of.assignment.clone().under(Some(superior));
    let world = World::new()
        .with(CHIEFS_POST, |chief| under(chief, HEADS_POST))
        .ended(HEADS_POST, "2026-03-01")
        .ended(CHIEFS_POST, "2026-03-01")
        .acts(TEACHER, HEADS_POST, "2026-03-01", None)
        .acts(TEACHER, CHIEFS_POST, "2026-03-01", None);
    assert_eq!(world.on(TEACHERS_POST, "2026-03-01"), WhoRates::Loop);
}

#[test]
fn an_unknown_post_is_named() {
    let world = World::new();
    let teacher = &world.posts[3];
    assert_eq!(who_rates(teacher, day("2026-03-01"), |_| None), Err(HEADS_POST));
}

#[test]
fn the_holder_the_acting_official_and_the_superior_have_power_over_a_result() {
    use Power::{Rater, RatersSuperior};
    let over = |world: &World, of: AssignmentId| {
        let find = |id| world.posts.iter().find(|post| post.id == id);
        let found = powers(find(of).expect("a post"), day("2026-04-01"), find).expect("known posts");
        found.into_iter().collect::<Vec<_>>()
    };
    let mut expected = vec![(HEAD, Rater), (STRANGER, Rater), (CHIEF, RatersSuperior)];
    expected.sort();
    let acting = World::new().acts(STRANGER, HEADS_POST, "2026-03-01", None);
    assert_eq!(over(&acting, TEACHERS_POST), expected);
    // The last holder of a vacant post stays the rater of record.
    let mut expected = vec![(HEAD, Rater), (CHIEF, RatersSuperior)];
    expected.sort();
    assert_eq!(over(&World::new().ended(HEADS_POST, "2026-03-01"), TEACHERS_POST), expected);
    // A person who acts for their own superior has no power over themselves.
    let own = World::new().ended(HEADS_POST, "2026-03-01").acts(TEACHER, HEADS_POST, "2026-03-01", None);
    let mut expected = vec![(CHIEF, Rater), (MAYOR, RatersSuperior)];
    expected.sort();
    assert_eq!(over(&own, TEACHERS_POST), expected);
    assert_eq!(over(&World::new(), TOP), []);
}
