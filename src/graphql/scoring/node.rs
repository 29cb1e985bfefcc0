//! `ScoreNode`: one step in the computation of a result.

use crate::graphql::{context::ContextExt, labels::Locale, scalars::Decimal};
use async_graphql::{Context, Object, SimpleObject};
use domain::scoring;
use std::sync::Arc;

/// A tree flattened in preorder: each node without its children, and the indexes of its children.
struct Flat(Vec<(scoring::ScoreNode, Vec<usize>)>);

impl Flat {
    fn lay(&mut self, node: &scoring::ScoreNode) -> usize {
        let index = self.0.len();
        self.0.push((bare(node), Vec::new()));
        let below = node.children.iter().map(|child| self.lay(child)).collect();
        self.0[index].1 = below;
        index
    }
}

/// Copies a node without its children.
fn bare(node: &scoring::ScoreNode) -> scoring::ScoreNode {
    let scoring::ScoreNode {
        id,
        parent,
        code,
        label,
        input,
        weight,
        rule,
        rounding,
        value,
        exact,
        source,
        evidence,
        sentence,
        children: _,
    } = node;
    scoring::ScoreNode {
        id: id.clone(),
        parent: parent.clone(),
        code: code.clone(),
        label: label.clone(),
        input: input.clone(),
        weight: *weight,
        rule: rule.clone(),
        rounding: rounding.clone(),
        value: *value,
        exact: exact.clone(),
        source: source.clone(),
        evidence: evidence.clone(),
        sentence: sentence.clone(),
        children: Vec::new(),
    }
}

pub struct ScoreNode {
    tree: Arc<Flat>,
    index: usize,
}

impl ScoreNode {
    /// Returns all nodes of a tree, parents before children.
    pub fn all(tree: &scoring::ScoreTree) -> Vec<Self> {
        let mut flat = Flat(Vec::new());
        flat.lay(&tree.root);
        let tree = Arc::new(flat);
        (0..tree.0.len()).map(|index| Self { tree: tree.clone(), index }).collect()
    }

    /// Returns the root of a tree.
    pub fn root(tree: &scoring::ScoreTree) -> Self {
        let mut flat = Flat(Vec::new());
        let index = flat.lay(&tree.root);
        Self { tree: Arc::new(flat), index }
    }

    fn get(&self) -> &scoring::ScoreNode {
        &self.tree.0[self.index].0
    }
}

/// Evidence for a step of a computation.
#[derive(SimpleObject)]
struct NodeEvidence {
    /// Kind of evidence, such as `TRAINING`.
    kind: String,
    /// Reference that identifies it.
    reference: String,
    /// Its name.
    title: String,
}

/// One step in the computation of a result.
#[Object]
impl ScoreNode {
    /// Position in the tree, such as `1`, `1.2`, `1.2.1`.
    async fn id(&self) -> &str {
        &self.get().id
    }
    /// `id` of the parent node; null for the root.
    async fn parent_id(&self) -> Option<&str> {
        self.get().parent.as_deref()
    }
    /// Machine-readable kind of step.
    async fn code(&self) -> &str {
        &self.get().code
    }
    /// Label in the requested language.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        self.get().label.text(locale.map_or_else(|| ctx.locale(), Into::into))
    }
    /// A sentence that explains the step: input, rule and result.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.get().sentence(locale.map_or_else(|| ctx.locale(), Into::into))
    }
    /// The input as given; null if the step has only children.
    async fn input(&self) -> Option<&str> {
        self.get().input.as_deref()
    }
    /// Weight in the parent node, in percent; null if not weighted.
    async fn weight(&self) -> Option<Decimal> {
        self.get().weight.map(Decimal)
    }
    /// The rule that was applied.
    async fn rule(&self) -> &str {
        &self.get().rule
    }
    /// How the value was rounded; null if it was not. `SHOWN`: only for display; the parent node uses `exact`.
    async fn rounding(&self) -> Option<&str> {
        self.get().rounding.as_deref()
    }
    /// The value after rounding; null if the node is not a number.
    async fn value(&self) -> Option<Decimal> {
        self.get().value.map(Decimal)
    }
    /// The exact value: a fraction, or a word such as a rating.
    async fn exact(&self) -> &str {
        &self.get().exact
    }
    /// Source of the rule, such as an article; null if none.
    async fn source(&self) -> Option<&str> {
        self.get().source.as_deref()
    }
    /// Evidence for the step, such as a recognised training.
    async fn evidence(&self) -> Vec<NodeEvidence> {
        let evidence = self.get().evidence.iter().cloned();
        evidence
            .map(|scoring::NodeEvidence { kind, reference, title }| NodeEvidence { kind, reference, title })
            .collect()
    }
    /// The child nodes, in order.
    async fn children(&self) -> Vec<Self> {
        let below = &self.tree.0[self.index].1;
        below.iter().map(|index| Self { tree: self.tree.clone(), index: *index }).collect()
    }
}
