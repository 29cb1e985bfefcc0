//! The tree that explains a result: inputs at the leaves, a rule at each node. Stored with the result.

use super::{Exact, Facts, Rule};
use crate::{Decimal, message::Locale, regulation::RegulationRef};
use serde::{Deserialize, Serialize};

/// A short text in both languages, frozen with the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
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

    /// The same text in both languages, such as a name that was given.
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self::new(text, text)
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

/// What shows a step: a training, a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeEvidence {
    /// What it is, such as `TRAINING`.
    pub kind: String,
    /// What it is known by, such as its id.
    pub reference: String,
    /// Its name.
    pub title: String,
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
    /// What shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<NodeEvidence>,
    /// The sentence that explains it, where it is not the one that the rule itself gives: see
    /// [`ScoreNode::sentence`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<Label>,
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
            evidence: Vec::new(),
            sentence: None,
            children: Vec::new(),
        }
    }

    /// A node that a rule makes of these inputs.
    pub(super) fn of(rule: Rule, code: &str, label: Label, facts: Facts) -> Self {
        let input = Some(facts.to_string()).filter(|input| !input.is_empty());
        Self { rule: rule.to_string(), input, ..Self::new("", code, label) }
    }

    /// The same with these steps below it.
    pub(super) fn over(self, children: Vec<Self>) -> Self {
        Self { children, ..self }
    }

    /// The same with its share in the node above.
    pub(super) fn weighing(self, weight: Decimal) -> Self {
        Self { weight: Some(weight), ..self }
    }

    /// The same with where its rule stands.
    pub(super) fn stated_in(self, source: Option<&str>) -> Self {
        Self { source: source.map(str::to_owned), ..self }
    }

    /// Its inputs by name.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.input.as_deref().map(Facts::read).unwrap_or_default()
    }

    /// The figure that the node above goes on with: the rounded one where a rule rounds, else the exact one.
    #[must_use]
    pub fn figure(&self) -> Option<Exact> {
        let by_rule = self.rounding.as_ref().is_some_and(|rounding| !rounding.starts_with(SHOWN));
        if by_rule { self.value.map(Exact::from) } else { self.exact.parse().ok() }
    }
}

/// Before a rounding that only what is shown has: the node above goes on with the exact figure.
pub(super) const SHOWN: &str = "SHOWN";
