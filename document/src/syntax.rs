//! Parses a document and sorts its fragments for measuring: each fragment after those that it spreads.

use super::error::{DocumentError, Limit, Reason};
use super::lexer::{difference, position};
use super::{Limits, NESTING};
use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, Document, FragmentDefinition, OperationDefinition, Selection};
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::Parser;
use std::collections::{BTreeSet, HashMap};

/// A parsed document.
#[derive(Debug)]
pub(crate) struct Syntax {
    /// The whole document.
    pub(crate) document: Document,
    /// The operations.
    pub(crate) operations: Vec<Node<OperationDefinition>>,
    /// Every fragment, after all the fragments that it spreads.
    pub(crate) fragments: Vec<Node<FragmentDefinition>>,
    /// Indices of the fragments that nothing spreads.
    pub(crate) unused: Vec<usize>,
    /// The number of visited selections, which measures the work.
    pub(crate) visits: u64,
}

impl Syntax {
    /// Parses a text that the lexer has checked, and sorts its fragments. Works without recursion, so that a long chain
    /// of fragments can't overflow the stack.
    ///
    /// # Errors
    /// A text that is not a GraphQL document, too many definitions, and a fragment that contains itself at any
    /// distance.
    pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Self, DocumentError> {
        // The lexer has limited tokens and brackets already, so these limits are never reached.
        let parsed = Parser::new()
            .recursion_limit(limits.brackets.saturating_mul(4).max(4 * NESTING as usize))
            // The parser counts blanks and comments too; the limit of bytes bounds these.
            .token_limit(limits.document_bytes.saturating_add(16))
            .parse_ast(text, "");
        let document = parsed.map_err(|failed| {
            let first = failed.errors.iter().next().and_then(|error| error.error.location());
            let at = first.map(|span| position(text, span.offset()));
            DocumentError { reason: Reason::Syntax, at }
        })?;
        if document.definitions.is_empty() {
            return Err(DocumentError::at(Reason::Syntax, position(text, text.len())));
        }
        let executable = document.definitions.iter().all(Definition::is_executable_definition);
        if executable && let Some(at) = difference(text, &document.serialize().no_indent().to_string()) {
            // apollo-parser 0.8 omits some invalid parts without an error, such as an argument without a value.
            return Err(DocumentError::at(Reason::Syntax, position(text, at)));
        }
        let mut operations = Vec::new();
        let mut fragments = Vec::new();
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(it) => operations.push(it.clone()),
                Definition::FragmentDefinition(it) => fragments.push(it.clone()),
                _ => {}
            }
        }
        DocumentError::check(Limit::Operations, operations.len() as u64, limits.operations as u64)?;
        DocumentError::check(Limit::Fragments, fragments.len() as u64, limits.fragments as u64)?;
        let mut syntax = Self { document, operations, fragments, unused: Vec::new(), visits: 0 };
        syntax.sort(text)?;
        Ok(syntax)
    }

    fn sort(&mut self, text: &str) -> Result<(), DocumentError> {
        // Sorted, so that the same document always gets the same message.
        self.fragments.sort_by(|left, right| left.name.cmp(&right.name));
        let mut index = HashMap::with_capacity(self.fragments.len());
        for (at, fragment) in self.fragments.iter().enumerate() {
            index.entry(fragment.name.as_str()).or_insert(at);
        }
        let mut visits = 0;
        let mut spreads = |set: &[Selection]| -> Vec<usize> {
            let names = spreads_of(set, &mut visits);
            names.into_iter().filter_map(|name| index.get(name).copied()).collect()
        };
        let children: Vec<Vec<usize>> =
            self.fragments.iter().map(|fragment| spreads(&fragment.selection_set)).collect();
        let mut used = vec![false; self.fragments.len()];
        let roots = self.operations.iter().flat_map(|operation| spreads(&operation.selection_set));
        for child in roots.chain(children.iter().flatten().copied()) {
            used[child] = true;
        }

        let mut sorted = Vec::with_capacity(self.fragments.len());
        // None: not visited yet. False: on the current path. True: sorted.
        let mut done: Vec<Option<bool>> = vec![None; self.fragments.len()];
        for start in 0..self.fragments.len() {
            if done[start].is_some() {
                continue;
            }
            done[start] = Some(false);
            let mut path = vec![(start, 0)];
            while let Some((at, next)) = path.pop() {
                let Some(&child) = children[at].get(next) else {
                    done[at] = Some(true);
                    sorted.push(at);
                    continue;
                };
                path.push((at, next + 1));
                match done[child] {
                    Some(true) => {}
                    Some(false) => {
                        let fragment = &self.fragments[child];
                        let reason = Reason::FragmentCycle(fragment.name.to_string());
                        let at = fragment.location().map(|span| position(text, span.offset()));
                        return Err(DocumentError { reason, at });
                    }
                    None => {
                        done[child] = Some(false);
                        path.push((child, 0));
                    }
                }
            }
        }
        self.unused = (0..sorted.len()).filter(|&at| !used[sorted[at]]).collect();
        self.fragments = sorted.into_iter().map(|at| self.fragments[at].clone()).collect();
        self.visits = visits;
        Ok(())
    }
}

/// The names of the fragments that a selection set spreads at any level, without duplicates.
fn spreads_of<'a>(set: &'a [Selection], visits: &mut u64) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut sets = vec![set];
    while let Some(set) = sets.pop() {
        for selection in set {
            *visits += 1;
            match selection {
                Selection::Field(field) => sets.push(&field.selection_set),
                Selection::InlineFragment(inline) => sets.push(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    found.insert(spread.fragment_name.as_str());
                }
            }
        }
    }
    found
}
