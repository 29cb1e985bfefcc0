//! Turns an operation of a valid document into a document that async-graphql 7.2.1 executes correctly.
//!
//! async-graphql differs from the specification:
//!
//! - It ignores the default values of variables in `@skip` and `@include`.
//! - It returns null for an object without fields.
//! - It drops a fragment on a union unless the type of the field is this union.
//! - It treats a variable without a value as null.
//! - It executes a field again each time it is selected.
//!
//! Therefore this module resolves conditions, expands fragments and merges fields, as CollectFields (section 6.3.2)
//! does.

use super::error::{DocumentError, Limit, Reason};
use super::lexer::Lines;
use super::shape::{Entry, Nulls, PLACEHOLDER, Shape};
use super::value::convert;
use super::{Limits, Possible, ValidSchema};
use apollo_compiler::Node;
use apollo_compiler::ast::{Directive, OperationType as AstOperationType, Value as Literal};
use apollo_compiler::executable::{self, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;
use async_graphql_parser::types::{
    self, DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType,
    TypeCondition, VariableDefinition,
};
use async_graphql_parser::{Pos, Positioned};
use async_graphql_value::{ConstValue, Name, Value, Variables};
use indexmap::IndexMap;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// An executable operation, for one set of conditions.
#[derive(Debug)]
pub(crate) struct Plan {
    /// For the executor: one operation without a name, without fragments and directives.
    pub(crate) document: ExecutableDocument,
    /// Query, mutation or subscription.
    pub(crate) operation: OperationType,
    /// The shape of the answer.
    pub(crate) shape: Arc<Shape>,
    /// The names of the root fields.
    pub(crate) root_fields: Vec<String>,
}

/// The input of a plan.
pub(crate) struct Source<'a> {
    pub(crate) schema: &'a ValidSchema,
    pub(crate) possible: &'a Possible,
    pub(crate) document: &'a executable::ExecutableDocument,
    pub(crate) lines: &'a Lines,
    /// The coerced variables.
    pub(crate) variables: &'a Variables,
    pub(crate) limits: &'a Limits,
}

/// Maximum size of a plan, as a multiple of the maximum number of fields in a document. A plan has more fields than its
/// document only if there are fragments on unions, because these are repeated for each member, also when they are
/// nested.
const MAX_EXPANSION: u64 = 4;

impl Plan {
    /// Prepares an operation of a valid document.
    ///
    /// # Errors
    /// A condition that is null, or a plan with too many fields.
    pub(crate) fn new(
        source: Source<'_>,
        operation: &Node<executable::Operation>,
    ) -> Result<Self, DocumentError> {
        let builder = Builder { source, names: RefCell::default(), fields: Cell::new(0) };
        let root = operation.object_type();
        let sets = [&operation.selection_set];
        let group = builder.group(&sets, root)?;
        let shape = Arc::new(builder.shape(&sets)?);
        let roots: HashSet<&str> = group.fields.values().map(|it| it.first.name.as_str()).collect();
        let mut root_fields: Vec<String> = roots.into_iter().map(str::to_owned).collect();
        root_fields.sort_unstable();
        let pos = builder.pos(operation.location());
        let defined = operation.variables.iter().filter_map(|variable| {
            Some(Positioned::new(
                VariableDefinition {
                    name: Positioned::new(builder.name(&variable.name), pos),
                    var_type: Positioned::new(types::Type::new(&variable.ty.to_string())?, pos),
                    directives: Vec::new(),
                    default_value: None,
                },
                pos,
            ))
        });
        let ty = match operation.operation_type {
            AstOperationType::Query => OperationType::Query,
            AstOperationType::Mutation => OperationType::Mutation,
            AstOperationType::Subscription => OperationType::Subscription,
        };
        let definition = OperationDefinition {
            ty,
            variable_definitions: defined.collect(),
            directives: Vec::new(),
            selection_set: builder.selection_set(&group, root, true, pos)?,
        };
        let operations = DocumentOperations::Single(Positioned::new(definition, pos));
        let document = ExecutableDocument { operations, fragments: HashMap::new() };
        Ok(Self { document, operation: ty, shape, root_fields })
    }
}

/// The fields of a selection set for objects of one type, and the selections on narrower types.
#[derive(Default)]
struct Group<'a> {
    fields: IndexMap<&'a str, Merged<'a>>,
    fragments: IndexMap<&'a str, Group<'a>>,
}

/// A field with everything that is selected under it.
struct Merged<'a> {
    first: &'a Node<executable::Field>,
    sets: Vec<&'a SelectionSet>,
}

struct Builder<'a> {
    source: Source<'a>,
    /// Interned names, so that the shape can compare pointers.
    names: RefCell<HashMap<&'a str, Name>>,
    /// The fields written so far.
    fields: Cell<u64>,
}

impl<'a> Builder<'a> {
    fn name(&self, name: &'a str) -> Name {
        self.names.borrow_mut().entry(name).or_insert_with(|| Name::new(name)).clone()
    }

    fn pos(&self, span: Option<SourceSpan>) -> Pos {
        span.map_or_else(Pos::default, |span| self.source.lines.position(span.offset()))
    }

    fn group(&self, sets: &[&'a SelectionSet], parent: &str) -> Result<Group<'a>, DocumentError> {
        let mut group = Group::default();
        for set in sets {
            self.collect(set, parent, &mut group)?;
        }
        Ok(group)
    }

    fn collect(
        &self,
        set: &'a SelectionSet,
        parent: &str,
        group: &mut Group<'a>,
    ) -> Result<(), DocumentError> {
        for selection in &set.selections {
            if self.is_skipped(selection.directives())? {
                continue;
            }
            let inner = match selection {
                Selection::Field(field) => {
                    let merged = group.fields.entry(field.response_key().as_str());
                    let merged = merged.or_insert_with(|| Merged { first: field, sets: Vec::new() });
                    // A fragment that is spread twice selects the same set twice.
                    if !merged.sets.iter().any(|set| std::ptr::eq(*set, &raw const field.selection_set)) {
                        merged.sets.push(&field.selection_set);
                    }
                    continue;
                }
                Selection::InlineFragment(inline) => &inline.selection_set,
                Selection::FragmentSpread(spread) => {
                    match self.source.document.fragments.get(&spread.fragment_name) {
                        Some(fragment) => &fragment.selection_set,
                        None => continue,
                    }
                }
            };
            if self.needs_no_condition(&inner.ty, parent) {
                self.collect(inner, parent, group)?;
                continue;
            }
            match self.source.possible.members(&inner.ty, self.source.schema) {
                // The executor can only match an object with object types and interfaces, so the members replace the
                // union.
                Some(members) => {
                    for member in members.filter(|it| self.source.possible.covers(parent, it)) {
                        self.collect(inner, member, group.fragments.entry(member).or_default())?;
                    }
                }
                None => self.collect(inner, &inner.ty, group.fragments.entry(&inner.ty).or_default())?,
            }
        }
        Ok(())
    }

    /// Whether a fragment on a type needs no type condition: every object of type `parent` also has type `on`, and
    /// `parent` has the fields of `on`.
    fn needs_no_condition(&self, on: &str, parent: &str) -> bool {
        let schema = self.source.schema;
        let implements = |ty: &ExtendedType| match ty {
            ExtendedType::Object(_) => true,
            ExtendedType::Interface(ty) => ty.implements_interfaces.iter().any(|it| it.name == on),
            _ => false,
        };
        // A union has only the field `__typename`, which every type has.
        let has_fields = on == parent
            || schema.get_union(on).is_some()
            || schema.types.get(parent).is_some_and(implements);
        has_fields && self.source.possible.covers(on, parent)
    }

    /// Whether a condition leaves a selection out.
    fn is_skipped(&self, directives: &[Node<Directive>]) -> Result<bool, DocumentError> {
        for directive in directives {
            let wanted = match directive.name.as_str() {
                "skip" => false,
                "include" => true,
                _ => continue,
            };
            let Some(condition) = directive.specified_argument_by_name("if") else { continue };
            let holds = match &**condition {
                Literal::Boolean(holds) => *holds,
                Literal::Variable(name) => match self.source.variables.get(name.as_str()) {
                    Some(ConstValue::Boolean(holds)) => *holds,
                    _ => {
                        let at = self.pos(condition.location());
                        return Err(DocumentError::at(Reason::VariableRequired(name.to_string()), at));
                    }
                },
                _ => continue,
            };
            if holds != wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn selection_set(
        &self,
        group: &Group<'a>,
        parent: &str,
        whole: bool,
        pos: Pos,
    ) -> Result<Positioned<types::SelectionSet>, DocumentError> {
        let mut items = Vec::with_capacity(group.fields.len() + group.fragments.len());
        for merged in group.fields.values() {
            let field = self.field(merged, parent)?;
            items.push(Positioned::new(types::Selection::Field(field.clone()), field.pos));
        }
        for (on, group) in &group.fragments {
            let condition = TypeCondition { on: Positioned::new(self.name(on), pos) };
            let inline = InlineFragment {
                type_condition: Some(Positioned::new(condition, pos)),
                directives: Vec::new(),
                selection_set: self.selection_set(group, on, false, pos)?,
            };
            items.push(Positioned::new(types::Selection::InlineFragment(Positioned::new(inline, pos)), pos));
        }
        if whole && group.fields.is_empty() {
            let field = Field {
                alias: Some(Positioned::new(Name::new(PLACEHOLDER), pos)),
                name: Positioned::new(Name::new("__typename"), pos),
                arguments: Vec::new(),
                directives: Vec::new(),
                selection_set: Positioned::new(types::SelectionSet::default(), pos),
            };
            items.push(Positioned::new(types::Selection::Field(Positioned::new(field, pos)), pos));
        }
        Ok(Positioned::new(types::SelectionSet { items }, pos))
    }

    fn field(&self, merged: &Merged<'a>, parent: &str) -> Result<Positioned<Field>, DocumentError> {
        self.fields.update(|fields| fields + 1);
        let most = self.source.limits.fields;
        if self.fields.get() > most.saturating_mul(MAX_EXPANSION) {
            DocumentError::check(Limit::Fields, self.fields.get(), most)?;
        }
        let field = merged.first;
        let pos = self.pos(field.location());
        // An object's field may have a narrower type than the interface's.
        let own = self.source.schema.type_field(parent, &field.name);
        let definition = own.map_or(&field.definition, |component| &component.node);
        let ty = definition.ty.inner_named_type();
        let composite = merged.sets.iter().any(|set| !set.selections.is_empty());
        let selection_set = if composite {
            self.selection_set(&self.group(&merged.sets, ty)?, ty, true, pos)?
        } else {
            Positioned::new(types::SelectionSet::default(), pos)
        };
        let variable = |name: &str| {
            let given = self.source.variables.get_key_value(name);
            given.map(|(name, _)| Value::Variable(name.clone()))
        };
        let arguments = field.arguments.iter().filter_map(|argument| {
            let at = self.pos(argument.location());
            let value = convert(&argument.value, &variable)?;
            Some((Positioned::new(self.name(&argument.name), at), Positioned::new(value, at)))
        });
        let node = Field {
            alias: field.alias.as_ref().map(|alias| Positioned::new(self.name(alias), pos)),
            name: Positioned::new(self.name(&field.name), pos),
            arguments: arguments.collect(),
            directives: Vec::new(),
            selection_set,
        };
        Ok(Positioned::new(node, pos))
    }

    fn shape(&self, sets: &[&'a SelectionSet]) -> Result<Shape, DocumentError> {
        let mut fields: IndexMap<&'a str, Merged<'a>> = IndexMap::new();
        for set in sets {
            self.fields_in_order(set, &mut fields)?;
        }
        let fields = fields.into_iter().map(|(key, merged)| {
            let composite = merged.sets.iter().any(|set| !set.selections.is_empty());
            let inner = if composite { Some(self.shape(&merged.sets)?) } else { None };
            let entry = Entry { nulls: Nulls::of(&merged.first.definition.ty), inner };
            Ok((self.name(key), entry))
        });
        Ok(Shape { fields: fields.collect::<Result<_, _>>()? })
    }

    /// Like [`Self::collect`], for objects of any type.
    fn fields_in_order(
        &self,
        set: &'a SelectionSet,
        fields: &mut IndexMap<&'a str, Merged<'a>>,
    ) -> Result<(), DocumentError> {
        for selection in &set.selections {
            if self.is_skipped(selection.directives())? {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let merged = fields.entry(field.response_key().as_str());
                    let merged = merged.or_insert_with(|| Merged { first: field, sets: Vec::new() });
                    if !merged.sets.iter().any(|set| std::ptr::eq(*set, &raw const field.selection_set)) {
                        merged.sets.push(&field.selection_set);
                    }
                }
                Selection::InlineFragment(inline) => self.fields_in_order(&inline.selection_set, fields)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.source.document.fragments.get(&spread.fragment_name) {
                        self.fields_in_order(&fragment.selection_set, fields)?;
                    }
                }
            }
        }
        Ok(())
    }
}
