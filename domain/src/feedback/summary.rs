//! A summary of feedback for the rater: what it is about, from whom it comes, in which months.

use super::{Feedback, FeedbackAbout, FeedbackDirection, FeedbackKind};
use crate::{
    id::{CriterionId, StaffId},
    time::{Calendar, Date},
};
use chrono::Datelike;
use std::collections::{BTreeMap, BTreeSet};

/// The number of texts and authors in one month, in one direction and about one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryLine {
    /// The first day of the month. Feedback in confidence counts in the month of its release.
    pub month: Date,
    /// The direction of the feedback.
    pub direction: FeedbackDirection,
    /// The kind of object that it is about.
    pub about: FeedbackKind,
    /// The behaviour value, if it is about one.
    pub criterion: Option<CriterionId>,
    /// The number of texts.
    pub texts: usize,
    /// The number of people who wrote them.
    pub people: usize,
}

/// Counts feedback and its authors by month, direction and subject. Does not distinguish single results or activities.
#[must_use]
pub fn summary<'a>(
    feedback: impl Iterator<Item = (&'a Feedback, Option<StaffId>)>,
    calendar: Calendar,
) -> Vec<SummaryLine> {
    let mut lines: BTreeMap<_, (usize, BTreeSet<StaffId>)> = BTreeMap::new();
    for (one, author) in feedback {
        let day = calendar.day(one.given_at);
        let criterion = match one.about {
            FeedbackAbout::Behaviour(criterion) => Some(criterion),
            _ => None,
        };
        let month = day.with_day(1).unwrap_or(day);
        let (texts, people) = lines.entry((month, one.direction, one.about.kind(), criterion)).or_default();
        *texts += 1;
        people.extend(author);
    }
    let line = |((month, direction, about, criterion), (texts, people)): (_, (_, BTreeSet<_>))| SummaryLine {
        month,
        direction,
        about,
        criterion,
        texts,
        people: people.len(),
    };
    lines.into_iter().map(line).collect()
}
