//! Caches valid documents by their text.

use super::DocumentError;
use super::lexer::Lines;
use super::plan::Plan;
use super::syntax::Syntax;
use apollo_compiler::executable::{ExecutableDocument, Operation, Selection, SelectionSet};
use apollo_compiler::validation::Valid;
use async_graphql_value::{ConstValue, Variables};
use moka::sync::Cache as Weighted;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The approximate memory of all cached documents in bytes.
const CAPACITY: u64 = 32 * 1024 * 1024;

/// The approximate memory of a parsed document for each byte of its text.
const BYTES_OF_TEXT: u64 = 64;

/// The approximate memory of a field in a plan. Plans expand fragments, so a short text can have many fields.
const BYTES_OF_FIELD: u64 = 512;

/// Maximum number of cached plans per operation; each combination of conditions has its own plan.
const PLANS: usize = 4;

/// Prepared plans, by operation and values of its conditions.
type Plans = HashMap<(usize, Vec<u8>), Arc<Plan>>;

/// A valid document.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) syntax: Syntax,
    pub(crate) document: Valid<ExecutableDocument>,
    pub(crate) lines: Lines,
    /// The variables in `@skip` and `@include` of any operation.
    conditions: HashSet<String>,
    weight: u64,
    plans: Mutex<Plans>,
}

impl Checked {
    /// Creates an entry for a document with this many fields, fragments expanded.
    pub(crate) fn new(
        syntax: Syntax,
        document: Valid<ExecutableDocument>,
        lines: Lines,
        fields: u64,
    ) -> Self {
        let mut conditions = HashSet::new();
        let operations = document.operations.iter().map(|operation| &operation.selection_set);
        let fragments = document.fragments.values().map(|fragment| &fragment.selection_set);
        operations.chain(fragments).for_each(|set| conditions_of(set, &mut conditions));
        let plans =
            if document.operations.iter().all(|it| it.variables.is_empty()) { 1 } else { PLANS as u64 };
        let text = lines.length() as u64;
        let weight = (text + 64) * BYTES_OF_TEXT + fields.saturating_mul(BYTES_OF_FIELD * plans);
        Self { syntax, document, lines, conditions, weight, plans: Mutex::default() }
    }

    /// The plan of an operation. It depends on the conditions and on which variables have a value.
    pub(crate) fn plan(
        &self,
        index: usize,
        variables: &Variables,
        operation: &Operation,
        make: impl FnOnce() -> Result<Plan, DocumentError>,
    ) -> Result<Arc<Plan>, DocumentError> {
        let state = |name: &str| match variables.get(name) {
            None => 0,
            Some(ConstValue::Boolean(false)) if self.conditions.contains(name) => 1,
            Some(ConstValue::Null) if self.conditions.contains(name) => 2,
            Some(_) => 3,
        };
        let key = (index, operation.variables.iter().map(|it| state(it.name.as_str())).collect::<Vec<u8>>());
        let known = |plans: &HashMap<_, Arc<Plan>>| plans.get(&key).cloned();
        if let Some(plan) = known(&self.plans.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(plan);
        }
        let plan = Arc::new(make()?);
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.keys().filter(|(known, _)| *known == index).count() >= PLANS {
            plans.retain(|(known, _), _| *known != index);
        }
        plans.insert(key, plan.clone());
        Ok(plan)
    }
}

fn conditions_of(set: &SelectionSet, names: &mut HashSet<String>) {
    for selection in &set.selections {
        let conditions =
            selection.directives().iter().filter(|it| matches!(it.name.as_str(), "skip" | "include"));
        let values = conditions.filter_map(|directive| directive.specified_argument_by_name("if"));
        names.extend(values.filter_map(|value| Some(value.as_variable()?.to_string())));
        match selection {
            Selection::Field(field) => conditions_of(&field.selection_set, names),
            Selection::InlineFragment(inline) => conditions_of(&inline.selection_set, names),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The cache. It removes the documents that are used least.
pub(crate) struct Cache(Weighted<Arc<str>, Arc<Checked>>);

impl Cache {
    pub(crate) fn new() -> Self {
        // A document too heavy for the weigher is too heavy for the cache.
        let weight = |_: &Arc<str>, checked: &Arc<Checked>| u32::try_from(checked.weight).unwrap_or(u32::MAX);
        Self(Weighted::builder().max_capacity(CAPACITY).weigher(weight).build())
    }

    pub(crate) fn get(&self, text: &str) -> Option<Arc<Checked>> {
        self.0.get(text)
    }

    pub(crate) fn insert(&self, text: &str, checked: Arc<Checked>) {
        self.0.insert(text.into(), checked);
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Cache").field("documents", &self.0.entry_count()).finish()
    }
}
