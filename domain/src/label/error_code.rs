//! Labels of error codes: headings for the sentences that explain an error.

use crate::error_code;

labels! {
    error_code::ErrorCode {
        Unauthenticated: "Belum masuk", "Not logged in";
        Forbidden: "Tidak berwenang", "Not allowed";
        NotFound: "Tidak ditemukan", "Not found";
        BadUserInput: "Masukan tidak sah", "Invalid input";
        InvalidTransition: "Tidak dapat dilakukan pada status ini", "Not possible in this status";
        Conflict: "Sudah diubah orang lain", "Changed by someone else";
        TooEarly: "Belum waktunya", "Too early";
        PeriodClosed: "Periode ditutup", "Period closed";
        KeyReused: "Kunci idempotensi sudah dipakai", "Idempotency key used before";
        InProgress: "Masih diproses", "Still in progress";
        RateLimited: "Terlalu banyak percobaan", "Too many attempts";
        LimitExceeded: "Batas terlampaui", "Limit exceeded";
        DocumentRefused: "Dokumen ditolak", "Document refused";
        OperationNotAllowed: "Operasi tidak diizinkan", "Operation not allowed";
        GraphqlParseFailed: "Dokumen tidak terbaca", "Document not readable";
        GraphqlValidationFailed: "Dokumen tidak sesuai skema", "Document does not fit the schema";
        OperationResolutionFailure: "Operasi tidak ditemukan", "Operation not found";
        BadRequest: "Permintaan tidak sah", "Malformed request";
        Overloaded: "Server sibuk", "Server busy";
        Timeout: "Batas waktu terlewati", "Timed out";
        CursorExpired: "Kursor kedaluwarsa", "Cursor expired";
        CursorUnknown: "Kursor tidak dikenal", "Cursor unknown";
        SubscriptionLagged: "Langganan tertinggal", "Subscription too slow";
        StorageFull: "Penyimpanan penuh", "Storage full";
        InternalServerError: "Kesalahan internal server", "Internal error";
    }
}
