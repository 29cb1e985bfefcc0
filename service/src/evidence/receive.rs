//! Receives a file: streams it to the disk while it counts and hashes the bytes and detects the type.
//!
//! A client whose connection was cut sends the same file to the same address again. The incomplete file of the first
//! request is removed; if the first request was complete, the file is recognised by its hash.

use super::{sniff::Sniffer, upload::is_secret};
use crate::{
    capacity::Receiving,
    env::{Env, machine_now},
    error::{Error, Result},
    files::{Arriving, FileName, Part},
    store::evidence::{self as store, Expected},
};
use domain::{
    Key, Message,
    activity::{EvidenceFile, MediaType, ReceivedFile},
    actor::Actor,
    id::UploadId,
};
use tokio::sync::OwnedSemaphorePermit;

/// A file that is being received. Dropping this value before `finish` removes the incomplete file.
pub struct IncomingFile {
    env: Env,
    upload: Expected,
    /// `None` for a file that arrived earlier: the new bytes are only compared with it.
    part: Option<Part>,
    sniffer: Sniffer,
    arriving: Arriving,
    _receiving: Receiving,
    _place: OwnedSemaphorePermit,
}

/// Starts to receive a file; NOT_FOUND for a wrong or expired URL, IN_PROGRESS while another request sends it,
/// OVERLOADED while the server receives too many files.
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
        // Uses the folder of incomplete imports, so that the same job removes files that a killed server left.
        Some(Part::create(&env.uploads, id.0).await?)
    };
    Ok(IncomingFile {
        env: env.clone(),
        arriving: Arriving::new(upload.size),
        upload,
        part,
        sniffer: Sniffer::new(),
        _receiving: receiving,
        _place: place,
    })
}

impl IncomingFile {
    /// Appends bytes; refuses more than were announced.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.arriving.add(bytes)?;
        if let Some(part) = &mut self.part {
            self.sniffer.push(bytes);
            part.write(bytes).await?;
        }
        Ok(())
    }

    /// Completes the file: it can be used as evidence now.
    pub async fn finish(self) -> Result<()> {
        let hash = self.arriving.complete()?;
        let Some(mut part) = self.part else {
            return match self.upload.received.as_ref() == Some(&hash) {
                true => Ok(()),
                false => Err(Error::input(["name"], Key::UploadDiffers)),
            };
        };
        let media_type = MediaType::announced(&self.upload.name).filter(|media| self.sniffer.is(*media));
        let media_type = media_type.ok_or_else(|| wrong_type(&self.upload.name))?;
        part.sync().await?;
        let (id, files) = (self.upload.id, self.env.evidence.files.clone());
        let name = FileName::new(id.0, &hash);
        let is_remote = files.is_remote();
        if is_remote {
            files.publish(&name, part.path()).await?;
        }
        let file = EvidenceFile {
            upload: id,
            name: self.upload.name.clone(),
            media_type,
            size: self.upload.size,
            received_at: self.env.now(),
        };
        let received = ReceivedFile { file, hash };
        let system = Actor::system(self.upload.agency);
        self.env
            .write(&system, move |tx| async move {
                if !store::complete(&tx, id, &received).await? {
                    return Err(Error::NotFound);
                }
                // The file is published inside the unit of work. If the server crashes before the commit, the row still
                // says that the file has not arrived.
                if is_remote { Ok(()) } else { files.publish(&name, part.path()).await }
            })
            .await
    }
}

fn wrong_type(name: &str) -> Error {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    Error::input(["name"], Message::new(Key::FileTypeDiffers).with("ending", ending))
}
