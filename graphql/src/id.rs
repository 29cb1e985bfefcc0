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
    ($($number:literal $name:ident $field:literal),* $(,)?) => {
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

            /// The input field that takes ids of this type, by which sentences name the type.
            pub const fn field(self) -> &'static str {
                match self {$( Self::$name => $field, )*}
            }
        }
    };
}

kinds! {
    1 OrgUnit "orgUnitId",
    2 Position "positionId",
    3 Staff "staffId",
    4 Assignment "assignmentId",
    5 Delegation "delegationId",
    6 CriteriaSet "criteriaSetId",
    7 Criterion "criterionId",
    8 Regulation "regulationId",
    9 Period "periodId",
    10 UnitPredicate "unitPredicateId",
    11 Plan "planId",
    12 PlanRevision "planRevisionId",
    13 PlanResult "planResultId",
    14 Indicator "indicatorId",
    15 ActionPlan "actionPlanId",
    16 Activity "activityId",
    17 Evidence "evidenceId",
    18 Evaluation "evaluationId",
    19 Feedback "feedbackId",
    20 Recommendation "recommendationId",
    21 RoleGrant "roleGrantId",
    22 Session "sessionId",
    23 ApiKey "apiKeyId",
    24 Upload "uploadId",
    25 ImportRun "importRunId",
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
        _ => Err(malformed(Key::NotAnId, text).with("field", kind.field())),
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
    fn every_type_has_a_name_for_people() {
        for kind in (0..=u8::MAX).filter_map(Kind::of) {
            assert!(domain::field::is_named(kind.field()), "{kind:?}");
        }
    }

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
