//! The messages of the verifier in two languages. The English message is the `Display` text of the error.

use crate::{
    audit::Finding,
    checkpoint::{CheckpointError, Inconsistency},
    receipt::ReceiptError,
};

/// A language of the verifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Indonesian, the default.
    #[default]
    Id,
    /// English.
    En,
}

/// A message in Indonesian and English.
pub trait Localize: std::fmt::Display {
    /// The Indonesian message.
    fn indonesian(&self) -> String;

    /// The message in this language.
    fn localized(&self, language: Language) -> String {
        match language {
            Language::Id => self.indonesian(),
            Language::En => self.to_string(),
        }
    }
}

impl Localize for CheckpointError {
    fn indonesian(&self) -> String {
        match self {
            Self::Malformed => "bukan titik pemeriksaan yang bertanda tangan",
            Self::Unsigned => "titik pemeriksaan tidak ditandatangani oleh kunci yang dikenal",
            Self::BadSignature => "tanda tangan titik pemeriksaan tidak cocok",
            Self::OtherOrigin => "titik pemeriksaan ditandatangani dengan kunci jurnal lain",
            Self::BadKey => "bukan kunci",
        }
        .to_owned()
    }
}

impl Localize for Inconsistency {
    fn indonesian(&self) -> String {
        match self {
            Self::OtherOrigin => "titik-titik pemeriksaan berasal dari jurnal yang berbeda".to_owned(),
            Self::Forked { size } => {
                format!("dua titik pemeriksaan dengan {size} entri berbeda akarnya: riwayat bercabang")
            }
            Self::Shrunk { from, to } => format!("jurnal menyusut dari {from} menjadi {to} entri"),
            Self::Unproven { from, to } => {
                format!("tidak ada bukti konsistensi dari {from} ke {to} entri")
            }
            Self::Rewritten { from, to } => format!(
                "jurnal dengan {to} entri bukan lanjutan jurnal dengan {from} entri: riwayat ditulis ulang"
            ),
        }
    }
}

impl Localize for ReceiptError {
    fn indonesian(&self) -> String {
        match self {
            Self::Format => "format tanda terima tidak dikenal".to_owned(),
            Self::Checkpoint(error) => error.indonesian(),
            Self::NotIncluded => "entri tidak ada di jurnal pada titik pemeriksaan itu".to_owned(),
            Self::OtherPayload => "isi yang diungkap tanda terima bukan yang dicatat".to_owned(),
            Self::Inconsistent(inconsistency) => inconsistency.indonesian(),
        }
    }
}

impl Localize for Finding {
    fn indonesian(&self) -> String {
        match self {
            Self::Missing { from, to } => format!("entri {from} sampai {to} hilang"),
            Self::Misplaced { number, expected } => {
                format!("entri {number} tidak berurutan: seharusnya {expected}")
            }
            Self::Changed { number } => format!("entri {number} diubah"),
            Self::Swapped { one, other } => format!("entri {one} dan {other} ditukar"),
            Self::NodeDiffers { number, level } => {
                format!("hash tersimpan tingkat {level} pada entri {number} salah")
            }
            Self::PayloadChanged { number } => format!("isi entri {number} diubah"),
            Self::PayloadMissing { number } => {
                format!(
                    "isi entri {number} hilang, dan tidak ada entri sesudahnya yang mencatat penghapusannya"
                )
            }
            Self::NotErased { number, names } => {
                format!("entri {number} mencatat penghapusan {names}, yang bukan entri terhapus sebelumnya")
            }
            Self::Truncated { entries, size } => format!(
                "jurnal berisi {entries} entri, padahal ada titik pemeriksaan tersimpan dengan {size} entri"
            ),
            Self::RootDiffers { size, fits } => format!(
                "{size} entri pertama tidak cocok dengan titik pemeriksaan tersimpan; yang terakhir cocok: {fits} entri"
            ),
            Self::Inconsistent(inconsistency) => inconsistency.indonesian(),
        }
    }
}
