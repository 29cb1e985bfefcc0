//! Finds the fields that make a document cost too much.

use super::measure::Meter;
use super::schema::{FieldInfo, Parent, ROWS, Shape};
use super::syntax::Syntax;
use apollo_compiler::ast::{Field, Selection};
use std::cmp::Reverse;

/// Maximum number of fields that an error names.
const COSTLIEST: usize = 3;

/// A field that accounts for much of a document's cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostlyField {
    /// The fields that lead to it, with the sizes of pages: `staff(first: 100).plans(first: 20)`.
    pub path: String,
    /// The argument of the path that makes it cheaper.
    pub argument: Option<&'static str>,
    /// Its share of the cost.
    pub cost: u64,
}

/// A field of a selection set with its share of the document's cost.
struct Share<'a> {
    field: &'a Field,
    info: FieldInfo,
    cost: u64,
    /// The number of times that the field's selection set applies, and the number for the selection set of its rows.
    times: (u64, u64),
}

impl<'a> Meter<'a> {
    /// Finds the fields of an operation that cost most. Each one is followed to a deeper field as long as that field
    /// has more than half of its cost.
    ///
    /// This expands fragments, so the limits of fields and nesting must have been checked before.
    pub(crate) fn costliest(
        &mut self,
        syntax: &'a Syntax,
        set: &'a [Selection],
        parent: Parent,
        total: u64,
    ) -> Vec<CostlyField> {
        let mut roots = Vec::new();
        self.shares(syntax, set, parent, (1, 1), &mut roots);
        roots.sort_by_key(|share| Reverse(share.cost));
        roots.retain(|share| share.cost > total / 5);
        roots.truncate(COSTLIEST);
        roots.into_iter().map(|root| self.follow(syntax, root)).collect()
    }

    fn follow(&mut self, syntax: &'a Syntax, mut share: Share<'a>) -> CostlyField {
        let mut found = CostlyField { path: String::new(), argument: None, cost: 0 };
        loop {
            self.append(&share, &mut found);
            let mut below = Vec::new();
            self.shares(syntax, &share.field.selection_set, share.info.target, share.times, &mut below);
            match below.into_iter().max_by_key(|below| below.cost) {
                Some(next) if next.cost > share.cost / 2 => share = next,
                _ => return found,
            }
        }
    }

    /// Adds a field to a path; `edges`, `nodes` and `node` are left out.
    fn append(&self, share: &Share<'a>, found: &mut CostlyField) {
        let Share { field, info, cost, .. } = share;
        if matches!(info.shape, Shape::Rows | Shape::Free) {
            return;
        }
        found.cost = *cost;
        if !found.path.is_empty() {
            found.path.push('.');
        }
        found.path += &field.name;
        let has = |name: &str| field.arguments.iter().any(|argument| argument.name == name);
        match info.shape {
            Shape::Connection(_) | Shape::Paged(_) => {
                let argument = if has("last") && !has("first") { "last" } else { "first" };
                found.path += &format!("({argument}: {})", self.count(field, info.shape));
                found.argument = Some(argument);
            }
            Shape::ByIds => found.argument = Some("ids"),
            Shape::ByRows => found.argument = Some(ROWS),
            Shape::Leaf | Shape::One | Shape::Free | Shape::Rows | Shape::List(..) => {}
        }
    }

    /// Collects the shares of the fields in a selection set that applies `times` times, with fragments expanded.
    fn shares(
        &mut self,
        syntax: &'a Syntax,
        set: &'a [Selection],
        parent: Parent,
        times: (u64, u64),
        shares: &mut Vec<Share<'a>>,
    ) {
        for selection in set {
            match selection {
                Selection::Field(field) => {
                    let info = self.schema.field(parent, &field.name);
                    let measure = self.field(field, parent);
                    let count = self.count(field, info.shape);
                    let (own, rows) = times;
                    let (cost, times) = match info.shape {
                        Shape::Rows => (measure.rows.saturating_mul(rows), (rows, rows)),
                        Shape::Connection(_) => {
                            (measure.cost.saturating_mul(own), (own, own.saturating_mul(count)))
                        }
                        _ => (measure.cost.saturating_mul(own), (own.saturating_mul(count), 0)),
                    };
                    shares.push(Share { field, info, cost, times });
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| self.schema.find(on));
                    self.shares(syntax, &inline.selection_set, parent, times, shares);
                }
                Selection::FragmentSpread(spread) => {
                    let known = syntax.fragments.iter().find(|it| it.name == spread.fragment_name);
                    if let Some(fragment) = known {
                        let parent = self.schema.find(&fragment.type_condition);
                        self.shares(syntax, &fragment.selection_set, parent, times, shares);
                    }
                }
            }
        }
    }
}
