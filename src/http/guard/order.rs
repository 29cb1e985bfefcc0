//! Sorts fragments for measuring: each fragment after those that it spreads.

use super::refusal::{Reason, Refusal};
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use std::collections::{BTreeSet, HashMap};

/// The fragments of a document in the order of measuring.
pub(super) struct Order<'a> {
    /// Every fragment, after all the fragments that it spreads.
    pub(super) sorted: Vec<&'a str>,
    /// The unused fragments.
    pub(super) loose: Vec<&'a str>,
    /// The number of visited selections, which measures the work.
    pub(super) visits: u64,
}

/// Sorts the fragments of a document, in time linear in its size. Without recursion, so that a long chain of fragments
/// can't overflow the stack.
///
/// # Errors
/// A fragment that contains itself, directly or through others.
pub(super) fn order(document: &ExecutableDocument) -> Result<Order<'_>, Refusal> {
    let mut visits = 0;
    // Sorted, so that the same document always gets the same message.
    let mut names: Vec<&str> = document.fragments.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    let mut spreads: HashMap<&str, Vec<&str>> = HashMap::with_capacity(names.len());
    let mut spread_anywhere = BTreeSet::new();
    for (name, fragment) in &document.fragments {
        let found = spreads_of(&fragment.node.selection_set.node, &mut visits);
        spread_anywhere.extend(found.iter().copied());
        spreads.insert(name, found.into_iter().collect());
    }
    for (_, operation) in document.operations.iter() {
        spread_anywhere.extend(spreads_of(&operation.node.selection_set.node, &mut visits));
    }

    let mut sorted = Vec::with_capacity(names.len());
    // Absent: not visited yet. False: on the current path. True: sorted.
    let mut done: HashMap<&str, bool> = HashMap::with_capacity(names.len());
    for &start in &names {
        if done.contains_key(start) {
            continue;
        }
        done.insert(start, false);
        let mut path = vec![(start, 0)];
        while let Some((name, next)) = path.pop() {
            let Some(&child) = spreads.get(name).and_then(|children| children.get(next)) else {
                done.insert(name, true);
                sorted.push(name);
                continue;
            };
            path.push((name, next + 1));
            match done.get(child) {
                Some(true) => {}
                Some(false) => return Err(cycle(document, child)),
                // A fragment that does not exist is validation's to refuse.
                None if !spreads.contains_key(child) => {}
                None => {
                    done.insert(child, false);
                    path.push((child, 0));
                }
            }
        }
    }
    let loose = names.into_iter().filter(|name| !spread_anywhere.contains(name)).collect();
    Ok(Order { sorted, loose, visits })
}

/// The names of the fragments that a selection set spreads at any level, each once.
fn spreads_of<'a>(set: &'a SelectionSet, visits: &mut u64) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut sets = vec![set];
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            *visits += 1;
            match &selection.node {
                Selection::Field(field) => sets.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    found.insert(spread.node.fragment_name.node.as_str());
                }
            }
        }
    }
    found
}

fn cycle(document: &ExecutableDocument, name: &str) -> Refusal {
    let reason = Reason::FragmentCycle(name.to_owned());
    match document.fragments.get(name) {
        Some(fragment) => Refusal::at(reason, fragment.pos),
        None => Refusal::new(reason),
    }
}
