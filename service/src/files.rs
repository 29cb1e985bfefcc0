//! Stores the bytes of evidence in a folder, or in a bucket of an S3-compatible store. Files are named by id.

use crate::{
    clock::fresh_id,
    error::{Error, Result},
};
use domain::{Key, Message};
use futures_util::{Stream, StreamExt, stream};
use sha2::{Digest, Sha256};
use std::{
    fs::Permissions,
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Semaphore,
};
use uuid::Uuid;

/// Default maximum size of a file, in bytes.
pub const FILE_BYTES: u32 = 10 * 1024 * 1024;
/// Default maximum size of all files of a person, in bytes.
pub const PERSON_BYTES: u64 = 1024 * 1024 * 1024;
/// Maximum number of files that a server receives at the same time. Further uploads get the error OVERLOADED.
const RECEIVING: usize = 64;
/// Bytes that are read at once for sending.
const CHUNK: usize = 64 * 1024;
/// The folder of evidence below that of uploads.
pub(crate) const FOLDER: &str = "evidence";

/// The bytes of a file, piece by piece.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Vec<u8>>> + Send>>;

/// The place where evidence is stored, and its limits. Clones share them.
#[derive(Clone)]
pub struct Evidence {
    /// Maximum size of a file, in bytes.
    pub file_bytes: i64,
    /// Maximum size of all files of a person, in bytes.
    pub person_bytes: i64,
    pub(crate) files: Files,
    pub(crate) receiving: Arc<Semaphore>,
}

impl Evidence {
    /// Keeps evidence in a folder below that of uploads, with the default limits.
    #[must_use]
    pub fn below(uploads: &Path) -> Self {
        Self {
            file_bytes: i64::from(FILE_BYTES),
            person_bytes: i64::try_from(PERSON_BYTES).unwrap_or(i64::MAX),
            files: Files::Folder(uploads.join(FOLDER).into()),
            receiving: Arc::new(Semaphore::new(RECEIVING)),
        }
    }

    /// The same limits, with the files in another folder, such as a copy of the folder of evidence.
    #[must_use]
    pub fn in_folder(self, folder: &Path) -> Self {
        Self { files: Files::Folder(folder.into()), ..self }
    }

    /// Keeps evidence in a bucket: `s3://BUCKET/PREFIX`. The environment variables `AWS_…` give its region, keys and
    /// endpoint.
    ///
    /// # Errors
    /// The address or a variable is wrong, or this server was built without S3.
    #[cfg(feature = "s3")]
    pub fn in_bucket(self, url: &str) -> Result<Self> {
        Ok(Self { files: Files::Bucket(bucket::Bucket::open(url)?), ..self })
    }

    /// Refuses a bucket, which a server without S3 can't use.
    ///
    /// # Errors
    /// Always: this server was built without S3.
    #[cfg(not(feature = "s3"))]
    pub fn in_bucket(self, url: &str) -> Result<Self> {
        Err(Error::internal(format!(
            "evidence_url: this server was built without S3 (cargo feature `s3`), so it can't use {url}"
        )))
    }
}

/// The folder or the bucket.
#[derive(Clone)]
pub(crate) enum Files {
    /// A folder, on the same file system as that of uploads.
    Folder(Arc<Path>),
    /// A bucket.
    #[cfg(feature = "s3")]
    Bucket(bucket::Bucket),
}

/// The name of a file in the folder or bucket: its id and its hash, so that no file replaces one with other bytes.
pub(crate) struct FileName(String);

impl FileName {
    pub(crate) fn new(id: Uuid, sha256: &str) -> Self {
        Self(format!("{id}-{sha256}"))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

/// The kind of difference between a stored file and its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    Missing,
    Changed,
    /// The disk or the bucket fails to read it.
    Unreadable,
}

impl Files {
    /// Whether another machine stores the bytes, so that no unit of work should wait for it.
    pub(crate) const fn is_remote(&self) -> bool {
        match self {
            Self::Folder(_) => false,
            #[cfg(feature = "s3")]
            Self::Bucket(_) => true,
        }
    }

    /// Stores `part`, a complete file that is on the disk, as evidence. If this succeeds, `part` is gone: it was moved,
    /// or removed after it was copied. If it fails, nothing is stored.
    pub(crate) async fn publish(&self, name: &FileName, part: &Path) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                create_private(folder).await?;
                tokio::fs::rename(part, folder.join(&name.0)).await.map_err(disk)?;
                // The name must be on the disk before the database says that the file is there.
                let folder = tokio::fs::File::open(folder).await.map_err(disk)?;
                folder.sync_all().await.map_err(disk)
            }
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => {
                bucket.put(name, part).await?;
                tokio::fs::remove_file(part).await.map_err(disk)
            }
        }
    }

    /// Reads a file; `None` if there is none.
    pub(crate) async fn read(&self, name: &FileName) -> Result<Option<Pieces>> {
        match self {
            Self::Folder(folder) => match tokio::fs::File::open(folder.join(&name.0)).await {
                Ok(file) => Ok(Some(pieces(file))),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(disk(error)),
            },
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.read(name).await,
        }
    }

    /// Reads a whole file and compares it with its hash and its size in bytes, if that is known.
    pub(crate) async fn check(&self, name: &FileName, sha256: &str, size: Option<i64>) -> Option<Damage> {
        let mut pieces = match self.read(name).await {
            Ok(Some(pieces)) => pieces,
            Ok(None) => return Some(Damage::Missing),
            Err(cause) => return Some(unreadable(name, &cause)),
        };
        let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => {
                    bytes += piece.len() as u64;
                    hash.update(&piece);
                }
                Err(cause) => return Some(unreadable(name, &cause)),
            }
        }
        let fits = size.is_none_or(|size| u64::try_from(size) == Ok(bytes));
        (!fits || format!("{:x}", hash.finalize()) != sha256).then_some(Damage::Changed)
    }

    /// Removes a file, if there is one.
    pub(crate) async fn remove(&self, name: &FileName) -> Result<()> {
        match self {
            Self::Folder(folder) => match tokio::fs::remove_file(folder.join(&name.0)).await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(disk(error)),
                Ok(()) | Err(_) => Ok(()),
            },
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.remove(name).await,
        }
    }
}

fn unreadable(name: &FileName, cause: &Error) -> Damage {
    tracing::warn!(file = name.text(), %cause, "a file of evidence can't be read");
    Damage::Unreadable
}

/// Passes on the pieces of a file, the last one only after all bytes have matched the hash of its row. So a changed
/// file never arrives as a whole, and no file has to fit into memory. Failures are logged here, because the response
/// has begun and can't report them.
pub(crate) fn verified(pieces: Pieces, name: FileName, sha256: String) -> Pieces {
    let begun = (pieces, Sha256::new(), None::<Vec<u8>>, name, sha256);
    stream::try_unfold(begun, |(mut pieces, mut hash, mut held, name, sha256)| async move {
        while let Some(piece) = pieces.next().await {
            let piece = piece.inspect_err(|cause| {
                tracing::error!(file = name.text(), %cause, "a file of evidence can't be read; its download was ended");
            })?;
            hash.update(&piece);
            if let Some(ready) = held.replace(piece) {
                return Ok(Some((ready, (pieces, hash, held, name, sha256))));
            }
        }
        // All pieces were passed on.
        let Some(last) = held.take() else { return Ok(None) };
        if format!("{:x}", hash.clone().finalize()) != sha256 {
            tracing::error!(file = name.text(), "the bytes of a file of evidence were changed; its download was ended");
            return Err(Error::internal(format!("the file of evidence {} was changed", name.text())));
        }
        Ok(Some((last, (pieces, hash, None, name, sha256))))
    })
    .boxed()
}

fn pieces(file: tokio::fs::File) -> Pieces {
    stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; CHUNK];
        let read = file.read(&mut piece).await.map_err(disk)?;
        piece.truncate(read);
        Ok((read > 0).then_some((piece, file)))
    })
    .boxed()
}

/// A file that is arriving in the folder of uploads. Dropping this value removes the file, unless it was moved.
pub(crate) struct Part {
    path: PathBuf,
    file: tokio::fs::File,
}

impl Part {
    /// Creates the empty file of an upload.
    pub(crate) async fn create(uploads: &Path, id: Uuid) -> Result<Self> {
        create_private(uploads).await?;
        let path = uploads.join(format!("{id}.{}.part", fresh_id().simple()));
        let mut options = tokio::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&path).await.map_err(disk)?;
        Ok(Self { path, file })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).await.map_err(disk)
    }

    /// Waits until all bytes are on the disk.
    pub(crate) async fn sync(&mut self) -> Result<()> {
        self.file.flush().await.map_err(disk)?;
        self.file.sync_all().await.map_err(disk)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // `drop` can't report an error. The file name is never reused, and a tick removes old parts.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Counts and hashes the bytes of a file of an announced size as they arrive.
pub(crate) struct Arriving {
    announced: i64,
    bytes: i64,
    hash: Sha256,
}

impl Arriving {
    pub(crate) fn new(announced: i64) -> Self {
        Self { announced, bytes: 0, hash: Sha256::new() }
    }

    /// Adds bytes; refuses more than were announced.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes = self.bytes.saturating_add(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        if self.bytes > self.announced {
            return Err(self.wrong_size());
        }
        self.hash.update(bytes);
        Ok(())
    }

    /// The SHA-256 of all bytes in hexadecimal; refuses fewer than were announced.
    pub(crate) fn complete(self) -> Result<String> {
        match self.bytes == self.announced {
            true => Ok(format!("{:x}", self.hash.finalize())),
            false => Err(self.wrong_size()),
        }
    }

    fn wrong_size(&self) -> Error {
        let size = self.announced;
        Error::input(["size"], Message::new(Key::SizeDiffers).with("max", size))
    }
}

/// Creates a folder that only the server can read. An existing folder gets the same mode.
async fn create_private(folder: &Path) -> Result<()> {
    tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).await.map_err(disk)?;
    let mode = tokio::fs::metadata(folder).await.map_err(disk)?.permissions().mode();
    match mode & 0o777 {
        0o700 => Ok(()),
        _ => tokio::fs::set_permissions(folder, Permissions::from_mode(0o700)).await.map_err(disk),
    }
}

pub(crate) fn disk(error: std::io::Error) -> Error {
    if error.kind() == ErrorKind::StorageFull { Error::StorageFull } else { Error::internal(error) }
}

/// A bucket of an S3-compatible store.
#[cfg(feature = "s3")]
mod bucket {
    use super::{FileName, Pieces, disk};
    use crate::error::{Error, Result};
    use futures_util::StreamExt;
    use object_store::{
        ObjectStoreExt, PutPayload,
        aws::{AmazonS3, AmazonS3Builder},
        path::Path,
    };
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    /// Files that are sent to the bucket at the same time; each is in memory as a whole.
    const SENDING: usize = 4;

    #[derive(Clone)]
    pub(crate) struct Bucket {
        store: Arc<AmazonS3>,
        prefix: Path,
        sending: Arc<Semaphore>,
    }

    impl Bucket {
        pub(super) fn open(url: &str) -> Result<Self> {
            let wrong =
                || Error::internal(format!("evidence_url: {url} is not of the form s3://BUCKET/PREFIX"));
            let place = url.strip_prefix("s3://").ok_or_else(wrong)?;
            let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
            if name.is_empty() {
                return Err(wrong());
            }
            let store =
                AmazonS3Builder::from_env().with_bucket_name(name).build().map_err(Error::internal)?;
            Ok(Self {
                store: Arc::new(store),
                prefix: Path::parse(prefix).map_err(Error::internal)?,
                sending: Arc::new(Semaphore::new(SENDING)),
            })
        }

        fn path(&self, name: &FileName) -> Path {
            self.prefix.clone().join(name.0.as_str())
        }

        pub(super) async fn put(&self, name: &FileName, part: &std::path::Path) -> Result<()> {
            let _turn = self.sending.acquire().await.map_err(Error::internal)?;
            let bytes = tokio::fs::read(part).await.map_err(disk)?;
            self.store.put(&self.path(name), PutPayload::from(bytes)).await.map_err(Error::internal)?;
            Ok(())
        }

        pub(super) async fn read(&self, name: &FileName) -> Result<Option<Pieces>> {
            match self.store.get(&self.path(name)).await {
                Ok(found) => {
                    let pieces = found.into_stream();
                    Ok(Some(pieces.map(|piece| Ok(piece.map_err(Error::internal)?.to_vec())).boxed()))
                }
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(Error::internal(error)),
            }
        }

        pub(super) async fn remove(&self, name: &FileName) -> Result<()> {
            match self.store.delete(&self.path(name)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(Error::internal(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    /// A folder with one file of several pieces, its name and its hash.
    async fn stored() -> (tempfile::TempDir, Files, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = vec![7; 3 * CHUNK - 5];
        let sha256 = format!("{:x}", Sha256::digest(&bytes));
        std::fs::write(folder.path().join(FileName::new(ID, &sha256).text()), bytes).expect("a file");
        let files = Files::Folder(folder.path().into());
        (folder, files, sha256)
    }

    async fn sent(files: &Files, sha256: &str) -> (usize, bool) {
        let name = FileName::new(ID, sha256);
        let pieces = files.read(&name).await.expect("read").expect("a file");
        let all: Vec<Result<Vec<u8>>> = verified(pieces, name, sha256.to_owned()).collect().await;
        (all.iter().flatten().map(Vec::len).sum(), all.last().is_some_and(Result::is_ok))
    }

    #[tokio::test]
    async fn a_changed_file_never_arrives_as_a_whole() {
        let (folder, files, sha256) = stored().await;
        let (name, size) = (FileName::new(ID, &sha256), 3 * CHUNK - 5);
        let bytes = i64::try_from(size).expect("a size");
        assert_eq!(sent(&files, &sha256).await, (size, true));
        assert_eq!(files.check(&name, &sha256, Some(bytes)).await, None);
        assert_eq!(files.check(&name, &sha256, Some(bytes + 1)).await, Some(Damage::Changed));
        // Changes one bit, in each piece and at both ends; then makes the file shorter and longer.
        let path = folder.path().join(name.text());
        for place in [0, CHUNK, 2 * CHUNK, size - 1] {
            let mut changed = vec![7; size];
            changed[place] ^= 1;
            std::fs::write(&path, changed).expect("a file");
            let (sent, whole) = sent(&files, &sha256).await;
            assert!(sent < size && !whole, "{place}: {sent}");
            assert_eq!(files.check(&name, &sha256, None).await, Some(Damage::Changed), "{place}");
        }
        for other in [0, 1, size - 1, size + 1, size + CHUNK] {
            std::fs::write(&path, vec![7; other]).expect("a file");
            let (sent, whole) = sent(&files, &sha256).await;
            assert!(!whole && sent <= other.saturating_sub(1), "{other}: {sent}");
        }
        std::fs::remove_file(path).expect("removed");
        assert_eq!(files.check(&name, &sha256, None).await, Some(Damage::Missing));
        assert!(files.read(&name).await.expect("read").is_none());
    }
}
