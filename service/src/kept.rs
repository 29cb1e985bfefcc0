//! What modules keep between requests. Each keeps values of its own types, so that the environment need not know them.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// One value of each type, such as a cache. The first use of a type creates its default. Clones share the values.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>);

impl Kept {
    /// Returns the value of a type. The clones of such a value share what it contains.
    pub(crate) fn of<T: Any + Clone + Default + Send>(&self) -> T {
        // A poisoned lock is safe to use: the map is complete at any time.
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(T::default()));
        // The key is the type, so the value has it.
        value.downcast_ref::<T>().cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    #[derive(Clone, Default)]
    struct Count(Arc<AtomicU8>);

    #[derive(Clone, Default)]
    struct Other(Arc<AtomicU8>);

    #[test]
    fn a_type_has_one_value_in_all_clones() {
        let (kept, apart) = (Kept::default(), Kept::default());
        kept.clone().of::<Count>().0.fetch_add(1, Ordering::Relaxed);
        kept.of::<Count>().0.fetch_add(1, Ordering::Relaxed);
        assert_eq!(kept.of::<Count>().0.load(Ordering::Relaxed), 2);
        assert_eq!(kept.of::<Other>().0.load(Ordering::Relaxed), 0, "another type");
        assert_eq!(apart.of::<Count>().0.load(Ordering::Relaxed), 0, "another process");
    }
}
