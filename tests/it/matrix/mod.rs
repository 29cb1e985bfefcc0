//! Compares hand-written decision tables of who can see and do what (`tests/it/data/matrix`) with responses through
//! HTTP. Neither is generated from the other: if they differ, check the rules to find out which one is wrong.

mod everyone;
mod read;
mod world;
mod write;

pub use world::workshop;
pub use write::WITHOUT_LOGIN;

use std::collections::{BTreeMap, BTreeSet};

/// Cells by row and column.
type Cells = BTreeMap<(String, String), String>;

/// Parses a table. The first line names the columns; each other line is a row with one word per column.
fn table(text: &str) -> Cells {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let columns: Vec<&str> = lines.next().expect("a line of columns").split_whitespace().skip(1).collect();
    let mut cells = Cells::new();
    for line in lines {
        let mut words = line.split_whitespace();
        let row = words.next().expect("a row's name");
        let words: Vec<&str> = words.collect();
        assert_eq!(words.len(), columns.len(), "cells of {row}");
        for (column, word) in columns.iter().zip(words) {
            let duplicate = cells.insert((row.to_owned(), (*column).to_owned()), word.to_owned());
            assert!(duplicate.is_none(), "{row} {column} occurs twice");
        }
    }
    cells
}

/// Lists the cells that differ, including cells that only one side has.
fn differences(expected: &Cells, actual: &Cells) -> Vec<String> {
    let keys: BTreeSet<_> = expected.keys().chain(actual.keys()).collect();
    let word = |cells: &Cells, key| cells.get(key).cloned().unwrap_or_else(|| "nothing".to_owned());
    keys.into_iter()
        .map(|key| (key, word(expected, key), word(actual, key)))
        .filter(|(_, expected, actual)| expected != actual)
        .map(|((row, column), expected, actual)| {
            format!("{row} {column}: {expected} expected, {actual} found")
        })
        .collect()
}

#[test]
fn a_changed_cell_is_detected() {
    let text = "actor DRAFT FINAL\nemployee d r\npeer - -\n";
    let answers = table(text);
    assert_eq!(differences(&table(text), &answers), Vec::<String>::new());
    let changed = table(&text.replace("peer - -", "peer - r"));
    assert_eq!(differences(&changed, &answers), ["peer FINAL: r expected, - found"]);
    let more = table(&format!("{text}outsider - -\n"));
    assert_eq!(differences(&more, &answers).len(), 2);
    assert_eq!(differences(&answers, &more).len(), 2);
}

/// Changing any cell of the committed tables makes the comparison fail.
#[test]
fn changing_any_cell_of_the_tables_is_detected() {
    for text in read::TABLES.iter().map(|(_, text)| *text).chain([write::TABLE]) {
        let answers = table(text);
        for key in answers.keys() {
            let mut changed = answers.clone();
            changed.insert(key.clone(), "changed".to_owned());
            assert_eq!(differences(&changed, &answers).len(), 1);
        }
    }
}
