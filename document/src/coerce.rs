//! Coercion of variables to the types that an operation declares (section 6.1.2).
//!
//! apollo-compiler has such a function, but for another type of JSON: each request would have to be converted twice. It
//! also refuses the integer `1.0`, ignores `@oneOf` and custom scalars, and does not say which part of a value is wrong.

use super::error::{DocumentError, Reason};
use super::value::literal;
use super::{Scalars, ValidSchema};
use apollo_compiler::ast::{OperationType, Type};
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use async_graphql_value::{ConstValue, Name, Number, Variables};

/// Coerces the request's variables. A variable without a value is missing from the result; null is a value.
///
/// # Errors
/// The first value that does not fit.
pub(crate) fn variables(
    schema: &ValidSchema,
    scalars: &Scalars,
    operation: &Operation,
    mut given: Variables,
) -> Result<Variables, DocumentError> {
    let by_shape = operation.operation_type == OperationType::Mutation;
    let mut coerced = Variables::default();
    for definition in &operation.variables {
        let name = definition.name.as_str();
        let value = given.remove(&Name::new(name));
        let failed = |reason| DocumentError { reason, at: None };
        let value = match (value, &definition.default_value) {
            (Some(value), _) => {
                if value == ConstValue::Null && definition.ty.is_non_null() {
                    return Err(failed(Reason::VariableRequired(name.to_owned())));
                }
                let mut place = Place { schema, scalars, by_shape, path: name.to_owned() };
                place.coerce(value, &definition.ty).map_err(failed)?
            }
            (None, Some(default)) => literal(default, &|_| None).unwrap_or_default(),
            (None, None) if definition.ty.is_non_null() => {
                return Err(failed(Reason::VariableRequired(name.to_owned())));
            }
            (None, None) => continue,
        };
        coerced.insert(Name::new(name), value);
    }
    Ok(coerced)
}

/// A position within a variable.
struct Place<'a> {
    schema: &'a ValidSchema,
    scalars: &'a Scalars,
    /// Check only that custom scalars are strings, because a use case checks their content.
    by_shape: bool,
    path: String,
}

impl Place<'_> {
    fn invalid(&self, expected: &str) -> Reason {
        Reason::VariableInvalid { path: self.path.clone(), expected: expected.to_owned() }
    }

    /// Coerces an element or an input field.
    fn step(&mut self, step: &str, value: ConstValue, ty: &Type) -> Result<ConstValue, Reason> {
        let length = self.path.len();
        self.path.push('.');
        self.path.push_str(step);
        let coerced = self.coerce(value, ty)?;
        self.path.truncate(length);
        Ok(coerced)
    }

    fn coerce(&mut self, value: ConstValue, ty: &Type) -> Result<ConstValue, Reason> {
        match (value, ty) {
            (ConstValue::Null, ty) if ty.is_non_null() => Err(self.invalid(&ty.to_string())),
            (ConstValue::Null, _) => Ok(ConstValue::Null),
            (ConstValue::List(items), Type::List(inner) | Type::NonNullList(inner)) => {
                let items = items.into_iter().enumerate();
                items.map(|(at, item)| self.step(&at.to_string(), item, inner)).collect()
            }
            // A single value becomes a list of one element.
            (value, Type::List(inner) | Type::NonNullList(inner)) => {
                Ok(ConstValue::List(vec![self.coerce(value, inner)?]))
            }
            (value, Type::Named(name) | Type::NonNullNamed(name)) => self.named(value, name),
        }
    }

    fn named(&mut self, value: ConstValue, name: &str) -> Result<ConstValue, Reason> {
        let schema = self.schema;
        match (schema.types.get(name), value) {
            (Some(ExtendedType::InputObject(ty)), ConstValue::Object(fields)) => self.object(fields, ty),
            (Some(ExtendedType::Enum(ty)), ConstValue::String(text))
                if ty.values.contains_key(text.as_str()) =>
            {
                Ok(ConstValue::String(text))
            }
            (Some(ExtendedType::Scalar(_)), value) => {
                self.scalar(value, name).ok_or_else(|| self.invalid(name))
            }
            _ => Err(self.invalid(name)),
        }
    }

    fn scalar(&self, value: ConstValue, name: &str) -> Option<ConstValue> {
        match (name, value) {
            ("Int", ConstValue::Number(number)) => {
                let whole = number.as_i64().or_else(|| whole(&number))?;
                i32::try_from(whole).ok().map(ConstValue::from)
            }
            ("Float", value @ ConstValue::Number(_)) => Some(value),
            ("String" | "ID", value @ ConstValue::String(_)) => Some(value),
            ("ID", ConstValue::Number(number)) if !number.is_f64() => {
                Some(ConstValue::String(number.to_string()))
            }
            ("Boolean", value @ ConstValue::Boolean(_)) => Some(value),
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => None,
            (name, value) => match (self.scalars.get(name), value) {
                (Some(holds), ConstValue::String(text)) if self.by_shape || holds(&text) => {
                    Some(ConstValue::String(text))
                }
                (Some(_), _) => None,
                (None, value) => Some(value),
            },
        }
    }

    fn object(
        &mut self,
        fields: indexmap::IndexMap<Name, ConstValue>,
        ty: &InputObjectType,
    ) -> Result<ConstValue, Reason> {
        let one_of = ty.directives.has("oneOf");
        if one_of && (fields.len() != 1 || fields.values().any(|value| *value == ConstValue::Null)) {
            return Err(self.invalid(&ty.name));
        }
        let missing = ty.fields.values().find(|field| {
            let required = field.ty.is_non_null() && field.default_value.is_none();
            required && !fields.contains_key(field.name.as_str())
        });
        if let Some(field) = missing {
            return Err(Reason::VariableRequired(format!("{}.{}", self.path, field.name)));
        }
        let fields = fields.into_iter().map(|(name, value)| {
            let definition = ty.fields.get(name.as_str()).ok_or_else(|| self.invalid(&ty.name))?;
            let value = self.step(&name, value, &definition.ty)?;
            Ok((name, value))
        });
        Ok(ConstValue::Object(fields.collect::<Result<_, _>>()?))
    }
}

/// An integer that is written with a fraction or an exponent: `1.0`, `1e3`.
fn whole(number: &Number) -> Option<i64> {
    let value = number.as_f64()?;
    // Within this range the conversion is exact.
    let fits = value.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
    fits.then_some(value as i64)
}
