//! The kinds of entries of the access log: a refused right, or a read of another person's ratings, feedback or
//! objection.

/// Kind of entry of the access log.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessKind {
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

impl AccessKind {
    /// Whether the entry records a read. The log has one entry for each reader, object and day; an entry also counts
    /// how often it happened on that day.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(self, Self::RatingRead | Self::FeedbackRead | Self::ObjectionRead | Self::DialogueRead)
    }
}
