//! Rules of validation that apollo-compiler 1.33 does not check.
//!
//! All of them concern input values: variables in every position, input fields given twice, `@oneOf`, and the content
//! of custom scalars, which apollo can't know. apollo checks only variables that are a whole argument, and counts a
//! default of null as a value.

use super::error::{DocumentError, Reason};
use super::lexer::Lines;
use super::{MAX_ERRORS, Scalars, ValidSchema};
use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Directive, InputValueDefinition, OperationType, Type, Value};
use apollo_compiler::executable::{ExecutableDocument, Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use std::collections::{HashMap, HashSet};

/// Checks a document that apollo-compiler found valid.
pub(crate) fn check(
    schema: &ValidSchema,
    scalars: &Scalars,
    document: &ExecutableDocument,
    lines: &Lines,
) -> Vec<DocumentError> {
    let mut rules = Rules { schema, scalars, errors: Vec::new(), part: Part::default() };
    let mut fragments = HashMap::with_capacity(document.fragments.len());
    for (name, fragment) in &document.fragments {
        rules.directives(&fragment.directives);
        rules.selection_set(&fragment.selection_set);
        fragments.insert(name.as_str(), std::mem::take(&mut rules.part));
    }
    for operation in document.operations.iter() {
        let by_shape = operation.operation_type == OperationType::Mutation;
        rules.directives(&operation.directives);
        for variable in &operation.variables {
            rules.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                rules.input(default, Position::of(&variable.ty, by_shape));
            }
        }
        rules.selection_set(&operation.selection_set);
        let part = std::mem::take(&mut rules.part);
        rules.usages(operation, &part, &fragments);
    }
    let errors = rules.errors.into_iter();
    errors
        .map(|(text, span)| DocumentError {
            reason: Reason::Invalid(text),
            at: span.map(|span| lines.position(span.offset())),
        })
        .collect()
}

struct Rules<'a> {
    schema: &'a ValidSchema,
    scalars: &'a Scalars,
    errors: Vec<(String, Option<SourceSpan>)>,
    /// The variables and fragments of the visited definition.
    part: Part<'a>,
}

/// The variables and fragments that an operation or a fragment uses.
#[derive(Default)]
struct Part<'a> {
    usages: Vec<Usage<'a>>,
    spreads: Vec<&'a str>,
}

/// A use of a variable.
struct Usage<'a> {
    name: &'a str,
    /// `None` within a custom scalar, which accepts any type.
    position: Option<Position<'a>>,
    span: Option<SourceSpan>,
}

/// The position of an input value.
#[derive(Clone, Copy)]
struct Position<'a> {
    ty: &'a Type,
    /// The argument or input field has a default value.
    default: bool,
    /// The field belongs to an input object that takes exactly one field.
    one_of: bool,
    /// Check only that custom scalars are strings, because a use case checks their content.
    by_shape: bool,
}

impl<'a> Position<'a> {
    const fn of(ty: &'a Type, by_shape: bool) -> Self {
        Self { ty, default: false, one_of: false, by_shape }
    }

    const fn defined(definition: &'a InputValueDefinition, ty: &'a Type, by_shape: bool) -> Self {
        Self { default: definition.default_value.is_some(), ..Self::of(ty, by_shape) }
    }
}

impl<'a> Rules<'a> {
    fn error(&mut self, text: String, span: Option<SourceSpan>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push((text, span));
        }
    }

    fn selection_set(&mut self, set: &'a SelectionSet) {
        let by_shape = self.schema.root_operation(OperationType::Mutation) == Some(&set.ty);
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives);
                    self.arguments(&field.arguments, &field.definition.arguments, by_shape);
                    self.selection_set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives);
                    self.selection_set(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives);
                    self.part.spreads.push(&spread.fragment_name);
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Node<Directive>]) {
        for directive in directives {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, &definition.arguments, false);
            }
        }
    }

    fn arguments(
        &mut self,
        arguments: &'a [Node<Argument>],
        definitions: &'a [Node<InputValueDefinition>],
        by_shape: bool,
    ) {
        for argument in arguments {
            if let Some(definition) = definitions.iter().find(|it| it.name == argument.name) {
                self.input(&argument.value, Position::defined(definition, &definition.ty, by_shape));
            }
        }
    }

    fn input(&mut self, value: &'a Node<Value>, position: Position<'a>) {
        let name = position.ty.inner_named_type();
        match &**value {
            Value::Null => {}
            Value::Variable(variable) => {
                let span = value.location();
                self.part.usages.push(Usage { name: variable, position: Some(position), span });
            }
            Value::List(items) if position.ty.is_list() => {
                for item in items {
                    self.input(item, Position::of(position.ty.item_type(), position.by_shape));
                }
            }
            Value::Object(fields) => match self.schema.types.get(name) {
                Some(ExtendedType::InputObject(ty)) => self.object(value, fields, ty, position.by_shape),
                _ => self.custom(value, name, position.by_shape),
            },
            _ => self.custom(value, name, position.by_shape),
        }
    }

    fn object(
        &mut self,
        value: &Node<Value>,
        fields: &'a [(apollo_compiler::Name, Node<Value>)],
        ty: &'a InputObjectType,
        by_shape: bool,
    ) {
        self.unique(fields);
        let one_of = ty.directives.has("oneOf");
        if one_of && (fields.len() != 1 || fields[0].1.is_null()) {
            let text = format!("exactly one field of the input object `{}` must be given, not null", ty.name);
            self.error(text, value.location());
        }
        for (name, value) in fields {
            if let Some(definition) = ty.fields.get(name) {
                let position = Position::defined(definition, &definition.ty, by_shape);
                self.input(value, Position { one_of, ..position });
            }
        }
    }

    fn unique(&mut self, fields: &[(apollo_compiler::Name, Node<Value>)]) {
        let mut seen = HashSet::with_capacity(fields.len());
        for (name, _) in fields {
            if !seen.insert(name.as_str()) {
                self.error(format!("the input field `{name}` is given twice"), name.location());
            }
        }
    }

    /// Checks a literal of a scalar that apollo-compiler does not check.
    fn custom(&mut self, value: &'a Node<Value>, name: &str, by_shape: bool) {
        if let Some(holds) = self.scalars.get(name) {
            let fits = matches!(&**value, Value::String(text) if by_shape || holds(text));
            if !fits {
                self.error(format!("the value is not valid for the type `{name}`"), value.location());
            }
        } else {
            self.opaque(value);
        }
    }

    /// Visits a literal of a scalar that accepts any value.
    fn opaque(&mut self, value: &'a Node<Value>) {
        match &**value {
            Value::Variable(name) => {
                self.part.usages.push(Usage { name, position: None, span: value.location() });
            }
            Value::List(items) => items.iter().for_each(|item| self.opaque(item)),
            Value::Object(fields) => {
                self.unique(fields);
                fields.iter().for_each(|(_, value)| self.opaque(value));
            }
            _ => {}
        }
    }

    /// Checks the variables that an operation uses, through fragments at any distance.
    fn usages(&mut self, operation: &Operation, own: &Part<'a>, fragments: &HashMap<&str, Part<'a>>) {
        let defined: HashMap<_, _> = operation.variables.iter().map(|it| (it.name.as_str(), it)).collect();
        let mut seen = HashSet::new();
        let mut parts = vec![own];
        while let Some(part) = parts.pop() {
            for usage in &part.usages {
                match (defined.get(usage.name), usage.position) {
                    (None, _) => {
                        self.error(format!("the variable `${}` is not defined", usage.name), usage.span);
                    }
                    (Some(variable), Some(position))
                        if !is_allowed(&variable.ty, variable.default_value.as_deref(), position) =>
                    {
                        let expected = if position.one_of { "a non-null type" } else { "another type" };
                        let text = format!(
                            "the variable `${}` of type `{}` can't be used where `{}` is expected ({expected})",
                            usage.name, variable.ty, position.ty
                        );
                        self.error(text, usage.span);
                    }
                    _ => {}
                }
            }
            for spread in &part.spreads {
                if seen.insert(*spread)
                    && let Some(part) = fragments.get(spread)
                {
                    parts.push(part);
                }
            }
        }
    }
}

/// Section 5.8.5, IsVariableUsageAllowed.
fn is_allowed(variable: &Type, default: Option<&Value>, position: Position<'_>) -> bool {
    let non_null = position.ty.is_non_null() || position.one_of;
    if non_null && !variable.is_non_null() {
        let has_value = default.is_some_and(|value| !value.is_null());
        return (has_value || position.default) && variable.is_assignable_to(&position.ty.clone().nullable());
    }
    variable.is_assignable_to(position.ty)
}
