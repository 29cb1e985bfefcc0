//! The right that a stream needs. A reader without it would see no entry, so the stream ends instead.

use super::journal::may_read;
use domain::{actor::Actor, id::PlanId};
use futures_util::FutureExt;
use service::{
    Env, Error,
    journal::{self, Basis, Topic},
    plan,
};

/// The right that a reader of a stream needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// The reader's own objects, or objects that everyone in the agency can see. This right ends with the session.
    Session,
    /// The journal of the agency.
    Journal,
    /// A plan.
    Plan(PlanId),
    /// Activities of anyone in the units of the topic.
    Activities,
}

impl Right {
    /// Checks the right, and returns whether it depends on the reader alone or also on others.
    ///
    /// # Errors
    /// The error that a new stream would get: FORBIDDEN, or NOT_FOUND for a plan.
    pub async fn check(self, env: &Env, actor: &Actor, topic: &Topic) -> service::Result<Basis> {
        match self {
            Self::Session => Ok(Basis::Reader),
            Self::Journal if may_read(actor) => Ok(Basis::Reader),
            Self::Journal => Err(Error::Forbidden),
            Self::Plan(id) if plan::by_ids(env, actor, &[id]).boxed().await?.contains_key(&id) => {
                Ok(Basis::Others)
            }
            Self::Plan(_) => Err(Error::NotFound),
            Self::Activities => {
                let found = match &topic.units {
                    Some(units) => journal::sees_activities(env, actor, units).boxed().await?,
                    None => Some(Basis::Reader),
                };
                found.ok_or(Error::Forbidden)
            }
        }
    }
}
