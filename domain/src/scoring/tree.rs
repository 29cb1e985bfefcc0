//! The tree that explains a result, with inputs at the leaves and a rule at each node. It is stored with the result.

use super::{Exact, Facts, Rule};
use crate::{Decimal, message::Locale, regulation::RegulationRef};
use serde::{Deserialize, Serialize};

/// A short text in both languages.
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
    /// Creates a label from both texts.
    #[must_use]
    pub fn new(id: &str, en: &str) -> Self {
        Self { id: id.to_owned(), en: en.to_owned() }
    }

    /// Creates a label with the same text in both languages, such as a name that the user entered.
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self::new(text, text)
    }

    /// The text in this language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Id => &self.id,
            Locale::En => &self.en,
        }
    }
}

/// A result with its explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreTree {
    /// The regulation version that it was computed with.
    pub regulation: RegulationRef,
    /// The node of the result.
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

/// Evidence for a step, such as a training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeEvidence {
    /// The kind, such as `TRAINING`.
    pub kind: String,
    /// The identifier.
    pub reference: String,
    /// The name.
    pub title: String,
}

/// One step of a calculation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreNode {
    /// The position in the tree: `1`, `1.2`, `1.2.1`.
    pub id: String,
    /// The id of the parent.
    pub parent: Option<String>,
    /// The kind of step, for programs.
    pub code: String,
    /// The name of the step, for people.
    pub label: Label,
    /// The inputs, and the parameters and intermediate figures that the rule used: see [`Facts`].
    pub input: Option<String>,
    /// The weight in the parent, in percent.
    pub weight: Option<Decimal>,
    /// The name of the rule.
    pub rule: String,
    /// How the value was rounded; none if it was not.
    pub rounding: Option<String>,
    /// The value after rounding; none if the value is a word.
    pub value: Option<Decimal>,
    /// The exact value: a fraction (`1010/9`) or a word (`GOOD`).
    pub exact: String,
    /// The legal source of the rule.
    pub source: Option<String>,
    /// The evidence for the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<NodeEvidence>,
    /// The sentence that explains the step, only if it differs from the standard one: see [`ScoreNode::sentence`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<Label>,
    /// The children in order.
    pub children: Vec<ScoreNode>,
}

impl ScoreNode {
    /// Creates a node with only an id, a code and a label.
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

    /// Creates a node with a rule and its inputs. The value is computed later.
    pub(super) fn of(rule: Rule, code: &str, label: Label, facts: Facts) -> Self {
        let input = Some(facts.to_string()).filter(|input| !input.is_empty());
        Self { rule: rule.to_string(), input, ..Self::new("", code, label) }
    }

    /// Sets the children.
    pub(super) fn with_children(self, children: Vec<Self>) -> Self {
        Self { children, ..self }
    }

    /// Sets the weight in the parent.
    pub(super) fn with_weight(self, weight: Decimal) -> Self {
        Self { weight: Some(weight), ..self }
    }

    /// Sets the legal source of the rule.
    pub(super) fn with_source(self, source: Option<&str>) -> Self {
        Self { source: source.map(str::to_owned), ..self }
    }

    /// The inputs by name.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.input.as_deref().map(Facts::read).unwrap_or_default()
    }

    /// The figure that the parent calculates with: the rounded one if a rule rounds it, otherwise the exact one.
    #[must_use]
    pub fn figure(&self) -> Option<Exact> {
        let by_rule = self.rounding.as_ref().is_some_and(|rounding| !rounding.starts_with(SHOWN));
        if by_rule { self.value.map(Exact::from) } else { self.exact.parse().ok() }
    }
}

/// The prefix of a rounding for display only. The parent calculates with the exact figure.
pub(super) const SHOWN: &str = "SHOWN";
