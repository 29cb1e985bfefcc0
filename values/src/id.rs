//! Global ids: opaque to clients; they encode a format number, the type and the UUID. One id names one state: a row of
//! a plan has another id in each revision, and past states have their own ids.

use super::given::{Content, malformed};
use async_graphql::{ID, Name, Value};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Key, Message, Refusal, event::SubjectKind};
use uuid::Uuid;

/// Format number of the ids of objects, and of the keys of rows.
const OBJECT: u8 = 1;
/// Format number of ids that also name a revision, or the object of a recorded state.
const PART: u8 = 2;

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

/// Declares the types with a global id: the kinds of objects that the journal records, and the others in the brackets.
macro_rules! global_ids {
    (@kind $Kind:ident) => { None };
    (@kind $Kind:ident $number:literal) => { Some(Self::$Kind) };
    (
        [$($number:literal $Name:ident $field:literal)*]
        $(
            $(#[$doc:meta])*
            $Kind:ident ($($Id:ident $of_kind:literal $input:literal)?) $sight:ident $id:literal, $en:literal {$($events:tt)*}
        )*
    ) => {
        /// The types with a global id. Never reuse a number: clients keep ids that contain it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(
                #[doc = stringify!($Kind)]
                $Kind = $of_kind,
            )?)*
            $(
                #[doc = stringify!($Name)]
                $Name = $number,
            )*
        }

        impl Kind {
            fn of(number: u8) -> Option<Self> {
                match number {
                    $($( $of_kind => Some(Self::$Kind), )?)*
                    $( $number => Some(Self::$Name), )*
                    _ => None,
                }
            }

            /// The type of the objects that a journal entry is about; none for entries about entries.
            #[must_use]
            pub const fn of_subject(subject: SubjectKind) -> Option<Self> {
                match subject {$( SubjectKind::$Kind => global_ids!(@kind $Kind $($of_kind)?), )*}
            }

            /// The name of the type, for the access log.
            pub const fn name(self) -> &'static str {
                match self {
                    $($( Self::$Kind => { let _: u8 = $of_kind; stringify!($Kind) } )?)*
                    $( Self::$Name => stringify!($Name), )*
                }
            }

            /// The type with this name.
            pub fn named(name: &str) -> Option<Self> {
                (0..=u8::MAX).filter_map(Self::of).find(|kind| kind.name() == name)
            }

            /// The input field that takes ids of this type. Sentences name the type by this field.
            pub const fn field(self) -> &'static str {
                match self {
                    $($( Self::$Kind => $input, )?)*
                    $( Self::$Name => $field, )*
                }
            }
        }

        typed! {$($( $Id: $Kind, )?)*}
    };
}

domain::kinds!(global_ids, [
    7 Criterion "criterionId"
    12 PlanRevision "planRevisionId"
    13 PlanResult "planResultId"
    14 Indicator "indicatorId"
    15 ActionPlan "actionPlanId"
    17 Evidence "evidenceId"
    22 Session "sessionId"
    24 Upload "uploadId"
    25 ImportRun "importRunId"
    26 Viewer "viewerId"
    27 PlanState "planStateId"
    28 EvaluationState "evaluationStateId"
    29 StaffState "staffStateId"
    41 FeedbackRequest "feedbackRequestId"
]);

impl Kind {
    /// Whether the type is a row of a plan. A row has a key, and an id in each revision.
    const fn is_row(self) -> bool {
        matches!(self, Self::PlanResult | Self::Indicator | Self::ActionPlan)
    }

    /// Whether the type is a past state of an object.
    const fn is_state(self) -> bool {
        matches!(self, Self::PlanState | Self::EvaluationState | Self::StaffState)
    }
}

/// A decoded global id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalId {
    /// The type.
    pub kind: Kind,
    /// The revision of a row, or the object of a past state; none for other objects and for the key of a row.
    pub of: Option<Uuid>,
    /// The object, the row, or the journal entry of a past state.
    pub id: Uuid,
}

/// Returns the global id of an object, or the key of a row.
pub fn encode(kind: Kind, id: impl Into<Uuid>) -> ID {
    let mut bytes = [0; 18];
    bytes[0] = OBJECT;
    bytes[1] = kind as u8;
    bytes[2..].copy_from_slice(id.into().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes).into()
}

/// Returns the id of a row in a revision, or of a state of an object.
pub fn encode_in(kind: Kind, of: impl Into<Uuid>, id: impl Into<Uuid>) -> ID {
    let mut bytes = [0; 34];
    bytes[0] = PART;
    bytes[1] = kind as u8;
    bytes[2..18].copy_from_slice(of.into().as_bytes());
    bytes[18..].copy_from_slice(id.into().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes).into()
}

/// Decodes a global id; none if it is malformed.
pub fn decode(id: &str) -> Option<GlobalId> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    let (&format, rest) = bytes.split_first()?;
    let (&kind, uuids) = rest.split_first()?;
    let kind = Kind::of(kind)?;
    match (format, uuids.len()) {
        (OBJECT, 16) if !kind.is_state() => {
            Some(GlobalId { kind, of: None, id: Uuid::from_slice(uuids).ok()? })
        }
        (PART, 32) if kind.is_row() || kind.is_state() => {
            let (of, id) = uuids.split_at(16);
            Some(GlobalId { kind, of: Uuid::from_slice(of).ok(), id: Uuid::from_slice(id).ok()? })
        }
        _ => None,
    }
}

/// Parses a global id of the given type, or says what was expected. For a row, it accepts the key and the id in any
/// revision.
fn parse_content<T: From<Uuid>>(kind: Kind, text: &str) -> Result<T, Message> {
    match decode(text) {
        Some(found) if found.kind == kind => Ok(found.id.into()),
        _ => Err(malformed(Key::NotAnId, text).with("field", kind.field())),
    }
}

typed! {
    CriterionId: Criterion, ResultId: PlanResult, IndicatorId: Indicator, ActionPlanId: ActionPlan, SessionId: Session, UploadId: Upload,
    FeedbackRequestId: FeedbackRequest,
}

/// Parses a global id of the given type, or returns a refusal with this path.
pub fn parse<T: From<Uuid>>(kind: Kind, id: &ID, path: &str) -> Result<T, Refusal> {
    parse_content(kind, id).map_err(|message| Refusal::input(path.split('.'), message))
}

/// Finds the id at a path of the input, or the first id in the part of the input at that path.
#[must_use]
pub fn first_id(name: &Name, value: &Value, path: &[String]) -> Option<GlobalId> {
    // Only these fields are searched: an idempotency key is not an id, and an id within a text does not name the
    // object.
    let is_id = |name: &str| name == "id" || name == "ids" || name.ends_with("Id") || name.ends_with("Ids");
    let step = path.first();
    match value {
        Value::String(text) if is_id(name) => decode(text),
        Value::List(items) => {
            let at = step.and_then(|step| step.parse::<usize>().ok()).and_then(|index| items.get(index));
            match at {
                Some(item) => first_id(name, item, &path[1..]),
                None => items.iter().find_map(|item| first_id(name, item, path)),
            }
        }
        Value::Object(fields) => {
            let at = step.and_then(|step| fields.get_key_value(step.as_str()));
            at.and_then(|(name, item)| first_id(name, item, &path[1..]))
                .or_else(|| fields.iter().find_map(|(name, item)| first_id(name, item, &[])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::value;

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
        assert_eq!(decode(&id), Some(GlobalId { kind: Kind::Plan, of: None, id: uuid }));
        assert!(parse::<Uuid>(Kind::Staff, &id, "id").is_err());
        for broken in ["", "x", "AQ", "////////////////////////", &format!("{}A", id.as_str())] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_row_is_found_by_its_key_and_by_its_id_in_each_revision() {
        let (first, second, row) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let key = encode(Kind::PlanResult, row);
        let ids = [first, second].map(|revision| encode_in(Kind::PlanResult, revision, row));
        assert_ne!(ids[0], ids[1]);
        for id in ids.iter().chain([&key]) {
            assert_eq!(parse::<Uuid>(Kind::PlanResult, id, "id"), Ok(row));
            assert!(parse::<Uuid>(Kind::Indicator, id, "id").is_err());
        }
        assert_eq!(decode(&encode_in(Kind::Plan, first, row)), None, "a plan has no revisions in its id");
        assert_eq!(decode(&encode(Kind::PlanState, row)), None, "a state is one of an object");
    }

    #[test]
    fn the_id_of_the_refused_row_is_found() {
        let ids: Vec<String> = (1..4).map(|n| encode(Kind::Plan, Uuid::from_u128(n)).to_string()).collect();
        let input = value!({
            "idempotencyKey": "x",
            "rows": [{ "planId": (ids[0].clone()) }, { "note": (ids[2].clone()), "planId": (ids[1].clone()) }],
        });
        let found = |path: &[&str]| {
            let path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
            first_id(&Name::new("input"), &input, &path).map(|found| found.id.as_u128())
        };
        assert_eq!(found(&["rows", "1"]), Some(2));
        assert_eq!(found(&["rows", "1", "planId"]), Some(2));
        assert_eq!(found(&[]), Some(1));
        assert_eq!(first_id(&Name::new("text"), &value!((ids[0].clone())), &[]), None);
    }
}
