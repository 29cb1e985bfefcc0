//! From literals of a document to the executor's values.

use apollo_compiler::ast::Value as Literal;
use async_graphql_value::{ConstValue, Name, Number, Value};

/// A literal in which each variable has a value; `None` for a variable without one, which leaves
/// out the input field that it stands for, and is null in a list.
pub(crate) fn literal(value: &Literal, variable: &dyn Fn(&str) -> Option<ConstValue>) -> Option<ConstValue> {
    convert(value, &|name| variable(name).map(ConstValue::into_value)).and_then(Value::into_const)
}

/// A literal as the executor takes it; `variable` says what stands for a variable.
pub(crate) fn convert(value: &Literal, variable: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    Some(match value {
        Literal::Null => Value::Null,
        Literal::Enum(name) => Value::Enum(Name::new(name)),
        Literal::Variable(name) => return variable(name),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Int(text) => Value::Number(number(text.as_str())),
        Literal::Float(text) => Value::Number(number(text.as_str())),
        Literal::Boolean(it) => Value::Boolean(*it),
        Literal::List(items) => {
            let items = items.iter().map(|item| convert(item, variable).unwrap_or_default());
            Value::List(items.collect())
        }
        Literal::Object(fields) => {
            let fields = fields.iter();
            let fields =
                fields.filter_map(|(name, value)| Some((Name::new(name), convert(value, variable)?)));
            Value::Object(fields.collect())
        }
    })
}

/// Validation has found the number to be one that its type can hold.
fn number(text: &str) -> Number {
    let whole = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
    whole.unwrap_or_else(|_| {
        let float = text.parse::<f64>().ok();
        float.and_then(Number::from_f64).unwrap_or_else(|| Number::from(0))
    })
}
