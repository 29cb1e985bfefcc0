//! Copies the files of a backup, computes their checksums and syncs them to the disk.

use super::manifest::{FILE, Manifest, SavedFile};
use crate::{
    env::fresh_id,
    error::{Error, Result},
    files::FOLDER as EVIDENCE,
    journal::{self, Report},
    store::evidence::KeptFile,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

/// The folder of uploaded files in a backup.
pub(super) const UPLOADS: &str = "uploads";

pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> Error {
    move |cause| Error::internal(format!("{}: {cause}", path.display()))
}

/// The folder of a backup that is being written, beside the final one. Dropping this value before it is complete
/// removes the folder.
pub(super) struct Partial(Option<PathBuf>);

impl Partial {
    pub(super) fn beside(folder: &Path) -> Result<Self> {
        let mut name = folder.as_os_str().to_owned();
        name.push(format!(".partial-{}", fresh_id().simple()));
        let partial = PathBuf::from(name);
        std::fs::create_dir_all(&partial).map_err(failed(&partial))?;
        // The backup contains personal data.
        private(&partial)?;
        Ok(Self(Some(partial)))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Gives the folder its final name, once everything is on the disk.
    pub(super) fn complete(mut self, folder: &Path) -> Result<()> {
        let partial = self.0.take().unwrap_or_default();
        sync(&partial)?;
        std::fs::rename(&partial, folder).map_err(failed(folder))?;
        let parent =
            folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sync(parent)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(partial) = &self.0 {
            // If the folder can't be removed, its name still shows that it is incomplete.
            let _ = std::fs::remove_dir_all(partial);
        }
    }
}

fn private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(failed(folder))
}

/// Creates an empty file that only its owner can read.
pub(super) fn private_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600).open(path).map(drop).map_err(failed(path))
}

/// Compares the files of evidence that must be in a backup with those that are in it.
pub(super) fn compare_evidence(report: &mut Report, expected: &[KeptFile], saved: &[SavedFile]) {
    let folder = format!("{UPLOADS}/{EVIDENCE}/");
    let found: HashMap<&str, (u64, &str)> = saved
        .iter()
        .filter_map(|file| Some((file.path.strip_prefix(&folder)?, (file.bytes, file.sha256.as_str()))))
        .collect();
    journal::compare_saved(report, expected, |name| found.get(name).copied());
}

/// Waits until a file or folder is on the disk, not only in memory.
pub(super) fn sync(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed(path))
}

pub(super) fn write(path: &Path, content: &[u8]) -> Result<()> {
    let written = File::create(path).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.map_err(failed(path))
}

/// Copies the complete uploaded files, and the files of evidence, which are in a folder below. Skips a file that the
/// server removes during the copy.
pub(super) fn copy_uploads(from: &Path, to: &Path) -> Result<()> {
    copy_files(from, to)?;
    copy_files(&from.join(EVIDENCE), &to.join(EVIDENCE))
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    let found = match std::fs::read_dir(from) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(from)(error)),
    };
    for entry in found {
        let entry = entry.map_err(failed(from))?;
        let name = entry.file_name();
        if entry.path().is_dir() || name.to_string_lossy().ends_with(".part") {
            continue;
        }
        std::fs::create_dir_all(to).map_err(failed(to))?;
        match std::fs::copy(entry.path(), to.join(name)) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&entry.path())(error)),
        }
    }
    Ok(())
}

/// Computes the checksums of all files below a folder, in the order of their paths, and syncs the files.
pub(super) fn sums(folder: &Path) -> Result<Vec<SavedFile>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(under) = open.pop() {
        let place = folder.join(&under);
        for entry in std::fs::read_dir(&place).map_err(failed(&place))? {
            let entry = entry.map_err(failed(&place))?;
            let path = under.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(path);
            } else {
                sync(&entry.path())?;
                found.push(sum(folder, &path.to_string_lossy())?);
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn sum(folder: &Path, path: &str) -> Result<SavedFile> {
    let file = folder.join(path);
    let mut hasher = Sha256::new();
    let bytes =
        File::open(&file).and_then(|mut file| io::copy(&mut file, &mut hasher)).map_err(failed(&file))?;
    Ok(SavedFile { path: path.to_owned(), bytes, sha256: format!("{:x}", hasher.finalize()) })
}

/// Compares the files of a backup with its manifest.
///
/// # Errors
/// A file is missing, changed or not listed.
pub(super) fn check(folder: &Path, manifest: &Manifest) -> Result<()> {
    let mut found = sums(folder)?;
    found.retain(|file| file.path != FILE);
    let damaged = |path: &str, what: &str| {
        Error::internal(format!(
            "this backup is damaged: {} {what}; nothing was changed",
            folder.join(path).display()
        ))
    };
    for listed in &manifest.files {
        match found.iter().find(|file| file.path == listed.path) {
            None => return Err(damaged(&listed.path, "is missing")),
            Some(file) if file != listed => return Err(damaged(&listed.path, "was changed")),
            Some(_) => {}
        }
    }
    match found.iter().find(|file| !manifest.files.iter().any(|listed| listed.path == file.path)) {
        Some(file) => Err(damaged(&file.path, "is not in the manifest")),
        None => Ok(()),
    }
}

/// The same path with a suffix after its name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_copied_with_the_uploads_and_incomplete_files_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let (from, to) = (folder.path().join("uploads"), folder.path().join("backup"));
        std::fs::create_dir_all(from.join(EVIDENCE)).expect("a folder");
        for name in ["list", "list.part", "evidence/photo"] {
            std::fs::write(from.join(name), name).expect("a file");
        }
        copy_uploads(&from, &to).expect("copies");
        let paths: Vec<String> = sums(&to).expect("sums").into_iter().map(|file| file.path).collect();
        assert_eq!(paths, ["evidence/photo", "list"]);
        let absent = folder.path().join("absent");
        copy_uploads(&absent, &to).expect("no uploads yet");
    }
}
