//! The catalogue: each sentence once, in Indonesian and in English. `{name}` is a parameter.
//!
//! `{field}` becomes the field's name in the reader's language. Values of enums are given by label. Quotation marks
//! enclose words that the reader typed or that their document contains.

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
    Forbidden: "Anda tidak berwenang melakukan ini.", "You are not allowed to do this.";
    NotFound: "Data tidak ditemukan.", "There is no such object.";
    Conflict: "Data ini sudah berubah sejak Anda memuatnya; muat ulang lalu coba lagi.", "This has changed since you read it; reload it and try again.";
    ChangedInRequest: "Baris lain sebelum baris ini, dalam permintaan yang sama, sudah mengubah data ini; kirim satu baris saja untuk setiap data.", "An earlier row of the same request has changed this already; send one row for each object.";
    CriteriaInUse: "Kriteria yang berlaku sejak {day} sudah dipakai dan tidak dapat diperbaiki lagi; tetapkan kriteria baru dengan tanggal mulai yang lebih kemudian.", "The criteria in force from {day} are in use and can't be corrected any more; publish new ones with a later first day.";
    CantBeCleared: "{field} tidak dapat dikosongkan; hilangkan isian ini bila tidak berubah.", "{field} can't be cleared; leave it out if it does not change.";
    ClientKeyTaken: "Kunci baris ini sudah dipakai untuk kegiatan dengan isi lain; bandingkan dengan kegiatan yang tersimpan.", "This row key was already used for an activity with other content; compare it with the stored activity.";
    InvalidTransition: "Tindakan ini tidak dapat dilakukan pada status {from}.", "This action is not possible in status {from}.";
    TooEarly: "Tindakan ini baru dapat dilakukan mulai tanggal {day}.", "This action is possible from {day} on.";
    PeriodClosed: "Periode sudah ditutup.", "The period is closed.";
    KeyReused: "Kunci idempotensi sudah dipakai untuk masukan lain.", "The idempotency key was already used with a different input.";
    InProgress: "Permintaan ini atau perubahan lain pada data yang sama sedang diproses; coba lagi sebentar.", "This request, or another change to the same data, is still in progress; try again in a moment.";
    BudgetSpent: "Anggaran biaya kueri Anda untuk menit ini habis; coba lagi setelah {seconds} detik.", "Your budget of query cost for this minute is spent; try again in {seconds} seconds.";
    RateLimited: "Terlalu banyak percobaan; coba lagi setelah {seconds} detik.", "Too many attempts; try again in {seconds} seconds.";
    EntryInForce: "Entri ini mencatat keadaan objek saat ini; ubah dahulu objeknya, lalu hapus isi entri ini.", "This entry records the current state of its object; change the object first, then erase the content of the entry.";
    CursorExpired: "Kursor sudah kedaluwarsa; muat ulang data, lalu ikuti pembaruan dari sekarang.", "The cursor has expired; reload the data, then follow updates from now on.";
    CursorUnknown: "Kursor ini tidak menunjuk entri mana pun di jurnal server ini; muat ulang data, lalu ikuti pembaruan dari sekarang.", "The cursor names no entry of this server's journal; reload the data, then follow updates from now on.";
    Lagged: "Klien membaca pembaruan terlalu lambat; sambungkan lagi dengan kursor terakhir.", "The client reads updates too slowly; reconnect with the last cursor.";
    StorageFull: "Penyimpanan penuh; hubungi administrator sistem.", "The storage is full; contact the system administrator.";
    FileLost: "Berkas ini tercatat, tetapi tidak ada lagi pada server; hubungi administrator sistem.", "This file is on record, but the server no longer has it; contact the system administrator.";
    Internal: "Terjadi kesalahan internal pada server; laporkan dengan menyertakan nomor permintaan ini.", "An internal error occurred; report it with the id of this request.";
    Timeout: "Permintaan melewati batas waktu.", "The request timed out.";
    // Transport
    Overloaded: "Server sedang sibuk dan belum memproses permintaan ini; coba lagi setelah {seconds} detik.", "The server is busy and has not begun this request; try again after {seconds} s.";
    RequestTimeout: "Permintaan ini terlalu lama; perubahan yang sudah dimulai mungkin tetap tersimpan.", "The request took too long; a change that had begun may still be saved.";
    NotAcceptable: "Jawaban hanya tersedia sebagai application/graphql-response+json atau application/json.", "Answers come as application/graphql-response+json or application/json only.";
    MethodUnknown: "Gunakan POST, atau GET untuk kueri.", "Use POST, or GET for queries.";
    MutationByGet: "GET hanya untuk kueri; kirim mutasi dengan POST.", "GET is for queries only; send mutations by POST.";
    ContentType: "Kirim badan permintaan sebagai application/json dalam UTF-8.", "Send the body as application/json in UTF-8.";
    BodyTooLarge: "Badan permintaan paling banyak {max} byte.", "The body may have at most {max} bytes.";
    BodyTooSlow: "Badan permintaan tidak tiba pada waktunya.", "The body did not arrive in time.";
    BodyBroken: "Badan permintaan terputus sebelum lengkap.", "The body ended before it was complete.";
    NotARequest: "Permintaan ini bukan permintaan GraphQL: periksa JSON serta nama dan tipe bagiannya.", "This is not a GraphQL request: check the JSON, and the names and types of its members.";
    BatchedOperations: "Kirim satu operasi dalam satu permintaan.", "Send one operation in one request.";
    QueryMissing: "Permintaan ini tidak menyebut dokumen: kirim kueri atau ID dokumen tepercaya.", "The request names no document: send a query or the id of a trusted document.";
    InvalidVariable: "Nilai variabel \"${name}\" tidak sah untuk tipe \"{type}\".", "The value of the variable \"${name}\" is not valid for the type \"{type}\".";
    InvalidDocument: "Dokumen tidak sesuai dengan skema: {error}", "{error}";
    InvalidArgument: "Nilai argumen ini tidak sah untuk tipe \"{type}\".", "The value of this argument is not valid for the type \"{type}\".";
    DocumentUnknown: "Server ini tidak mengenal dokumen dengan ID itu; perbarui aplikasi.", "This server knows no document with that id; update the app.";
    DocumentUntrusted: "Server ini hanya menjalankan dokumen tepercaya dari aplikasi; kirim ID dokumennya.", "This server runs only the trusted documents of apps; send the id of one.";
    // The first page of a server
    HomeAbout: "API GraphQL untuk penilaian kinerja aparatur sipil negara (ASN).", "A GraphQL API for the performance appraisal of Indonesian civil servants (ASN).";
    HomeDemo: "Ini demo: semua orang di dalamnya sintetis.", "This is a demo: all people in it are synthetic.";
    HomePlayground: "Playground, di browser", "The playground, in a browser";
    HomeQueries: "Kueri dan mutasi, dengan POST", "Queries and mutations, with POST";
    HomeStreams: "Langganan sebagai server-sent events", "Subscriptions as server-sent events";
    HomeProofs: "Bukti jurnal: checkpoint terakhir", "Proofs of the journal: the last checkpoint";
    HomeVersion: "Versi server dan skema", "The versions of the server and of the schema";
    ExportUnknown: "Tidak ada ekspor \"{name}\"; yang ada: {allowed}.", "There is no export \"{name}\"; there are: {allowed}.";
    ParameterUnknown: "Parameter \"{name}\" tidak dikenal; yang dikenal: {allowed}.", "The parameter \"{name}\" is unknown; known are: {allowed}.";
    ParameterTwice: "Parameter \"{name}\" ditulis lebih dari sekali; tulis satu kali saja.", "The parameter \"{name}\" is given more than once; give it once.";
    // Subscriptions
    SubscriptionHere: "Langganan berjalan lewat WebSocket, server-sent events, atau jawaban multipart/mixed, bukan di sini.", "Subscriptions run over WebSocket, server-sent events or a multipart/mixed answer, not here.";
    SubscriptionsOnly: "Di sini hanya langganan; kirim kueri dan mutasi ke /graphql.", "Subscriptions only; send queries and mutations to /graphql.";
    NoEvents: "Langganan lewat HTTP hanya tersedia sebagai text/event-stream.", "Over HTTP, subscriptions come as text/event-stream only.";
    NoSocket: "Permintaan ini bukan pembukaan WebSocket yang sah.", "This is not a valid WebSocket handshake.";
    SocketProtocol: "Gunakan subprotokol WebSocket graphql-transport-ws.", "Use the WebSocket subprotocol graphql-transport-ws.";
    OriginRefused: "Halaman dari situs ini tidak diizinkan tersambung.", "Pages of this origin may not connect.";
    TooManyStreams: "Paling banyak {max} langganan sekaligus di sini.", "At most {max} subscriptions are allowed at a time here.";
    StreamDisplaced: "Langganan ini ditutup karena Anda membuka yang lebih baru.", "This subscription was closed because you opened newer ones.";
    SessionEnded: "Sesi Anda telah berakhir; masuk kembali lalu lanjutkan dari kursor terakhir.", "Your session has ended; log in again and continue after the last cursor.";
    TokenExpired: "Token akses langganan ini sudah kedaluwarsa; perbarui sesi lalu lanjutkan dari kursor terakhir.", "The access token of this subscription has expired; refresh the session and continue after the last cursor.";
    ServerStops: "Server sedang dimulai ulang; sambungkan kembali lalu lanjutkan dari kursor terakhir.", "The server is restarting; connect again and continue after the last cursor.";
    // Documents
    DocumentSyntax: "Dokumen ini bukan GraphQL yang sah.", "The document is not valid GraphQL.";
    NoOperation: "Dokumen ini tidak berisi operasi.", "The document contains no operation.";
    FragmentCycle: "Fragmen \"{name}\" memuat dirinya sendiri.", "The fragment \"{name}\" contains itself.";
    VariableRequired: "Variabel \"${name}\" wajib diisi.", "The variable \"${name}\" is required.";
    OperationNameRequired: "Dokumen ini berisi beberapa operasi; sebutkan nama operasi yang dijalankan.", "The document contains several operations; name the one to run.";
    UnknownOperation: "Tidak ada operasi bernama \"{name}\".", "No operation is named \"{name}\".";
    LimitExceeded: "Batas terlampaui: {limit} {requested}, paling banyak {available}.", "Limit exceeded: {limit} is {requested}, at most {available}.";
    CostExceeded: "Batas terlampaui: biaya kueri {requested}, paling banyak {available}. {advice}", "Limit exceeded: query cost is {requested}, at most {available}. {advice}";
    CostOfPage: "\"{place}\" berbiaya {cost}: minta lebih sedikit dengan \"{argument}\", atau kurangi field di dalamnya.", "\"{place}\" costs {cost}: ask for fewer with \"{argument}\", or select fewer fields in it.";
    CostOfField: "\"{place}\" berbiaya {cost}: kurangi field di dalamnya.", "\"{place}\" costs {cost}: select fewer fields in it.";
    LimitBytes: "ukuran dokumen (byte)", "document size (bytes)";
    LimitTokens: "jumlah token", "number of tokens";
    LimitBrackets: "kedalaman tanda kurung", "depth of brackets";
    LimitDepth: "kedalaman kueri", "query depth";
    LimitNesting: "kedalaman kueri beserta fragmennya", "query depth with fragments";
    LimitFields: "jumlah field", "number of fields";
    LimitAliases: "jumlah alias", "number of aliases";
    LimitValues: "jumlah nilai masukan", "number of input values";
    LimitDirectives: "jumlah direktif", "number of directives";
    LimitFragments: "jumlah fragmen", "number of fragments";
    LimitOperations: "jumlah operasi", "number of operations";
    LimitIntrospectionLists: "daftar introspeksi yang bersarang", "nested introspection lists";
    LimitIntrospection: "jumlah objek introspeksi", "number of introspection objects";
    LimitRootFields: "jumlah field akar", "number of root fields";
    LimitCost: "biaya kueri", "query cost";
    // Identity
    LoginFailed: "Nama pengguna atau kata sandi salah, atau akun belum diaktifkan.", "The user name or password is wrong, or the account is not activated.";
    PasswordLength: "Kata sandi harus {min} sampai {max} karakter.", "The password must have {min} to {max} characters.";
    PasswordCommon: "Kata sandi ini mudah ditebak: terdiri dari kata sandi, kata, nama, atau pola yang umum, atau dari nama pengguna, NIP, atau nama Anda sendiri. Pilih yang lain.", "This password is easy to guess: it consists of common passwords, words, names or patterns, or of your own user name, NIP or name. Choose another one.";
    CodeUnknown: "Kode tidak dikenal, sudah dipakai atau kedaluwarsa; mintalah kode baru ke kantor kepegawaian.", "The code is unknown, already used or expired; ask the personnel office for a new one.";
    SecondFactorAsked: "Masukkan kode dari aplikasi autentikator, atau satu kode pemulihan.", "Enter the code of your authenticator app, or one of your recovery codes.";
    SecondFactorWrong: "Kode autentikator salah atau kedaluwarsa, atau kode pemulihan ini sudah dipakai.", "The code of the authenticator app is wrong or expired, or this recovery code was already used.";
    SecondFactorUsed: "Kode ini sudah dipakai; tunggu sampai aplikasi autentikator menampilkan kode berikutnya.", "This code was already used; wait until your authenticator app shows the next one.";
    SecondFactorUnreadable: "Server tidak dapat memeriksa kode aplikasi autentikator ini karena kuncinya hilang; masukkan satu kode pemulihan, atau minta admin unit Anda atau administrator sistem menghapus faktor kedua Anda.", "The server can't check the codes of this authenticator app because its key is lost; enter one of your recovery codes, or let an admin of your unit or the system administrator remove your second factor.";
    SecondFactorActive: "Akun ini sudah memiliki faktor kedua; hapus dahulu yang lama.", "This account already has a second factor; remove it first.";
    SecondFactorNotStarted: "Faktor kedua belum dimulai; minta dahulu kunci untuk aplikasi autentikator.", "No second factor was started; first ask for the key for your authenticator app.";
    SecondFactorMissing: "Admin dan auditor harus memiliki faktor kedua: tambahkan dahulu, lalu lanjutkan.", "Admins and auditors must have a second factor: add one first, then continue.";
    TokenLoginOff: "Login lewat sistem instansi tidak diaktifkan pada server ini.", "Logging in through the agency's own system is not enabled on this server.";
    TokenRefused: "Login dari sistem instansi tidak sah atau sudah kedaluwarsa; mulailah login sekali lagi.", "The login from the agency's system is not valid or has expired; start the login again.";
    TokenOfNobody: "Tidak ada pegawai aktif dengan NIP atau identitas dari sistem instansi; hubungi kantor kepegawaian.", "No active person here has the NIP or id from the agency's system; contact the personnel office.";
    TokenOfAnother: "Login instansi ini tertaut dengan pegawai lain, tetapi NIP atau identitasnya milik {person}; hubungi kantor kepegawaian.", "This agency login is linked to another person, but its NIP or id belongs to {person}; contact the personnel office.";
    TokenOfSeveral: "NIP dan identitas dari sistem instansi menunjuk ke pegawai yang berbeda, antara lain {person}; hubungi kantor kepegawaian.", "The NIP and the id from the agency's system belong to different people, among them {person}; contact the personnel office.";
    TokenAlreadyLinked: "{person} sudah tertaut dengan login lain dari sistem instansi; admin dapat menghapus tautan itu.", "{person} is already linked to another login of the agency's system; an admin can remove that link.";
    AgencyExists: "Basis data ini sudah memiliki instansi.", "This database already has an agency.";
    RoleNotGranted: "Peran {role} tidak dapat diberikan kepada orang.", "The role {role} can't be granted to a person.";
    // Figures for reporting tools
    HiddenFewPeople: "Sebagian angka disembunyikan: angka itu menghitung terlalu sedikit orang, atau angka seperti itu dapat dihitung darinya.", "Some figures are hidden: they count too few people, or such figures could be computed from them.";
    HiddenPeriodOpen: "Angka tentang penilaian baru tersedia setelah periode ini ditutup.", "Figures about ratings are available once this period has been closed.";
    // Input
    Required: "{field} wajib diisi.", "{field} is required.";
    NotADecimal: "\"{value}\" bukan angka desimal: tulis dengan titik dan paling banyak dua angka di belakangnya, misalnya 12.50.", "\"{value}\" is not a decimal: use a point and at most two digits after it, such as 12.50.";
    NotADay: "\"{value}\" bukan tanggal: tulis tahun-bulan-tanggal, misalnya 2026-01-31.", "\"{value}\" is not a day: write year-month-day, such as 2026-01-31.";
    NotAnInstant: "\"{value}\" bukan waktu lengkap: tulis tanggal, jam, dan zona waktu, misalnya 2026-01-31T09:30:00+07:00.", "\"{value}\" is not a complete time: write day, time and time zone, such as 2026-01-31T09:30:00+07:00.";
    NotAUuid: "\"{value}\" bukan UUID, misalnya 01998c6e-9f5b-7c3a-8d21-4be0a1c2d3e4.", "\"{value}\" is not a UUID, such as 01998c6e-9f5b-7c3a-8d21-4be0a1c2d3e4.";
    NotStorable: "Teks memuat karakter NUL (U+0000) yang tidak dapat disimpan; hapus karakter itu.", "The text contains the character NUL (U+0000), which can't be stored; remove it.";
    TooLong: "{field} paling banyak {max} karakter.", "{field} may have at most {max} characters.";
    TooMany: "{field} paling banyak {max} butir.", "{field} may have at most {max} items.";
    OutOfRange: "{field} harus antara {min} dan {max}.", "{field} must be between {min} and {max}.";
    NotAnId: "Ini bukan ID {field} yang sah.", "This is not a valid id of type {field}.";
    BadCursor: "Kursor tidak berlaku untuk daftar ini.", "The cursor does not belong to this list.";
    SizeDiffers: "Isi berkas harus tepat {max} byte, seperti yang disebutkan sebelum pengiriman.", "The file must have exactly {max} bytes, as announced before it was sent.";
    BadPage: "Jumlah butir dari awal atau dari akhir harus antara 0 dan {max}; isi salah satu saja.", "The number of items from the start or from the end must be between 0 and {max}; give only one of them.";
    ReasonRequired: "Alasan wajib diisi.", "A reason is required.";
    OneTranslationEach: "Tulis satu terjemahan untuk setiap panduan perilaku, atau kosongkan semuanya.", "Give one translation for each guiding behaviour, or none at all.";
    RangeReversed: "Akhir rentang tidak boleh sebelum awalnya.", "The end of the range must not be before its start.";
    EndBeforeStart: "Akhir harus sesudah awal.", "The end must be after the start.";
    Duplicate: "{field} \"{value}\" sudah ada.", "{field} \"{value}\" already exists.";
    CanBeReinstated: "{field} ini milik {person}, yang berhenti dengan hari terakhir {day}; aktifkan kembali orang itu.", "This value of {field} belongs to {person}, whose last day was {day}; reinstate that person.";
    Unknown: "{field} \"{value}\" tidak dikenal.", "{field} \"{value}\" is unknown.";
    // Organisation
    RootStays: "Unit akar tidak dapat dipindahkan.", "The root unit can't be moved.";
    RootIsAgency: "Hanya unit akar yang berjenis instansi dan tidak memiliki induk.", "Only the root unit is an agency and has no parent.";
    UnitLoop: "Unit tidak boleh berada di bawah dirinya sendiri.", "A unit can't be below itself.";
    LevelOfFunctional: "Hanya jabatan fungsional yang memiliki jenjang.", "Only a functional position has a level.";
    NoIdentity: "Isi NIP atau ID eksternal: tanpa salah satunya, pegawai ini tidak dapat dikenali lagi.", "Give a NIP or an external id: without one of them, this person can't be found again.";
    OwnSuperior: "Seseorang tidak boleh menjadi atasan dirinya sendiri.", "No one can be their own superior.";
    SuperiorLoop: "Rantai atasan tidak boleh melingkar.", "The chain of superiors must not form a loop.";
    AssignmentNotOpen: "Penempatan tidak berlaku pada tanggal itu.", "The assignment is not current on that day.";
    LeavesBeforeStart: "Penempatan orang ini baru mulai {day}, jadi tidak dapat berakhir sebelum hari itu. Isi {day} atau hari sesudahnya sebagai hari terakhir; bila penempatan itu keliru, betulkan lebih dahulu dengan perpindahan yang hari pertamanya {day}.", "The assignment of this person began only on {day}, so it can't end before that day. Give {day} or a later one as the last day; if that assignment is a mistake, first correct it by a transfer whose first day is {day}.";
    TransferBeforeStart: "Penempatan orang ini sekarang mulai {day}. Untuk membetulkan penempatan itu, isi {day} sebagai hari pertama; untuk perpindahan sesudahnya, isi {next} atau hari sesudahnya.", "The present assignment of this person began on {day}. To correct it, give {day} as the first day; for a later transfer, give {next} or a later day.";
    TransferTooOld: "Penempatan orang ini sudah berlaku sejak {day}, dan hanya dapat dibetulkan sampai {days} hari sesudahnya. Isi {next} atau hari sesudahnya sebagai hari pertama perpindahan.", "The present assignment of this person has been in force since {day} and can be corrected for {days} days only. Give {next} or a later day as the first day of the transfer.";
    DelegationBeforeStart: "Pelimpahan ini mulai {day}, jadi tanggal akhirnya (hari sesudah hari terakhir) paling awal {next}; untuk membatalkannya, akhiri pelimpahan itu.", "This delegation begins on {day}, so its end date (the day after its last day) is {next} at the earliest; to cancel it, end the delegation.";
    Ended: "Penempatan atau pelimpahan wewenang ini sudah berakhir.", "This assignment or delegation has ended.";
    OwnDelegate: "Pemangku jabatan tidak dapat melimpahkan wewenang kepada dirinya sendiri.", "The holder of a position can't delegate its powers to themselves.";
    DelegateActs: "Pelimpahan wewenang harus sebagai Plt atau Plh.", "A delegate must act as Plt or Plh.";
    DelegatedAlready: "Wewenang ini sudah dilimpahkan dari {from} sampai sebelum {to}; ubah atau akhiri pelimpahan itu lebih dahulu.", "These powers are delegated already, from {from} until before {to}; change or end that delegation first.";
    DelegatedOpenEnded: "Wewenang ini sudah dilimpahkan sejak {from} tanpa tanggal akhir; ubah atau akhiri pelimpahan itu lebih dahulu.", "These powers are delegated already, from {from} without an end date; change or end that delegation first.";
    DelegationEndsEarlier: "Pelimpahan ini sudah berakhir lebih awal dari tanggal itu; ubah tanggalnya bila harus lebih lama.", "This delegation ends before that day already; change its days if it should last longer.";
    EndOrOpenEnded: "Isi salah satu: tanggal akhir, atau tanpa tanggal akhir.", "Give one of them: an end date, or no end date.";
    RosterNoSuperior: "{holder} ({position}, {office}) belum memiliki atasan. Tetapkan atasannya.", "{holder} ({position}, {office}) has no superior. Assign one.";
    RosterSuperiorGone: "Atasan {person}, yaitu {holder} ({position}, {office}), tidak lagi menjabat sejak {day}, dan belum ada Plt. Tunjuk Plt untuk jabatan itu, atau tetapkan atasan lain.", "The superior of {person}, {holder} ({position}, {office}), has not held the post since {day}, and nobody acts for it. Delegate its powers (Plt), or assign another superior.";
    RosterPostVacant: "Jabatan {position} ({office}), terakhir dipangku {holder}, kosong sejak {day} tanpa Plt; {count} penempatan di bawahnya tidak memiliki penilai. Tunjuk Plt, atau tetapkan atasan lain.", "The post {position} ({office}), last held by {holder}, has been vacant since {day} and nobody acts for it; {count} assignments below it have no rater. Delegate its powers (Plt), or assign other superiors.";
    RosterNobodyAbove: "{holder} ({position}, {office}) bertindak untuk semua atasannya, dan di atasnya tidak ada yang dapat menilai. Tunjuk orang lain sebagai Plt atau Plh.", "{holder} ({position}, {office}) acts for every superior above, and nobody else can rate. Delegate one of these posts to another person.";
    RosterLoop: "Rantai atasan {holder} ({position}, {office}) melingkar. Tetapkan atasan lain untuk salah satu pegawai dalam rantai itu.", "The chain of superiors of {holder} ({position}, {office}) forms a loop. Assign another superior to one of the people in it.";
    RosterChangeFailed: "Perubahan terjadwal ({change}) untuk {person} gagal pada {day}: {refusal} Batalkan perubahan itu, lalu lakukan perubahan yang benar.", "The scheduled change ({change}) of {person} failed on {day}: {refusal} Cancel it, and make the right change.";
    RosterTwoHeads: "Unit {office} memiliki lebih dari satu pimpinan: {people}. Tetapkan satu saja sebagai pimpinan.", "The unit {office} has several heads: {people}. Assign only one of them as its head.";
    FinalEvaluationTouched: "Penilaian {person} untuk {part} sudah final dan tersentuh oleh tanggal ini. Buka kembali evaluasi itu dahulu, atau pilih hari terakhir pada atau setelah {day}.", "The ratings of {person} for {part} are final, and this date affects them. Reopen that evaluation first, or choose a last day on or after {day}.";
    ConsequenceStaffEnded: "{person} berhenti; hari terakhirnya {day}.", "{person} leaves; the last day is {day}.";
    ConsequenceAssignmentOpened: "{person} menempati jabatan {position} di {office} mulai {day}.", "{person} holds the position {position} in {office} from {day}.";
    ConsequenceAssignmentClosed: "Penempatan {person} pada jabatan {position} di {office} berakhir; hari terakhirnya {day}.", "The assignment of {person} to the position {position} in {office} ends; the last day is {day}.";
    ConsequenceAssignmentWithdrawn: "Penempatan {person} pada jabatan {position} di {office} mulai {day} dibatalkan.", "The assignment of {person} to the position {position} in {office} from {day} is withdrawn.";
    ConsequenceSuperiorAssigned: "Atasan {person} menjadi {after}.", "{after} becomes the superior of {person}.";
    ConsequenceDelegated: "{person} bertindak sebagai {capacity} untuk {holder} mulai {day}.", "{person} acts for {holder} as {capacity} from {day}.";
    ConsequenceDelegatedVacant: "{person} bertindak sebagai {capacity} pada jabatan {position} di {office}, yang kosong, mulai {day}.", "{person} acts as {capacity} in the vacant position {position} in {office} from {day}.";
    ConsequenceDelegationUpdated: "{person} bertindak sebagai {capacity} untuk {holder} dari {from} sampai dengan {to}.", "{person} acts for {holder} as {capacity} from {from} until {to}.";
    ConsequenceDelegationEnded: "{person} tidak lagi bertindak untuk {holder} mulai {day}.", "{person} no longer acts for {holder} from {day}.";
    ConsequencePlanClosed: "SKP {person} untuk {part} ditutup; hari terakhirnya {day}.", "The plan of {person} for {part} closes; its last day is {day}.";
    ConsequencePlanCancelled: "SKP {person} untuk {part} dibatalkan.", "The plan of {person} for {part} is cancelled.";
    ConsequenceEvaluationCancelled: "Evaluasi {person} untuk {part} dibatalkan.", "The evaluation of {person} for {part} is cancelled.";
    ConsequenceEvaluationKept: "Evaluasi {person} untuk {part} tetap berlaku karena statusnya sudah {state}.", "The evaluation of {person} for {part} stays in force, because its status is already {state}.";
    ConsequenceRaterOfPlan: "Pejabat penilai SKP {person} untuk {part} berganti dari {before} menjadi {after}.", "The rater of the plan of {person} for {part} changes from {before} to {after}.";
    ConsequenceRaterOfEvaluation: "Pejabat penilai evaluasi {person} untuk {part} berganti dari {before} menjadi {after}.", "The rater of the evaluation of {person} for {part} changes from {before} to {after}.";
    ConsequenceRaterOfActivities: "Pejabat penilai {count} kegiatan {person} menjadi {after}.", "{after} becomes the rater of {count} activities of {person}.";
    ConsequenceRaterData: "Keterangan tentang pejabat penilai {person} atau atasannya untuk {part} diperbarui; penilainya tetap {after}.", "The data on the rater of {person} for {part}, or on the rater's superior, is renewed; {after} remains the rater.";
    ConsequenceStaffReinstated: "{person} aktif kembali.", "{person} works for the agency again.";
    ConsequenceAssignmentReopened: "Penempatan {person} pada jabatan {position} di {office} berlanjut.", "The assignment of {person} to the position {position} in {office} continues.";
    ConsequencePlanReopened: "SKP {person} untuk {part} berlaku kembali sampai {day}.", "The plan of {person} for {part} is in force again until {day}.";
    ConsequenceEvaluationRestored: "Evaluasi {person} untuk {part} dibuka lagi.", "The evaluation of {person} for {part} continues.";
    ConsequenceAccessReset: "Akun {person} memerlukan kode aktivasi baru, dan perannya harus diberikan kembali.", "The account of {person} needs a new activation code, and roles must be granted again.";
    ReturnAfterEnd: "Hari pertama harus sesudah hari terakhir sebelumnya ({day}).", "The first day must be after the earlier last day ({day}).";
    ReturnNeedsAssignment: "Hari terakhirnya {day} dan lebih dari {days} hari lalu; isi penempatan baru.", "The last day was {day}, more than {days} days ago; give a new assignment.";
    ConsequenceChangeScheduled: "Perubahan bagi {person} dijadwalkan dan berlaku mulai {day}; akibatnya pada hari itu disebut di bawah.", "A change for {person} is scheduled for {day}; its consequences on that day are listed below.";
    ConsequenceScheduledChangeCancelled: "Perubahan bagi {person} yang dijadwalkan untuk {day} dibatalkan.", "The change for {person} that was scheduled for {day} is cancelled.";
    ConsequenceDataChanged: "Data {person} berubah: {columns}.", "Data of {person} changes: {columns}.";
    NipPart: "Sebagian NIP terdiri dari 1 sampai {max} angka.", "A part of a NIP consists of 1 to {max} digits.";
    ExpiryPassed: "Waktu kedaluwarsa sudah lewat; tulis waktu yang akan datang.", "The expiry time has passed; give a later time.";
    NipDigits: "NIP harus terdiri dari 18 angka.", "A NIP must have 18 digits.";
    NipBirthDate: "Angka 1-8 NIP bukan tanggal yang sah.", "Digits 1 to 8 of the NIP are not a valid date.";
    NipAppointment: "Angka 9-14 NIP harus tahun dan bulan pengangkatan, atau tahun dan 21 untuk PPPK.", "Digits 9 to 14 of the NIP must be the year and month of appointment, or the year and 21 for PPPK.";
    NipSex: "Angka 15 NIP harus 1 atau 2.", "Digit 15 of the NIP must be 1 or 2.";
    NipSequence: "Angka 16-18 NIP harus 001 sampai 999.", "Digits 16 to 18 of the NIP must be 001 to 999.";
    NipTooYoung: "Menurut NIP, usia saat diangkat kurang dari {age} tahun; periksa kembali.", "According to the NIP, the age at appointment is below {age} years; please check.";
    NipUnusualAge: "Menurut NIP, usia saat diangkat {age} tahun dan tidak lazim; periksa kembali.", "According to the NIP, the age at appointment is {age} years, which is unusual; please check.";
    NipAge: "Menurut NIP, usia pada {today} adalah {age} tahun dan tidak lazim; periksa kembali.", "According to the NIP, the age on {today} is {age} years, which is unusual; please check.";
    NipFutureAppointment: "Menurut NIP, pengangkatan terjadi setelah hari ini ({today}); periksa kembali.", "According to the NIP, the appointment is after today ({today}); please check.";
    NipKind: "NIP tidak sesuai dengan jenis kepegawaian {kind}; periksa kembali.", "The NIP does not match the employment kind {kind}; please check.";
    PartsOpen: "Masih ada {count} bagian periode yang terbuka.", "{count} parts of the period are still open.";
    YearClosed: "Tahun periode ini sudah ditutup; buka kembali tahunnya dahulu.", "The year of this period is closed; reopen the year first.";
    PlanDeadlineOfYear: "Tenggat SKP berlaku untuk seluruh tahun; ubah pada tahunnya.", "The deadline for plans belongs to the whole year; change it there.";
    ClosingUnfinished: "Belum selesai: {list}. Setelah periode ditutup, ini tidak dapat dilanjutkan; kirim lagi dengan konfirmasi untuk tetap menutupnya.", "Unfinished: {list}. After the closing it can't be continued; send the request again with a confirmation to close the period anyway.";
    WeightsSum: "Bobot harus diisi untuk semua kriteria dan berjumlah 100.", "All criteria need weights, and the weights must add up to 100.";
    // Plans
    MainResultRequired: "Paling sedikit satu hasil kerja utama wajib diisi.", "At least one main result is required.";
    IndicatorRequired: "Setiap hasil kerja memerlukan paling sedikit satu indikator dengan target.", "Each result needs at least one indicator with a target.";
    ProvisionalServes: "Baris yang sudah ditautkan ke baris atasan tidak bersifat sementara.", "A row linked to a superior's row can't be provisional.";
    NotProvisional: "Baris ini tidak bersifat sementara.", "This row is not provisional.";
    NothingProvisional: "Tidak ada baris sementara.", "There are no provisional rows.";
    TargetOrder: "Batas bawah target tidak boleh melebihi batas atas.", "The lower end of the target must not exceed the upper end.";
    AspectOrPerspective: "Indikator memiliki aspek atau perspektif, tidak keduanya.", "An indicator has an aspect or a perspective, not both.";
    NotAppraised: "Pegawai non-ASN tidak dinilai.", "People who are not civil servants are not appraised.";
    NoRater: "Penempatan ini belum memiliki atasan sebagai pejabat penilai.", "This assignment has no superior yet who can rate.";
    OwnRater: "Seseorang tidak boleh menilai dirinya sendiri.", "No one can rate themselves.";
    PlanExists: "Sudah ada SKP untuk {from} sampai {to}.", "A plan from {from} to {to} already exists.";
    ContentOrCopy: "Isi salah satu: isi SKP, atau SKP yang disalin.", "Give one of them: the contents of the plan, or the plan to copy.";
    PlanNotInForce: "SKP tidak berlaku (status {from}).", "The plan is not in force (status {from}).";
    LockedByEvaluation: "Terkunci karena evaluasinya sudah final (status {from}).", "Locked because the evaluation is final (status {from}).";
    EvaluationsOpen: "Masih ada {count} evaluasi periodik yang belum final.", "{count} periodic evaluations are not final yet.";
    // Activities
    NotAWebAddress: "Tautan harus berupa alamat http atau https tanpa spasi.", "A link must be an http or https address without spaces.";
    LinkOrFile: "Isi salah satu: tautan atau berkas yang diunggah.", "Give either a link or an uploaded file.";
    FileNameIsPath: "Nama berkas tidak boleh memuat jalur folder atau tanda khusus.", "The name of a file can't contain a path or special signs.";
    FileType: "Jenis berkas ini tidak diterima; yang diterima: {types}.", "Files of this type are not accepted; accepted are: {types}.";
    FileTypeDiffers: "Isi berkas ini tidak sesuai dengan akhiran namanya (\"{ending}\").", "The content of this file does not match the ending of its name (\"{ending}\").";
    EvidenceUploadsOpen: "Anda memiliki {found} unggahan yang belum diterima; paling banyak {max}. Kirim berkasnya, atau tunggu {minutes} menit sampai alamatnya kedaluwarsa.", "You have {found} uploads that have not arrived; at most {max} are allowed. Send their files, or wait {minutes} minutes until their addresses expire.";
    EvidenceBytes: "Dengan berkas ini, bukti dukung Anda berjumlah {found} MiB; paling banyak {max} MiB. Gunakan tautan, atau hubungi administrator.", "With this file your evidence amounts to {found} MiB; at most {max} MiB are allowed. Use a link, or contact an administrator.";
    UploadDiffers: "Alamat ini sudah menerima berkas lain; buat unggahan baru.", "This address has received another file already; create a new upload.";
    MarkSameFile: "Berkas yang sama ada pada kegiatan lain.", "The same file is on another activity.";
    MarkSameFileElsewhere: "Berkas yang sama ada pada kegiatan lain yang tidak dapat Anda lihat.", "The same file is on another activity that you can't see.";
    MarkSameText: "Uraian yang sama ada pada kegiatan lain.", "Another activity has the same description.";
    MarkSameTextElsewhere: "Uraian yang sama ada pada kegiatan lain yang tidak dapat Anda lihat.", "Another activity that you can't see has the same description.";
    MarkOverlap: "Waktunya bertumpang tindih dengan kegiatan lain dari orang yang sama.", "Its hours overlap with another activity of the same person.";
    MarkLate: "Kegiatan ini diterima lebih dari {days} hari setelah harinya.", "This activity was received more than {days} days after its day.";
    MarkClaimedTime: "Menurut jam perangkat, kegiatan ini dicatat lebih dari {hours} jam sebelum server menerimanya.", "By the device's clock, this activity was entered more than {hours} hours before the server received it.";
    MarkLinkCanChange: "Isi tautan dapat berubah setelah ditinjau.", "The content of the link can change after the review.";
    HiddenCharacters: "Teks memuat karakter yang tidak terlihat.", "The text contains hidden characters.";
    OutsidePlan: "Tanggal harus antara {from} dan {to}, sesuai masa berlaku SKP.", "The day must be between {from} and {to}, the first and last day of the plan.";
    TooLongActivity: "Satu kegiatan paling lama {hours} jam.", "An activity can last at most {hours} hours.";
    InTheFuture: "Waktu tidak boleh di masa depan (hari ini {today}).", "The time can't be in the future (today is {today}).";
    // Evaluations
    ReportAwaited: "Pegawai masih dapat melaporkan realisasi sampai {deadline}.", "The employee can still report until {deadline}.";
    ReasonOffExpected: "Alasan wajib diisi bila rating bukan \"Sesuai ekspektasi\".", "A reason is required unless the rating is \"As expected\".";
    UnitPredicateMissing: "Predikat unit belum ditetapkan; isi alasannya.", "The unit's predicate is not set; give a reason.";
    TrainingsAreRecorded: "Penilai tidak lagi menyebut pelatihan: pegawai mencatatnya sendiri, dan yang terverifikasi masuk ke penilaian. Kosongkan isian ini.", "Raters no longer name trainings: people record their own, and verified ones enter the evaluation. Leave this out.";
    TrainingKindUnknown: "Jenis pengembangan kompetensi ini tidak ada dalam peraturan instansi.", "The agency's regulation has no such kind of training.";
    TrainingWithoutHours: "Jenis ini tidak memiliki jam pelajaran; kosongkan jumlah jamnya.", "This kind has no lesson hours; leave them out.";
    TrainingSupportsOther: "Menurut peraturan instansi, jenis ini tidak mendukung bagian penilaian tersebut.", "By the agency's regulation, this kind does not support that part of the evaluation.";
    RowGroupMissing: "Kelompok hasil kerja \"{row}\" wajib diisi karena hasil kerja lain memiliki kelompok.", "The group of the result \"{row}\" is required because other results have one.";
    RowScopeMissing: "Lingkup penugasan hasil kerja tambahan \"{row}\" wajib diisi.", "The scope of the additional result \"{row}\" is required.";
    ValueScoreMissing: "Nilai perilaku \"{value}\" wajib diisi.", "A score for the value \"{value}\" is required.";
    IndicatorUnreported: "Realisasi indikator \"{indicator}\" belum dilaporkan dengan angka; isi angkanya.", "The realisation of the indicator \"{indicator}\" was not reported as a figure; enter the figure.";
    YearUndecided: "Tahun ini terdiri atas beberapa bagian ({parts}); usulan: {proposal}. Tetapkan predikat tahunan beserta alasannya.", "The year has several parts ({parts}); proposal: {proposal}. Decide the predicate of the year and give a reason.";
    YearHasOnePart: "Tahun ini hanya memiliki satu bagian; predikatnya mengikuti rating.", "The year has only one part; its predicate follows from the ratings.";
    YearIsComputed: "Predikat tahunan dihitung dari nilai tiap bagian menurut jumlah bulannya; tidak ada yang perlu ditetapkan.", "The predicate of the year is computed from the scores of its parts, weighted by months; there is nothing to decide.";
    YearPartAwaited: "Bagian tahun {part} ({months} bulan) belum final dan menunggu {rater}; isi alasan bila tahun ini dievaluasi tanpa bagian itu.", "The part of the year {part} ({months} months) is not final and waits for {rater}; give a reason to evaluate the year without it.";
    YearPartUnscored: "Bagian tahun {part} ({months} bulan, {rater}) tidak memiliki nilai angka; isi alasan bila tahun ini dievaluasi tanpa bagian itu.", "The part of the year {part} ({months} months, {rater}) has no score; give a reason to evaluate the year without it.";
    LockedByYear: "Terkunci karena evaluasi tahunan pada penempatan berikutnya sudah final dan memperhitungkan bagian ini; buka kembali evaluasi itu lebih dahulu (status {from}).", "Locked because the annual evaluation of a later assignment is final and counts this part; reopen that evaluation first (status {from}).";
    SignaturesMissing: "Tanda tangan belum lengkap: {parties}.", "Signatures are missing: {parties}.";
    DeliveredFixed: "Hasil yang sudah diserahkan hanya dapat dibuka kembali sampai {day}, hari terakhir untuk mengajukan keberatan.", "A delivered result can be reopened until {day}, the last day for an objection.";
    EmployeeSigned: "Pegawai sudah menandatangani hasil ini, sehingga tidak dapat dibuka kembali.", "The employee has signed this result, so it can't be reopened.";
    HandOverOnPaper: "Akun pegawai ini belum diaktifkan, sehingga hasilnya tidak dapat dibaca di aplikasi; serahkan di atas kertas, lalu isi tanggal penyerahannya.", "The account of this person is not activated, so they can't read the result in the application; hand it over on paper, then give the day.";
    ReadsOnline: "Pegawai ini dapat membaca hasilnya di aplikasi; kosongkan tanggal penyerahan kertas.", "This person can read the result in the application; leave out the day of a handover on paper.";
    HandedOverOutside: "Tanggal penyerahan berada di antara hari penilaian difinalkan, {day}, dan hari ini, {today}.", "The day of the handover must lie between the day on which the ratings became final, {day}, and today, {today}.";
    NoObjectionToParts: "Peraturan instansi tidak mengatur keberatan atas hasil bagian tahun.", "The agency's regulation does not allow objections to the result of a part of the year.";
    ObjectionUsed: "Hasil ini sudah pernah dikeberatani; keberatan hanya dapat diajukan satu kali.", "This result was already objected to; only one objection is possible.";
    NoAnswerAwaited: "Tidak ada penjelasan yang ditunggu: sudah diberikan atau batas waktunya sudah lewat (status {from}).", "No explanation is awaited: it was given, or the last day for it has passed (status {from}).";
    AnswersAwaited: "Masih menunggu penjelasan {parties} sampai {deadline}.", "Still waiting until {deadline} for the explanations of: {parties}.";
    DeciderBarred: "Orang ini tidak dapat memutus: mengajukan keberatan ini sendiri, ikut menilai, atau pernah membuka kembali hasilnya.", "This person can't decide: they object themselves, rated the result, or reopened it.";
    DeciderOneself: "Tidak ada yang dapat menunjuk dirinya sendiri untuk memutus.", "Nobody can assign themselves to decide.";
    DeciderGone: "Orang ini tidak aktif, sehingga tidak dapat memutus.", "This person is not active, so they can't decide.";
    NothingChanges: "Penilaian baru ini sama dengan yang berlaku; kosongkan bila hasil tetap.", "These new ratings are those in force; leave them out to uphold the result.";
    ResultFollowsUnit: "Rating hasil kerja pimpinan unit mengikuti predikat unitnya dan tidak diubah oleh putusan.", "The rating of the results of a unit's head follows from the unit's predicate; a decision does not change it.";
    PartUnderObjection: "Bagian tahun {part} masih dapat dikeberatani atau keberatannya belum diputus (status {from}).", "The part of the year {part} can still be objected to, or an objection to it is not decided (status {from}).";
    AllSigned: "Tidak ada tanda tangan yang ditunggu.", "No signature is missing.";
    NotInConfidence: "Umpan balik rekan kerja dan bawahan menyangkut nilai perilaku atau bersifat umum: baris, kegiatan, atau evaluasi akan menunjukkan penulisnya.", "Feedback of colleagues and subordinates must be about a behaviour value or the work as a whole: a row, an activity or an evaluation would show who wrote it.";
    DirectionNeeded: "Anda memiliki beberapa hubungan dengan pegawai ini. Pilih sebagai siapa Anda memberi umpan balik.", "You have several relations to this person. Choose the relation in which you give the feedback.";
    AlreadyReplied: "Umpan balik ini sudah ditanggapi.", "This feedback has a reply already.";
    PlanOrPerson: "Sebutkan SKP atau pegawainya, salah satu saja.", "Name either the plan or the person.";
    OwnRecommendation: "Rekomendasi tidak dapat dibuat untuk diri sendiri.", "No one can make a recommendation for themselves.";
    // Regulations and scoring
    RegulationUnread: "Dokumen tidak dapat dibaca: {error}", "The document can't be read: {error}";
    TrainingKindCode: "Kode jenis harus terdiri dari 1 sampai 40 huruf kapital, angka, dan garis bawah.", "The code of a kind must be 1 to 40 capital letters, digits and underscores.";
    RegulationCode: "Kode harus terdiri dari 1 sampai 60 huruf kapital, angka, dan tanda hubung.", "The code must be 1 to 60 capital letters, digits and hyphens.";
    RegulationSum: "Bagian-bagiannya harus berjumlah 100 persen.", "The parts must add up to 100 percent.";
    RegulationOrder: "Urutan nilainya terbalik.", "The values are in the wrong order.";
    RegulationBandGap: "Rentang harus mulai dari 0 dan bersambung tanpa celah sampai tak terbatas.", "The bands must start at 0 and follow each other without gaps, and the last must have no upper end.";
    RegulationNotMonotone: "Masukan yang lebih baik tidak boleh menghasilkan nilai yang lebih buruk.", "A better input can't give a worse result.";
    RegulationOtherScheme: "Bagian ini milik skema lain.", "This section belongs to the other scheme.";
    RegulationDay: "Tanggal ini tidak ada setiap tahun.", "This day does not exist in every year.";
    RegulationParameterMissing: "Instansi belum mengisi parameter \"{field}\" dalam peraturan.", "The agency has not set the parameter \"{field}\" of the regulation yet.";
    RegulationSectionMissing: "Peraturan {code} tidak mengatur \"{field}\".", "The regulation {code} has no rules on \"{field}\".";
    FigureTooLarge: "Angka terlalu besar atau terlalu rinci untuk dihitung secara tepat.", "A figure is too large or too precise to calculate exactly.";
    TargetZero: "Target nol tidak dapat menjadi pembagi.", "Can't divide by a target of zero.";
    NeedsRatings: "Skema ini memerlukan rating perilaku, bukan angka.", "This scheme takes a rating of behaviour, not figures.";
    NeedsFigures: "Skema ini memerlukan angka (indikator dan nilai), bukan rating.", "This scheme takes figures (indicators and scores), not ratings.";
    TreeMalformed: "Penjelasan ini tidak lengkap atau telah diubah.", "This explanation is incomplete or has been altered.";
    PeersNotAsked: "Nilai dari rekan kerja dan bawahan hanya berlaku bila pendapat mereka dipakai.", "Scores by peers and subordinates count only if their opinion was asked.";
    RegulationExists: "{code} versi {version} sudah ada dengan isi lain; versi yang tersimpan tidak pernah berubah, jadi naikkan nomor versinya.", "{code} version {version} already exists with different content; a stored version never changes, so increase the version.";
    RegulationNotText: "Berkas harus berupa teks UTF-8 (TOML atau JSON).", "The file must be UTF-8 text (TOML or JSON).";
    RegulationUnknown: "Peraturan \"{code}\" versi {version} tidak dikenal.", "There is no regulation \"{code}\" version {version}.";
    NoRegulationInForce: "Tidak ada peraturan lengkap yang berlaku pada {day}.", "No complete regulation is in force on {day}.";
    NotRatedYet: "Evaluasi ini belum final; predikatnya belum ada.", "This evaluation is not final and has no predicate yet.";
    LeadersMainOnly: "Nilai pimpinan tinggi pada satu bagian tahun hanya memuat rencana aksi dan hasil kerja utama, tanpa kelompok.", "For part of a year, a senior executive's results can contain only action plan steps and main results, without groups.";
    NoSegments: "Paling sedikit satu bagian tahun wajib diisi.", "At least one part of the year is required.";
    // Rights
    OnlyOwner: "Hanya pegawai yang bersangkutan yang dapat melakukan ini.", "Only the person concerned can do this.";
    OnlyRater: "Hanya pejabat penilai yang dapat melakukan ini.", "Only the rater can do this.";
    OnlyOwnerOrRater: "Hanya pegawai yang bersangkutan atau pejabat penilainya yang dapat melakukan ini.", "Only the person concerned or the rater can do this.";
    OnlyAdmin: "Hanya admin unit yang dapat melakukan ini.", "Only an admin of the unit can do this.";
    OnlyAgencyAdmin: "Hanya admin instansi yang dapat melakukan ini.", "Only an admin of the whole agency can do this.";
    OnlyAgencyAdminOrTeam: "Hanya admin instansi atau Tim Pengelola Kinerja instansi yang dapat melakukan ini.", "Only an admin or the performance team of the whole agency can do this.";
    OnlyRaterOrAdmin: "Hanya pejabat penilai atau admin unit yang dapat melakukan ini.", "Only the rater or an admin of the unit can do this.";
    OnlySuperiors: "Hanya pejabat penilai atau atasan di atasnya yang dapat melakukan ini.", "Only the rater or a higher superior can do this.";
    OnlyOwnerOrSuperiors: "Hanya pegawai yang bersangkutan, pejabat penilai, atau atasan di atasnya yang dapat melakukan ini.", "Only the person concerned, the rater or a higher superior can do this.";
    OnlyColleagues: "Hanya atasan, bawahan, rekan di bawah atasan atau di unit yang sama, dan pegawai itu sendiri yang dapat melakukan ini.", "Only superiors, subordinates, colleagues under the same superior or in the same unit, and the person themselves can do this.";
    OnlyRatersSuperior: "Hasil sudah diserahkan; hanya atasan pejabat penilai yang dapat membukanya kembali.", "The result is delivered; only the rater's superior can reopen it.";
    OnlyParties: "Hanya pegawai, pejabat penilai, dan atasan pejabat penilai yang dapat menandatangani.", "Only the employee, the rater and the rater's superior can sign.";
    OnlyTeamVerifies: "Hanya tim pengelola kinerja atau admin unit yang dapat memverifikasi, dan bukan untuk dirinya sendiri.", "Only the performance team or an admin of the unit can verify this, and nobody can verify their own training.";
    OnlyDecider: "Hanya pemutus keberatan yang dapat memutus: bukan penilai dan bukan yang pernah membuka kembali hasilnya.", "Only the decider of the objection can do this: a person who neither rated nor reopened the result.";
    OnlyTeamAssigns: "Hanya Tim Pengelola Kinerja unit yang dapat menunjuk pemutus keberatan.", "Only the performance team of the unit can assign a decider.";
    OnlyHeadAbove: "Predikat unit ditetapkan oleh pimpinan di atasnya atau dicatat Tim Pengelola Kinerja.", "Only the head of a unit above can set a unit's predicate; the performance team can record it.";
    OwnGain: "Admin tidak dapat memberikan wewenang menilai kepada dirinya sendiri.", "Admins can't give themselves the power to rate.";
    OwnUnitPredicate: "Predikat unit ini menentukan hasil Anda sendiri atau hasil orang yang akunnya terkait dengan Anda. {who}", "This predicate determines your own result or that of a person linked to your account. {who}";
    OwnResult: "Ini menyangkut Anda sendiri atau orang yang akunnya terkait dengan Anda, jadi orang lain yang harus memutuskannya. {who}", "This concerns you or a person linked to your account, so another person must decide it. {who}";
    OwnScheduledChange: "Perubahan terjadwal ini dibuat orang lain dan menyangkut penempatan Anda, orang yang Anda nilai, atau orang yang menilai Anda, jadi orang lain yang harus membatalkannya. {who}", "Another person scheduled this change, and it concerns your own post, a person whom you rate or a person who rates you, so another person must cancel it. {who}";
    OwnEmploymentKind: "Tidak ada yang dapat mengubah jenis kepegawaiannya sendiri. {who}", "Nobody can change their own employment kind. {who}";
    OwnHeading: "Tidak ada yang dapat mengubah catatan bahwa ia sendiri memimpin unit, karena predikat unit itu menentukan hasilnya. {who}", "Nobody can change the record that they themselves head a unit, because its predicate determines their result. {who}";
    ChosenPredicate: "Tidak ada yang dapat menentukan siapa yang menetapkan predikat unit yang dipimpinnya. {who}", "Nobody can choose who sets the predicate of the unit that they head. {who}";
    PowerForOneself: "Tidak ada yang dapat memberikan wewenang menilai kepada dirinya sendiri. {who}", "Nobody can give themselves the power to rate. {who}";
    ChosenRater: "Tidak ada yang dapat menentukan pejabat penilainya sendiri. {who}", "Nobody can choose who rates them. {who}";
    OwnIdentity: "Tidak ada yang dapat mengganti NIP atau ID eksternalnya sendiri. {who}", "Nobody can replace their own NIP or external id. {who}";
    IdentityOfTwo: "NIP di baris ini milik {person}, tetapi ID eksternalnya milik {holder}. Perbaiki salah satunya; tidak ada data yang diubah.", "The NIP of this row belongs to {person}, but the external id belongs to {holder}. Correct one of them; nothing was changed.";
    PowerOfOwnAccount: "Kode akun, NIP, atau ID eksternal {person} berasal dari Anda atau dari orang yang akunnya terkait dengan Anda, jadi orang lain yang harus memberikan wewenang menilai. {who}", "The account code, NIP or external id of {person} came from you or from a person linked to your account, so another person must give the power to rate. {who}";
    AccountOfOwnPower: "{person} dapat menilai hasil Anda, atau wewenangnya menilai berasal dari Anda atau dari orang yang akunnya terkait dengan Anda, jadi orang lain yang harus menerbitkan kode akun atau mengubah NIP dan ID eksternalnya. {who}", "{person} can rate your results, or their power to rate came from you or from a person linked to your account, so another person must issue the account code or change the NIP and external id. {who}";
    PowerOfRateesAccount: "Kode akun, NIP, atau ID eksternal {person} berasal dari {rated} atau dari orang yang akunnya terkait dengan {rated}, jadi {person} belum dapat menilai {rated}. Orang lain harus lebih dahulu menerbitkan kode akun baru yang lalu digunakan {person}. {who}", "The account code, NIP or external id of {person} came from {rated} or from a person linked to the account of {rated}, so {person} can't rate {rated} yet. Another person must first issue a new account code, and {person} must use it. {who}";
    AccountOfOtherRole: "{person} memegang peran yang tidak dapat Anda berikan, jadi orang lain yang harus menerbitkan kode akunnya. {who}", "{person} has a role that you can't grant, so another person must issue the account code. {who}";
    KeyEnded: "Kunci ini sudah dicabut atau kedaluwarsa.", "This key was revoked or has expired.";
    TheseCan: "Yang dapat melakukannya: {people}.", "These people can do it: {people}.";
    OnlyOperatorCan: "Yang dapat melakukannya hanya operator server, dengan `kinerja admin`.", "Only an operator of the server can do it, with `kinerja admin`.";
    ReopenByAdmin: "Periode sudah ditutup; hanya admin unit yang dapat membuka kembali evaluasi.", "The period is closed; only an admin of the unit can reopen the evaluation.";
    // Import
    ImportWritten: "Sudah disimpan.", "Written.";
    ImportOnlyChecked: "Belum ada yang disimpan; simpan dengan --apply.", "Nothing was written; write it with --apply.";
    ImportRefusedWhole: "Impor ditolak karena ada baris yang salah; tidak ada yang disimpan.", "The import is refused because rows are wrong; nothing was written.";
    ImportCounts: "{created} baru, {updated} berubah, {unchanged} tetap, {refused} ditolak, {warnings} peringatan", "{created} new, {updated} changed, {unchanged} unchanged, {refused} refused, {warnings} warnings";
    ImportCell: "sel {place} \"{column}\"", "cell {place} \"{column}\"";
    ImportRow: "baris {row}", "row {row}";
    RowTwice: "{field} \"{value}\" sudah ada di baris {row}.", "{field} \"{value}\" is already in row {row}.";
    ImportHasLeftAlready: "{field} \"{value}\" adalah {person}, yang berhenti dengan hari terakhir {day}. Sebut orang lain, atau aktifkan kembali orang itu.", "{field} \"{value}\" belongs to {person}, whose last day was {day}. Name another person, or reinstate that person.";
    ImportActingLeads: "\"ya\" di kolom ini tidak berpengaruh: pimpinan unit {unit} tetap {person}, dan wewenang Plt atau Plh berlaku untuk jabatan di baris ini saja. Kosongkan sel ini.", "\"ya\" in this column has no effect: the head of the unit {unit} is still {person}, and the acting person has only the powers of the position in this row. Clear this cell.";
    ImportLoop: "Rantai atasan melingkar: {chain}.", "The chain of superiors forms a loop: {chain}.";
    ImportManyHeads: "Unit {unit} sudah memiliki pimpinan di baris {row}.", "The unit {unit} already has a head in row {row}.";
    ImportHeadStays: "Unit {unit} sudah dipimpin {person}; tulis \"tidak\" pada kolom pimpinan orang itu di berkas ini, atau pindahkan lebih dahulu.", "The unit {unit} is already headed by {person}; write \"tidak\" in the column pimpinan of that person in this file, or move them first.";
    ImportNoSuperior: "Pegawai ini belum memiliki atasan, sehingga belum ada yang menilai; isi atasannya pada lembar atasan.", "This person has no superior, so nobody rates them yet; name one in the sheet of superiors.";
    ImportNoHead: "Pimpinan unit {unit} (PemimpinPnsId) tidak tercantum, sehingga atasan pegawai ini tidak dapat ditentukan; tetapkan pimpinan unit itu di SIASN, atau isi atasannya pada lembar atasan.", "The head of the unit {unit} (PemimpinPnsId) is not given, so the superior of this person can't be derived; enter the head in SIASN, or name the superior in the sheet of superiors.";
    ImportHasLeft: "Orang ini tidak diimpor karena kedudukan hukumnya \"{state}\".", "This person is not imported because of the legal standing \"{state}\".";
    ImportPositionKind: "Jenis jabatan baru ini tidak dapat ditentukan: jabatan struktural memerlukan eselon unitnya; sertakan juga daftar unit SIASN (ref-unor) yang memuat unit itu.", "The kind of this new position can't be derived: a structural position needs the echelon of its unit; also give SIASN's list of units (ref-unor) with that unit.";
    ImportEchelon: "Jenis jabatan struktural baru ini tidak dapat ditentukan: EselonId unit {unit} di daftar unit SIASN kosong atau tidak dikenal. Lengkapi di SIASN, atau buat dahulu jabatannya dengan kode SIASN itu.", "The kind of this new structural position can't be derived: EselonId of the unit {unit} in SIASN's list of units is empty or unknown. Complete it in SIASN, or first create the position with its code of SIASN.";
    ImportNeedsUnits: "Unit {count} pegawai belum dikenal. Sertakan juga daftar unit SIASN (ref-unor) dalam impor yang sama: unggah keduanya dan sebut yang kedua di \"furtherUploadIds\".", "The units of {count} people are unknown. Also give SIASN's list of units (ref-unor) in the same import: upload both files and name the second one in \"furtherUploadIds\".";
    ImportHeadUnknown: "Pimpinan unit {unit} (PemimpinPnsId) tidak ada di berkas pegawai maupun di data yang tersimpan; pimpinan unit itu tidak diubah.", "The head of the unit {unit} (PemimpinPnsId) is neither in the file of people nor stored; the head of that unit stays as it is.";
    ImportCode: "{field} berisi kata atau kode yang tidak dikenal; yang dikenal: {allowed}.", "{field} contains a word or code that is unknown; known ones: {allowed}.";
    ImportNoLevel: "{field} wajib diisi untuk jabatan fungsional; pilih salah satu: {allowed}.", "{field} is required for a functional position; choose one of: {allowed}.";
    ImportCase: "Kode \"{value}\" hanya berbeda huruf besar dan kecil dari \"{other}\"; tulis sama, atau pilih kode lain.", "The code \"{value}\" differs from \"{other}\" only by small and capital letters; write it the same, or choose another code.";
    ImportCells: "Baris ini memiliki {found} sel, judul kolomnya {max}, sehingga isinya bergeser dan tidak dibaca. Beri tanda kutip pada teks yang memuat pemisah kolom, dan tutup setiap tanda kutip.", "This row has {found} cells but the header has {max}, so its content is shifted and is not read. Put texts that contain the delimiter into quotation marks, and close each quotation mark.";
    ImportQuote: "Tanda kutip di baris ini tidak ditutup, sehingga sisa berkas terbaca sebagai satu sel; tutup tanda kutipnya, atau hapus.", "A quotation mark in this row is not closed, so the rest of the file is read as one cell; close it, or delete it.";
    ImportFormula: "{field} berisi rumus tanpa hasil yang tersimpan; buka dan simpan berkasnya di Excel, atau ketik nilainya.", "{field} contains a formula without a stored result; open and save the file in Excel, or type the value.";
    ImportUntitled: "Kolom {place} tidak memiliki judul; isinya tidak dibaca, mulai dari sel ini.", "The column {place} has no header; its content is not read, from this cell on.";
    ImportExample: "Baris contoh dari templat tidak diimpor; bila ini data sungguhan, pindahkan ke baris yang lebih bawah.", "The example row of the template is not imported; if it is real data, move it further down.";
    ImportSheetTwice: "Lembar {sheet} ada dua kali, di \"{first}\" dan di \"{second}\". Satukan barisnya dalam satu lembar, atau impor satu per satu.", "The sheet {sheet} exists twice, in \"{first}\" and in \"{second}\". Put the rows into one sheet, or import them one after the other.";
    ImportFileUnknown: "Berkas \"{name}\" tidak dibaca: judul kolomnya tidak sesuai templat.", "The file \"{name}\" is not read: its column headers do not match a template.";
    ImportStartsAfterEnd: "Penempatan ini berakhir sebelum {day}; isi tanggal mulai yang lebih awal.", "This assignment ends before {day}; give an earlier first day.";
    ImportFollowUps: "{count} baris lain menyebut baris ini dan baru dapat diperiksa setelah baris ini diperbaiki.", "{count} other rows refer to this row and can be checked only after it is corrected.";
    ImportWord: "{field} \"{value}\" tidak dikenal; pilih salah satu: {allowed}.", "{field} \"{value}\" is unknown; choose one of: {allowed}.";
    ImportRank: "{field} \"{value}\" bukan golongan {kind}; pilih salah satu: \"{allowed}\".", "{field} \"{value}\" is no rank of the kind {kind}; choose one of: \"{allowed}\".";
    ImportRankDiffers: "Pangkat \"{value}\" tidak sesuai dengan golongan \"{name}\"; perbaiki salah satunya.", "The title \"{value}\" does not fit the rank \"{name}\"; correct one of them.";
    ImportDay: "{field} \"{value}\" bukan tanggal; tulis tanggal-bulan-tahun, misalnya 31-12-2026.", "{field} \"{value}\" is not a day; write day-month-year, such as 31-12-2026.";
    ImportYear: "{field} {day}: tahun itu tidak mungkin; perbaiki tanggalnya.", "{field} {day}: that year is impossible; correct the day.";
    ImportErrorCell: "{field} berisi kesalahan rumus \"{value}\"; perbaiki rumusnya, atau ketik nilainya.", "{field} contains the formula error \"{value}\"; correct the formula, or type the value.";
    ImportLostDigits: "{field} \"{value}\" tersimpan sebagai bilangan dan kehilangan angka; ubah format kolomnya menjadi Teks, lalu ketik ulang.", "{field} \"{value}\" was stored as a number and lost digits; change the format of the column to Text and type it again.";
    ImportNoRoot: "Tepat satu unit tanpa induk (akar) diperlukan.", "Exactly one unit without a parent (the root) is required.";
    ImportNotUtf8: "Berkas CSV harus UTF-8; simpan sebagai \"CSV UTF-8\".", "The CSV file must be UTF-8; save it as \"CSV UTF-8\".";
    ImportNoSheet: "Tidak ada lembar yang dikenal: judul kolom tidak sesuai templat.", "No known sheet was found: the column headers do not match a template.";
    ImportColumn: "Kolom \"{column}\" pada lembar {sheet} tidak ada.", "The column \"{column}\" is missing from the sheet {sheet}.";
    ImportColumnNear: "Kolom \"{column}\" pada lembar {sheet} tidak ada; yang paling mirip adalah \"{found}\".", "The column \"{column}\" is missing from the sheet {sheet}; the most similar one is \"{found}\".";
    ImportColumnTwice: "Kolom \"{place}\" dan kolom \"{found}\" sama-sama dibaca sebagai \"{column}\"; hapus salah satunya, atau ubah judulnya.", "The columns \"{place}\" and \"{found}\" are both read as \"{column}\"; delete one of them, or change its header.";
    ImportColumnMisspelt: "Kolom \"{found}\" tidak dikenal; mungkin maksudnya \"{column}\". Perbaiki judulnya, atau hapus kolomnya.", "The column \"{found}\" is unknown; it may mean \"{column}\". Correct its header, or delete the column.";
    ImportColumnHidden: "Kolom \"{column}\" tersembunyi; isinya tetap dibaca.", "The column \"{column}\" is hidden; its content is read anyway.";
    ImportRowsHidden: "{count} baris tersembunyi tetap dibaca, mulai dari baris ini.", "{count} hidden rows are read anyway, from this row on.";
    ImportSheetUnknown: "Lembar \"{name}\" tidak dibaca: judul kolomnya tidak sesuai templat.", "The sheet \"{name}\" is not read: its column headers do not match a template.";
    ImportSheetNear: "Lembar \"{name}\" tidak dipahami: judul kolomnya paling mirip lembar {sheet}, tetapi tidak ada kolom \"{column}\".", "The sheet \"{name}\" is not understood: its headers are most similar to the sheet {sheet}, but there is no column \"{column}\".";
    ImportSheetHidden: "Lembar \"{name}\" tersembunyi dan tidak dibaca; tampilkan lembar itu jika isinya harus diimpor.", "The sheet \"{name}\" is hidden and is not read; show it if its content must be imported.";
    ImportFormat: "Berkas ini berformat \"{name}\", yang tidak dapat dibaca; buka dengan program lembar kerja, simpan sebagai buku kerja Excel (.xlsx) atau \"CSV UTF-8\", lalu unggah lagi.", "The file has the format \"{name}\", which can't be read; open it in a spreadsheet program, save it as an Excel workbook (.xlsx) or \"CSV UTF-8\", and upload it again.";
    ImportRows: "Berkas memuat {found} baris; satu impor paling banyak {max} baris. Hapus baris yang tidak diperlukan, atau bagi berkas menjadi beberapa bagian.", "The file has {found} rows; an import may have at most {max}. Delete rows that are not needed, or split the file.";
    ImportMemory: "Isi berkas memerlukan memori {found} MiB; satu impor paling banyak {max} MiB. Hapus lembar, kolom dan baris yang tidak diperlukan, atau bagi berkas menjadi beberapa bagian.", "The content of the file needs {found} MiB of memory; an import may use at most {max} MiB. Delete sheets, columns and rows that are not needed, or split the file.";
    ImportUnpacked: "Isi buku kerja lebih dari {max} MiB setelah dibuka (sampai bagian {part}). Hapus baris dan kolom kosong yang berformat, atau simpan lembarnya sebagai CSV UTF-8.", "The workbook unpacks to more than {max} MiB (up to the part {part}). Delete empty rows and columns that have a format, or save the sheet as CSV UTF-8.";
    ImportColumns: "Baris judul memuat {found} kolom; paling banyak {max}. Hapus kolom yang tidak diperlukan.", "The header has {found} columns; at most {max} are allowed. Delete columns that are not needed.";
    ImportSheets: "Buku kerja memuat {found} lembar; paling banyak {max}. Hapus lembar yang tidak diperlukan.", "The workbook has {found} sheets; at most {max} are allowed. Delete sheets that are not needed.";
    ImportRecord: "Baris {row} lebih panjang dari {max} byte; periksa tanda kutip yang tidak ditutup di baris itu.", "Row {row} is longer than {max} bytes; look for a quotation mark in it that is not closed.";
    ImportDamaged: "Buku kerja tidak dapat dibaca (bagian {part}); simpan kembali sebagai buku kerja Excel (.xlsx), lalu unggah lagi.", "The workbook can't be read (part {part}); save it again as an Excel workbook (.xlsx) and upload it again.";
    ImportCharacter: "Kolom {field} memuat karakter kendali U+{code}, yang tidak dapat disimpan; ketik ulang isi selnya.", "Column {field} contains the control character U+{code}, which can't be stored; type the cell again.";
    ImportUnlisted: "{count} masalah pada baris ini tidak dirinci karena impor ini memiliki lebih dari {max} masalah; perbaiki dahulu yang dirinci, lalu periksa lagi.", "{count} problems of this row are not listed because the import has more than {max} problems; correct the listed ones first, then check again.";
    ImportsWaiting: "Anda memiliki {found} impor yang belum selesai; paling banyak {max}. Tunggu sampai salah satunya selesai.", "You have {found} imports that have not ended; at most {max} are allowed. Wait until one of them has ended.";
    UploadsOpen: "Anda memiliki {found} unggahan yang belum diterima; paling banyak {max}. Kirim berkasnya, atau tunggu {minutes} menit sampai alamatnya kedaluwarsa.", "You have {found} uploads that have not arrived; at most {max} are allowed. Send their files, or wait {minutes} minutes until their addresses expire.";
    UploadsBytes: "Dengan berkas ini, unggahan Anda berjumlah {found} MiB; paling banyak {max} MiB. Berkas dihapus {days} hari setelah diterima.", "With this file your uploads amount to {found} MiB; at most {max} MiB are allowed. A file is removed {days} days after it arrived.";
    ImportNotReceived: "Berkas belum diunggah.", "The file has not been uploaded.";
    ImportCrashed: "Server berhenti di tengah impor; tidak ada yang tersimpan. Jalankan kembali.", "The server stopped during the import; nothing was saved. Run the import again.";
}
