//! Loops in child-to-parent relations: units and superiors.

use std::collections::{BTreeMap, BTreeSet};

/// Whether the new parent would make `child` its own ancestor.
///
/// Terminates even if the relation already contains a loop without the child.
pub fn would_loop<T: Copy + Ord>(child: T, new_parent: T, parent_of: impl Fn(T) -> Option<T>) -> bool {
    let mut visited = BTreeSet::new();
    let mut next = Some(new_parent);
    while let Some(node) = next {
        if node == child {
            return true;
        }
        if !visited.insert(node) {
            return false;
        }
        next = parent_of(node);
    }
    false
}

/// Finds each loop in a child-to-parent relation once; a loop starts at its smallest member. Linear time.
#[must_use]
pub fn loops<T: Copy + Ord>(parents: &BTreeMap<T, T>) -> Vec<Vec<T>> {
    let mut done = BTreeSet::new();
    let mut found = Vec::new();
    for &start in parents.keys() {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(node) = next {
            if !done.insert(node) {
                // The node was visited before. If it is on the current path, the path contains a loop.
                if let Some(begins) = path.iter().position(|&earlier| earlier == node) {
                    let mut members: Vec<T> = path.split_off(begins);
                    let smallest = (0..members.len()).min_by_key(|&index| members.get(index).copied());
                    members.rotate_left(smallest.unwrap_or_default());
                    found.push(members);
                }
                break;
            }
            path.push(node);
            next = parents.get(&node).copied();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_new_parent_below_the_child_makes_a_loop() {
        let parents = BTreeMap::from([(3, 2), (2, 1), (7, 8), (8, 7)]);
        let parent_of = |node: i32| parents.get(&node).copied();
        assert!(would_loop(1, 1, parent_of));
        assert!(would_loop(1, 3, parent_of));
        assert!(!would_loop(3, 1, parent_of));
        assert!(!would_loop(3, 7, parent_of), "a loop elsewhere ends the walk");
    }

    #[test]
    fn each_loop_is_found_once() {
        let parents = BTreeMap::from([(1, 2), (2, 3), (3, 2), (4, 4), (5, 1), (9, 8), (8, 7), (7, 9)]);
        assert_eq!(loops(&parents), [vec![2, 3], vec![4], vec![7, 9, 8]]);
        assert!(loops(&BTreeMap::from([(1, 2), (2, 3)])).is_empty());
    }

    proptest! {
        #[test]
        fn both_functions_agree_on_members_of_loops(links in proptest::collection::btree_map(0..12_u8, 0..12_u8, 0..12)) {
            let in_loops: BTreeSet<u8> = loops(&links).into_iter().flatten().collect();
            for (&child, &parent) in &links {
                let looped = would_loop(child, parent, |node| links.get(&node).copied());
                prop_assert_eq!(in_loops.contains(&child), looped);
            }
        }

        #[test]
        fn accepted_links_never_make_a_loop(links in proptest::collection::vec((0..12_u8, 0..12_u8), 0..40)) {
            let mut parents: BTreeMap<u8, u8> = BTreeMap::new();
            for (child, parent) in links {
                if !would_loop(child, parent, |node| parents.get(&node).copied()) {
                    parents.insert(child, parent);
                }
            }
            for start in 0..12_u8 {
                let mut node = start;
                let mut steps = 0;
                while let Some(&parent) = parents.get(&node) {
                    node = parent;
                    steps += 1;
                    prop_assert!(steps <= 12);
                }
            }
        }
    }
}
