//! Checks the manifests against the dependency rules of the crates.

mod layers;

use std::path::Path;

fn dependencies(package: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(package).join("Cargo.toml");
    let manifest = std::fs::read_to_string(path).expect("a manifest");
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if let (true, Some((name, _))) = (inside, line.split_once(['.', '=', ' '])) {
            names.push(name.trim().to_owned());
        }
    }
    assert!(!names.is_empty(), "{package} has dependencies");
    names
}

#[test]
fn crates_have_no_forbidden_dependencies() {
    for (package, forbidden) in [
        (
            "document",
            &[
                "domain",
                "entity",
                "migration",
                "proof",
                "service",
                "sea-orm",
                "async-graphql",
                "axum",
                "tokio",
            ][..],
        ),
        (
            "domain",
            &["entity", "migration", "proof", "service", "sea-orm", "async-graphql", "axum", "tokio"][..],
        ),
        ("entity", &["domain", "migration", "proof", "service", "async-graphql", "axum", "tokio"][..]),
        ("migration", &["domain", "entity", "proof", "service", "async-graphql", "axum", "tokio"][..]),
        (
            "oidc",
            &["domain", "entity", "migration", "proof", "service", "sea-orm", "async-graphql", "axum"][..],
        ),
        (
            "proof",
            &[
                "domain",
                "entity",
                "migration",
                "service",
                "sea-orm",
                "async-graphql",
                "axum",
                "tokio",
                "rand",
            ][..],
        ),
        ("service", &["generate", "graphql", "async-graphql", "async-graphql-axum", "axum", "tower"][..]),
        ("generate", &["entity", "migration", "sea-orm", "sqlx", "graphql", "async-graphql", "axum"]),
        (
            "graphql",
            &[
                "entity",
                "generate",
                "migration",
                "proof",
                "sea-orm",
                "sqlx",
                "async-graphql-axum",
                "axum",
                "hyper",
                "tower",
            ][..],
        ),
        ("values", &["entity", "migration", "proof", "service", "sea-orm", "axum", "tokio"][..]),
        (".", &["sea-orm", "entity", "sqlx"][..]),
    ] {
        let found = dependencies(package);
        for name in forbidden {
            assert!(!found.iter().any(|found| found == name), "{package} must not depend on {name}");
        }
    }
}

#[test]
fn a_container_is_built_from_all_crates() {
    let read = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::read_to_string(path).expect("a file")
    };
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once("members = [").expect("the members");
    let (members, _) = rest.split_once(']').expect("their end");
    let copied = read("deploy/container/Containerfile.dockerignore");
    let members: Vec<&str> = members.split('"').skip(1).step_by(2).collect();
    assert!(members.len() > 8, "{members:?}");
    for member in members {
        assert!(copied.lines().any(|line| line == format!("!{member}")), "{member} is not copied");
    }
}

/// The texts of a constant in all sources below a folder.
fn constants(folder: &Path, name: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            constants(&path, name, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).expect("a source");
            let start = format!("const {name}: &'static str = \"");
            let values = source.split(&start).skip(1);
            found.extend(values.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
}

/// Steps of an evaluation are declared by a macro, with their mutations in its lists.
const BY_MACRO: [&str; 5] =
    ["acknowledgeEvaluation", "closeEvaluation", "closeEvaluations", "signEvaluation", "signEvaluations"];

fn ignores_key(description: &str) -> bool {
    description.trim_start().starts_with("Ignored")
}

#[test]
fn each_mutation_with_an_idempotency_key_is_named_by_one_command() {
    let service = Path::new(env!("CARGO_MANIFEST_DIR")).join("service/src");
    let mut named: Vec<String> = BY_MACRO.map(str::to_owned).into();
    constants(&service, "OPERATION", &mut named);
    constants(&service, "BATCH", &mut named);
    named.sort();
    let sdl = include_str!("../../schema.graphql");
    // Mutations whose repetition has no effect ignore the key and have no command.
    let takes_a_key = |input: &str| {
        let fields =
            sdl.split_once(&format!("\ninput {input} {{")).and_then(|(_, rest)| rest.split_once("\n}"));
        let before = fields.and_then(|(fields, _)| fields.split_once("\tidempotencyKey:"));
        before.is_some_and(|(before, _)| !before.rsplit("\"\"\"").nth(1).is_some_and(ignores_key))
    };
    let mutations = sdl.split_once("\ntype Mutation {").and_then(|(_, rest)| rest.split_once("\n}"));
    let mutations = mutations.expect("the mutations").0;
    // An argument with a description is on a separate line.
    let mut with_key: Vec<String> = Vec::new();
    let mut name = "";
    for line in mutations.lines() {
        let field = line.strip_prefix('\t').and_then(|line| line.strip_suffix('('));
        name = field.filter(|field| field.bytes().all(|byte| byte.is_ascii_alphanumeric())).unwrap_or(name);
        let input = line.strip_prefix("\t\tinput: ").and_then(|rest| rest.strip_suffix('!'));
        if input.is_some_and(takes_a_key) {
            with_key.push(name.to_owned());
        }
    }
    with_key.sort();
    assert_eq!(named, with_key);
}

/// The lines of a section of a manifest.
fn section(package: &str, name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(package).join("Cargo.toml");
    let manifest = std::fs::read_to_string(path).expect("a manifest");
    let after = manifest.lines().skip_while(|line| *line != name).skip(1);
    after.take_while(|line| !line.starts_with('[')).map(str::to_owned).collect()
}

#[test]
fn the_server_is_built_without_the_databases_of_tests() {
    let enables = |package: &str, name: &str| {
        section(package, name).iter().any(|line| line.starts_with("service ") && line.contains("testing"))
    };
    for package in [".", "generate", "graphql"] {
        assert!(!enables(package, "[dependencies]"), "{package}");
    }
    assert!(!section(".", "[workspace.dependencies]").iter().any(|line| line.contains("\"testing\"")));
    // Negative control: the tests need them.
    assert!(enables(".", "[dev-dependencies]"));
    assert!(!section("service", "[features]").iter().any(|line| line.starts_with("default")));
}
