//! The shape of an answer: the order of its keys, and where it may contain null.

use apollo_compiler::ast::Type;
use async_graphql_value::{ConstValue, Name};
use indexmap::IndexMap;

/// The key of a field that is selected if a selection set could be empty, because the executor returns null for an object
/// without fields. No client can choose this key.
pub(crate) const PLACEHOLDER: &str = "-";

/// The keys of an object and of the objects in it. Fields with the same key are merged, even if they are selected on
/// different types.
#[derive(Debug, Default)]
pub struct Shape {
    pub(crate) fields: IndexMap<Name, Entry>,
}

/// One key.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) nulls: Nulls,
    /// The shape of its objects, if it is not a leaf.
    pub(crate) inner: Option<Shape>,
}

impl Shape {
    /// Sorts the keys of an answer by the document, and removes placeholders.
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

    /// Where the fields on a path of keys may be null; `None` if the document has no such path.
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

/// The executor copies the keys of the document, so the pointers are usually equal.
fn is_same(left: &Name, right: &Name) -> bool {
    std::ptr::eq(left.as_ptr(), right.as_ptr()) || left == right
}

/// Where the value of a field may be null: the value itself, and the elements of lists.
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

    /// Whether the value itself (level 0), or an element of the list at this level (from 1), may be null.
    #[must_use]
    pub fn allowed(self, level: u32) -> bool {
        self.0.checked_shr(level).is_some_and(|bits| bits & 1 == 1)
    }
}
