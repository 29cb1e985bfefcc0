//! Explanations and simulations, which use the same scoring core as real evaluations.

mod input;
mod node;
mod simulate;
mod verify;

pub use input::{AssignmentScope, RecognisedTrainingInput, ResultGroup, TrainingCountsFor};
pub use node::ScoreNode;
pub use simulate::{DistributionCheck, LimitRule, SimulationQuery};
pub use verify::{ReachKind, RecalculationQuery};
