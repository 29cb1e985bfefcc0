//! Nested lists: each parent has its own first page, and its cursor continues in that parent's list.

use crate::{both_in_a_city, support::Client};
use serde_json::{Value, json};

/// The ids of a connection.
fn ids(connection: &Value) -> Vec<&Value> {
    connection["edges"].as_array().expect("edges").iter().map(|edge| &edge["node"]["id"]).collect()
}

/// Loads twenty parents, each with its list in pages of two and as a whole, and compares them. Returns the number of
/// parents with more than two items.
async fn pages_agree(client: &Client, parents: &str, parent: &str, list: &str) -> usize {
    // Only approved plans have activities.
    let filter = if parents == "plans" { "filter: { status: [APPROVED] }" } else { "" };
    let document = format!(
        "{{ {parents}(first: 20 {filter}) {{ edges {{ node {{ id
            none: {list}(first: 0) {{ edges {{ node {{ id }} }} pageInfo {{ hasNextPage }} }}
            few: {list}(first: 2) {{ edges {{ node {{ id }} }}
                pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}
            all: {list}(first: 100) {{ totalCount edges {{ node {{ id }} }} pageInfo {{ hasNextPage }} }} }} }} }} }}"
    );
    let read = client.ok(&document, json!({})).await;
    let mut longer = 0;
    for edge in read[parents]["edges"].as_array().expect("parents") {
        let (node, id) = (&edge["node"], &edge["node"]["id"]);
        let (all, few) = (ids(&node["all"]), ids(&node["few"]));
        assert_eq!(node["all"]["totalCount"], all.len(), "{list} of {id}");
        assert_eq!(few, all[..all.len().min(2)], "{list} of {id}");
        assert_eq!(ids(&node["none"]), Vec::<&Value>::new());
        assert_eq!(node["none"]["pageInfo"]["hasNextPage"], !all.is_empty(), "{list} of {id}");
        assert_eq!(node["few"]["pageInfo"]["hasNextPage"], all.len() > 2, "{list} of {id}");
        assert_eq!(node["few"]["pageInfo"]["hasPreviousPage"], false);
        if all.len() <= 2 {
            continue;
        }
        longer += 1;
        let document = format!(
            "query($id: ID!, $after: String) {{ node(id: $id) {{ ... on {parent} {{
                remaining: {list}(first: 100, after: $after) {{ edges {{ node {{ id }} }} }} }} }} }}"
        );
        let after = &node["few"]["pageInfo"]["endCursor"];
        let remaining = client.ok(&document, json!({ "id": id, "after": after })).await;
        assert_eq!(
            ids(&remaining["node"]["remaining"]),
            all[2..],
            "{list} of {id} continues after the first page"
        );
    }
    longer
}

both_in_a_city!(first_pages_of_many_parents_equal_those_of_each_parent, |app| async move {
    // Counting for each of many parents costs more than clients can spend.
    let app = app.without_limits();
    for who in ["admin", "kepala"] {
        let client = app.client_of(who).await;
        for (parents, parent, list) in [
            ("staff", "Staff", "evaluations"),
            ("plans", "Plan", "activities"),
            ("orgUnits", "OrgUnit", "children"),
            ("orgUnits", "OrgUnit", "staff"),
        ] {
            let longer = pages_agree(&client, parents, parent, list).await;
            assert!(longer > 0, "{who}: no {parent} has more than two {list}");
        }
        // There are two years, so at most two plans, and no minimum to assert.
        pages_agree(&client, "staff", "Staff", "plans").await;
    }
});

both_in_a_city!(a_page_of_one_plan_has_a_next_page_when_there_are_two, |app| async move {
    let admin = app.client_of("admin").await;
    let document = "{ staff(first: 20) { edges { node { plans(first: 1) { edges { node { period { year } } }
        pageInfo { hasNextPage } } all: plans { edges { node { id } } } } } } }";
    let read = admin.ok(document, json!({})).await;
    let mut longer = 0;
    for edge in read["staff"]["edges"].as_array().expect("people") {
        let (plans, all) = (&edge["node"]["plans"], ids(&edge["node"]["all"]).len());
        assert_eq!(plans["pageInfo"]["hasNextPage"], all > 1);
        if all > 1 {
            longer += 1;
            assert_eq!(plans["edges"][0]["node"]["period"]["year"], 2026, "the newest first");
        }
    }
    assert!(longer > 0);
});
