//! Checks the direction inside `service`: a module uses modules of lower layers only. [`LAYERS`] declares the layers.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The layers of `service`, the lowest first. The modules of a layer don't use each other.
const LAYERS: [(&str, &[&str]); 21] = [
    (
        "modules that need no other module: the clock, the request, state that a process keeps",
        &["clock", "kept", "max_age", "position", "request"],
    ),
    ("the error of a use case", &["error"]),
    (
        "the database with open units of work and their journal entries; limits of one server; files; secret keys",
        &["capacity", "db", "files", "keys"],
    ),
    ("which rows an actor can see", &["scope"]),
    ("rows and values, and the queries about them", &["store"]),
    ("the environment of use cases", &["env"]),
    ("where people work and who rates whom", &["directory"]),
    ("whether a change gives power over results to the one who makes it", &["power"]),
    ("begins and ends units of work: from here on, use cases can write", &["work"]),
    ("modules that use cases share", &["access", "batch", "calendar", "criteria"]),
    ("logins and rights; daily activities", &["activity", "identity"]),
    ("consequences of a change; the data of a person; uploaded files", &["consequence", "person", "upload"]),
    ("files of evidence, which share a mutation with uploads", &["evidence"]),
    ("the rules of scoring", &["regulation"]),
    ("plans; a new database", &["migrate", "plan"]),
    ("evaluations of plans; the organisation, whose changes end plans", &["evaluation", "organisation"]),
    (
        "objections to evaluations; feedback; trainings; dialogues; corrections of personnel data",
        &["correction", "dialogue", "feedback", "objection", "training"],
    ),
    ("modules about all of these objects", &["import", "journal", "operator", "worklist"]),
    ("figures about people; backups", &["backup", "report"]),
    ("periods, which store figures; time-based transitions", &["period", "tick"]),
    ("synthetic databases, and databases of tests", &["synthetic", "testing"]),
];

/// The layer from which on use cases leave SQL to the layers below.
const WITHOUT_SQL: &str = "directory";

/// Modules above it that still contain SQL. A module leaves the list for good.
const STILL_WITH_SQL: [&str; 4] = ["backup", "journal", "person", "testing"];

/// The items that `lib.rs` exports under another name, with their modules.
const EXPORTED: [(&str, &str); 4] =
    [("Env", "env"), ("Error", "error"), ("Result", "error"), ("IdempotencyKey", "db")];

/// The types that get methods from modules of higher layers, with the names of their variables and their own module.
const EXTENDED: [(&str, &str, &str); 3] = [("Env", "env", "env"), ("Tx", "tx", "db"), ("Db", "db", "db")];

/// The uses of other modules by a module, with the file and the path or the method.
type Uses = BTreeSet<(String, String)>;

/// A source file without what only tests contain.
struct Source {
    /// The file, for messages.
    file: String,
    module: String,
    tokens: Vec<TokenTree>,
}

/// Reads all sources of a crate but the files of tests.
fn sources(root: &Path) -> Vec<Source> {
    let mut open = vec![root.to_owned()];
    let (mut files, mut of_tests) = (Vec::new(), BTreeSet::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                let (tokens, modules) = without_tests(text.parse().expect("tokens"));
                // The modules of `a/mod.rs` and of `a.rs` are in the folder `a`.
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                let of_folder = ["mod", "lib"].contains(&name.as_ref());
                let folder = if of_folder {
                    path.parent().expect("a folder").to_owned()
                } else {
                    path.with_extension("")
                };
                of_tests.extend(modules.into_iter().map(|module| folder.join(module)));
                files.push((path, tokens));
            }
        }
    }
    let is_test = |path: &PathBuf| path.ancestors().any(|part| of_tests.contains(&part.with_extension("")));
    let source = |(path, tokens): (PathBuf, Vec<TokenTree>)| {
        let file = path.strip_prefix(root).expect("a path below").to_owned();
        let first = file.components().next().expect("a name").as_os_str();
        let module = Path::new(first).with_extension("").to_string_lossy().into_owned();
        Source { file: file.to_string_lossy().into_owned(), module, tokens }
    };
    files
        .into_iter()
        .filter(|(path, _)| !is_test(path))
        .map(source)
        .filter(|one| one.module != "lib")
        .collect()
}

fn is(token: Option<&TokenTree>, text: &str) -> bool {
    match token {
        Some(TokenTree::Ident(ident)) => ident == text,
        Some(TokenTree::Punct(punct)) => text.len() == 1 && text.starts_with(punct.as_char()),
        _ => false,
    }
}

/// The tokens without items below `#[cfg(test)]`, and the names of those modules among them that are separate files.
fn without_tests(tokens: TokenStream) -> (Vec<TokenTree>, Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(token) = tokens.get(at) {
        let marks_test = is(Some(token), "#")
            && matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.stream().to_string().replace(' ', "") == "cfg(test)");
        if !marks_test {
            kept.push(token.clone());
            at += 1;
            continue;
        }
        at += 2;
        while let Some(token) = tokens.get(at) {
            if let (true, Some(TokenTree::Ident(name)), true) =
                (is(Some(token), "mod"), tokens.get(at + 1), is(tokens.get(at + 2), ";"))
            {
                modules.push(name.to_string());
            }
            at += 1;
            let ends = match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is(tokens.get(at), ";"),
                token => is(Some(token), ";") || is(Some(token), ","),
            };
            if ends {
                break;
            }
        }
    }
    let mut all = Vec::new();
    for token in kept {
        let TokenTree::Group(group) = &token else {
            all.push(token);
            continue;
        };
        let (inner, more) = without_tests(group.stream());
        modules.extend(more);
        all.push(proc_macro2::Group::new(group.delimiter(), inner.into_iter().collect()).into());
    }
    (all, modules)
}

/// Calls a function with each list of tokens: those of the file, and those inside each pair of brackets.
fn each_list(tokens: &[TokenTree], visit: &mut impl FnMut(&[TokenTree])) {
    visit(tokens);
    for token in tokens {
        if let TokenTree::Group(group) = token {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            each_list(&inner, visit);
        }
    }
}

/// The paths that follow `crate::`, such as `store::plan`; at most two names of each.
fn paths(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    each_list(tokens, &mut |list| {
        for at in 0..list.len() {
            if is(list.get(at), "crate") && is(list.get(at + 1), ":") && is(list.get(at + 2), ":") {
                match list.get(at + 3) {
                    Some(TokenTree::Group(group)) => {
                        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                        let parts = inner.split(|token| is(Some(token), ","));
                        found.extend(parts.filter_map(path));
                    }
                    _ => found.extend(path(&list[at + 3..])),
                }
            }
        }
    });
    found
}

fn path(tokens: &[TokenTree]) -> Option<String> {
    let Some(TokenTree::Ident(first)) = tokens.first() else { return None };
    match (is(tokens.get(1), ":"), tokens.get(3)) {
        (true, Some(TokenTree::Ident(second))) => Some(format!("{first}::{second}")),
        _ => Some(first.to_string()),
    }
}

/// The methods that modules add to types of lower layers, by the name of a variable and of the method.
fn added_methods(sources: &[Source]) -> BTreeMap<(&'static str, String), String> {
    let mut found = BTreeMap::new();
    for source in sources {
        for at in 0..source.tokens.len() {
            let Some((_, variable, _)) = EXTENDED.into_iter().find(|(name, _, home)| {
                is(source.tokens.get(at), "impl")
                    && is(source.tokens.get(at + 1), name)
                    && source.module != *home
            }) else {
                continue;
            };
            if let Some(TokenTree::Group(body)) = source.tokens.get(at + 2) {
                let body: Vec<TokenTree> = body.stream().into_iter().collect();
                for pair in body.windows(2) {
                    if let (true, TokenTree::Ident(name)) = (is(pair.first(), "fn"), &pair[1]) {
                        found.insert((variable, name.to_string()), source.module.clone());
                    }
                }
            }
        }
    }
    found
}

/// Which modules each module uses: by a path, or by a method that the other one adds to a type of a lower layer.
fn uses(sources: &[Source]) -> BTreeMap<(String, String), Uses> {
    let methods = added_methods(sources);
    let mut found: BTreeMap<(String, String), Uses> = BTreeMap::new();
    for source in sources {
        let mut add = |module: &str, what: String| {
            let name = EXPORTED.iter().find(|(name, _)| *name == module).map_or(module, |(_, module)| module);
            if name != source.module {
                let edge = (source.module.clone(), name.to_owned());
                found.entry(edge).or_default().insert((source.file.clone(), what));
            }
        };
        for path in paths(&source.tokens) {
            add(path.split("::").next().unwrap_or_default(), path.clone());
        }
        each_list(&source.tokens, &mut |list| {
            for call in list.windows(3) {
                if let [TokenTree::Ident(variable), dot, TokenTree::Ident(method)] = call
                    && is(Some(dot), ".")
                    && let Some(((name, _), module)) =
                        methods.iter().find(|((name, added), _)| variable == name && method == added)
                {
                    add(module, format!("{name}.{method}"));
                }
            }
        });
    }
    found
}

/// Explains each use of a module in a higher or the same layer.
fn wrong_uses(sources: &[Source], layers: &[(&str, &[&str])]) -> Vec<String> {
    let layer = |module: &str| layers.iter().position(|(_, modules)| modules.contains(&module));
    let mut wrong = Vec::new();
    for ((from, to), places) in uses(sources) {
        let (Some(of), Some(used)) = (layer(&from), layer(&to)) else {
            wrong.push(format!("{from} or {to} is in no layer: {places:?}"));
            continue;
        };
        if used >= of {
            wrong.extend(
                places
                    .into_iter()
                    .map(|(file, what)| format!("{file} uses {what}, which is not below {from}")),
            );
        }
    }
    wrong
}

/// The files of modules that name the database library or the rows of tables, by module.
fn with_sql(sources: &[Source]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources {
        each_list(&source.tokens, &mut |list| {
            for at in 0..list.len() {
                let names = ["sea_orm", "entity"].iter().any(|name| is(list.get(at), name));
                let follows_path = at > 0 && is(list.get(at - 1), ":");
                if names && !follows_path && is(list.get(at + 1), ":") && is(list.get(at + 2), ":") {
                    found.entry(&source.module).or_default().insert(&source.file);
                }
            }
        });
    }
    found
}

fn service() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("service/src")
}

#[test]
fn modules_of_service_use_lower_layers_only() {
    let sources = sources(&service());
    assert_eq!(wrong_uses(&sources, &LAYERS), Vec::<String>::new());
    let declared: BTreeSet<&str> = LAYERS.iter().flat_map(|(_, modules)| *modules).copied().collect();
    let existing: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    assert_eq!(declared, existing);
    assert_eq!(
        LAYERS.iter().map(|(_, modules)| modules.len()).sum::<usize>(),
        declared.len(),
        "each in one layer"
    );
}

#[test]
fn use_cases_leave_sql_to_the_store() {
    let sources = sources(&service());
    let mut found = with_sql(&sources);
    let from = LAYERS.iter().position(|(_, modules)| modules.contains(&WITHOUT_SQL)).expect("the layer");
    // Negative control: the layers below contain SQL.
    for low in ["db", "scope", "store"] {
        assert!(found.contains_key(low), "{low}");
    }
    let above: BTreeSet<&str> = LAYERS[from..].iter().flat_map(|(_, modules)| *modules).copied().collect();
    found.retain(|module, _| above.contains(module));
    let known = BTreeSet::from(STILL_WITH_SQL);
    let new: Vec<_> = found.iter().filter(|(module, _)| !known.contains(*module)).collect();
    assert!(new.is_empty(), "SQL above the store: {new:?}");
    let clean: Vec<_> = known.iter().filter(|module| !found.contains_key(*module)).collect();
    assert!(clean.is_empty(), "these have no SQL any more, so take them off the list: {clean:?}");
}

/// Negative controls: the check finds each way in which one module can use another.
#[test]
fn a_use_of_a_higher_layer_is_found() {
    let sources = sources(&service());
    let mut turned = LAYERS;
    turned.reverse();
    let wrong = wrong_uses(&sources, &turned);
    for expected in [
        "store/plan.rs uses db, which is not below store",
        "work/mod.rs uses power, which is not below work",
        "activity/record.rs uses batch, which is not below activity",
        "batch.rs uses env.write_once, which is not below batch",
    ] {
        assert!(wrong.iter().any(|one| one == expected), "{expected}: {wrong:#?}");
    }
    let text = "
        #[cfg(test)] mod tests { use crate::testing::TestDb; }
        #[cfg(test)] mod others;
        use crate::{db::{self, Tx}, Env, store};
        fn read(env: &Env) { if true { env.kept.of(crate::report::year::<u8>()) } else { env.write(1) } }
        macro_rules! record { () => { impl crate::work::Work for u8 {} } }
        // crate::comment
        const TEXT: &str = \"crate::text\";
    ";
    let (tokens, modules) = without_tests(text.parse().expect("tokens"));
    assert_eq!(modules, ["others"]);
    assert_eq!(paths(&tokens), ["db", "Env", "store", "report::year", "work::Work"]);
    let one = |module: &str, text: &str| Source {
        file: format!("{module}.rs"),
        module: module.to_owned(),
        tokens: without_tests(text.parse().expect("tokens")).0,
    };
    let low = one("store", "fn save(env: &Env) { env.write(1) }");
    let high = one("work", "impl Env { pub(crate) fn write(&self, number: u8) {} }");
    let found = wrong_uses(&[low, high], &LAYERS);
    assert_eq!(found, ["store.rs uses env.write, which is not below store"]);
}
