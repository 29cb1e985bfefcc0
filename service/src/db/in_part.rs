//! Reads some columns of a table. A row is decoded by the positions of its columns, and columns that are not read keep
//! the value of an empty row.

use sea_orm::{DbErr, EntityTrait, FromQueryResult, Iterable, QueryResult};

/// A table from which lists read only the columns that they need.
pub(crate) trait InPart: EntityTrait {
    /// A row without any value.
    fn empty() -> Self::Model;

    /// Puts the value of a column into the row; `at` is its position in the result.
    fn put(row: &mut Self::Model, column: Self::Column, result: &QueryResult, at: usize)
    -> Result<(), DbErr>;
}

/// Implements [`InPart`] for a table: lists all columns with their fields.
macro_rules! in_part {
    ($entity:ident, {$($column:ident: $field:ident),* $(,)?}) => {
        impl crate::db::InPart for entity::$entity::Entity {
            fn empty() -> Self::Model {
                Self::Model::default()
            }

            fn put(
                row: &mut Self::Model,
                column: Self::Column,
                result: &sea_orm::QueryResult,
                at: usize,
            ) -> std::result::Result<(), sea_orm::DbErr> {
                match column {
                    $(entity::$entity::Column::$column => row.$field = result.try_get_by_index(at)?,)*
                }
                Ok(())
            }
        }
    };
}

pub(crate) use in_part;

/// Makes a row from a result. The values of the columns begin at the given position.
type Decode<E> =
    fn(&[<E as EntityTrait>::Column], &QueryResult, usize) -> Result<<E as EntityTrait>::Model, DbErr>;

/// The columns of a table to read, and the function that makes a row from them.
pub(crate) struct Reading<E: EntityTrait> {
    pub columns: Vec<E::Column>,
    decode: Decode<E>,
}

impl<E: EntityTrait> Reading<E> {
    /// Reads all columns.
    pub fn all() -> Self {
        Self {
            columns: E::Column::iter().collect(),
            decode: |_, result, _| E::Model::from_query_result(result, ""),
        }
    }

    /// Makes a row; `at` is the position of the first column in the result.
    pub fn row(&self, result: &QueryResult, at: usize) -> Result<E::Model, DbErr> {
        (self.decode)(&self.columns, result, at)
    }
}

impl<E: InPart> Reading<E> {
    /// Reads only these columns, in this order.
    pub fn only(columns: impl IntoIterator<Item = E::Column>) -> Self {
        Self {
            columns: columns.into_iter().collect(),
            decode: |columns, result, at| {
                let mut row = E::empty();
                for (index, column) in columns.iter().enumerate() {
                    E::put(&mut row, *column, result, at + index)?;
                }
                Ok(row)
            },
        }
    }
}
