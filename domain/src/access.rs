//! What the access log records: refused rights, and reads of what others may not read about a person.

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
    /// Someone read what was said in a dialogue of other people.
    DialogueRead,
    /// A right was refused, or there was no visible object with the given id.
    Refused,
}

impl AccessKind {
    /// Whether it is a read, of which there is one entry for each reader, object and day. Others are counted.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(self, Self::RatingRead | Self::FeedbackRead | Self::ObjectionRead | Self::DialogueRead)
    }
}
