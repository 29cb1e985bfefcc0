//! Values that modules keep between requests. Each module keeps values of its own types, so the environment does not
//! need to know them.

use arc_swap::ArcSwap;
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

type Values = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// One value of each type, such as a cache. The first use of a type creates its default. Clones share the values.
/// Readers take no lock, because each request reads several times and nothing is added after the first requests.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<ArcSwap<Values>>);

impl Kept {
    /// Returns the value of a type. The clones of such a value share what it contains.
    pub(crate) fn of<T: Any + Clone + Default + Send + Sync>(&self) -> T {
        if let Some(known) = self.known() {
            return known;
        }
        // If another thread adds a value at the same time, this closure runs again on the values that include it.
        self.0.rcu(|values| {
            let mut values = Values::clone(values);
            values.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
            values
        });
        self.known().unwrap_or_default()
    }

    fn known<T: Any + Clone>(&self) -> Option<T> {
        self.0.load().get(&TypeId::of::<T>())?.downcast_ref().cloned()
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

    #[test]
    fn concurrent_first_readers_get_the_same_value() {
        let kept = Kept::default();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    kept.of::<Other>();
                    kept.of::<Count>().0.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        assert_eq!(kept.of::<Count>().0.load(Ordering::Relaxed), 8);
    }
}
