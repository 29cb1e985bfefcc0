//! The catalogue: each sentence once, in Indonesian and in English. `{name}` is a parameter.

use super::Locale;
use serde::{Deserialize, Serialize};

macro_rules! catalogue {
    ($($key:ident: $id:literal, $en:literal;)*) => {
        /// A sentence of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumIter)]
        pub enum Key {$(
            #[doc = $en]
            $key,
        )*}

        impl Key {
            /// The sentence with its parameters still open.
            #[must_use]
            pub const fn template(self, locale: Locale) -> &'static str {
                match (self, locale) {$(
                    (Self::$key, Locale::Id) => $id,
                    (Self::$key, Locale::En) => $en,
                )*}
            }
        }
    };
}

catalogue! {
    // General
    Unauthenticated: "Silakan masuk terlebih dahulu.", "Please log in first.";
    Forbidden: "Anda tidak berwenang melakukan ini.", "You are not entitled to do this.";
    NotFound: "Data tidak ditemukan.", "There is no such object.";
    Conflict: "Data sudah diubah pihak lain; muat ulang lalu coba lagi.", "Somebody else has changed it; load it again and retry.";
    InvalidTransition: "Tindakan ini tidak berlaku pada status {from}.", "This can't be done in the state {from}.";
    PeriodClosed: "Periode sudah ditutup.", "The period is closed.";
    KeyReused: "Kunci idempotensi sudah dipakai untuk masukan lain.", "The idempotency key has been used with another input.";
    InProgress: "Permintaan yang sama sedang diproses; coba lagi sebentar.", "The same request is still running; retry in a moment.";
    RateLimited: "Terlalu banyak percobaan; coba lagi setelah {seconds} detik.", "Too many attempts; retry after {seconds} seconds.";
    StorageFull: "Penyimpanan penuh; hubungi administrator sistem.", "The storage is full; tell the system administrator.";
    Internal: "Terjadi kesalahan pada server; laporkan dengan nomor permintaan ini.", "The server failed; report it with this request's number.";
    Timeout: "Permintaan terlalu lama.", "The request took too long.";
    // Identity
    LoginFailed: "Nama pengguna atau kata sandi salah, atau akun belum diaktifkan.", "The user name or password is wrong, or the account is not activated.";
    PasswordLength: "Kata sandi harus {min} sampai {max} karakter.", "The password must have {min} to {max} characters.";
    CodeUnknown: "Kode tidak dikenal, sudah dipakai atau kedaluwarsa; mintalah kode baru ke kantor kepegawaian.", "The code is unknown, used or expired; ask the personnel office for a new one.";
    UnitOrStaff: "Isi salah satu: orgUnitId, atau staffIds (paling banyak 100).", "Give exactly one of orgUnitId and staffIds (at most 100).";
    RoleNotGranted: "Peran {role} tidak dapat diberikan kepada orang.", "The role {role} can't be granted to a person.";
    // Input
    Required: "{field} wajib diisi.", "{field} is required.";
    TooLong: "{field} paling banyak {max} karakter.", "{field} may have at most {max} characters.";
    TooMany: "{field} paling banyak {max} butir.", "{field} may have at most {max} items.";
    OutOfRange: "{field} harus antara {min} dan {max}.", "{field} must be between {min} and {max}.";
    NotAnId: "ID tidak dikenal atau bukan milik jenis {type}.", "The id is malformed or not of the type {type}.";
    BadCursor: "Kursor tidak berlaku untuk daftar ini.", "The cursor does not belong to this list.";
    BadPage: "first dan last harus antara 0 dan {max}, dan tidak boleh bersamaan.", "first and last must be between 0 and {max}, and not be given together.";
    ReasonRequired: "Alasan wajib diisi.", "A reason is required.";
    EndBeforeStart: "Akhir harus sesudah awal.", "The end must come after the start.";
    Duplicate: "{field} {value} sudah ada.", "{field} {value} exists already.";
    Unknown: "{field} {value} tidak dikenal.", "{field} {value} is not known.";
}
