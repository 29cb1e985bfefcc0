//! `ScoreNode`: one step in the computation of a result.

use crate::enums::{NodeEvidenceKind, ScoreNodeKind, ScoreRounding, ScoreRule, named};
use crate::{context::ContextExt, labels::Locale, scalars::Decimal, weight::list_size};
use async_graphql::{Context, Object, SimpleObject};
use domain::scoring;
use std::sync::Arc;

/// A node with its tree, because the sentence of a node also needs its children. All nodes that one field returns share
/// one copy of the tree.
pub struct ScoreNode {
    root: Arc<scoring::ScoreNode>,
    /// The path from the root to the node: the index of each child.
    path: Vec<usize>,
}

impl ScoreNode {
    /// Returns all nodes of a tree, parents before children.
    pub fn all(tree: &scoring::ScoreTree) -> Vec<Self> {
        let mut nodes = Vec::new();
        let mut open = vec![Self::root(tree)];
        while let Some(node) = open.pop() {
            open.extend(node.below().rev());
            nodes.push(node);
        }
        nodes
    }

    /// Returns the root of a tree.
    pub fn root(tree: &scoring::ScoreTree) -> Self {
        Self { root: Arc::new(tree.root.clone()), path: Vec::new() }
    }

    fn get(&self) -> &scoring::ScoreNode {
        self.path.iter().fold(&*self.root, |node, index| &node.children[*index])
    }

    fn below(&self) -> impl DoubleEndedIterator<Item = Self> {
        (0..self.get().children.len()).map(|index| {
            let path = self.path.iter().copied().chain([index]).collect();
            Self { root: self.root.clone(), path }
        })
    }
}

/// Evidence for a step of a computation.
#[derive(SimpleObject)]
struct NodeEvidence {
    /// Kind of evidence; null for a kind that this server does not know.
    kind: Option<NodeEvidenceKind>,
    /// Reference that identifies it.
    reference: String,
    /// Its name.
    title: String,
}

/// One step in the computation of a result.
#[Object]
impl ScoreNode {
    /// Place in the tree, such as `1`, `1.2`, `1.2.1`. Each tree has its own places.
    async fn place(&self) -> &str {
        &self.get().id
    }
    /// `place` of the parent node; null for the root.
    async fn parent_place(&self) -> Option<&str> {
        self.get().parent.as_deref()
    }
    /// Kind of step; null for a kind that this server does not know.
    async fn code(&self) -> Option<ScoreNodeKind> {
        named(&self.get().code)
    }
    /// Label in the requested language.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        self.get().label.text(ctx.language(locale))
    }
    /// A sentence that explains the step: input, rule and result. It has no line breaks.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.get().sentence(ctx.language(locale))
    }
    /// The inputs, parameters and intermediate figures that the rule used, as `KEY=VALUE` pairs; a rating is a single
    /// word without a key. Null if there are none.
    async fn input(&self) -> Option<&str> {
        self.get().input.as_deref()
    }
    /// Weight in the parent node, in percent; null if not weighted.
    async fn weight(&self) -> Option<Decimal> {
        self.get().weight.map(Decimal)
    }
    /// The rule that was applied; null for a rule that this server does not know.
    async fn rule(&self) -> Option<ScoreRule> {
        named(&self.get().rule)
    }
    /// How the value was rounded; null if it was not.
    async fn rounding(&self) -> Option<ScoreRounding> {
        self.get().rounding.as_deref().and_then(ScoreRounding::parse)
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
    #[graphql(directive = list_size::apply(1))]
    async fn evidence(&self) -> Vec<NodeEvidence> {
        let evidence = self.get().evidence.iter().cloned();
        evidence
            .map(|scoring::NodeEvidence { kind, reference, title }| NodeEvidence {
                kind: named(&kind),
                reference,
                title,
            })
            .collect()
    }
    /// The child nodes, in order.
    #[graphql(directive = list_size::apply(3))]
    async fn children(&self) -> Vec<Self> {
        self.below().collect()
    }
}
