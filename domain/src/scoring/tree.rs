//! The tree that explains a result: inputs at the leaves, a rule at each node. Stored with the result.

use crate::{Decimal, message::Locale, regulation::RegulationRef};
use serde::{Deserialize, Serialize};

/// A short text in both languages, frozen with the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

impl Label {
    /// Both texts.
    #[must_use]
    pub fn new(id: &str, en: &str) -> Self {
        Self { id: id.to_owned(), en: en.to_owned() }
    }

    /// The text in a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Id => &self.id,
            Locale::En => &self.en,
        }
    }
}

/// What came out, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreTree {
    /// The rules that it was computed with.
    pub regulation: RegulationRef,
    /// The result.
    pub root: ScoreNode,
}

impl ScoreTree {
    /// All nodes in preorder.
    #[must_use]
    pub fn nodes(&self) -> Vec<&ScoreNode> {
        let mut nodes = Vec::new();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            nodes.push(node);
            open.extend(node.children.iter().rev());
        }
        nodes
    }
}

/// One step of a computation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreNode {
    /// Its place in the tree: `1`, `1.2`, `1.2.1`.
    pub id: String,
    /// The place of the node above.
    pub parent: Option<String>,
    /// What it is, for programs.
    pub code: String,
    /// What it is, for people.
    pub label: Label,
    /// What went in, as it was given.
    pub input: Option<String>,
    /// Its share in the node above, in percent.
    pub weight: Option<Decimal>,
    /// The rule that was applied.
    pub rule: String,
    /// How the value was rounded, where it was.
    pub rounding: Option<String>,
    /// The value after rounding; a node that is no number has none.
    pub value: Option<Decimal>,
    /// The exact value: a fraction (`1010/9`), or the word that came out (`GOOD`).
    pub exact: String,
    /// Where the rule stands.
    pub source: Option<String>,
    /// The steps below, in their order.
    pub children: Vec<ScoreNode>,
}

impl ScoreNode {
    /// A node that tells nothing yet but what it is.
    #[must_use]
    pub fn new(id: &str, code: &str, label: Label) -> Self {
        Self {
            id: id.to_owned(),
            parent: None,
            code: code.to_owned(),
            label,
            input: None,
            weight: None,
            rule: String::new(),
            rounding: None,
            value: None,
            exact: String::new(),
            source: None,
            children: Vec::new(),
        }
    }
}
