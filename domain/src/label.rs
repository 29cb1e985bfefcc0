//! Labels of enum values in Indonesian and English: for apps, and for the sentences that name a value.

use crate::{Locale, scoring::Label};

/// An enum whose values have a label for people.
pub trait Labelled: Copy {
    /// The label in a language.
    fn label(self, locale: Locale) -> &'static str;

    /// The label in both languages.
    fn words(self) -> Label {
        Label::new(self.label(Locale::Id), self.label(Locale::En))
    }
}

/// Implements [`Labelled`]: each value with its label in Indonesian and in English. A value without labels does not
/// compile.
#[macro_export]
macro_rules! labels {
    ($($list:ty { $($value:ident: $id:literal, $en:literal;)* })*) => {$(
        impl $crate::Labelled for $list {
            fn label(self, locale: $crate::Locale) -> &'static str {
                match (self, locale) {$(
                    (Self::$value, $crate::Locale::Id) => $id,
                    (Self::$value, $crate::Locale::En) => $en,
                )*}
            }
        }
    )*};
}

mod error_code;
mod evaluation;
mod organisation;
mod work;

labels! {
    Locale {
        Id: "Indonesia", "Indonesian";
        En: "Inggris", "English";
    }
}
