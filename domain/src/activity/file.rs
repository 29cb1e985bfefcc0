//! Files as evidence: which types are accepted, and which names.

use super::evidence::is_hidden;
use crate::{
    Key, Message, Refusal,
    error::{name, unless_refused},
};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

/// Maximum length of the name of a file, in characters.
pub const FILE_NAME_MAX: usize = 120;

/// Characters that separate folders, or that Windows does not allow in file names.
const NOT_IN_NAMES: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// Type of a file. No browser or desktop runs files of these types; HTML and SVG are missing because they can contain
/// scripts.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MediaType {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// HEIF with HEVC, the format of photos of iPhones.
    Heic,
    /// A document of Word (OOXML).
    Docx,
    /// A workbook of Excel (OOXML).
    Xlsx,
    /// A presentation of PowerPoint (OOXML).
    Pptx,
    /// Text in UTF-8, also CSV.
    Text,
}

impl MediaType {
    /// The media type that the server sends.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heif",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// The endings that names of files of this type can have.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Heic => &["heic", "heif"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Text => &["txt", "csv"],
        }
    }

    /// The type that the ending of a name announces; `None` if it is not the ending of an accepted type.
    #[must_use]
    pub fn announced(name: &str) -> Option<Self> {
        let (before, ending) = name.rsplit_once('.')?;
        let announces = |media: &Self| media.endings().iter().any(|known| ending.eq_ignore_ascii_case(known));
        Self::iter().find(announces).filter(|_| !before.is_empty())
    }

    /// The type for a media type that a detector has found in the first bytes of a file. No detector recognises a text
    /// by its first bytes: a text gives `None` here, and the server checks all its bytes.
    #[must_use]
    pub fn detected(mime: &str) -> Option<Self> {
        Self::iter().find(|media| *media != Self::Text && media.mime() == mime)
    }
}

/// Checks the name of a file and returns it in the form of [`crate::text::tidy`].
///
/// # Errors
/// `BAD_USER_INPUT` at `name`: blank, too long, with a path or hidden characters, or of no accepted type.
pub fn file_name(given: &str) -> Result<String, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let checked = name("name", given, FILE_NAME_MAX, &mut refusals);
    if refusals.is_empty() {
        if given.trim().chars().any(is_hidden) {
            refusals.push(Refusal::input(["name"], Key::HiddenCharacters));
        } else if checked.contains(NOT_IN_NAMES) || checked.starts_with('.') {
            refusals.push(Refusal::input(["name"], Key::FileNameIsPath));
        } else if MediaType::announced(&checked).is_none() {
            refusals.push(Refusal::input(["name"], wrong_type()));
        }
    }
    unless_refused(checked, refusals)
}

/// The message that lists the accepted types.
#[must_use]
pub fn wrong_type() -> Message {
    let endings: Vec<&str> = MediaType::iter().flat_map(|media| media.endings().iter().copied()).collect();
    Message::new(Key::FileType).with("types", endings.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_announces_its_type() {
        for (given, stored) in [
            ("foto.jpg", "foto.jpg"),
            (" Rekap  Maret.XLSX ", "Rekap Maret.XLSX"),
            ("daftar hadir (2).pdf", "daftar hadir (2).pdf"),
            ("dokumén.txt", "dokumén.txt"),
            ("a.exe.png", "a.exe.png"),
        ] {
            assert_eq!(file_name(given).as_deref(), Ok(stored), "{given}");
        }
        for (bad, key) in [
            ("", Key::Required),
            ("foto", Key::FileType),
            ("foto.exe", Key::FileType),
            ("foto.jpg.html", Key::FileType),
            ("gambar.svg", Key::FileType),
            ("makro.docm", Key::FileType),
            ("../foto.jpg", Key::FileNameIsPath),
            ("..\\foto.jpg", Key::FileNameIsPath),
            ("/etc/passwd.txt", Key::FileNameIsPath),
            ("C:foto.jpg", Key::FileNameIsPath),
            (".txt", Key::FileNameIsPath),
            ("fo\u{202e}gpj.txt", Key::HiddenCharacters),
            ("foto\n.jpg", Key::HiddenCharacters),
            ("foto\0.jpg", Key::HiddenCharacters),
        ] {
            let refusals = file_name(bad).expect_err(bad);
            assert_eq!(refusals[0].message.key(), key, "{bad:?}");
        }
        assert!(file_name(&format!("{}.jpg", "x".repeat(116))).is_ok());
        assert!(file_name(&format!("{}.jpg", "x".repeat(117))).is_err());
    }

    #[test]
    fn a_type_is_detected_by_its_media_type_only() {
        for media in MediaType::iter() {
            assert_eq!(MediaType::detected(media.mime()), (media != MediaType::Text).then_some(media));
            for ending in media.endings() {
                assert_eq!(MediaType::announced(&format!("a.{ending}")), Some(media));
            }
        }
        for other in ["text/html", "image/svg+xml", "application/zip", "application/x-executable"] {
            assert_eq!(MediaType::detected(other), None);
        }
    }
}
