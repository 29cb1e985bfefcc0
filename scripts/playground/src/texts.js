// The sentences of the page, in both languages. Ready operations bring their titles with them.
export const TEXTS = {
  id: {
    bar: "Masuk dan contoh", user: "NIP atau nama pengguna", password: "Kata sandi", login: "Masuk", logout: "Keluar",
    as: "Masuk sebagai", key: "Kunci API", useKey: "Pakai kunci", withKey: "dengan kunci API",
    withPassword: "dengan kata sandi", choose: "Contoh operasi", failed: "Server tidak menjawab",
    expired: "Sesi berakhir, silakan masuk lagi", language: "Bahasa",
    groups: { employee: "Pegawai", superior: "Atasan", reporting: "Pelaporan", public: "Tanpa login" },
    demo: "Demo, masuk sebagai",
    personas: {
      EMPLOYEE: "pegawai", SUPERIOR: "atasan", UNIT_HEAD: "kepala unit", PERFORMANCE_TEAM: "tim kinerja", ADMIN: "admin",
      AUDITOR: "auditor", MAYOR: "wali kota", REPORTING: "alat pelaporan",
    },
    panes: { query: "Operasi", variables: "Variabel", result: "Hasil", docs: "Skema" }, paneList: "Panel",
    run: "Jalankan", stop: "Berhenti",
    request: "Permintaan", copyCurl: "Salin sebagai curl", copyLink: "Salin tautan", withToken: "dengan token saya",
    copied: "Tersalin.", copiedToken: "Tersalin dengan token Anda; siapa pun yang melihatnya dapat bertindak sebagai Anda.",
    copiedWithout: "Tersalin tanpa kata sandi dan token.", notCopied: "Browser menolak menyalin; salin teks ini:",
    took: (milliseconds, bytes, status) => `${milliseconds} ms · ${bytes} · HTTP ${status}`,
    stream: "Butir aliran, terbaru di atas", waiting: "Menunggu butir pertama…",
    waitingMine: "Butir datang saat orang lain mengubah SKP, kegiatan, atau hasil Anda.",
    waitingDemo: "Di demo, rekan kerja mengubah milik pegawai setiap beberapa detik (tidak dengan --quiet). Untuk "
      + "melihatnya, masuk sebagai pegawai lalu jalankan lagi.", running: "Aliran terbuka",
    ended: "Aliran berakhir", stopped: "Aliran dihentikan", dropped: (count) => `${count} butir lama tidak ditampilkan lagi`,
    items: (count) => `${count} butir`, stopStream: "Hentikan aliran", clear: "Kosongkan",
    notSent: "Tidak dikirim", filled: "Variabel sudah diisi.",
    needsEmployee: "Masuk dahulu sebagai pegawai (di demo: pegawai). Kunci API tidak punya SKP.",
    needsSuperior: "Masuk dahulu sebagai atasan (di demo: atasan). Kunci API tidak punya bawahan.",
    needsReporter: "Masuk dahulu sebagai orang yang boleh membaca angka suatu unit, atau pakai kunci API pelaporan "
      + "(di demo: kepala unit, tim kinerja, admin, auditor, wali kota, alat pelaporan).",
    noReport: "Angka suatu unit hanya untuk kepala unit itu dan kepala di atasnya, tim pengelola kinerja, admin, auditor, dan "
      + "kunci API pelaporan (di demo: kepala unit, tim kinerja, admin, auditor, wali kota, alat pelaporan).",
    outcomeHidden: "Kunci API tidak melihat angka tentang sedikit orang, dan hanya sedikit orang punya kesenjangan dan "
      + "pelatihan. Masuk sebagai kepala unit, tim pengelola kinerja, admin, atau auditor (di demo juga: wali kota).",
    correctionWaits: "Permintaan perbaikan jabatan Anda masih menunggu jawaban; contoh \"Perbaikan data saya\" menunjukkannya.",
    noQuarterResult: "Anda belum punya hasil triwulan yang final. Masuk sebagai pegawai lain (di demo: pegawai).",
    noApprovedPlan: "Anda tidak punya SKP yang disetujui untuk tahun ini. Masuk sebagai pegawai lain (di demo: pegawai).",
    noSubmittedPlan: "Tidak ada SKP bawahan yang menunggu persetujuan Anda. Masuk sebagai atasan yang SKP bawahannya sudah "
      + "diajukan; di demo yang baru dibuat beberapa SKP menunggu atasan.",
    noSubordinate: "Anda tidak punya bawahan dengan SKP yang disetujui. Masuk sebagai atasan (di demo: atasan).",
    noColleague: "Tidak ada rekan kerja atau atasan langsung. Masuk sebagai pegawai (di demo: pegawai).",
    noPeriod: "Belum ada periode penilaian.",
    lookup: "Variabel tidak dapat dicari",
  },
  en: {
    bar: "Login and examples", user: "NIP or user name", password: "Password", login: "Log in", logout: "Log out",
    as: "Logged in as", key: "API key", useKey: "Use key", withKey: "with an API key",
    withPassword: "with a password", choose: "Example operations", failed: "The server does not answer",
    expired: "Your session has ended, log in again", language: "Language",
    groups: { employee: "Employee", superior: "Superior", reporting: "Reporting tool", public: "Without a login" },
    demo: "Demo, log in as",
    personas: {
      EMPLOYEE: "employee", SUPERIOR: "superior", UNIT_HEAD: "head of unit", PERFORMANCE_TEAM: "performance team",
      ADMIN: "admin", AUDITOR: "auditor", MAYOR: "mayor", REPORTING: "reporting tool",
    },
    panes: { query: "Operation", variables: "Variables", result: "Result", docs: "Schema" }, paneList: "Panes",
    run: "Run", stop: "Stop",
    request: "Request", copyCurl: "Copy as curl", copyLink: "Copy link", withToken: "with my token",
    copied: "Copied.", copiedToken: "Copied with your token; everyone who sees it can act as you.",
    copiedWithout: "Copied without passwords and tokens.", notCopied: "The browser refused to copy; copy this text:",
    took: (milliseconds, bytes, status) => `${milliseconds} ms · ${bytes} · HTTP ${status}`,
    stream: "Items of the stream, newest first", waiting: "Waiting for the first item…",
    waitingMine: "An item arrives when somebody else changes a plan, an activity or a result of yours.",
    waitingDemo: "In the demo, colleagues change something of the employee every few seconds (not with --quiet). To see "
      + "that, log in as the employee and run this again.", running: "The stream is open",
    ended: "The stream has ended", stopped: "The stream was stopped",
    dropped: (count) => `${count} older items are no longer shown`,
    items: (count) => (count === 1 ? "1 item" : `${count} items`), stopStream: "Stop the stream", clear: "Clear",
    notSent: "Not sent", filled: "The variables are filled in.",
    needsEmployee: "Log in as an employee first (in the demo: employee). An API key has no plan.",
    needsSuperior: "Log in as a superior first (in the demo: superior). An API key has no subordinates.",
    needsReporter: "Log in as somebody who may read the figures of a unit first, or use an API key for reports (in the demo: "
      + "head of unit, performance team, admin, auditor, mayor, reporting tool).",
    noReport: "The figures of a unit are only for its head and the heads above, the performance team, admins, auditors, and "
      + "API keys for reports (in the demo: head of unit, performance team, admin, auditor, mayor, reporting tool).",
    outcomeHidden: "An API key sees no figures about few people, and few people have a gap and a training. Log in as the head "
      + "of a unit, the performance team, an admin or an auditor (in the demo also: mayor).",
    correctionWaits: "Your request for a correction of your position still waits; the example \"My corrections\" shows it.",
    noQuarterResult: "You have no final result of a quarter yet. Log in as another employee (in the demo: employee).",
    noApprovedPlan: "You have no approved plan for this year. Log in as another employee (in the demo: employee).",
    noSubmittedPlan: "No subordinate's plan waits for your approval. Log in as a superior whose subordinate has submitted "
      + "a plan; in a new demo some wait for the superior.",
    noSubordinate: "You have no subordinate with an approved plan. Log in as a superior (in the demo: superior).",
    noColleague: "You have neither colleagues nor a direct superior. Log in as an employee (in the demo: employee).",
    noPeriod: "There is no rating period yet.",
    lookup: "The variables could not be looked up",
  },
};
