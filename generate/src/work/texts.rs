//! The texts of the work of each post.

use super::{PERCENT, Work};

const fn work(
    title: &'static str,
    indicator: &'static str,
    unit: &'static str,
    target: (i64, i64),
    activity: &'static str,
) -> Work {
    Work { title, indicator, unit, target, activity }
}

/// Additional work, outside the main duties. Anyone can get it.
pub(crate) const ADDITIONAL: [Work; 4] = [
    work(
        "Panitia peringatan hari jadi kota",
        "Rapat panitia yang dihadiri",
        "rapat",
        (4, 8),
        "Mengikuti rapat panitia hari jadi kota",
    ),
    work(
        "Tim reformasi birokrasi perangkat daerah",
        "Rencana aksi yang dilaporkan",
        "laporan",
        (4, 8),
        "Menyusun laporan rencana aksi reformasi birokrasi",
    ),
    work(
        "Gotong royong dan kebersihan lingkungan kantor",
        "Kegiatan gotong royong yang diikuti",
        "kegiatan",
        (8, 12),
        "Gotong royong membersihkan lingkungan kantor",
    ),
    work(
        "Pendamping magang siswa dan mahasiswa",
        "Peserta magang yang didampingi",
        "orang",
        (4, 8),
        "Mendampingi peserta magang menyelesaikan tugas",
    ),
];

pub(super) const CITY: [Work; 3] = [
    work(
        "Tata kelola pemerintahan kota yang akuntabel",
        "Perangkat daerah dengan nilai akuntabilitas minimal B",
        "perangkat daerah",
        (24, 30),
        "Memimpin rapat evaluasi akuntabilitas perangkat daerah",
    ),
    work(
        "Program prioritas wali kota yang terlaksana",
        "Program prioritas yang dikendalikan",
        "program",
        (12, 20),
        "Memimpin rapat pengendalian program prioritas",
    ),
    work(
        "Kepuasan masyarakat atas layanan kota",
        "Nilai survei kepuasan masyarakat",
        PERCENT,
        (80, 88),
        "Membahas hasil survei kepuasan masyarakat",
    ),
];

pub(super) const SCHOOL_HEAD: [Work; 4] = [
    work(
        "Mutu pembelajaran sekolah yang meningkat",
        "Murid sekolah yang mencapai ketuntasan belajar",
        PERCENT,
        (78, 88),
        "Supervisi kelas dan umpan balik kepada guru",
    ),
    work(
        "Sekolah yang aman dan nyaman bagi murid",
        "Kegiatan pencegahan perundungan",
        "kegiatan",
        (8, 16),
        "Memimpin kegiatan pencegahan perundungan di sekolah",
    ),
    work(
        "Pengelolaan dana BOS yang tertib",
        "Laporan dana BOS yang tepat waktu",
        "laporan",
        (4, 12),
        "Memeriksa laporan penggunaan dana BOS",
    ),
    work(
        "Kemitraan dengan orang tua murid",
        "Pertemuan dengan komite sekolah",
        "pertemuan",
        (4, 8),
        "Pertemuan dengan komite sekolah dan orang tua murid",
    ),
];

pub(super) const TEACHER: [Work; 5] = [
    work(
        "Pembelajaran yang bermutu dan berpusat pada murid",
        "Perangkat ajar yang disusun dan diterapkan",
        "perangkat ajar",
        (24, 48),
        "Menyusun perangkat ajar dan mengajar di kelas",
    ),
    work(
        "Capaian belajar murid yang meningkat",
        "Murid yang mencapai ketuntasan belajar",
        PERCENT,
        (78, 88),
        "Menilai tugas murid dan mengolah hasil belajar",
    ),
    work(
        "Pendampingan murid yang tertinggal",
        "Pertemuan remedial yang dilaksanakan",
        "pertemuan",
        (24, 48),
        "Mengajar remedial bagi murid yang tertinggal",
    ),
    work(
        "Penilaian hasil belajar yang tertib",
        "Penilaian sumatif yang diselesaikan",
        "penilaian",
        (16, 32),
        "Menyusun soal dan memeriksa penilaian sumatif",
    ),
    work(
        "Pengembangan diri dalam komunitas belajar guru",
        "Pertemuan komunitas belajar yang diikuti",
        "pertemuan",
        (16, 32),
        "Berbagi praktik baik di komunitas belajar guru",
    ),
];

pub(super) const HEALTH_CENTRE: [Work; 3] = [
    work(
        "Layanan kesehatan dasar yang merata",
        "Warga yang mendapat skrining kesehatan",
        "orang",
        (800, 1600),
        "Memimpin skrining kesehatan warga",
    ),
    work(
        "Imunisasi dasar lengkap",
        "Bayi dengan imunisasi dasar lengkap",
        PERCENT,
        (82, 90),
        "Memantau cakupan imunisasi di posyandu",
    ),
    work(
        "Puskesmas yang terakreditasi dengan baik",
        "Temuan akreditasi yang ditindaklanjuti",
        "temuan",
        (12, 24),
        "Rapat tindak lanjut temuan akreditasi",
    ),
];

pub(super) const DOCTOR: [Work; 4] = [
    work(
        "Pelayanan medis yang bermutu",
        "Pasien yang dilayani sesuai standar",
        "pasien",
        (1600, 3200),
        "Memeriksa dan mengobati pasien rawat jalan",
    ),
    work(
        "Rekam medis yang lengkap",
        "Rekam medis yang terisi lengkap",
        PERCENT,
        (82, 90),
        "Melengkapi rekam medis elektronik pasien",
    ),
    work(
        "Penyuluhan kesehatan kepada warga",
        "Penyuluhan yang dilaksanakan",
        "kegiatan",
        (8, 16),
        "Penyuluhan kesehatan di posyandu",
    ),
    work(
        "Audit kasus dan pembahasan klinis",
        "Kasus yang dibahas",
        "kasus",
        (12, 24),
        "Membahas kasus klinis bersama tim medis",
    ),
];

pub(super) const NURSE: [Work; 4] = [
    work(
        "Asuhan keperawatan yang bermutu",
        "Asuhan keperawatan yang didokumentasikan",
        "asuhan",
        (240, 600),
        "Memberi asuhan keperawatan dan mendokumentasikannya",
    ),
    work(
        "Keselamatan pasien yang terjaga",
        "Kepatuhan identifikasi pasien",
        PERCENT,
        (85, 92),
        "Memeriksa identitas pasien dan serah terima dinas",
    ),
    work(
        "Kunjungan rumah bagi pasien rentan",
        "Kunjungan rumah yang dilaksanakan",
        "kunjungan",
        (24, 60),
        "Kunjungan rumah pasien lanjut usia",
    ),
    work(
        "Edukasi pasien dan keluarga",
        "Edukasi kesehatan yang diberikan",
        "edukasi",
        (48, 120),
        "Memberi edukasi kesehatan kepada keluarga pasien",
    ),
];

pub(super) const HEALTH: [Work; 4] = [
    work(
        "Program kesehatan masyarakat yang terlaksana",
        "Program kesehatan yang dievaluasi",
        "program",
        (8, 16),
        "Mengevaluasi pelaksanaan program kesehatan",
    ),
    work(
        "Penurunan stunting",
        "Balita berisiko yang didampingi",
        "balita",
        (120, 320),
        "Memantau pendampingan balita berisiko stunting",
    ),
    work(
        "Ketersediaan obat dan alat kesehatan",
        "Obat esensial yang tersedia",
        PERCENT,
        (85, 92),
        "Memeriksa persediaan obat dan alat kesehatan",
    ),
    work(
        "Mutu layanan fasilitas kesehatan",
        "Pembinaan fasilitas kesehatan",
        "pembinaan",
        (8, 24),
        "Pembinaan mutu ke fasilitas kesehatan",
    ),
];

pub(super) const EDUCATION: [Work; 4] = [
    work(
        "Guru dan tenaga kependidikan yang kompeten",
        "Guru yang mengikuti pembinaan",
        "guru",
        (120, 400),
        "Menyiapkan pembinaan guru dan tenaga kependidikan",
    ),
    work(
        "Angka partisipasi sekolah yang terjaga",
        "Anak tidak sekolah yang kembali bersekolah",
        "anak",
        (16, 48),
        "Mendata anak tidak sekolah bersama kelurahan",
    ),
    work(
        "Data pokok pendidikan yang mutakhir",
        "Sekolah dengan data pokok yang valid",
        PERCENT,
        (85, 92),
        "Memeriksa data pokok pendidikan sekolah",
    ),
    work(
        "Mutu satuan pendidikan yang meningkat",
        "Sekolah yang didampingi",
        "sekolah",
        (12, 40),
        "Pendampingan perencanaan berbasis data di sekolah",
    ),
];

pub(super) const INSPECTION: [Work; 3] = [
    work(
        "Pengawasan internal yang efektif",
        "Laporan hasil pengawasan",
        "laporan",
        (12, 24),
        "Menyusun kertas kerja dan laporan hasil pengawasan",
    ),
    work(
        "Rekomendasi pengawasan yang ditindaklanjuti",
        "Rekomendasi yang selesai ditindaklanjuti",
        PERCENT,
        (80, 90),
        "Memantau tindak lanjut rekomendasi pengawasan",
    ),
    work(
        "Pencegahan korupsi di perangkat daerah",
        "Pendampingan pengelolaan risiko",
        "pendampingan",
        (8, 16),
        "Mendampingi perangkat daerah menyusun peta risiko",
    ),
];

pub(super) const PERSONNEL: [Work; 4] = [
    work(
        "Layanan kepegawaian yang tepat waktu",
        "Usul kenaikan pangkat yang diproses",
        "berkas",
        (80, 240),
        "Memeriksa berkas usul kenaikan pangkat",
    ),
    work(
        "Data pegawai yang mutakhir",
        "Data pegawai yang dimutakhirkan",
        "data",
        (200, 600),
        "Memutakhirkan data pegawai pada sistem informasi",
    ),
    work(
        "Pengembangan kompetensi pegawai",
        "Pelatihan yang diselenggarakan",
        "pelatihan",
        (8, 16),
        "Menyiapkan penyelenggaraan pelatihan pegawai",
    ),
    work(
        "Pengelolaan kinerja yang berjalan sesuai jadwal",
        "Pegawai yang dinilai tepat waktu",
        PERCENT,
        (85, 92),
        "Memantau penilaian kinerja perangkat daerah",
    ),
];

pub(super) const INFORMATICS: [Work; 4] = [
    work(
        "Aplikasi layanan publik yang andal",
        "Permintaan perbaikan aplikasi yang selesai",
        "permintaan",
        (24, 80),
        "Memperbaiki dan menguji aplikasi layanan",
    ),
    work(
        "Jaringan dan keamanan informasi yang terjaga",
        "Ketersediaan layanan jaringan",
        PERCENT,
        (86, 94),
        "Memantau jaringan dan menangani gangguan",
    ),
    work(
        "Data sektoral yang mutakhir",
        "Tabel data sektoral yang diperbarui",
        "tabel",
        (24, 60),
        "Memutakhirkan tabel data sektoral",
    ),
    work(
        "Pengguna aplikasi yang terampil",
        "Pendampingan pengguna yang dilaksanakan",
        "pendampingan",
        (12, 36),
        "Mendampingi pengguna aplikasi di perangkat daerah",
    ),
];

pub(super) const DISTRICT: [Work; 4] = [
    work(
        "Pelayanan warga yang cepat",
        "Surat keterangan yang diterbitkan",
        "surat",
        (200, 600),
        "Melayani warga di loket dan menerbitkan surat keterangan",
    ),
    work(
        "Ketenteraman dan ketertiban wilayah",
        "Pemantauan wilayah yang dilaksanakan",
        "kegiatan",
        (24, 48),
        "Memantau ketertiban wilayah bersama ketua RT dan RW",
    ),
    work(
        "Musyawarah perencanaan yang partisipatif",
        "Usulan warga yang diverifikasi",
        "usulan",
        (16, 60),
        "Memverifikasi usulan warga di lapangan",
    ),
    work(
        "Bantuan sosial yang tepat sasaran",
        "Data penerima bantuan yang diverifikasi",
        "data",
        (80, 240),
        "Memverifikasi data penerima bantuan sosial",
    ),
];

pub(super) const CLERK: [Work; 4] = [
    work(
        "Surat dan arsip yang tertata",
        "Arsip yang ditata",
        "boks",
        (16, 48),
        "Menata dan memberkaskan arsip",
    ),
    work(
        "Administrasi persuratan yang tertib",
        "Surat yang dicatat dan diteruskan",
        "surat",
        (240, 600),
        "Mencatat dan meneruskan surat masuk dan keluar",
    ),
    work(
        "Barang dan perlengkapan kantor yang tercatat",
        "Laporan persediaan barang",
        "laporan",
        (4, 12),
        "Menghitung persediaan barang dan menyusun laporan",
    ),
    work(
        "Administrasi kehadiran pegawai yang lengkap",
        "Rekap kehadiran bulanan",
        "rekap",
        (12, 12),
        "Merekap kehadiran pegawai",
    ),
];

pub(super) const OFFICE: [Work; 5] = [
    work(
        "Rencana kerja perangkat daerah yang selaras",
        "Dokumen perencanaan yang selesai",
        "dokumen",
        (4, 12),
        "Menyusun konsep dokumen perencanaan",
    ),
    work(
        "Telaahan dan rekomendasi kebijakan",
        "Telaahan staf yang disampaikan",
        "telaahan",
        (8, 24),
        "Menyusun telaahan staf untuk pimpinan",
    ),
    work(
        "Laporan kinerja yang tepat waktu",
        "Laporan kinerja yang disampaikan",
        "laporan",
        (4, 12),
        "Mengolah data dan menyusun laporan kinerja",
    ),
    work(
        "Layanan perangkat daerah yang memuaskan",
        "Permohonan yang diselesaikan tepat waktu",
        PERCENT,
        (82, 90),
        "Memeriksa dan menyelesaikan permohonan layanan",
    ),
    work(
        "Pembinaan dan sosialisasi kepada masyarakat",
        "Kegiatan pembinaan yang dilaksanakan",
        "kegiatan",
        (8, 24),
        "Melaksanakan pembinaan dan sosialisasi kepada warga",
    ),
];
