//! The committed schema, for tests that traverse all types.

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write,
};
use uuid::Uuid;

/// The schema's types by name, and the inputs that take exactly one field.
pub struct Sdl(BTreeMap<String, TypeKind>, BTreeSet<String>);

/// Returns the named type inside lists.
pub fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(of) => named(of),
    }
}

/// The type number of the global ids that an argument with this name accepts.
pub const IDS: [(&str, u8); 34] = [
    ("feedbackId", 19),
    ("dialogueId", 39),
    ("feedbackRequestId", 40),
    ("toId", 3),
    ("objectionId", 36),
    ("trainingId", 37),
    ("recommendationId", 20),
    ("deciderId", 3),
    ("delegationId", 5),
    ("scheduledChangeId", 33),
    ("orgUnitId", 1),
    ("parentId", 1),
    ("positionId", 2),
    ("staffId", 3),
    ("staffIds", 3),
    ("delegateId", 3),
    ("assignmentId", 4),
    ("superiorAssignmentId", 4),
    ("successorAssignmentId", 4),
    ("criterionId", 7),
    ("periodId", 9),
    ("planId", 11),
    ("copyFrom", 11),
    ("planResultId", 13),
    ("servesId", 13),
    ("indicatorId", 14),
    ("actionPlanId", 15),
    ("activityId", 16),
    ("evaluationId", 18),
    ("roleGrantId", 21),
    ("sessionId", 22),
    ("apiKeyId", 23),
    ("uploadId", 24),
    ("furtherUploadIds", 24),
];

/// Returns a well-formed global id of a type without an object.
pub fn unknown_id(kind: u8) -> String {
    let mut bytes = vec![1, kind];
    bytes.extend_from_slice(Uuid::from_u128(0xdead).as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Removes the description of the schema itself, which this parser does not read.
fn without_description(text: &str) -> String {
    let (before, schema) = text.rsplit_once("\nschema {").expect("a schema definition");
    let described = before.strip_suffix("\"\"\"").and_then(|before| before.rfind("\"\"\""));
    format!("{}\nschema {{{schema}", &before[..described.unwrap_or(before.len())])
}

impl Sdl {
    /// Reads `schema.graphql`.
    pub fn committed() -> Self {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql"))
            .expect("the schema");
        let document = parse_schema(without_description(&text)).expect("a schema that parses");
        let mut one_of = BTreeSet::new();
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => {
                let name = ty.node.name.node.to_string();
                if ty.node.directives.iter().any(|directive| directive.node.name.node == "oneOf") {
                    one_of.insert(name.clone());
                }
                Some((name, ty.node.kind))
            }
            _ => None,
        });
        Self(types.collect(), one_of)
    }

    /// Returns the objects that implement an interface.
    pub fn implementors<'a>(&'a self, interface: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |(name, kind)| match kind {
            TypeKind::Object(object) => {
                object.implements.iter().any(|one| one.node == interface).then_some(name.as_str())
            }
            _ => None,
        })
    }

    /// Returns the object types with their fields.
    pub fn objects(&self) -> impl Iterator<Item = (&str, Vec<&FieldDefinition>)> {
        self.0.iter().filter_map(|(name, kind)| match kind {
            TypeKind::Object(object) => {
                Some((name.as_str(), object.fields.iter().map(|field| &field.node).collect()))
            }
            _ => None,
        })
    }

    /// Returns the enumerations with their values.
    pub fn enumerations(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.0.iter().filter_map(|(name, kind)| match kind {
            TypeKind::Enum(of) => {
                Some((name.as_str(), of.values.iter().map(|value| value.node.value.node.as_str()).collect()))
            }
            _ => None,
        })
    }

    /// Returns the names of all fields of inputs and all arguments.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        let of_inputs = self.0.values().filter_map(|kind| match kind {
            TypeKind::InputObject(input) => Some(&input.fields),
            _ => None,
        });
        let of_fields = self.objects().flat_map(|(_, fields)| fields).map(|field| &field.arguments);
        of_inputs.chain(of_fields).flatten().map(|value| value.node.name.node.as_str())
    }

    /// Returns the fields of an object or interface.
    pub fn fields(&self, of: &str) -> Vec<&FieldDefinition> {
        match self.0.get(of) {
            Some(TypeKind::Object(object)) => object.fields.iter().map(|field| &field.node).collect(),
            Some(TypeKind::Interface(interface)) => {
                interface.fields.iter().map(|field| &field.node).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the fields of an input object that can be null.
    pub fn nullable(&self, of: &str) -> Vec<&str> {
        let Some(TypeKind::InputObject(input)) = self.0.get(of) else { return Vec::new() };
        let can_be_null = input.fields.iter().filter(|field| field.node.ty.node.nullable);
        can_be_null.map(|field| field.node.name.node.as_str()).collect()
    }

    /// Whether an object implements `Node`.
    pub fn is_node(&self, of: &str) -> bool {
        matches!(self.0.get(of), Some(TypeKind::Object(object))
            if object.implements.iter().any(|interface| interface.node.as_str() == "Node"))
    }

    /// Whether a type has fields.
    pub fn is_composite(&self, of: &str) -> bool {
        matches!(self.0.get(of), Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)))
    }

    /// Returns the possible types of an interface or union.
    pub fn possible(&self, of: &str) -> Vec<&str> {
        match self.0.get(of) {
            Some(TypeKind::Union(union)) => union.members.iter().map(|member| member.node.as_str()).collect(),
            Some(TypeKind::Interface(_)) => self
                .0
                .iter()
                .filter(|(_, kind)| {
                    matches!(kind, TypeKind::Object(object)
                        if object.implements.iter().any(|interface| interface.node.as_str() == of))
                })
                .map(|(name, _)| name.as_str())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Builds a document that selects a root field and every reachable type below it once, with all fields; also
    /// returns those types.
    pub fn everything_below(&self, root: &str, field: &FieldDefinition) -> (String, BTreeSet<String>) {
        let verb = root.to_lowercase();
        let ty = named(&field.ty.node);
        let mut types = BTreeSet::new();
        let below = self.selection(ty, &self.tree(ty), &mut types);
        (format!("{verb} {{ {}{} {below} }}", field.name.node, self.arguments(&field.arguments)), types)
    }

    /// Finds the fields on the shortest path to each reachable type.
    fn tree(&self, from: &str) -> BTreeSet<(String, String)> {
        let mut visited = BTreeSet::from([from.to_owned()]);
        let mut queue = VecDeque::from([from.to_owned()]);
        let mut steps = BTreeSet::new();
        while let Some(at) = queue.pop_front() {
            for possible in self.possible(&at) {
                if visited.insert(possible.to_owned()) {
                    queue.push_back(possible.to_owned());
                    steps.insert((at.clone(), format!("... on {possible}")));
                }
            }
            for field in self.fields(&at) {
                let to = named(&field.ty.node);
                if self.is_composite(to) && visited.insert(to.to_owned()) {
                    queue.push_back(to.to_owned());
                    steps.insert((at.clone(), field.name.node.to_string()));
                }
            }
        }
        steps
    }

    fn selection(
        &self,
        of: &str,
        tree: &BTreeSet<(String, String)>,
        written: &mut BTreeSet<String>,
    ) -> String {
        if !self.is_composite(of) {
            return String::new();
        }
        if !written.insert(of.to_owned()) {
            return "{ __typename }".to_owned();
        }
        let mut text = "{ __typename".to_owned();
        for possible in self.possible(of) {
            if tree.contains(&(of.to_owned(), format!("... on {possible}"))) {
                let _ = write!(text, " ... on {possible} {}", self.selection(possible, tree, written));
            }
        }
        for field in self.fields(of) {
            let (name, to) = (field.name.node.as_str(), named(&field.ty.node));
            let below = match self.is_composite(to) {
                true if tree.contains(&(of.to_owned(), name.to_owned())) => self.selection(to, tree, written),
                true => "{ __typename }".to_owned(),
                false => String::new(),
            };
            // Fields of the same name on different members may differ in type, which only an alias allows.
            let _ = write!(text, " {of}_{name}: {name}{} {below}", self.arguments(&field.arguments));
        }
        text.push_str(" }");
        text
    }

    /// Writes the required arguments with well-formed values and unknown ids, and `first`.
    pub fn arguments<'a>(
        &self,
        arguments: impl IntoIterator<Item = &'a async_graphql::Positioned<InputValueDefinition>>,
    ) -> String {
        let given: Vec<String> = arguments
            .into_iter()
            .map(|argument| &argument.node)
            .filter(|argument| Self::is_required(argument) || argument.name.node == "first")
            .map(|argument| {
                let name = argument.name.node.as_str();
                let value =
                    if name == "first" { "1".to_owned() } else { self.value(&argument.ty.node, name) };
                format!("{name}: {value}")
            })
            .collect();
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    fn is_required(value: &InputValueDefinition) -> bool {
        !value.ty.node.nullable && value.default_value.is_none()
    }

    fn value(&self, ty: &Type, name: &str) -> String {
        let base = match &ty.base {
            BaseType::List(of) => return format!("[{}]", self.value(of, name)),
            BaseType::Named(base) => base.as_str(),
        };
        match (base, self.0.get(base)) {
            ("ID", _) => {
                let kind = IDS.iter().find(|(argument, _)| *argument == name).map_or(11, |(_, kind)| *kind);
                format!("\"{}\"", unknown_id(kind))
            }
            ("Int", _) => "1".to_owned(),
            ("Boolean", _) => "true".to_owned(),
            ("Date", _) => "\"2026-03-01\"".to_owned(),
            ("DateTime", _) => "\"2026-03-01T00:00:00Z\"".to_owned(),
            ("Decimal", _) => "\"1.00\"".to_owned(),
            ("UUID", _) => "\"0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8fff\"".to_owned(),
            (_, Some(TypeKind::Enum(values))) => values.values[0].node.value.node.to_string(),
            (_, Some(TypeKind::InputObject(input))) => {
                let required: Vec<_> =
                    input.fields.iter().filter(|field| Self::is_required(&field.node)).collect();
                let fields = match self.1.contains(base) {
                    // Its first id, if it has one.
                    true => {
                        let is_id = |field: &&async_graphql::Positioned<InputValueDefinition>| {
                            named(&field.node.ty.node) == "ID"
                        };
                        input.fields.iter().find(is_id).or(input.fields.first()).into_iter().collect()
                    }
                    false => required,
                };
                let fields: Vec<String> = fields
                    .into_iter()
                    .map(|field| {
                        let name = field.node.name.node.as_str();
                        format!("{name}: {}", self.value(&field.node.ty.node, name))
                    })
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            _ => "\"contoh contoh\"".to_owned(),
        }
    }
}

/// A place in a mutation's input that holds a scalar.
pub struct Leaf {
    /// The fields and list positions that lead to it, below `input`.
    pub path: Vec<String>,
    /// The scalar's name.
    pub scalar: String,
}

impl Sdl {
    /// Returns an input of this type with all fields, well-formed values and unknown ids, one item in each list; and
    /// its leaves.
    pub fn full_input(&self, of: &str) -> (serde_json::Value, Vec<Leaf>) {
        let mut leaves = Vec::new();
        (self.full_object(of, &[], &mut leaves), leaves)
    }

    fn full_object(&self, of: &str, at: &[String], leaves: &mut Vec<Leaf>) -> serde_json::Value {
        let Some(TypeKind::InputObject(input)) = self.0.get(of) else { panic!("{of} is an input") };
        let most = if self.1.contains(of) { 1 } else { usize::MAX };
        let fields = input.fields.iter().take(most).map(|field| {
            let name = field.node.name.node.as_str();
            let path: Vec<String> = at.iter().cloned().chain([name.to_owned()]).collect();
            (name.to_owned(), self.full_value(&field.node.ty.node, (of, name), path, leaves))
        });
        fields.collect()
    }

    fn full_value(
        &self,
        ty: &Type,
        (owner, name): (&str, &str),
        path: Vec<String>,
        leaves: &mut Vec<Leaf>,
    ) -> serde_json::Value {
        use serde_json::json;
        let base = match &ty.base {
            BaseType::List(of) => {
                let path = path.into_iter().chain(["0".to_owned()]).collect();
                return json!([self.full_value(of, (owner, name), path, leaves)]);
            }
            BaseType::Named(base) => base.as_str(),
        };
        let value = match (base, self.0.get(base)) {
            (_, Some(TypeKind::InputObject(_))) => return self.full_object(base, &path, leaves),
            (_, Some(TypeKind::Enum(values))) => json!(values.values[0].node.value.node.as_str()),
            ("ID", _) => {
                let kind = match (owner, name) {
                    ("ActivityInput" | "ActivityVersionInput", "id") => 16,
                    ("PlanResultInput", "id") => 13,
                    ("IndicatorInput", "id") => 14,
                    ("ActionPlanInput", "id") => 15,
                    _ => IDS.iter().find(|(argument, _)| *argument == name).expect("its type").1,
                };
                json!(unknown_id(kind))
            }
            ("Int", _) => json!(1),
            ("Boolean", _) => json!(true),
            ("Date", _) => json!("2026-03-01"),
            ("DateTime", _) => json!("2026-03-01T00:00:00Z"),
            ("Decimal", _) => json!("1.00"),
            ("UUID", _) => json!("0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8fff"),
            _ if name == "regulationCode" => json!("PERMENPANRB-6-2022"),
            _ => json!("contoh contoh"),
        };
        leaves.push(Leaf { path, scalar: base.to_owned() });
        value
    }
}
