//! Every limit of every pattern, at its edge and one person beyond it.

use super::ratings;
use crate::{
    Key,
    rating::{OrgUnitPredicate, Predicate},
    regulation::LimitRule,
    scoring::{Counts, DistributionCheck, PEOPLE_MAX, check_distribution, count_people},
};
use OrgUnitPredicate as Unit;
use proptest::prelude::*;
use strum::IntoEnumIterator;

/// People by predicate, best first.
fn counts(people: [u32; 5]) -> Counts {
    Predicate::iter().zip(people).collect()
}

fn check(unit: Unit, people: [u32; 5]) -> DistributionCheck {
    check_distribution(ratings(), unit, &counts(people)).expect("a pattern")
}

#[test]
fn limits_are_exact_for_every_pattern() {
    for (unit, people, violated) in [
        // Istimewa: Sangat Baik is the largest class, at most 70 %.
        (Unit::Outstanding, [70, 30, 0, 0, 0], vec![]),
        (Unit::Outstanding, [71, 29, 0, 0, 0], vec![(LimitRule::AtMost, 1, 0)]),
        (Unit::Outstanding, [7, 3, 0, 0, 0], vec![]),
        (Unit::Outstanding, [8, 2, 0, 0, 0], vec![(LimitRule::AtMost, 1, 0)]),
        (Unit::Outstanding, [5, 5, 0, 0, 0], vec![(LimitRule::Largest, 0, 1)]),
        (Unit::Outstanding, [6, 3, 0, 0, 0], vec![]),
        (Unit::Outstanding, [7, 2, 0, 0, 0], vec![(LimitRule::AtMost, 1, 0)]),
        // Baik: Baik is the largest class, at most 70 %; at least one Butuh Perbaikan or Kurang.
        (Unit::Good, [20, 70, 10, 0, 0], vec![]),
        (Unit::Good, [20, 70, 0, 10, 0], vec![]),
        (Unit::Good, [19, 71, 10, 0, 0], vec![(LimitRule::AtMost, 1, 0)]),
        (Unit::Good, [30, 70, 0, 0, 0], vec![(LimitRule::AtLeastPeople, 0, 1)]),
        (Unit::Good, [50, 49, 1, 0, 0], vec![(LimitRule::Largest, 0, 1)]),
        (Unit::Good, [49, 50, 1, 0, 0], vec![]),
        // Butuh Perbaikan: at least 60 % Butuh Perbaikan, at most 10 % Sangat Baik.
        (Unit::NeedsImprovement, [10, 30, 60, 0, 0], vec![]),
        (Unit::NeedsImprovement, [10, 31, 59, 0, 0], vec![(LimitRule::AtLeast, 0, 1)]),
        (Unit::NeedsImprovement, [11, 29, 60, 0, 0], vec![(LimitRule::AtMost, 1, 0)]),
        (Unit::NeedsImprovement, [1, 2, 6, 0, 0], vec![(LimitRule::AtMost, 1, 0)]),
        (Unit::NeedsImprovement, [1, 3, 6, 0, 0], vec![]),
        // Kurang: at least 60 % Kurang, at least 10 % Butuh Perbaikan, at most 10 % Sangat Baik.
        (Unit::Poor, [10, 20, 10, 60, 0], vec![]),
        (Unit::Poor, [10, 21, 10, 59, 0], vec![(LimitRule::AtLeast, 0, 1)]),
        (Unit::Poor, [10, 21, 9, 60, 0], vec![(LimitRule::AtLeast, 0, 1)]),
        (Unit::Poor, [11, 19, 10, 60, 0], vec![(LimitRule::AtMost, 1, 0)]),
        // Sangat Kurang: at least 60 % Sangat Kurang, at least 10 % Kurang or Butuh Perbaikan, no Sangat Baik.
        (Unit::VeryPoor, [0, 30, 5, 5, 60], vec![]),
        (Unit::VeryPoor, [0, 31, 5, 4, 60], vec![(LimitRule::AtLeast, 0, 1)]),
        (Unit::VeryPoor, [0, 31, 5, 5, 59], vec![(LimitRule::AtLeast, 0, 1)]),
        (Unit::VeryPoor, [1, 29, 5, 5, 60], vec![(LimitRule::AtMost, 1, 0)]),
    ] {
        let check = check(unit, people);
        let found: Vec<_> = check
            .findings
            .iter()
            .filter(|finding| !finding.holds)
            .map(|finding| (finding.limit.rule, finding.over, finding.under))
            .collect();
        assert_eq!(found, violated, "{unit} {people:?}");
        assert_eq!(check.holds, found.is_empty());
        assert!(check.applicable);
    }
}

#[test]
fn pattern_does_not_apply_to_a_small_group() {
    assert!(!check(Unit::Good, [0, 4, 0, 0, 0]).applicable);
    assert!(check(Unit::Good, [0, 5, 0, 0, 0]).applicable);
    let empty = check(Unit::Outstanding, [0; 5]);
    assert!(!empty.applicable && empty.holds && empty.total == 0);
}

#[test]
fn largest_counts_do_not_overflow() {
    let all = check(Unit::NeedsImprovement, [u32::MAX; 5]);
    assert_eq!(all.total, 5 * u64::from(u32::MAX));
    assert!(!all.holds);
}

proptest! {
    /// Moving the reported number of people meets the limit; moving one fewer does not.
    #[test]
    fn over_and_under_are_the_smallest_sufficient_numbers(people in prop::array::uniform5(0_u32..60), unit in 0_usize..5) {
        let unit = Unit::iter().nth(unit).expect("a predicate");
        let check = check(unit, people);
        for finding in &check.findings {
            let (n, total) = (finding.count, check.total);
            let percent = u64::from(finding.limit.percent.unwrap_or(0));
            match finding.limit.rule {
                LimitRule::AtMost => {
                    prop_assert!(100 * (n - finding.over) <= percent * total);
                    prop_assert!(finding.over == 0 || 100 * (n - finding.over + 1) > percent * total);
                }
                LimitRule::AtLeast => {
                    prop_assert!(100 * (n + finding.under) >= percent * total);
                    prop_assert!(finding.under == 0 || 100 * (n + finding.under - 1) < percent * total);
                }
                LimitRule::AtLeastPeople => prop_assert_eq!(finding.under, u64::from(n == 0)),
                LimitRule::Largest => {
                    let others: Vec<u64> = Predicate::iter().zip(people)
                        .filter(|(predicate, _)| !finding.limit.predicates.contains(predicate))
                        .map(|(_, people)| u64::from(people)).collect();
                    let largest = others.iter().copied().max().unwrap_or(0);
                    prop_assert_eq!(finding.holds, n > largest || total == 0);
                }
            }
        }
    }
}

#[test]
fn people_are_added_up_exactly_or_refused() {
    use Predicate::{Good, Poor};
    let most = PEOPLE_MAX;
    for (given, sum) in [
        (vec![], Some(vec![])),
        (vec![(Good, 3), (Good, 4), (Poor, 1)], Some(vec![(Good, 7), (Poor, 1)])),
        (vec![(Good, most)], Some(vec![(Good, most)])),
        (vec![(Good, most - 1), (Poor, 1)], Some(vec![(Good, most - 1), (Poor, 1)])),
        (vec![(Good, most), (Poor, 1)], None),
        (vec![(Good, most), (Good, 1)], None),
        (vec![(Good, u32::MAX), (Good, u32::MAX), (Good, u32::MAX)], None),
    ] {
        match (count_people(given.iter().copied()), sum) {
            (Ok(counts), Some(sum)) => assert_eq!(counts, sum.into_iter().collect(), "{given:?}"),
            (Err(refused), None) => {
                assert_eq!(
                    (refused.path, refused.message.key()),
                    (vec!["counts".to_owned()], Key::OutOfRange)
                );
            }
            (found, _) => panic!("{given:?}: {found:?}"),
        }
    }
}
