//! Public configuration that clients can read without a login.

use crate::{both, support::Person};
use kinerja::http::settings::AppSettings;
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

both!(every_limit_is_readable_without_a_login, |app| async move {
    let employee = app.client(Person::Employee).await;
    let read = employee.ok("{ __type(name: \"ServiceLimits\") { fields { name } } }", json!({})).await;
    let fields = read["__type"]["fields"].as_array().expect("fields").clone();
    let names: Vec<&str> = fields.iter().filter_map(|field| field["name"].as_str()).collect();
    let document = format!("{{ serviceConfig {{ limits {{ {} }} }} }}", names.join(" "));
    let server = app.behind(&AppSettings::default());
    let read = server.anonymous().ok(&document, json!({})).await;
    let limits = &read["serviceConfig"]["limits"];
    for name in names {
        assert!(limits[name].as_i64().is_some_and(|limit| limit > 0), "{name}: {}", limits[name]);
    }
    let some = ["cost", "bodyBytes", "errors", "sendSeconds", "uploadBytes", "accessTokenMinutes"];
    assert_eq!(some.map(|name| limits[name].as_i64()), [5_000, 1 << 20, 20, 10, 64 << 20, 15].map(Some));
});
