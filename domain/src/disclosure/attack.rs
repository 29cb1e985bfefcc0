//! An attacker who has all published figures and knows the tree of units. They compute hidden counts by exact
//! elimination, and by the smallest and largest value that each count can have.

use super::{Columns, FEWEST, UnitCounts};
use num_rational::Ratio;
use num_traits::Zero;
use std::collections::BTreeMap;

type Exact = Ratio<i128>;

/// A published figure: the people of a unit with its subunits in some columns.
#[derive(Clone, Debug)]
pub struct Published {
    /// The unit, by its place in the list of units.
    pub unit: usize,
    pub columns: Vec<usize>,
    pub count: u32,
}

/// A hidden figure that the attacker learned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leak {
    /// A count of one to four people: the unit, whether its subunits are excluded, and the columns.
    Few(usize, bool, Vec<usize>),
    /// A number of people below the minimum group.
    SmallGroup(usize, bool),
    /// Everybody of a unit is in these columns.
    Everybody(usize, bool, Vec<usize>),
}

/// Finds all leaks of a city's published figures.
pub fn leaks(units: &[UnitCounts], columns: Columns, published: &[Published], minimum: u32) -> Vec<Leak> {
    let world = World::new(units, columns);
    let solved = world.solve(published);
    let bounds = world.bounds(published);
    let mut found = Vec::new();
    for unit in 0..units.len() {
        for alone in [false, true] {
            let everybody = world.counts(unit, alone, &world.groups[0]);
            if everybody == 0 {
                continue;
            }
            for group in &world.groups {
                let count = world.counts(unit, alone, group);
                let is_all = group.len() == world.width;
                let known = world.is_solved(&solved, unit, alone, group)
                    || bounds.get(&(unit, alone, group.clone())).is_some_and(|(low, high)| low == high);
                if is_all && known && (1..minimum).contains(&count) {
                    found.push(Leak::SmallGroup(unit, alone));
                }
                if !is_all && known && (1..FEWEST).contains(&count) {
                    found.push(Leak::Few(unit, alone, group.clone()));
                }
                let rest: Vec<usize> = (0..world.width).filter(|column| !group.contains(column)).collect();
                let nobody_else = world.is_solved(&solved, unit, alone, &rest)
                    || world.all_zero(&bounds, unit, alone, &rest);
                if !is_all && nobody_else && count == everybody {
                    found.push(Leak::Everybody(unit, alone, group.clone()));
                }
            }
        }
    }
    found
}

struct World<'a> {
    units: &'a [UnitCounts],
    /// The units of each subtree.
    below: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
    /// Everybody, then each group and column that a step makes.
    groups: Vec<Vec<usize>>,
    splits: Vec<Parts>,
    width: usize,
}

/// A count: of a unit, whether without its subunits, in these columns.
type Count = (usize, bool, Vec<usize>);
/// The smallest and the largest possible value of each count.
type Bounds = BTreeMap<Count, (i64, i64)>;
/// A group of columns, and its parts.
type Parts = (Vec<usize>, Vec<Vec<usize>>);
/// Sums in reduced row echelon form, by their first unknown.
type Solved = BTreeMap<usize, BTreeMap<usize, Exact>>;

impl<'a> World<'a> {
    fn new(units: &'a [UnitCounts], columns: Columns) -> Self {
        let at = |id| units.iter().position(|one| one.unit == id);
        let mut children = vec![Vec::new(); units.len()];
        for (place, one) in units.iter().enumerate() {
            if let Some(parent) = one.parent.and_then(at) {
                children[parent].push(place);
            }
        }
        fn subtree(unit: usize, children: &[Vec<usize>], into: &mut Vec<usize>) {
            into.push(unit);
            children[unit].iter().for_each(|child| subtree(*child, children, into));
        }
        let below = (0..units.len()).map(|unit| {
            let mut all = Vec::new();
            subtree(unit, &children, &mut all);
            all
        });
        let (mut groups, mut splits) = (Vec::new(), Vec::new());
        collect(columns, &mut groups, &mut splits);
        let below = below.collect();
        Self { units, below, children, width: groups[0].len(), groups, splits }
    }

    fn unknowns(&self, unit: usize, alone: bool, columns: &[usize]) -> Vec<usize> {
        let units = if alone { vec![unit] } else { self.below[unit].clone() };
        units
            .into_iter()
            .flat_map(|unit| columns.iter().map(move |column| unit * self.width + column))
            .collect()
    }

    fn counts(&self, unit: usize, alone: bool, columns: &[usize]) -> u32 {
        let of = |unknown: usize| self.units[unknown / self.width].own[unknown % self.width];
        self.unknowns(unit, alone, columns).into_iter().map(of).sum()
    }

    /// Brings the published sums into reduced row echelon form. A sum of zero makes each of its counts zero.
    fn solve(&self, published: &[Published]) -> Solved {
        let mut solved = Solved::new();
        for one in published {
            let unknowns = self.unknowns(one.unit, false, &one.columns);
            let row = unknowns.iter().map(|unknown| (*unknown, Exact::from_integer(1))).collect();
            add_row(&mut solved, row);
            if one.count == 0 {
                for unknown in unknowns {
                    add_row(&mut solved, BTreeMap::from([(unknown, Exact::from_integer(1))]));
                }
            }
        }
        solved
    }

    /// Whether a count is a linear combination of published ones.
    fn is_solved(&self, solved: &Solved, unit: usize, alone: bool, columns: &[usize]) -> bool {
        let unknowns = self.unknowns(unit, alone, columns);
        let row = unknowns.into_iter().map(|unknown| (unknown, Exact::from_integer(1))).collect();
        reduce(solved, row).is_empty()
    }

    fn all_zero(&self, bounds: &Bounds, unit: usize, alone: bool, columns: &[usize]) -> bool {
        columns.iter().all(|column| bounds.get(&(unit, alone, vec![*column])).is_some_and(|of| of.1 == 0))
    }

    /// Narrows the possible values of all counts until nothing changes: each part of a sum is at most the sum without
    /// the smallest values of the other parts, and at least the sum without their largest values.
    fn bounds(&self, published: &[Published]) -> Bounds {
        let mut bounds = Bounds::new();
        // Equations `whole = parts`.
        let mut sums: Vec<(Count, Vec<Count>)> = Vec::new();
        for unit in 0..self.units.len() {
            for group in &self.groups {
                bounds.insert((unit, true, group.clone()), (0, i64::from(u32::MAX)));
                bounds.insert((unit, false, group.clone()), (0, i64::from(u32::MAX)));
                let mut parts = vec![(unit, true, group.clone())];
                parts.extend(self.children[unit].iter().map(|child| (*child, false, group.clone())));
                sums.push(((unit, false, group.clone()), parts));
            }
            for alone in [false, true] {
                for (whole, parts) in &self.splits {
                    let parts = parts.iter().map(|part| (unit, alone, part.clone())).collect();
                    sums.push(((unit, alone, whole.clone()), parts));
                }
            }
        }
        for one in published {
            let whole = (one.unit, false, one.columns.clone());
            let count = i64::from(one.count);
            if !self.groups.contains(&one.columns) {
                let parts = one.columns.iter().map(|column| (one.unit, false, vec![*column])).collect();
                sums.push((whole.clone(), parts));
            }
            bounds.insert(whole, (count, count));
        }
        loop {
            let before = bounds.clone();
            for (whole, parts) in &sums {
                let low: i64 = parts.iter().map(|part| bounds[part].0).sum();
                let high: i64 = parts.iter().map(|part| bounds[part].1).sum();
                let of = bounds[whole];
                let of = (of.0.max(low), of.1.min(high));
                bounds.insert(whole.clone(), of);
                for part in parts {
                    let now = bounds[part];
                    let narrowed = (now.0.max(of.0 - (high - now.1)), now.1.min(of.1 - (low - now.0)));
                    bounds.insert(part.clone(), narrowed);
                }
            }
            if bounds == before {
                return bounds;
            }
        }
    }
}

fn collect(columns: Columns, groups: &mut Vec<Vec<usize>>, splits: &mut Vec<Parts>) {
    groups.push(columns.members());
    if let Columns::Split(parts) = columns {
        splits.push((columns.members(), parts.iter().copied().map(Columns::members).collect()));
        parts.iter().for_each(|part| collect(*part, groups, splits));
    }
}

/// Removes the first unknowns of all rows from a row.
fn reduce(solved: &Solved, mut row: BTreeMap<usize, Exact>) -> BTreeMap<usize, Exact> {
    for (first, known) in solved {
        let Some(factor) = row.get(first).copied() else { continue };
        for (unknown, by) in known {
            let entry = row.entry(*unknown).or_insert_with(Exact::zero);
            *entry -= factor * by;
            if entry.is_zero() {
                row.remove(unknown);
            }
        }
    }
    row
}

fn add_row(solved: &mut Solved, row: BTreeMap<usize, Exact>) {
    let row = reduce(solved, row);
    let Some((first, by)) = row.iter().next().map(|(first, by)| (*first, *by)) else { return };
    let row: BTreeMap<usize, Exact> = row.into_iter().map(|(unknown, of)| (unknown, of / by)).collect();
    for known in solved.values_mut() {
        if let Some(factor) = known.get(&first).copied() {
            for (unknown, by) in &row {
                let entry = known.entry(*unknown).or_insert_with(Exact::zero);
                *entry -= factor * by;
                if entry.is_zero() {
                    known.remove(unknown);
                }
            }
        }
    }
    solved.insert(first, row);
}
