//! Event and subject kinds of the journal, which mirror the domain's.

use async_graphql::Enum;

macro_rules! journal {
    ($(
        $(#[$doc:meta])*
        $Kind:ident ($($id:tt)*) $sight:ident $name_id:literal, $name_en:literal {$(
            $(#[$of:meta])*
            $Event:ident $label_id:literal, $label_en:literal;
        )*}
    )*) => {
        mirrors! {
            /// Kind of event.
            EventKind = "domain::event::EventKind" {$($(
                $(#[$of])*
                $Event,
            )*)*}
            /// Kind of object that a journal entry is about.
            SubjectKind = "domain::event::SubjectKind" {$(
                $(#[$doc])*
                $Kind,
            )*}
        }
    };
}

domain::kinds!(journal);
