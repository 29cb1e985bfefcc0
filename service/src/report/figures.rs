//! The figures of each report. A hidden figure is `None`.

use domain::disclosure::{Columns, plans, ratings};

/// A number of people; `None` if it is hidden from the reader.
pub type Figure = Option<i64>;

/// The figures of a report.
pub trait Figures: Sized {
    /// Their names, in their order.
    const NAMES: &'static [&'static str];
    /// The columns of [`domain::disclosure`] that each of them counts, in the same order.
    const COLUMNS: &'static [&'static [usize]];
    /// Whether they are about ratings; otherwise about plans.
    const ABOUT_RATINGS: bool;

    /// The steps that split the columns.
    #[must_use]
    fn steps() -> Columns {
        if Self::ABOUT_RATINGS { ratings::COLUMNS } else { plans::COLUMNS }
    }
    /// Makes them from the counts in the order of the names; those without a count are hidden.
    fn of(counts: &[Figure]) -> Self;
    /// The counts in the order of the names.
    fn counts(&self) -> Vec<Figure>;
}

macro_rules! figures {
    ($(#[$doc:meta])* $report:ident ($about_ratings:literal) { $($(#[$of:meta])* $field:ident = $columns:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $report {$(
            $(#[$of])*
            pub $field: Figure,
        )*}

        impl Figures for $report {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
            const COLUMNS: &'static [&'static [usize]] = &[$(&$columns),*];
            const ABOUT_RATINGS: bool = $about_ratings;

            fn of(counts: &[Figure]) -> Self {
                let mut counts = counts.iter().copied();
                Self { $($field: counts.next().flatten(),)* }
            }

            fn counts(&self) -> Vec<Figure> {
                vec![$(self.$field),*]
            }
        }
    };
}

figures! {
    /// Number of people by predicate.
    PredicateDistribution(true) {
        /// Rated very good.
        very_good = [ratings::VERY_GOOD],
        /// Rated good.
        good = [ratings::GOOD],
        /// Rated as needing improvement.
        needs_improvement = [ratings::NEEDS_IMPROVEMENT],
        /// Rated poor.
        poor = [ratings::POOR],
        /// Rated very poor.
        very_poor = [ratings::VERY_POOR],
        /// Without a final evaluation.
        not_rated = ratings::NOT_RATED,
    }
}

figures! {
    /// Number of plans by status. A report on a part of a year counts the plans of its year.
    PlanCompletion(false) {
        /// No plan.
        missing = [plans::MISSING],
        /// In draft.
        draft = [plans::DRAFT],
        /// Waits for the rater.
        submitted = [plans::SUBMITTED],
        /// Returned by the rater.
        returned = [plans::RETURNED],
        /// Approved or closed.
        approved = [plans::APPROVED],
    }
}

figures! {
    /// Number of evaluations by progress.
    EvaluationCompletion(true) {
        /// No evaluation, because no plan is approved.
        missing = [ratings::MISSING],
        /// Nothing is reported.
        open = [ratings::OPEN],
        /// Reported but not rated.
        self_reported = [ratings::SELF_REPORTED],
        /// The ratings are a draft.
        rated_draft = [ratings::RATED_DRAFT],
        /// The ratings are final: any status from FINAL on.
        finished = ratings::FINISHED,
    }
}
