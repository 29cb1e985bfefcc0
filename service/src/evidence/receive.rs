//! Receives a file: streamed to the disk, counted, hashed and sniffed on the way.
//!
//! A phone whose connection was cut sends the same file again to the same address: an incomplete file leaves nothing, and a
//! complete one is recognised by its hash.

use super::{sniff::Sniffer, upload::is_secret};
use crate::{
    capacity::Receiving,
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    files::{FileName, Part, disk, keep_private},
    store::evidence::{self as store, Expected},
};
use domain::{
    Key, Message,
    activity::{EvidenceFile, MediaType, ReceivedFile},
    actor::Actor,
    id::UploadId,
};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, sync::OwnedSemaphorePermit};

/// A file that is being received. The incomplete file is removed when this is dropped before `finish`.
pub struct IncomingFile {
    env: Env,
    upload: Expected,
    /// `None` for a file that has arrived before: its bytes are only compared.
    part: Option<(tokio::fs::File, Part)>,
    sniffer: Sniffer,
    hash: Sha256,
    bytes: i64,
    _receiving: Receiving,
    _place: OwnedSemaphorePermit,
}

/// Starts to receive a file; NOT_FOUND for a wrong or expired URL, IN_PROGRESS while another request sends it, OVERLOADED
/// while the server receives too many files.
pub async fn receive(env: &Env, id: UploadId, token: &str) -> Result<IncomingFile> {
    if !is_secret(env, id, token) {
        return Err(Error::NotFound);
    }
    let expected = store::expected(env.db.source(), id, machine_now()).await?;
    let upload = expected.ok_or(Error::NotFound)?;
    let place = env.evidence.receiving.clone().try_acquire_owned().map_err(|_| Error::Overloaded)?;
    let receiving = env.imports.receive(id.0)?;
    let part = if upload.received.is_some() {
        None
    } else {
        tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(&*env.uploads).await.map_err(disk)?;
        keep_private(&env.uploads).await.map_err(disk)?;
        // Where the incomplete files of imports are: the same sweeper removes what a killed server left.
        let path = env.uploads.join(format!("{}.{}.part", id.0, fresh_id().simple()));
        let mut options = tokio::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&path).await.map_err(disk)?;
        Some((file, Part(path)))
    };
    Ok(IncomingFile {
        env: env.clone(),
        upload,
        part,
        sniffer: Sniffer::new(),
        hash: Sha256::new(),
        bytes: 0,
        _receiving: receiving,
        _place: place,
    })
}

impl IncomingFile {
    /// Appends bytes; refuses more than were announced.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes = self.bytes.saturating_add(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        if self.bytes > self.upload.size {
            return Err(self.wrong_size());
        }
        self.hash.update(bytes);
        if let Some((file, _)) = &mut self.part {
            self.sniffer.push(bytes);
            file.write_all(bytes).await.map_err(disk)?;
        }
        Ok(())
    }

    /// Completes the file: it can be used as evidence now.
    pub async fn finish(mut self) -> Result<()> {
        if self.bytes != self.upload.size {
            return Err(self.wrong_size());
        }
        let hash = format!("{:x}", self.hash.finalize_reset());
        let Some((mut file, part)) = self.part.take() else {
            return match self.upload.received.as_ref() == Some(&hash) {
                true => Ok(()),
                false => Err(Error::input(["name"], Key::UploadDiffers)),
            };
        };
        let media_type = MediaType::announced(&self.upload.name).filter(|media| self.sniffer.is(*media));
        let media_type = media_type.ok_or_else(|| self.wrong_type())?;
        file.flush().await.map_err(disk)?;
        file.sync_all().await.map_err(disk)?;
        drop(file);
        let (id, files) = (self.upload.id, self.env.evidence.files.clone());
        let name = FileName::new(id.0, &hash);
        let is_remote = files.is_remote();
        if is_remote {
            files.publish(&name, &part.0).await?;
        }
        let file = EvidenceFile {
            upload: id,
            name: self.upload.name.clone(),
            media_type,
            size: self.bytes,
            received_at: self.env.now(),
        };
        let received = ReceivedFile { file, hash };
        let system = Actor::system(self.upload.agency);
        self.env
            .write(&system, move |tx| async move {
                if !store::complete(&tx, id, &received).await? {
                    return Err(Error::NotFound);
                }
                // In the unit of work: a crash in between leaves a file whose row says that it has not arrived.
                if is_remote { Ok(()) } else { files.publish(&name, &part.0).await }
            })
            .await
    }

    fn wrong_size(&self) -> Error {
        let size = self.upload.size;
        let message = Message::new(Key::OutOfRange).with("field", "size").with("min", size).with("max", size);
        Error::input(["size"], message)
    }

    fn wrong_type(&self) -> Error {
        let ending = self.upload.name.rsplit_once('.').map_or("", |(_, ending)| ending);
        Error::input(["name"], Message::new(Key::FileTypeDiffers).with("ending", ending))
    }
}
