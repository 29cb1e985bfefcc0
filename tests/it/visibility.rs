//! Every field of the schema has a visibility class. The table is written by hand, never generated from the schema or
//! from answers.

use crate::support::sdl::Sdl;
use graphql::{Access, access};
use std::collections::{BTreeMap, BTreeSet};

/// Visibility class of a field: who can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    Public,
    Reporting,
    SignedIn,
    Directory,
    Own,
    Personal,
    Rating,
    Dialogue,
    Aggregate,
    Access,
    Admin,
    Secret,
    Frame,
}

/// Visibility classes of the fields of all objects.
pub struct Classes(BTreeMap<(String, String), Class>);

impl Classes {
    /// Parses the committed table.
    pub fn committed() -> Self {
        Self::parse(include_str!("data/visibility.txt")).expect("a valid table")
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut classes = BTreeMap::new();
        let mut of = "";
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let Some((class, fields)) = line.split_once(':') else {
                of = line.trim();
                continue;
            };
            let class: Class = class.trim().parse().map_err(|_| format!("no class: {line}"))?;
            for field in fields.split_whitespace() {
                if classes.insert((of.to_owned(), field.to_owned()), class).is_some() {
                    return Err(format!("{of}.{field} has two classes"));
                }
            }
        }
        Ok(Self(classes))
    }

    /// The class of a field.
    pub fn of(&self, object: &str, field: &str) -> Class {
        let key = (object.to_owned(), field.to_owned());
        *self.0.get(&key).unwrap_or_else(|| panic!("{object}.{field} has no class"))
    }

    /// Lists the fields that are only in the schema and those that are only in the table.
    fn differences(&self, sdl: &Sdl) -> Vec<String> {
        let listed: BTreeSet<_> = self.0.keys().cloned().collect();
        let real: BTreeSet<_> = sdl
            .objects()
            .flat_map(|(object, fields)| {
                fields.into_iter().map(move |field| (object.to_owned(), field.name.node.to_string()))
            })
            .collect();
        let missing = real.difference(&listed).map(|(of, field)| format!("{of}.{field} has no class"));
        let removed =
            listed.difference(&real).map(|(of, field)| format!("{of}.{field} is not in the schema"));
        missing.chain(removed).collect()
    }
}

#[test]
fn every_field_has_a_class() {
    let differences = Classes::committed().differences(&Sdl::committed());
    assert!(
        differences.is_empty(),
        "give these fields a class in tests/it/data/visibility.txt: {differences:#?}"
    );
}

#[test]
fn missing_and_unknown_fields_are_found() {
    let text = include_str!("data/visibility.txt");
    let without = Classes::parse(&text.replacen(" nip", "", 1)).expect("a table");
    assert_eq!(without.differences(&Sdl::committed()), ["PersonSnapshot.nip has no class"]);
    let beyond = Classes::parse(&text.replacen(" nip", " nip salary", 1)).expect("a table");
    assert_eq!(beyond.differences(&Sdl::committed()), ["PersonSnapshot.salary is not in the schema"]);
    assert!(Classes::parse("Staff\n    personal: nip nip").is_err());
    assert!(Classes::parse("Staff\n    everybody: nip").is_err());
}

#[test]
fn root_fields_have_the_access_of_their_class() {
    let classes = Classes::committed();
    for (object, fields) in Sdl::committed()
        .objects()
        .filter(|(object, _)| ["Query", "Mutation", "Subscription"].contains(object))
    {
        for field in fields {
            let name = field.name.node.as_str();
            let expected = match classes.of(object, name) {
                Class::Public => Access::Public,
                Class::Reporting => Access::Reporting,
                Class::SignedIn => Access::SignedIn,
                other => panic!("{object}.{name} is a root and can't be {other:?}"),
            };
            assert_eq!(access(name), expected, "{object}.{name}");
        }
    }
}
