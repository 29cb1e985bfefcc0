//! Later versions keep the migrations of a release, byte for byte. `tests/upgrade` upgrades its databases.

use sha2::{Digest, Sha256};
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Lists the files in a list of `sha256sum` that have changed or are missing.
fn changed(list: &str, read: impl Fn(&str) -> Option<Vec<u8>>) -> Vec<&str> {
    let lines = list.lines().map(|line| line.split_once("  ").expect("a hash and a file"));
    let differs = |(hash, file): &(&str, &str)| {
        let content = read(file);
        content.is_none_or(|content| format!("{:x}", Sha256::digest(content)) != *hash)
    };
    lines.filter(differs).map(|(_, file)| file).collect()
}

#[test]
fn migrations_of_a_release_stay_as_they_are() {
    let releases = std::fs::read_dir(Path::new(ROOT).join("releases")).expect("the releases");
    let mut compared = 0;
    for release in releases {
        let folder = release.expect("a release").path();
        let list = std::fs::read_to_string(folder.join("migrations.sha256")).expect("its migrations");
        let read = |file: &str| std::fs::read(Path::new(ROOT).join(file)).ok();
        let changed_files = changed(&list, read);
        assert!(
            changed_files.is_empty(),
            "databases of {} have run {changed_files:?}, and will not run them again. Undo the change and write a new \
             migration: a module in migration/src, added to the end of the list in migration/src/lib.rs.",
            folder.display()
        );
        compared += list.lines().count();
        // The control: one more byte, or no file.
        let first = list.lines().next().and_then(|line| line.split_once("  ")).expect("a migration").1;
        let longer = |file: &str| read(file).map(|content| [content, b" ".to_vec()].concat());
        assert_eq!(changed(&list, |file| if file == first { longer(file) } else { read(file) }), [first]);
        assert_eq!(changed(&list, |file| if file == first { None } else { read(file) }), [first]);
    }
    assert!(compared > 20, "{compared} files of migrations");
}
