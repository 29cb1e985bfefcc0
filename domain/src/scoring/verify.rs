//! Whether a stored tree adds up: every rule applied again to its inputs and the nodes below.

use super::{ScoreNode, ScoreTree, rule};
use crate::regulation::RegulationDocument;

/// The deepest tree: six levels, and two more where the last rater decides a year by a numeric scheme.
pub const DEPTH_MAX: usize = 8;

/// Where a tree does not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The node.
    pub node: String,
    /// What of it: a field, or `regulation`.
    pub field: &'static str,
    /// What stands there.
    pub stored: String,
    /// What follows from the rule; none if the rule can't be applied.
    pub follows: Option<String>,
}

impl ScoreTree {
    /// Recomputes each node from its inputs and its children by the rules of the document that the tree names,
    /// and says where it does not add up. Empty: it does, to the last digit.
    #[must_use]
    pub fn verify(&self, document: &RegulationDocument) -> Vec<Mismatch> {
        let mut found = Vec::new();
        if self.regulation != document.reference() {
            found.push(Mismatch {
                node: self.root.id.clone(),
                field: "regulation",
                stored: format!("{} {}", self.regulation.code, self.regulation.version),
                follows: Some(format!("{} {}", document.code, document.version)),
            });
        }
        verify(&self.root, "1", None, 1, document, &mut found);
        found
    }

    /// How many levels it has.
    #[must_use]
    pub fn depth(&self) -> usize {
        fn depth(node: &ScoreNode) -> usize {
            1 + node.children.iter().map(depth).max().unwrap_or(0)
        }
        depth(&self.root)
    }
}

fn verify(
    node: &ScoreNode,
    id: &str,
    parent: Option<&str>,
    depth: usize,
    document: &RegulationDocument,
    found: &mut Vec<Mismatch>,
) {
    let mut compare = |field: &'static str, stored: String, follows: String| {
        if stored != follows {
            found.push(Mismatch { node: id.to_owned(), field, stored, follows: Some(follows) });
        }
    };
    let shown = |value: Option<&str>| value.unwrap_or("-").to_owned();
    compare("id", node.id.clone(), id.to_owned());
    compare("parent", shown(node.parent.as_deref()), shown(parent));
    match rule::apply(node, document) {
        Ok(applied) => {
            let number = |value: Option<crate::Decimal>| shown(value.map(|v| v.to_string()).as_deref());
            compare("exact", node.exact.clone(), applied.exact);
            compare("value", number(node.value), number(applied.value));
            compare("rounding", shown(node.rounding.as_deref()), shown(applied.rounding.as_deref()));
            let input = node.facts();
            compare("input", input.to_string(), input.clone().and(&applied.told).to_string());
        }
        Err(_) => found.push(Mismatch {
            node: id.to_owned(),
            field: "rule",
            stored: node.rule.clone(),
            follows: None,
        }),
    }
    if depth > DEPTH_MAX {
        found.push(Mismatch {
            node: id.to_owned(),
            field: "depth",
            stored: depth.to_string(),
            follows: Some(DEPTH_MAX.to_string()),
        });
        return;
    }
    for (index, child) in node.children.iter().enumerate() {
        verify(child, &format!("{id}.{}", index + 1), Some(id), depth + 1, document, found);
    }
}
