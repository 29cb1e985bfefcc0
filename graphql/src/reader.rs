//! Reads the input of a mutation: parses its scalars and ids, and collects all refusals with their paths.

use super::given::{Content, Given};
use async_graphql::{Context, MaybeUndefined, Value};
use domain::{Edit, Key, Refusal, error::unless_refused, text::is_storable};
use futures_util::future::BoxFuture;
use service::{IdempotencyKey, batch::Row, db::check_only};
use uuid::Uuid;

/// Collects the refusals of one input. Malformed values become placeholders, so that the use case's input is complete;
/// [`Reader::run`] makes sure that they are never stored.
#[derive(Default)]
pub struct Reader {
    /// The path (fields and list positions) to the part of the input that is being read.
    path: Vec<String>,
    malformed: Vec<Refusal>,
    /// Refusals of texts that can't be stored, with full paths, as long as they are not assigned to a row.
    not_storable: Vec<Refusal>,
    /// The refusals of rows, with full paths.
    of_rows: Vec<Refusal>,
    /// Whether the rules can still check the input although it has placeholders.
    can_be_checked: bool,
}

impl Reader {
    /// Starts to read the input of the mutation that is being resolved. Finds all texts in the input that can't be
    /// stored.
    pub fn new(ctx: &Context<'_>) -> async_graphql::Result<Self> {
        let mut not_storable = Vec::new();
        for (_, value) in ctx.field().arguments()? {
            find_not_storable(&value, &mut Vec::new(), &mut not_storable);
        }
        Ok(Self { not_storable, can_be_checked: true, ..Self::default() })
    }

    /// Reads a required value.
    pub fn get<T: Content>(&mut self, field: &str, given: Given<T>) -> T {
        self.read(field, &given).unwrap_or_else(|| {
            self.can_be_checked &= T::HAS_PLACEHOLDER;
            T::placeholder()
        })
    }

    /// Reads an optional value.
    pub fn optional<T: Content>(&mut self, field: &str, given: Option<Given<T>>) -> Option<T> {
        given.map(|given| self.get(field, given))
    }

    /// Reads a field of a change that must have a value: null is refused, and an omitted field stays unchanged.
    pub fn not_null<T>(&mut self, field: &str, given: MaybeUndefined<T>) -> Option<T> {
        match given {
            MaybeUndefined::Value(value) => Some(value),
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => {
                self.malformed.push(Refusal::cant_be_cleared(field).under(&self.path));
                None
            }
        }
    }

    /// Reads an optional id. The rules can check the rest of the input without it, so a malformed id counts as absent.
    pub fn reference<T: Content>(&mut self, field: &str, given: Option<Given<T>>) -> Option<T> {
        given.and_then(|given| self.read(field, &given))
    }

    /// Reads the idempotency key of a mutation.
    pub fn key(&mut self, given: Option<Given<Uuid>>) -> IdempotencyKey {
        IdempotencyKey(self.reference("idempotencyKey", given))
    }

    /// Reads an input object in a field.
    pub fn at<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(field.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Reads each item of a list.
    pub fn each<I, T>(
        &mut self,
        field: &str,
        items: Vec<I>,
        mut read: impl FnMut(&mut Self, I) -> T,
    ) -> Vec<T> {
        let items = items.into_iter().enumerate();
        self.at(field, |reader| {
            items.map(|(index, item)| reader.at(&index.to_string(), |reader| read(reader, item))).collect()
        })
    }

    /// Reads the ids of a list.
    pub fn list<T: Content>(&mut self, field: &str, items: Vec<Given<T>>) -> Vec<T> {
        let items = items.into_iter().enumerate();
        self.at(field, |reader| items.map(|(index, item)| reader.get(&index.to_string(), item)).collect())
    }

    /// Reads the rows of a batch. Malformed values in a row refuse only that row.
    pub fn rows<I, T>(
        &mut self,
        field: &str,
        items: Vec<I>,
        mut read: impl FnMut(&mut Self, I) -> T,
    ) -> Vec<Row<T>> {
        let mut rows = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let at = [field.to_owned(), index.to_string()];
            let (own, rest): (Vec<Refusal>, _) = std::mem::take(&mut self.not_storable)
                .into_iter()
                .partition(|refusal: &Refusal| refusal.path.starts_with(&at));
            self.not_storable = rest;
            let own = own.into_iter().map(|mut refusal| {
                refusal.path.drain(..at.len());
                refusal
            });
            let mut row = Self { not_storable: own.collect(), can_be_checked: true, ..Self::default() };
            let input = read(&mut row, item);
            row.take_not_storable();
            self.of_rows.extend(row.malformed.iter().map(|refusal| refusal.clone().under(&at)));
            rows.push(Row { input, malformed: row.malformed, can_be_checked: row.can_be_checked });
        }
        rows
    }

    /// Adds a refusal of the part that is being read; the rules then don't run.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.can_be_checked = false;
        self.malformed.push(refusal.under(&self.path));
    }

    /// Runs the use case if the input is well-formed. Otherwise returns all refusals: those of malformed values, and
    /// those that the rules find in the rest of the input.
    pub fn run<'a, T: Send + 'a>(
        mut self,
        use_case: impl Future<Output = service::Result<T>> + Send + 'a,
    ) -> BoxFuture<'a, service::Result<T>> {
        self.take_not_storable();
        if self.malformed.is_empty() {
            return Box::pin(use_case);
        }
        let mut malformed = self.malformed;
        malformed.extend(self.of_rows);
        if self.can_be_checked {
            Box::pin(check_only(malformed, use_case))
        } else {
            Box::pin(async { Err(malformed.into()) })
        }
    }

    /// Runs the use case only if the input is well-formed. For use cases that check secrets, because they count
    /// attempts.
    ///
    /// # Errors
    /// The refusals of malformed values, or the error of the use case.
    pub fn run_if_well_formed<'a, T: Send + 'a>(
        self,
        use_case: impl Future<Output = service::Result<T>> + Send + 'a,
    ) -> BoxFuture<'a, service::Result<T>> {
        match self.well_formed() {
            Ok(()) => Box::pin(use_case),
            Err(refused) => Box::pin(async { Err(refused) }),
        }
    }

    /// Returns all refusals of malformed values, without running the rules.
    ///
    /// # Errors
    /// The refusals of malformed values.
    pub fn well_formed(mut self) -> service::Result<()> {
        self.take_not_storable();
        Ok(unless_refused((), self.malformed)?)
    }

    /// Adds the refusals of texts that can't be stored. The rules then don't run, since PostgreSQL refuses statements
    /// with such texts.
    fn take_not_storable(&mut self) {
        let not_storable = std::mem::take(&mut self.not_storable);
        self.can_be_checked &= not_storable.is_empty();
        let is_new = |refusal: &Refusal| !self.malformed.iter().any(|one| one.path == refusal.path);
        let not_storable: Vec<Refusal> = not_storable.into_iter().filter(is_new).collect();
        self.malformed.extend(not_storable);
    }

    fn read<T: Content>(&mut self, field: &str, given: &Given<T>) -> Option<T> {
        let message = match given.parse() {
            Ok(value) => return Some(value),
            Err(message) => message,
        };
        self.malformed.push(Refusal::input([field], message).under(&self.path));
        None
    }
}

/// Reads a field of a change that null clears.
pub fn edit<T>(given: MaybeUndefined<T>) -> Edit<T> {
    match given {
        MaybeUndefined::Value(value) => Edit::Set(value),
        MaybeUndefined::Undefined => Edit::Keep,
        MaybeUndefined::Null => Edit::Clear,
    }
}

/// Finds the texts in a value that can't be stored.
fn find_not_storable(value: &Value, path: &mut Vec<String>, found: &mut Vec<Refusal>) {
    match value {
        Value::String(text) if !is_storable(text) => found.push(Refusal::input(&*path, Key::NotStorable)),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                find_not_storable(item, path, found);
                path.pop();
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                path.push(name.to_string());
                find_not_storable(field, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}
