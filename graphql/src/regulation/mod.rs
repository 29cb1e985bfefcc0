//! Regulations: public stored documents, to which an agency can add its own.

mod mutation;
mod types;

pub use mutation::RegulationMutation;
pub use types::{
    Regulation, RegulationConfidence, RegulationFormat, RegulationQuery, RegulationScheme, agency_and_day,
    one,
};
