//! Public configuration that clients can read without a login.

use crate::{both, support::Person};
use serde_json::json;
use std::collections::BTreeSet;

both!(labels_match_the_enum_values_of_the_schema, |app| async move {
    let read = app.anonymous().ok("{ serviceConfig { labels { enumeration value } } }", json!({})).await;
    let labels = read["serviceConfig"]["labels"].as_array().expect("labels").clone();
    let document = "query($name: String!) { __type(name: $name) { enumValues { name } } }";
    let employee = app.client(Person::Employee).await;
    let enumerations: BTreeSet<&str> =
        labels.iter().filter_map(|label| label["enumeration"].as_str()).collect();
    assert!(enumerations.contains("Predicate") && enumerations.contains("PlanStatus"));
    for name in enumerations {
        let read = employee.ok(document, json!({ "name": name })).await;
        let values = read["__type"]["enumValues"].as_array().expect(name);
        let values: BTreeSet<Option<&str>> = values.iter().map(|value| value["name"].as_str()).collect();
        let labelled = labels.iter().filter(|label| label["enumeration"] == name);
        let labelled: BTreeSet<Option<&str>> = labelled.map(|label| label["value"].as_str()).collect();
        assert_eq!(values, labelled, "{name}");
    }
});
