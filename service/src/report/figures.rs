//! The figures of each report. A hidden figure is `None`.

use domain::disclosure::{Columns, development, plans, ratings};

/// A number of people; `None` if it is hidden from the reader.
pub type Figure = Option<i64>;

/// The subject of a table of figures. It decides the columns of the table, and from when on API keys see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The ratings of a period.
    Ratings,
    /// The plans of a year.
    Plans,
    /// The outcomes of the gaps of the year before.
    Development,
}

/// The figures of a report.
pub trait Figures: Sized {
    /// The names of the figures, in the order of the report.
    const NAMES: &'static [&'static str];
    /// The columns of [`domain::disclosure`] that each figure sums up, in the same order.
    const COLUMNS: &'static [&'static [usize]];
    /// The subject of the figures.
    const ABOUT: About;

    /// The steps in which everybody is split into the columns; they decide which figures are hidden together.
    #[must_use]
    fn steps() -> Columns {
        match Self::ABOUT {
            About::Ratings => ratings::COLUMNS,
            About::Plans => plans::COLUMNS,
            About::Development => development::COLUMNS,
        }
    }
    /// Makes the figures from counts in the order of the names. A figure whose count is `None` is hidden.
    fn of(counts: &[Figure]) -> Self;
    /// The counts in the order of the names.
    fn counts(&self) -> Vec<Figure>;
}

macro_rules! figures {
    ($(#[$doc:meta])* $report:ident ($about:ident) { $($(#[$of:meta])* $field:ident = $columns:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $report {$(
            $(#[$of])*
            pub $field: Figure,
        )*}

        impl Figures for $report {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
            const COLUMNS: &'static [&'static [usize]] = &[$(&$columns),*];
            const ABOUT: About = About::$about;

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
    PredicateDistribution(Ratings) {
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
    PlanCompletion(Plans) {
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
    EvaluationCompletion(Ratings) {
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

figures! {
    /// Number of people with a gap in the year before, by outcome.
    DevelopmentOutcome(Development) {
        /// Everyone with a gap.
        people = development::GAP,
        /// Everyone with a recognised training and a result.
        trained = development::TRAINED,
        /// Of these, with a higher result.
        trained_rose = development::TRAINED_ROSE,
        /// Of these, with neither a higher nor a lower result.
        trained_same = development::TRAINED_SAME,
        /// Of these, with a lower result.
        trained_fell = development::TRAINED_FELL,
        /// Everyone without a recognised training and with a result.
        others = development::OTHERS,
        /// Of these, with a higher result.
        others_rose = development::OTHERS_ROSE,
        /// Of these, with neither a higher nor a lower result.
        others_same = development::OTHERS_SAME,
        /// Of these, with a lower result.
        others_fell = development::OTHERS_FELL,
        /// Without a result.
        no_result = development::NO_RESULT,
        /// Left the agency.
        left = development::LEFT,
        /// Moved to another unit.
        moved = development::MOVED,
    }
}
