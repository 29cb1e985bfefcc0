//! Loops in a relation of children to parents: units and superiors.

use std::collections::BTreeSet;

/// Whether `child` would come to lie above itself with this new parent.
///
/// Ends for any data, also when the relation holds a loop already that does not touch the child.
pub fn would_loop<T: Copy + Ord>(child: T, new_parent: T, parent_of: impl Fn(T) -> Option<T>) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = Some(new_parent);
    while let Some(node) = next {
        if node == child {
            return true;
        }
        if !seen.insert(node) {
            return false;
        }
        next = parent_of(node);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn one_is_above_oneself_only_in_a_loop() {
        let parents = BTreeMap::from([(3, 2), (2, 1), (7, 8), (8, 7)]);
        let parent_of = |node: i32| parents.get(&node).copied();
        assert!(would_loop(1, 1, parent_of));
        assert!(would_loop(1, 3, parent_of));
        assert!(!would_loop(3, 1, parent_of));
        assert!(!would_loop(3, 7, parent_of), "a foreign loop ends the walk");
    }

    proptest! {
        #[test]
        fn links_that_pass_never_make_a_loop(links in proptest::collection::vec((0..12_u8, 0..12_u8), 0..40)) {
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
