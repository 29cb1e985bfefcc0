//! `ScoreNode`: one step of how a result came about.

use crate::graphql::{context::ContextExt, labels::Locale, scalars::Decimal};
use async_graphql::{Context, Object, SimpleObject};
use domain::scoring;
use std::sync::Arc;

/// A tree laid flat in preorder: each node without its children, and where these are.
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

/// The node without what is below it.
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
    /// All nodes of a tree, each before its children.
    pub fn all(tree: &scoring::ScoreTree) -> Vec<Self> {
        let mut flat = Flat(Vec::new());
        flat.lay(&tree.root);
        let tree = Arc::new(flat);
        (0..tree.0.len()).map(|index| Self { tree: tree.clone(), index }).collect()
    }

    /// The root of a tree.
    pub fn root(tree: &scoring::ScoreTree) -> Self {
        let mut flat = Flat(Vec::new());
        let index = flat.lay(&tree.root);
        Self { tree: Arc::new(flat), index }
    }

    fn get(&self) -> &scoring::ScoreNode {
        &self.tree.0[self.index].0
    }
}

/// What shows a step of a computation.
#[derive(SimpleObject)]
struct NodeEvidence {
    /// What it is, such as `TRAINING`.
    kind: String,
    /// What it is known by.
    reference: String,
    /// Its name.
    title: String,
}

/// One step of how a result came about.
#[Object]
impl ScoreNode {
    /// Its place in the tree: `1`, `1.2`, `1.2.1`.
    async fn id(&self) -> &str {
        &self.get().id
    }
    /// The place of the node above; null at the top.
    async fn parent_id(&self) -> Option<&str> {
        self.get().parent.as_deref()
    }
    /// What it is, for programs.
    async fn code(&self) -> &str {
        &self.get().code
    }
    /// What it is, for people.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        self.get().label.text(locale.map_or_else(|| ctx.locale(), Into::into))
    }
    /// The sentence that explains the step: what went in, what the rule did with it, what came out.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> String {
        self.get().sentence(locale.map_or_else(|| ctx.locale(), Into::into))
    }
    /// What went in, as it was given.
    async fn input(&self) -> Option<&str> {
        self.get().input.as_deref()
    }
    /// Its share in the node above, in percent.
    async fn weight(&self) -> Option<Decimal> {
        self.get().weight.map(Decimal)
    }
    /// The rule that was applied.
    async fn rule(&self) -> &str {
        &self.get().rule
    }
    /// How the value was rounded, where it was. `SHOWN`: only what is shown, the node above goes on with `exact`.
    async fn rounding(&self) -> Option<&str> {
        self.get().rounding.as_deref()
    }
    /// The value after rounding; null for a node that is no number.
    async fn value(&self) -> Option<Decimal> {
        self.get().value.map(Decimal)
    }
    /// The exact value: a fraction, or the word that came out.
    async fn exact(&self) -> &str {
        &self.get().exact
    }
    /// Where the rule stands.
    async fn source(&self) -> Option<&str> {
        self.get().source.as_deref()
    }
    /// What shows the step, such as a recognised training.
    async fn evidence(&self) -> Vec<NodeEvidence> {
        let evidence = self.get().evidence.iter().cloned();
        evidence
            .map(|scoring::NodeEvidence { kind, reference, title }| NodeEvidence { kind, reference, title })
            .collect()
    }
    /// The steps below, in their order.
    async fn children(&self) -> Vec<Self> {
        let below = &self.tree.0[self.index].1;
        below.iter().map(|index| Self { tree: self.tree.clone(), index: *index }).collect()
    }
}
