//! Decides which figures of a table API keys can see, so that nobody can compute a figure about few people.
//!
//! A table counts people by unit and by column, such as the predicate. The figures of a unit include its subunits. So a
//! reader can subtract the figures of subunits from those of the unit above, and some columns of a row from the others
//! or from the sum. These rules ensure that no difference is a figure about few people:
//!
//! - The number of people of a unit is hidden if it is below the minimum group. A count is hidden if it is 1 to 4, or
//!   if it counts everybody in the unit.
//! - Columns are split in steps ([`Columns`]). The first step splits everybody into the first column and all others.
//!   The second step splits these others into the second column and the remaining ones, and so on. Each step is shown
//!   in its own set of units: a unit shows a step only if it also shows the step before, and if the unit above shows
//!   this step.
//! - A step is shown in a unit only if the counts of all its parts may be shown for two groups of people: for the unit,
//!   and for the rest of the unit above, without those of its subunits that show the step. So every difference is a
//!   count that may be shown. Statistics offices call this complementary suppression.
//!
//! The pattern is computed for the whole agency, never for a requested unit or depth, so that two reports can't be
//! subtracted from each other. The numbers of people alone decide which units are shown at all, so tables about the
//! same people show the same units.

#[cfg(test)]
mod attack;
pub mod development;
#[cfg(test)]
mod tests;

use crate::{Key, id::UnitId};
use std::collections::{BTreeMap, BTreeSet};

/// The minimum group without a setting.
pub const MINIMUM_GROUP: u32 = 10;
/// A count other than zero is shown only if it counts at least this many people.
pub const FEWEST: u32 = 5;

/// Why figures are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumIter, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum HiddenReason {
    /// They count few people, or figures about few people could be computed from them.
    FewPeople,
    /// They are about ratings, and the period was never closed.
    PeriodOpen,
}

impl HiddenReason {
    /// The sentence for people.
    #[must_use]
    pub const fn sentence(self) -> Key {
        match self {
            Self::FewPeople => Key::HiddenFewPeople,
            Self::PeriodOpen => Key::HiddenPeriodOpen,
        }
    }
}

/// The columns of a table, as steps that split everybody into parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// A column, by its index.
    One(usize),
    /// Several columns, split into parts.
    Split(&'static [Self]),
}

/// The columns of the figures about ratings: predicates, and the progress of evaluations without a predicate.
pub mod ratings {
    use super::Columns::{self, One, Split};

    /// Rated good.
    pub const GOOD: usize = 0;
    /// Rated very good.
    pub const VERY_GOOD: usize = 1;
    /// Rated as needing improvement.
    pub const NEEDS_IMPROVEMENT: usize = 2;
    /// Rated poor.
    pub const POOR: usize = 3;
    /// Rated very poor.
    pub const VERY_POOR: usize = 4;
    /// No evaluation.
    pub const MISSING: usize = 5;
    /// Nothing reported.
    pub const OPEN: usize = 6;
    /// Reported, not rated.
    pub const SELF_REPORTED: usize = 7;
    /// Rated as a draft.
    pub const RATED_DRAFT: usize = 8;
    /// Everyone with a final evaluation.
    pub const FINISHED: [usize; 5] = [GOOD, VERY_GOOD, NEEDS_IMPROVEMENT, POOR, VERY_POOR];
    /// Everyone without a final evaluation.
    pub const NOT_RATED: [usize; 4] = [MISSING, OPEN, SELF_REPORTED, RATED_DRAFT];
    /// The number of columns.
    pub const WIDTH: usize = 9;
    /// The steps. The usual predicates come first: then a rare predicate hides only other rare ones.
    pub const COLUMNS: Columns = Split(&[One(GOOD), NOT_GOOD]);
    const NOT_GOOD: Columns = Split(&[One(VERY_GOOD), OTHERS]);
    const OTHERS: Columns = Split(&[UNRATED, BELOW]);
    const BELOW: Columns = Split(&[One(NEEDS_IMPROVEMENT), Split(&[One(POOR), One(VERY_POOR)])]);
    const UNRATED: Columns = Split(&[One(MISSING), BEGUN]);
    const BEGUN: Columns = Split(&[One(OPEN), Split(&[One(SELF_REPORTED), One(RATED_DRAFT)])]);
}

/// The columns of the figures about plans.
pub mod plans {
    use super::Columns::{self, One, Split};

    /// Approved or closed.
    pub const APPROVED: usize = 0;
    /// No plan.
    pub const MISSING: usize = 1;
    /// In draft.
    pub const DRAFT: usize = 2;
    /// Waits for the rater.
    pub const SUBMITTED: usize = 3;
    /// Returned by the rater.
    pub const RETURNED: usize = 4;
    /// The number of columns.
    pub const WIDTH: usize = 5;
    /// The steps.
    pub const COLUMNS: Columns = Split(&[One(APPROVED), NOT_APPROVED]);
    const NOT_APPROVED: Columns = Split(&[One(MISSING), WRITTEN]);
    const WRITTEN: Columns = Split(&[One(DRAFT), Split(&[One(SUBMITTED), One(RETURNED)])]);
}

impl Columns {
    /// The indexes of these columns.
    #[must_use]
    pub fn members(self) -> Vec<usize> {
        match self {
            Self::One(column) => vec![column],
            Self::Split(parts) => parts.iter().copied().flat_map(Self::members).collect(),
        }
    }
}

/// A unit, and the counts of the people of the unit itself, without its subunits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCounts {
    /// The unit.
    pub unit: UnitId,
    /// The unit above it; none of the root.
    pub parent: Option<UnitId>,
    /// The people by column.
    pub own: Vec<u32>,
}

/// Counts of an agency by unit and column.
#[derive(Clone, Debug)]
pub struct Table {
    totals: BTreeMap<UnitId, Vec<u32>>,
    children: BTreeMap<UnitId, Vec<UnitId>>,
    roots: Vec<UnitId>,
    width: usize,
}

impl Table {
    /// Adds the counts of all units up along the tree. A unit whose parent is not among the units is a root.
    #[must_use]
    pub fn new(units: &[UnitCounts], width: usize) -> Self {
        let known: BTreeSet<UnitId> = units.iter().map(|one| one.unit).collect();
        let mut table = Self { totals: BTreeMap::new(), children: BTreeMap::new(), roots: Vec::new(), width };
        for one in units {
            let mut own = one.own.clone();
            own.resize(width, 0);
            table.totals.insert(one.unit, own);
            match one.parent.filter(|parent| known.contains(parent)) {
                Some(parent) => table.children.entry(parent).or_default().push(one.unit),
                None => table.roots.push(one.unit),
            }
        }
        // Sorted by id, not by size: a unit that grows by one person must not change which of its siblings are shown.
        table.children.values_mut().for_each(|units| units.sort_unstable());
        let mut order = table.roots.clone();
        let mut next = 0;
        while let Some(unit) = order.get(next).copied() {
            order.extend(table.children(unit));
            next += 1;
        }
        for unit in order.into_iter().rev() {
            let mut sum = table.counts(unit);
            for child in table.children(unit).to_vec() {
                add(&mut sum, &table.counts(child));
            }
            table.totals.insert(unit, sum);
        }
        table
    }

    /// The counts of a unit with its subunits, by column.
    #[must_use]
    pub fn counts(&self, unit: UnitId) -> Vec<u32> {
        self.totals.get(&unit).cloned().unwrap_or_else(|| vec![0; self.width])
    }

    /// The units directly below a unit, by id.
    #[must_use]
    pub fn children(&self, unit: UnitId) -> &[UnitId] {
        self.children.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The topmost units.
    #[must_use]
    pub fn roots(&self) -> &[UnitId] {
        &self.roots
    }
}

/// Which figures of a table are shown.
#[derive(Clone, Debug)]
pub struct Pattern {
    columns: Columns,
    /// Units whose number of people is shown.
    people: BTreeSet<UnitId>,
    /// For each step, in depth-first order: the units in which it is shown.
    steps: Vec<BTreeSet<UnitId>>,
}

impl Pattern {
    /// Decides which figures of a table are shown with this minimum group. A minimum below [`FEWEST`] counts as
    /// [`FEWEST`].
    #[must_use]
    pub fn of(table: &Table, columns: Columns, minimum: u32) -> Self {
        let minimum = minimum.max(FEWEST);
        let all: BTreeSet<UnitId> = table.totals.keys().copied().collect();
        let people = spread(table, &all, &|counts| counts.iter().sum::<u32>() >= minimum);
        let mut pattern = Self { columns, people, steps: Vec::new() };
        let everywhere = pattern.people.clone();
        pattern.add_steps(table, columns, &everywhere);
        pattern
    }

    /// Adds the steps that split these columns. `before` are the units in which the step before is shown.
    fn add_steps(&mut self, table: &Table, columns: Columns, before: &BTreeSet<UnitId>) {
        let Columns::Split(parts) = columns else { return };
        let safe = |counts: &[u32]| {
            let everybody = counts.iter().sum();
            parts.iter().all(|part| {
                let count: u32 = part.members().into_iter().filter_map(|column| counts.get(column)).sum();
                count == 0 || (count >= FEWEST && count < everybody)
            })
        };
        let shown = spread(table, before, &safe);
        self.steps.push(shown.clone());
        for part in parts {
            self.add_steps(table, *part, &shown);
        }
    }

    /// Whether the number of people of a unit is shown.
    #[must_use]
    pub fn shows_people(&self, unit: UnitId) -> bool {
        self.people.contains(&unit)
    }

    /// Whether the people of a unit in these columns together are shown.
    #[must_use]
    pub fn shows(&self, unit: UnitId, columns: &[usize]) -> bool {
        let mut blocks = Vec::new();
        let mut steps = self.steps.iter();
        self.blocks(unit, self.columns, &mut steps, self.shows_people(unit), &mut blocks);
        self.shows_people(unit)
            && blocks.iter().all(|block| {
                let inside = block.iter().filter(|column| columns.contains(column)).count();
                inside == 0 || inside == block.len()
            })
    }

    /// Collects the groups of columns whose counts are known for a unit: single columns, and columns whose split is not
    /// shown.
    fn blocks<'a>(
        &self,
        unit: UnitId,
        columns: Columns,
        steps: &mut impl Iterator<Item = &'a BTreeSet<UnitId>>,
        known: bool,
        into: &mut Vec<Vec<usize>>,
    ) {
        match columns {
            Columns::One(column) if known => into.push(vec![column]),
            Columns::One(_) => {}
            Columns::Split(parts) => {
                let split = steps.next().is_some_and(|shown| shown.contains(&unit));
                if known && !split {
                    into.push(columns.members());
                }
                for part in parts {
                    self.blocks(unit, *part, steps, split, into);
                }
            }
        }
    }
}

/// Finds the units of `within` that can be shown, from the roots down. A unit is shown only if its counts are safe, and
/// if the rest of the unit above, without all its shown subunits, is safe or empty.
fn spread(table: &Table, within: &BTreeSet<UnitId>, safe: &dyn Fn(&[u32]) -> bool) -> BTreeSet<UnitId> {
    let mut shown = BTreeSet::new();
    let can_be_shown = |unit: UnitId| within.contains(&unit) && safe(&table.counts(unit));
    let mut open: Vec<UnitId> = table.roots.iter().copied().filter(|root| can_be_shown(*root)).collect();
    while let Some(unit) = open.pop() {
        shown.insert(unit);
        let mut rest = table.counts(unit);
        let below = table.children(unit).iter().copied().filter(|child| can_be_shown(*child));
        let mut below: Vec<UnitId> = below.collect();
        for child in &below {
            subtract(&mut rest, &table.counts(*child));
        }
        let is_safe_or_empty = |rest: &[u32]| rest.iter().all(|count| *count == 0) || safe(rest);
        // Each further hidden unit adds people to the rest. If no unit is shown, the rest is the whole unit above.
        let mut hidden = Vec::new();
        while !is_safe_or_empty(&rest) {
            let Some(last) = below.pop() else { break };
            add(&mut rest, &table.counts(last));
            hidden.push(last);
        }
        // Hiding some of them was not necessary: these are shown again.
        for child in hidden {
            let mut less = rest.clone();
            subtract(&mut less, &table.counts(child));
            if is_safe_or_empty(&less) {
                rest = less;
                below.push(child);
            }
        }
        open.extend(below);
    }
    shown
}

fn add(to: &mut [u32], counts: &[u32]) {
    to.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
}

fn subtract(from: &mut [u32], counts: &[u32]) {
    from.iter_mut().zip(counts).for_each(|(rest, count)| *rest = rest.saturating_sub(*count));
}
