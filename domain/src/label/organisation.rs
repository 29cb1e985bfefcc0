//! Labels of people, units, periods, roles and imports.

use crate::{actor, assignment, import, period, staff, unit};

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
        PlanNotApproved: "SKP belum disetujui", "Plans not approved";
        ActivityNotReviewed: "Kegiatan belum ditinjau", "Activities not reviewed";
        EvaluationNotReported: "Evaluasi belum dilaporkan", "Evaluations not reported";
        EvaluationNotRated: "Evaluasi belum dinilai", "Evaluations not rated";
        EvaluationNotFinal: "Penilaian belum final", "Ratings not final";
    }
    actor::Role {
        Employee: "Pegawai", "Employee";
        PerformanceTeam: "Tim Pengelola Kinerja", "Performance team";
        Admin: "Admin", "Admin";
        Auditor: "Auditor", "Auditor";
        Reporting: "Pelaporan", "Reporting";
    }
    import::RowKind {
        Unit: "Unit", "Units";
        Position: "Jabatan", "Positions";
        Staff: "Pegawai", "Staff";
        Superior: "Atasan", "Superiors";
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
