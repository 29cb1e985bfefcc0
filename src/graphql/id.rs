//! Global ids: opaque to clients; they encode a format number, the type and the UUID.

use super::{
    error,
    given::{Content, malformed},
};
use async_graphql::{Context, ID};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Key, Message, Refusal};
use uuid::Uuid;

/// Format number of the ids that the server issues.
const FORMAT: u8 = 1;

macro_rules! kinds {
    ($($number:literal $name:ident),* $(,)?) => {
        /// The types with a global id. Never reuse a number: clients keep ids that contain it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {$(
            #[doc = stringify!($name)]
            $name = $number,
        )*}

        impl Kind {
            fn of(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    1 OrgUnit, 2 Position, 3 Staff, 4 Assignment, 5 Delegation, 6 CriteriaSet, 7 Criterion, 8 Regulation,
    9 Period, 10 UnitPredicate, 11 Plan, 12 PlanRevision, 13 PlanResult, 14 Indicator, 15 ActionPlan,
    16 Activity, 17 Evidence, 18 Evaluation, 19 Feedback, 20 Recommendation, 21 RoleGrant, 22 Session,
    23 ApiKey, 24 Upload, 25 ImportRun,
}

/// Returns the global id of an object.
pub fn encode(kind: Kind, id: impl Into<Uuid>) -> ID {
    let mut bytes = [0; 18];
    bytes[0] = FORMAT;
    bytes[1] = kind as u8;
    bytes[2..].copy_from_slice(id.into().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes).into()
}

/// Decodes a global id; none if it is malformed.
pub fn decode(id: &str) -> Option<(Kind, Uuid)> {
    let bytes: [u8; 18] = URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
    let kind = (bytes[0] == FORMAT).then(|| Kind::of(bytes[1])).flatten()?;
    Some((kind, Uuid::from_slice(&bytes[2..]).ok()?))
}

/// Parses a global id of the given type, or says what was expected.
fn parse_content<T: From<Uuid>>(kind: Kind, text: &str) -> Result<T, Message> {
    match decode(text) {
        Some((found, uuid)) if found == kind => Ok(uuid.into()),
        _ => Err(malformed(Key::NotAnId, text).with("type", format!("{kind:?}"))),
    }
}

macro_rules! typed {
    ($($id:ident: $kind:ident),* $(,)?) => {$(
        impl Content for domain::id::$id {
            type Scalar = ID;
            const HAS_PLACEHOLDER: bool = false;

            fn parse(text: &str) -> Result<Self, Message> {
                parse_content(Kind::$kind, text)
            }

            fn placeholder() -> Self {
                Self(Uuid::nil())
            }
        }
    )*};
}

typed! {
    UnitId: OrgUnit, PositionId: Position, StaffId: Staff, AssignmentId: Assignment, CriterionId: Criterion,
    PeriodId: Period, PlanId: Plan, ResultId: PlanResult, IndicatorId: Indicator, ActionPlanId: ActionPlan,
    ActivityId: Activity, EvaluationId: Evaluation, RoleGrantId: RoleGrant, SessionId: Session, ApiKeyId: ApiKey,
    UploadId: Upload,
}

/// Parses a global id of the given type, or returns a refusal with this path.
pub fn parse<T: From<Uuid>>(kind: Kind, id: &ID, path: &str) -> Result<T, Refusal> {
    parse_content(kind, id).map_err(|message| Refusal::input(path.split('.'), message))
}

/// Parses a global id that is an argument of a query.
pub fn argument<T: From<Uuid>>(
    ctx: &Context<'_>,
    kind: Kind,
    id: &ID,
    name: &str,
) -> async_graphql::Result<T> {
    parse(kind, id, name).map_err(|refusal| error::to_graphql_error(ctx, refusal.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_with_its_type() {
        let uuid = Uuid::from_u128(7);
        let id = encode(Kind::Plan, uuid);
        assert_eq!(decode(&id), Some((Kind::Plan, uuid)));
        assert!(parse::<Uuid>(Kind::Staff, &id, "id").is_err());
        for broken in ["", "x", "AQ", "////////////////////////", &format!("{}A", id.as_str())] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }
}
