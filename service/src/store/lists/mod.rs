//! Lists that an actor can see, with their filters and orders.

pub(crate) mod access;
pub(crate) mod access_log;
pub(crate) mod activities;
pub(crate) mod criteria;
pub(crate) mod delegations;
pub(crate) mod evaluations;
pub(crate) mod periods;
pub(crate) mod plans;
pub(crate) mod positions;
