//! Enumerations of rights: actions, the access log and hidden figures.

use async_graphql::Enum;

mirrors! {
    /// Kind of entry of the access log.
    AccessKind = "domain::access::AccessKind" {
        /// Someone read the ratings of another person.
        RatingRead,
        /// Someone read feedback to another person.
        FeedbackRead,
        /// Someone read the objection of another person.
        ObjectionRead,
        /// Someone read the texts of a dialogue of other people.
        DialogueRead,
        /// A right was refused, or there was no visible object with the given id.
        Refused,
    }
    /// Why figures are hidden from API keys.
    HiddenReason = "domain::disclosure::HiddenReason" {
        /// They count few people, or figures about few people could be computed from them.
        FewPeople,
        /// They are about ratings, and the period has not been closed yet.
        PeriodOpen,
    }
}

macro_rules! action {
    ($($(#[$doc:meta])* $topic:ident { $($(#[$of:meta])* $name:ident $id:literal, $en:literal;)* })*) => {
        mirrors! {
            /// An action on an object, named after its mutation.
            Action = "domain::action::Action" {$($(
                $(#[$of])*
                $name,
            )*)*}
        }
    };
}

domain::actions!(action);
