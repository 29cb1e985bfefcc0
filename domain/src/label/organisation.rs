//! Labels of people, units, periods, roles and imports.

use crate::{
    access, actor, assignment, consequence, disclosure, import, period, roster, scheduled, staff, unit,
};

labels! {
    staff::EmploymentKind {
        Pns: "PNS", "Civil servant";
        Cpns: "CPNS", "Civil servant on probation";
        Pppk: "PPPK", "Contract employee";
        PppkPartTime: "PPPK paruh waktu", "Part-time contract employee";
        NonAsn: "Non-ASN", "Not a civil servant";
    }
    staff::StaffStatus {
        Active: "Aktif", "Active";
        Ended: "Berhenti", "Left";
    }
    staff::PositionKind {
        JptUtama: "JPT Utama", "Top leadership";
        JptMadya: "JPT Madya", "Senior leadership";
        JptPratama: "JPT Pratama", "Leadership";
        Administrator: "Administrator", "Administrator";
        Supervisor: "Pengawas", "Supervisor";
        Implementer: "Pelaksana", "Implementer";
        Functional: "Fungsional", "Functional";
        Political: "Jabatan politik", "Political office";
    }
    unit::UnitKind {
        Agency: "Instansi", "Agency";
        Opd: "OPD", "Department";
        Bidang: "Bidang/Bagian", "Division";
        Subbag: "Subbagian/Seksi", "Section";
        Uptd: "UPTD", "Technical unit";
        School: "Sekolah", "School";
        Puskesmas: "Puskesmas", "Health centre";
        Kecamatan: "Kecamatan", "District";
        Kelurahan: "Kelurahan", "Subdistrict";
        Other: "Lainnya", "Other";
    }
    assignment::Capacity {
        Definitive: "Definitif", "Definitive";
        Plt: "Plt", "Acting (vacant post)";
        Plh: "Plh", "Acting (holder away)";
    }
    period::Cycle {
        Monthly: "Bulanan", "Monthly";
        Quarterly: "Triwulanan", "Quarterly";
    }
    period::PeriodStatus {
        Open: "Terbuka", "Open";
        Closed: "Ditutup", "Closed";
    }
    period::Unfinished {
        PlanMissing: "Pegawai tanpa SKP", "People without a plan";
        PlanNotApproved: "SKP belum disetujui", "Plans not approved";
        ActivityNotReviewed: "Kegiatan belum ditinjau", "Activities not reviewed";
        EvaluationNotReported: "Evaluasi belum dilaporkan", "Evaluations not reported";
        EvaluationNotRated: "Evaluasi belum dinilai", "Evaluations not rated";
        EvaluationNotFinal: "Penilaian belum final", "Ratings not final";
    }
    access::AccessKind {
        RatingRead: "Penilaian dibaca", "Ratings read";
        FeedbackRead: "Umpan balik dibaca", "Feedback read";
        ObjectionRead: "Keberatan dibaca", "Objection read";
        DialogueRead: "Dialog dibaca", "Dialogue read";
        Refused: "Akses ditolak", "Access refused";
    }
    disclosure::HiddenReason {
        FewPeople: "Terlalu sedikit orang", "Too few people";
        PeriodOpen: "Periode belum pernah ditutup", "Period not closed yet";
    }
    actor::Role {
        Employee: "Pegawai", "Employee";
        PerformanceTeam: "Tim Pengelola Kinerja", "Performance team";
        Admin: "Admin", "Admin";
        Auditor: "Auditor", "Auditor";
        Reporting: "Pelaporan", "Reporting";
    }
    roster::ProblemKind {
        NoSuperior: "Belum ada atasan", "No superior";
        SuperiorGone: "Atasan tidak menjabat", "Superior not in post";
        SuperiorLoop: "Rantai atasan melingkar", "Loop of superiors";
        TwoHeads: "Pimpinan unit ganda", "Several heads of a unit";
        NobodyCanAct: "Tidak ada yang berwenang menilai", "Nobody can act";
        ChangeFailed: "Perubahan terjadwal gagal", "Scheduled change failed";
    }
    consequence::ConsequenceKind {
        StaffEnded: "Pegawai berhenti", "Person leaves";
        AssignmentOpened: "Penempatan dimulai", "Assignment begins";
        AssignmentClosed: "Penempatan berakhir", "Assignment ends";
        SuperiorAssigned: "Atasan berganti", "Superior changes";
        Delegated: "Wewenang dilimpahkan", "Powers delegated";
        DelegationUpdated: "Pelimpahan berubah", "Delegation changes";
        DelegationEnded: "Pelimpahan berakhir", "Delegation ends";
        PlanClosed: "SKP ditutup", "Plan closes";
        PlanCancelled: "SKP dibatalkan", "Plan cancelled";
        EvaluationCancelled: "Evaluasi dibatalkan", "Evaluation cancelled";
        EvaluationKept: "Evaluasi tetap", "Evaluation stays";
        RaterRenewed: "Pejabat penilai berganti", "Rater changes";
        StaffReinstated: "Pegawai aktif kembali", "Person reinstated";
        AssignmentReopened: "Penempatan dilanjutkan", "Assignment continues";
        PlanReopened: "SKP berlaku kembali", "Plan in force again";
        EvaluationRestored: "Evaluasi dipulihkan", "Evaluation restored";
        RosterGap: "Masalah susunan atasan", "Gap in the chain of command";
        AccessReset: "Akses diatur ulang", "Access reset";
        ChangeScheduled: "Perubahan dijadwalkan", "Change scheduled";
        ScheduledChangeCancelled: "Perubahan terjadwal dibatalkan", "Scheduled change cancelled";
        DataChanged: "Data berubah", "Data changes";
    }
    scheduled::ScheduledStatus {
        Scheduled: "Terjadwal", "Scheduled";
        Applied: "Berlaku", "In force";
        Cancelled: "Dibatalkan", "Cancelled";
        Failed: "Gagal", "Failed";
    }
    scheduled::ScheduledKind {
        Transfer: "Mutasi", "Transfer";
        Superior: "Atasan baru", "New superior";
        Ending: "Berhenti", "Person leaves";
    }
    import::RowKind {
        Unit: "Unit", "Units";
        Position: "Jabatan", "Positions";
        Staff: "Pegawai", "Staff";
        Superior: "Atasan", "Superiors";
        Other: "Lembar lain", "Other sheet";
    }
    import::Fixer {
        Importer: "Pembuat berkas", "Author of the file";
        UnitAdmin: "Admin unit", "Admin of the unit";
        PersonnelAgency: "Badan kepegawaian", "Personnel agency";
    }
    import::Severity {
        Error: "Kesalahan", "Error";
        Warning: "Peringatan", "Warning";
    }
}
