//! Random cities, and an attacker who has all figures that an API key can read.

use super::{
    Columns, MINIMUM_GROUP, Pattern, Table, UnitCounts,
    attack::{Leak, Published, leaks},
    development, plans, ratings,
};
use crate::{
    development::{Change, Followed},
    id::UnitId,
    rating::Predicate,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::cell::Cell;
use uuid::Uuid;

/// The columns of each figure in the reports about ratings.
fn rating_figures() -> Vec<Vec<usize>> {
    let mut figures: Vec<Vec<usize>> = (0..ratings::WIDTH).map(|column| vec![column]).collect();
    figures.push(ratings::FINISHED.to_vec());
    figures.push(ratings::NOT_RATED.to_vec());
    figures
}

fn plan_figures() -> Vec<Vec<usize>> {
    (0..plans::WIDTH).map(|column| vec![column]).collect()
}

fn development_figures() -> Vec<Vec<usize>> {
    use development::*;
    let outcomes = [
        TRAINED_ROSE,
        TRAINED_SAME,
        TRAINED_FELL,
        OTHERS_ROSE,
        OTHERS_SAME,
        OTHERS_FELL,
        NO_RESULT,
        LEFT,
        MOVED,
    ];
    let mut figures: Vec<Vec<usize>> = outcomes.iter().map(|columns| columns.to_vec()).collect();
    figures.extend([TRAINED.to_vec(), OTHERS.to_vec(), GAP.to_vec()]);
    figures
}

fn unit(number: usize) -> UnitId {
    UnitId(Uuid::from_u128(number as u128 + 1))
}

/// A tree of units with few people in rare columns, as in a city, and sometimes in all of them.
fn cities(width: usize) -> impl Strategy<Value = Vec<UnitCounts>> {
    let count = prop_oneof![4 => Just(0_u32), 3 => 1..5_u32, 3 => 5..9_u32, 2 => 9..30_u32];
    let one = (any::<prop::sample::Index>(), prop::collection::vec(count, width));
    prop::collection::vec(one, 1..14).prop_map(|drawn| {
        let of = |(place, (parent, own)): (usize, (prop::sample::Index, Vec<u32>))| UnitCounts {
            unit: unit(place),
            parent: (place > 0).then(|| unit(parent.index(place))),
            own,
        };
        drawn.into_iter().enumerate().map(of).collect()
    })
}

/// All figures that the reports show of all units.
fn published(units: &[UnitCounts], columns: Columns, figures: &[Vec<usize>], width: usize) -> Vec<Published> {
    let table = Table::new(units, width);
    let pattern = Pattern::of(&table, columns, MINIMUM_GROUP);
    let everybody: Vec<usize> = (0..width).collect();
    let mut found = Vec::new();
    for (place, one) in units.iter().enumerate() {
        let counts = table.counts(one.unit);
        let sum = |columns: &[usize]| columns.iter().map(|column| counts[*column]).sum();
        let mut show = |columns: &[usize], shown: bool| {
            if shown {
                found.push(Published { unit: place, columns: columns.to_vec(), count: sum(columns) });
            }
        };
        show(&everybody, pattern.shows_people(one.unit));
        figures.iter().for_each(|columns| show(columns, pattern.shows(one.unit, columns)));
    }
    found
}

/// The figures that are shown if each unit is judged by itself: only small figures are hidden.
fn without_complement(units: &[UnitCounts], figures: &[Vec<usize>], width: usize) -> Vec<Published> {
    let table = Table::new(units, width);
    let mut found = Vec::new();
    for (place, one) in units.iter().enumerate() {
        let counts = table.counts(one.unit);
        let everybody: u32 = counts.iter().sum();
        if everybody < MINIMUM_GROUP {
            continue;
        }
        found.push(Published { unit: place, columns: (0..width).collect(), count: everybody });
        for columns in figures {
            let count = columns.iter().map(|column| counts[*column]).sum();
            if count == 0 || (count >= super::FEWEST && count < everybody) {
                found.push(Published { unit: place, columns: columns.clone(), count });
            }
        }
    }
    found
}

/// Attacks this number of cities, unless the environment sets another one.
fn attack(columns: Columns, figures: &[Vec<usize>], width: usize, cities_usually: u32) {
    let cases = std::env::var("KINERJA_DISCLOSURE_CITIES")
        .map_or(cities_usually, |cities| cities.parse().expect("a number"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let (shown, unprotected) = (Cell::new(0_usize), Cell::new(0_u32));
    let run = TestRunner::new(config).run(&cities(width), |units| {
        let published = published(&units, columns, figures, width);
        shown.set(shown.get() + published.len());
        prop_assert_eq!(leaks(&units, columns, &published, MINIMUM_GROUP), Vec::<Leak>::new());
        let control = without_complement(&units, figures, width);
        let leaking = !leaks(&units, columns, &control, MINIMUM_GROUP).is_empty();
        unprotected.set(unprotected.get() + u32::from(leaking));
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    let (shown, unprotected) = (shown.get(), unprotected.get());
    // Enough figures are still shown.
    assert!(shown > 10 * cases as usize, "only {shown} figures of {cases} cities are shown");
    assert!(
        unprotected > cases / 4,
        "control: without complementary suppression {unprotected} of {cases} cities leak"
    );
}

#[test]
fn no_count_of_few_people_can_be_computed_from_figures_about_ratings() {
    attack(ratings::COLUMNS, &rating_figures(), ratings::WIDTH, 60);
}

#[test]
fn no_count_of_few_people_can_be_computed_from_figures_about_plans() {
    attack(plans::COLUMNS, &plan_figures(), plans::WIDTH, 60);
}

/// The attacker also has the report on ratings of the year before, whose steps the columns begin with.
#[test]
fn no_count_of_few_people_can_be_computed_from_figures_about_what_followed_a_gap() {
    let mut figures = development_figures();
    figures.extend([0..10, 10..20, 20..29, 29..30].map(|predicates| predicates.collect()));
    // Three times as many columns take ten times as long.
    attack(development::COLUMNS, &figures, development::WIDTH, 12);
}

#[test]
fn every_person_has_one_column_that_the_steps_contain() {
    use Predicate::{Good, NeedsImprovement, Poor, VeryGood, VeryPoor};
    let result = |trained, change| Followed::Result { trained, change };
    let mut gaps = vec![Followed::NoResult, Followed::Left, Followed::Moved];
    for change in [Change::Rose, Change::Same, Change::Fell] {
        gaps.extend([result(true, change), result(false, change)]);
    }
    let mut seen = vec![development::column(None, None)];
    for before in [Good, VeryGood] {
        seen.push(development::column(Some(before), None));
    }
    for before in [Good, VeryGood, NeedsImprovement] {
        seen.extend(gaps.iter().map(|gap| development::column(Some(before), Some(*gap))));
    }
    for gap in &gaps {
        let of = |before| development::column(Some(before), Some(*gap));
        assert_eq!((of(Poor), of(VeryPoor)), (of(NeedsImprovement), of(NeedsImprovement)));
        assert!(development::GAP.contains(&of(Poor)));
    }
    seen.sort_unstable();
    let mut columns = development::COLUMNS.members();
    columns.sort_unstable();
    assert_eq!(seen, columns);
    assert_eq!(columns, (0..development::WIDTH).collect::<Vec<_>>());
    let trained = development::column(Some(Poor), Some(result(true, Change::Rose)));
    assert!(development::TRAINED.contains(&trained) && development::TRAINED_ROSE.contains(&trained));
    assert!(!development::OTHERS.contains(&trained));
    let left = development::column(Some(Good), Some(Followed::Left));
    assert!(
        development::LEFT.contains(&left)
            && !development::GAP.contains(&development::column(Some(Good), None))
    );
}

/// A root with units below it. Each unit has its numbers of people rated good, very good, as needing improvement, poor
/// and very poor.
fn city(units: &[[u32; 5]]) -> (Table, Pattern) {
    let of = |(place, own): (usize, &[u32; 5])| UnitCounts {
        unit: unit(place),
        parent: (place > 0).then(|| unit(0)),
        own: own.to_vec(),
    };
    let units: Vec<UnitCounts> = units.iter().enumerate().map(of).collect();
    let table = Table::new(&units, ratings::WIDTH);
    let pattern = Pattern::of(&table, ratings::COLUMNS, MINIMUM_GROUP);
    (table, pattern)
}

#[test]
fn a_small_unit_hides_a_sibling_too() {
    let (table, pattern) = city(&[[0; 5], [20, 10, 0, 0, 0], [20, 10, 0, 0, 0], [5, 4, 0, 0, 0]]);
    assert_eq!(table.counts(unit(0))[..2], [45, 24]);
    let shown: Vec<bool> = (0..4).map(|number| pattern.shows_people(unit(number))).collect();
    assert_eq!(shown, [true, true, false, false]);
}

#[test]
fn a_rare_predicate_hides_the_next_one_and_no_more() {
    let (_, pattern) = city(&[[40, 20, 7, 3, 0]]);
    let shown = |column| pattern.shows(unit(0), &[column]);
    assert_eq!([0, 1, 2, 3, 4].map(shown), [true, true, false, false, false]);
    assert!(pattern.shows(unit(0), &ratings::FINISHED) && pattern.shows(unit(0), &ratings::NOT_RATED));
}

#[test]
fn a_count_of_everybody_is_hidden() {
    let (_, pattern) = city(&[[12, 0, 0, 0, 0]]);
    assert!(pattern.shows_people(unit(0)));
    assert!(!pattern.shows(unit(0), &[ratings::GOOD]) && !pattern.shows(unit(0), &[ratings::POOR]));
}

#[test]
fn few_people_are_hidden_whatever_the_setting_is() {
    let table = Table::new(&[UnitCounts { unit: unit(0), parent: None, own: vec![4] }], ratings::WIDTH);
    assert!(!Pattern::of(&table, ratings::COLUMNS, 1).shows_people(unit(0)));
    let table = Table::new(&[UnitCounts { unit: unit(0), parent: None, own: vec![5] }], ratings::WIDTH);
    assert!(Pattern::of(&table, ratings::COLUMNS, 1).shows_people(unit(0)));
    assert!(!Pattern::of(&table, ratings::COLUMNS, MINIMUM_GROUP).shows_people(unit(0)));
}
