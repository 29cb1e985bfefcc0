//! Explanations and what-if: the same core for the real thing and for a simulation.

mod input;
mod node;
mod simulate;
mod verify;

pub use input::{AssignmentScope, RecognisedTrainingInput, ResultGroup, TrainingCountsFor, trainings};
pub use node::ScoreNode;
pub use simulate::{DistributionCheck, SimulationQuery};
pub use verify::RecalculationQuery;
