//! Where the schema allows null in an answer, by the types along a path of response keys.

use super::schema::{Nulls, Parent};
use super::{Guard, select};
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use std::collections::HashSet;

impl Guard {
    /// For each field on a path of response keys from the root of an operation: where its value may be null. `None` if
    /// the document has no such path.
    ///
    /// The types are those in the document: for a field selected on an interface, that of the interface.
    #[must_use]
    pub fn nulls_along(
        &self,
        document: &ExecutableDocument,
        operation_name: Option<&str>,
        keys: &[&str],
    ) -> Option<Vec<Nulls>> {
        let (_, operation) = select(document, operation_name).ok()?;
        let root = self.schema.root(operation.ty);
        let mut sets = vec![(&operation.selection_set.node, root)];
        let mut along = Vec::with_capacity(keys.len());
        for key in keys {
            let (nulls, inner) = self.step(document, sets, key)?;
            along.push(nulls);
            sets = inner;
        }
        Some(along)
    }

    /// Finds the field with this response key in the selection sets of one object. Returns its nulls and its own
    /// selection sets.
    fn step<'a>(
        &self,
        document: &'a ExecutableDocument,
        mut sets: Vec<(&'a SelectionSet, Parent)>,
        key: &str,
    ) -> Option<(Nulls, Vec<(&'a SelectionSet, Parent)>)> {
        let mut found = None;
        let mut inner = Vec::new();
        let mut spread = HashSet::new();
        while let Some((set, parent)) = sets.pop() {
            for selection in &set.items {
                match &selection.node {
                    Selection::Field(field) => {
                        let field = &field.node;
                        if field.response_key().node == key {
                            let info = self.schema.field(parent, &field.name.node);
                            found.get_or_insert(info.nulls);
                            inner.push((&field.selection_set.node, info.target));
                        }
                    }
                    Selection::InlineFragment(inline) => {
                        let on = inline.node.type_condition.as_ref();
                        let parent = on.map_or(parent, |on| self.schema.find(&on.node.on.node));
                        sets.push((&inline.node.selection_set.node, parent));
                    }
                    Selection::FragmentSpread(it) => {
                        let name = &it.node.fragment_name.node;
                        if spread.insert(name)
                            && let Some(fragment) = document.fragments.get(name)
                        {
                            let on = &fragment.node.type_condition.node.on.node;
                            let set = &fragment.node.selection_set.node;
                            sets.push((set, self.schema.find(on)));
                        }
                    }
                }
            }
        }
        found.map(|nulls| (nulls, inner))
    }
}
