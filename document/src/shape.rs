//! The shape of an answer: its keys in the order of the document, and where null may stand.

use apollo_compiler::ast::Type;
use async_graphql_value::{ConstValue, Name};
use indexmap::IndexMap;

/// The key under which the executor is made to select something where a selection set may come out
/// empty, since it gives null for an object without fields. No client can choose this key.
pub(crate) const PLACEHOLDER: &str = "-";

/// The keys of an object and of all objects in it. Fields of the same key are merged, whatever
/// type they are selected on.
#[derive(Debug, Default)]
pub struct Shape {
    pub(crate) fields: IndexMap<Name, Entry>,
}

/// One key.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) nulls: Nulls,
    /// Of the objects, where it has any.
    pub(crate) inner: Option<Shape>,
}

impl Shape {
    /// Puts the keys of an answer into the order of the document, and takes out what only the
    /// executor needed.
    pub fn arrange(&self, data: &mut ConstValue) {
        match data {
            ConstValue::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            ConstValue::Object(fields) => self.arrange_object(fields),
            _ => {}
        }
    }

    fn arrange_object(&self, fields: &mut IndexMap<Name, ConstValue>) {
        if !self.is_in_order(fields) {
            fields.shift_remove(PLACEHOLDER);
            fields.sort_by_cached_key(|key, _| self.fields.get_index_of(key).unwrap_or(usize::MAX));
        }
        let mut expected = self.fields.iter();
        for (key, value) in fields {
            let entry = expected.find(|(name, _)| is_same(name, key));
            if let Some((_, Entry { inner: Some(inner), .. })) = entry {
                inner.arrange(value);
            }
        }
    }

    fn is_in_order(&self, fields: &IndexMap<Name, ConstValue>) -> bool {
        let mut expected = self.fields.keys();
        fields.keys().all(|key| expected.any(|name| is_same(name, key)))
    }

    /// For the fields along a path of keys: where null may stand in each. `None` where the document
    /// has no such path.
    #[must_use]
    pub fn nulls_along(&self, keys: &[&str]) -> Option<Vec<Nulls>> {
        let mut shape = Some(self);
        keys.iter()
            .map(|key| {
                let entry = shape?.fields.get(*key)?;
                shape = entry.inner.as_ref();
                Some(entry.nulls)
            })
            .collect()
    }
}

/// Keys of an answer usually are the document's own, so that the text need not be compared.
fn is_same(left: &Name, right: &Name) -> bool {
    std::ptr::eq(left.as_ptr(), right.as_ptr()) || left == right
}

/// Where in a field's value null may stand: in its own place, and in those of list elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nulls(u32);

impl Nulls {
    pub(crate) fn of(ty: &Type) -> Self {
        let mut bits = 0;
        let (mut ty, mut level) = (Some(ty), 0);
        while let Some(it) = ty {
            bits |= u32::from(!it.is_non_null()).checked_shl(level).unwrap_or(0);
            level += 1;
            ty = match it {
                Type::List(inner) | Type::NonNullList(inner) => Some(inner),
                Type::Named(_) | Type::NonNullNamed(_) => None,
            };
        }
        Self(bits)
    }

    /// Whether null may stand as the value itself (level 0) or as an element of the list at this
    /// level (1 and on).
    #[must_use]
    pub fn allowed(self, level: u32) -> bool {
        self.0.checked_shr(level).is_some_and(|bits| bits & 1 == 1)
    }
}
