//! Any bytes and any variables come back with a verdict, in bounded time and without a panic.

use super::*;
use proptest::prelude::*;

/// Pieces of documents, so that many texts come as far as validation.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "!",
        "$a",
        "$b",
        "...",
        "...f",
        "... on Staff",
        "@skip(if:",
        "@include(if:$a)",
        "query",
        "mutation",
        "subscription",
        "fragment f on Staff",
        "me",
        "id",
        "node(id:",
        "staff(first:",
        "nodes",
        "at",
        "1",
        "-1.5e9",
        "true",
        "null",
        "\"x\"",
        "\"\"\"y\"\"\"",
        "Int",
        "Boolean",
        "=",
        "__typename",
        "__schema",
        "name",
        "a:",
        "subject",
        "latest",
        "rename(input:{name:",
        "\\",
        "#\n",
        "\u{feff}",
        "é",
        "\"\\u{1F600}\"",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" "))
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map("[a-c]|name|id", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_pieces_upset_the_guard(query in pieces(), given in json()) {
        let _ = guard().judge(&query, None, Variables::from_json(given));
    }

    #[test]
    fn no_bytes_upset_the_guard(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = judge(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_variables_upset_coercion(given in json()) {
        let query = "query($a:Input $b:[Input!] $c:Locale $name:String $id:ID){
            me{name(locale:$c)} node(id:$id){id} x:rename(input:$a){staff{id}} y:rename(input:$b){staff{id}}}";
        let _ = guard().judge(&query.replacen("query", "mutation", 1), None, Variables::from_json(given.clone()));
        let query = "query($a:[[Int!]] = [[1]] $name:Locale $id:ID=1 $b:Boolean=false){
            me{name(locale:$name) @skip(if:$b)} node(id:$id){id}}";
        let _ = guard().judge(query, None, Variables::from_json(given));
    }
}

#[test]
fn long_and_deep_documents_are_judged_in_little_memory_of_the_stack() {
    // Threads of a server have 2 MiB; half of that is enough in a build without optimisation.
    let run = || {
        for query in [
            "a ".repeat(9_000),
            format!("{{{}}}", "a ".repeat(9_000)),
            format!("{{{}}}", "@a ".repeat(4_000)),
            format!("{{at {}}}", "@a ".repeat(4_000)),
            "\"x\" ".repeat(9_000),
            "! ".repeat(9_000),
            "query ".repeat(9_000),
            format!("query({}){{at}}", "$a:Int ".repeat(2_000)),
            format!("query($a:{}Int{}){{at}}", "[".repeat(60), "]".repeat(60)),
            format!("{{at(x:{}1{})}}", "[".repeat(60), "]".repeat(60)),
            format!("{{at(x:{}1{})}}", "{a:".repeat(60), "}".repeat(60)),
            format!("{}at{}", "{me".repeat(60), "}".repeat(60)),
            format!("{}at{}", "{...".repeat(60), "}".repeat(60)),
            "type A { a: Int } ".repeat(900),
        ] {
            let _ = judge(&query);
        }
    };
    let small = std::thread::Builder::new().stack_size(1024 * 1024);
    small.spawn(run).expect("a thread").join().expect("no overflow of the stack");
}
