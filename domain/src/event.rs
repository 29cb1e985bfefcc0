//! Names in the journal: what happened (past tense), and to which kind of object.
//!
//! Each effect of a mutation on a kind of object has its own name. Names are stored and sent to clients, so a name is
//! never reused with another meaning. An entry's image is the JSON of the object; `service/src/journal` writes entries.

use serde::{Deserialize, Serialize};

macro_rules! declare {
    ($(
        $(#[$doc:meta])*
        $Kind:ident ($($id:tt)*) $sight:ident $name_id:literal, $name_en:literal {$(
            $(#[$of:meta])*
            $Event:ident $label_id:literal, $label_en:literal;
        )*}
    )*) => {
        /// What happened to the object.
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Serialize,
            Deserialize,
            strum::Display,
            strum::EnumString,
            strum::EnumIter,
            strum::IntoStaticStr,
        )]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum EventKind {$($(
            $(#[$of])*
            $Event,
        )*)*}

        /// Kind of object that an entry is about.
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Serialize,
            Deserialize,
            strum::Display,
            strum::EnumString,
            strum::EnumIter,
            strum::IntoStaticStr,
        )]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum SubjectKind {$(
            $(#[$doc])*
            $Kind,
        )*}

        impl SubjectKind {
            /// Who can see its entries.
            #[must_use]
            pub const fn sight(self) -> Sight {
                match self {$(
                    Self::$Kind => Sight::$sight,
                )*}
            }
        }

        crate::labels! {
            EventKind {$($(
                $Event: $label_id, $label_en;
            )*)*}
            SubjectKind {$(
                $Kind: $name_id, $name_en;
            )*}
        }
    };
}

crate::kinds!(declare);

/// Who can see the journal entries about a kind of object. `service/src/journal/visibility.rs` decides for each actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everyone in the agency.
    Agency,
    /// Everyone in the agency sees that it changed; the images, which contain NIP and rank, need the right to the personal
    /// data of the person concerned.
    People,
    /// Those who can see the personal data of the person concerned.
    Personal,
    /// Those who can see the object.
    Object,
    /// The person concerned, auditors, and those with a role over the unit concerned.
    Covered,
    /// The person concerned, auditors, and admins of the unit concerned.
    Access,
}

/// The kinds of events about access. The person concerned is notified of them even if they acted themselves: it may
/// have been somebody else with their password.
pub const OF_ACCESS: [EventKind; 15] = [
    EventKind::RoleGranted,
    EventKind::RoleRevoked,
    EventKind::ActivationCodeIssued,
    EventKind::AccountActivated,
    EventKind::PasswordChanged,
    EventKind::AccountReset,
    EventKind::RatingPowerGiven,
    EventKind::SecondFactorAdded,
    EventKind::SecondFactorRemoved,
    EventKind::RecoveryCodeUsed,
    EventKind::LoginLinked,
    EventKind::LoginUnlinked,
    EventKind::ApiKeyCreated,
    EventKind::ApiKeyTakenOver,
    EventKind::ApiKeyRevoked,
];

impl SubjectKind {
    /// Whether its entries have images. Those about accounts and API keys have none: they record that something happened,
    /// without secret or hash, and the audit compares no row with them.
    #[must_use]
    pub const fn has_images(self) -> bool {
        !matches!(self, Self::Account | Self::ApiKey)
    }
}
