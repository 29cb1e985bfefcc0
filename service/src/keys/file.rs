//! Files with secret keys, outside the database.

use crate::error::{Error, Result};
use std::{
    io::{ErrorKind, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Reads a file; `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path, &error)),
    }
}

/// Creates a file that only its owner can read, with a line of text, and its folder. Returns the text of the file,
/// which another server may have created first.
pub(crate) fn create(path: &Path, line: &str) -> Result<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| io_error(folder, &error))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| io_error(path, &error))?;
    let done = file
        .write_all(format!("{line}\n").as_bytes())
        .and_then(|()| file.as_file().set_permissions(std::fs::Permissions::from_mode(0o600)))
        .and_then(|()| file.as_file().sync_all());
    done.map_err(|error| io_error(path, &error))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(line.to_owned()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| Error::internal(format!("{} was removed", path.display())))
        }
        Err(error) => Err(io_error(path, &error.error)),
    }
}

/// An internal error that names the file.
pub(crate) fn io_error(path: &Path, error: &std::io::Error) -> Error {
    Error::internal(format!("{}: {error}", path.display()))
}
