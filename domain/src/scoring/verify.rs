//! Verifies a stored tree by applying every rule again to its inputs and children.

use super::{
    ScoreNode, ScoreTree, apply,
    numeric::{CATEGORY, maximum_has_category},
};
use crate::regulation::RegulationDocument;

/// The maximum depth of a tree: six levels, plus two if the last rater decides a year in a numeric scheme.
pub const DEPTH_MAX: usize = 8;

/// A stored value that differs from the recomputed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The id of the node.
    pub node: String,
    /// The name of the field, or `regulation`.
    pub field: &'static str,
    /// The stored value.
    pub stored: String,
    /// The recomputed value; none if the rule can't be applied.
    pub computed: Option<String>,
}

impl ScoreTree {
    /// Recomputes each node from its inputs and children and returns every mismatch. `document` should have the code
    /// and version that the tree names. An empty list means that every digit matches.
    #[must_use]
    pub fn verify(&self, document: &RegulationDocument) -> Vec<Mismatch> {
        let mut found = Vec::new();
        if self.regulation != document.reference() {
            found.push(Mismatch {
                node: self.root.id.clone(),
                field: "regulation",
                stored: format!("{} {}", self.regulation.code, self.regulation.version),
                computed: Some(format!("{} {}", document.code, document.version)),
            });
        }
        verify(&self.root, "1", None, 1, document, &mut found);
        found
    }

    /// Converts a recomputed tree to the form of the stored one, so that results of earlier versions compare equal.
    ///
    /// Earlier versions gave no category to indicators that reached a maximum target. A stored tree has the earlier
    /// form if none of these nodes has a category.
    #[must_use]
    pub fn in_form_of(mut self, stored: &Self) -> Self {
        let nodes = stored.nodes();
        let mut named = nodes.iter().filter_map(|node| maximum_has_category(&node.facts())).peekable();
        if named.peek().is_some() && named.all(|named| !named) {
            remove_maximum_categories(&mut self.root);
        }
        self
    }

    /// The number of levels.
    #[must_use]
    pub fn depth(&self) -> usize {
        fn depth(node: &ScoreNode) -> usize {
            1 + node.children.iter().map(depth).max().unwrap_or(0)
        }
        depth(&self.root)
    }
}

fn remove_maximum_categories(node: &mut ScoreNode) {
    let facts = node.facts();
    if maximum_has_category(&facts) == Some(true) {
        node.input = Some(facts.without(CATEGORY).to_string());
        // A node stores a sentence only if it names a label of the regulation. Without the category it names none.
        node.sentence = None;
    }
    node.children.iter_mut().for_each(remove_maximum_categories);
}

fn verify(
    node: &ScoreNode,
    id: &str,
    parent: Option<&str>,
    depth: usize,
    document: &RegulationDocument,
    found: &mut Vec<Mismatch>,
) {
    let mut compare = |field: &'static str, stored: String, computed: String| {
        if stored != computed {
            found.push(Mismatch { node: id.to_owned(), field, stored, computed: Some(computed) });
        }
    };
    let shown = |value: Option<&str>| value.unwrap_or("-").to_owned();
    compare("id", node.id.clone(), id.to_owned());
    compare("parent", shown(node.parent.as_deref()), shown(parent));
    match apply::apply(node, document) {
        Ok(applied) => {
            let number = |value: Option<crate::Decimal>| shown(value.map(|v| v.to_string()).as_deref());
            compare("exact", node.exact.clone(), applied.exact);
            compare("value", number(node.value), number(applied.value));
            compare("rounding", shown(node.rounding.as_deref()), shown(applied.rounding.as_deref()));
            let input = node.facts();
            compare("input", input.to_string(), input.clone().and(&applied.used).to_string());
        }
        Err(_) => found.push(Mismatch {
            node: id.to_owned(),
            field: "rule",
            stored: node.rule.clone(),
            computed: None,
        }),
    }
    if depth > DEPTH_MAX {
        found.push(Mismatch {
            node: id.to_owned(),
            field: "depth",
            stored: depth.to_string(),
            computed: Some(DEPTH_MAX.to_string()),
        });
        return;
    }
    for (index, child) in node.children.iter().enumerate() {
        verify(child, &format!("{id}.{}", index + 1), Some(id), depth + 1, document, found);
    }
}
