//! Labels of journal entries.

use crate::event;

labels! {
    event::EventKind {
        RoleGranted: "Peran diberikan", "Role granted";
        RoleRevoked: "Peran dicabut", "Role revoked";
        ActivationCodeIssued: "Kode aktivasi diterbitkan", "Activation code issued";
        AccountActivated: "Akun diaktifkan", "Account activated";
        PasswordChanged: "Kata sandi diganti", "Password changed";
        AccountReset: "Kata sandi dicabut", "Password taken";
        ApiKeyCreated: "Kunci API dibuat", "API key created";
        ApiKeyRevoked: "Kunci API dicabut", "API key revoked";
        OrgUnitCreated: "Unit dibuat", "Unit created";
        OrgUnitUpdated: "Unit diubah", "Unit updated";
        OrgUnitPredicateSet: "Predikat unit ditetapkan", "Unit predicate set";
        PositionCreated: "Jabatan dibuat", "Position created";
        PositionUpdated: "Jabatan diubah", "Position updated";
        StaffCreated: "Pegawai ditambahkan", "Person added";
        StaffUpdated: "Data pegawai diubah", "Person updated";
        StaffTransferred: "Pegawai dipindahkan", "Person transferred";
        StaffEnded: "Pegawai berhenti", "Person left";
        StaffReinstated: "Pegawai diaktifkan kembali", "Person reinstated";
        AssignmentOpened: "Penempatan dimulai", "Assignment opened";
        AssignmentUpdated: "Penempatan diubah", "Assignment updated";
        AssignmentClosed: "Penempatan berakhir", "Assignment closed";
        AssignmentReopened: "Penempatan dilanjutkan", "Assignment reopened";
        SuperiorAssigned: "Atasan ditetapkan", "Superior assigned";
        Delegated: "Wewenang dilimpahkan", "Powers delegated";
        DelegationUpdated: "Pelimpahan diubah", "Delegation changed";
        DelegationEnded: "Pelimpahan berakhir", "Delegation ended";
        ChangeScheduled: "Perubahan dijadwalkan", "Change scheduled";
        ScheduledChangeApplied: "Perubahan terjadwal berlaku", "Scheduled change in force";
        ScheduledChangeCancelled: "Perubahan terjadwal dibatalkan", "Scheduled change cancelled";
        ScheduledChangeFailed: "Perubahan terjadwal gagal", "Scheduled change failed";
        CriteriaSet: "Kriteria ditetapkan", "Criteria set";
        PeriodOpened: "Periode dibuka", "Period opened";
        PeriodUpdated: "Periode diubah", "Period changed";
        PeriodClosed: "Periode ditutup", "Period closed";
        PeriodReopened: "Periode dibuka kembali", "Period reopened";
        PlanCreated: "SKP dibuat", "Plan created";
        PlanUpdated: "SKP diubah", "Plan updated";
        PlanSubmitted: "SKP diajukan", "Plan submitted";
        PlanWithdrawn: "SKP ditarik kembali", "Plan withdrawn";
        PlanReviewed: "SKP ditinjau", "Plan reviewed";
        PlanRevised: "Revisi SKP dimulai", "Revision started";
        PlanResultLinked: "Rencana hasil kerja ditautkan", "Result row linked";
        PlanCancelled: "SKP dibatalkan", "Plan cancelled";
        PlanClosed: "SKP ditutup", "Plan closed";
        PlanReopened: "SKP berlaku kembali", "Plan reopened";
        RaterRenewed: "Pejabat penilai diperbarui", "Rater changed";
        ActivityRecorded: "Kegiatan dicatat", "Activity recorded";
        ActivityUpdated: "Kegiatan diperbaiki", "Activity corrected";
        ActivitySubmitted: "Kegiatan diajukan", "Activity submitted";
        ActivityReviewed: "Kegiatan ditinjau", "Activity reviewed";
        ActivityDiscarded: "Draf kegiatan dibuang", "Draft of an activity discarded";
        ActivityWithdrawn: "Kegiatan ditarik kembali", "Activity withdrawn";
        ActivityReopened: "Kegiatan dibuka kembali", "Activity reopened";
        EvaluationOpened: "Evaluasi dibuka", "Evaluation opened";
        RealisationReported: "Realisasi dilaporkan", "Realisation reported";
        EvaluationRated: "Draf penilaian disimpan", "Draft of ratings saved";
        EvaluationFinalised: "Penilaian difinalkan", "Evaluation finalised";
        EvaluationDelivered: "Hasil diserahkan", "Result delivered";
        EvaluationAcknowledged: "Hasil diterima", "Result acknowledged";
        EvaluationDeemedAccepted: "Hasil dianggap diterima", "Result deemed accepted";
        EvaluationSigned: "Dokumen ditandatangani", "Document signed";
        EvaluationClosed: "Evaluasi ditutup", "Evaluation closed";
        EvaluationReopened: "Evaluasi dibuka kembali", "Evaluation reopened";
        EvaluationCancelled: "Evaluasi dibatalkan", "Evaluation cancelled";
        EvaluationRestored: "Evaluasi dipulihkan", "Evaluation restored";
        FeedbackGiven: "Umpan balik diberikan", "Feedback given";
        RecommendationMade: "Rekomendasi dibuat", "Recommendation made";
        RegulationAdded: "Peraturan ditambahkan", "Regulation added";
        EntryErased: "Isi entri dihapus", "Entry content erased";
    }
    event::SubjectKind {
        RoleGrant: "Pemberian peran", "Role grant";
        Account: "Akun", "Account";
        ApiKey: "Kunci API", "API key";
        OrgUnit: "Unit", "Unit";
        UnitPredicate: "Predikat unit", "Unit predicate";
        Position: "Jabatan", "Position";
        Staff: "Pegawai", "Person";
        Assignment: "Penempatan", "Assignment";
        Delegation: "Pelimpahan wewenang", "Delegation";
        ScheduledChange: "Perubahan terjadwal", "Scheduled change";
        CriteriaSet: "Kriteria", "Criteria";
        Period: "Periode", "Period";
        Plan: "SKP", "Plan";
        Activity: "Kegiatan", "Activity";
        Evaluation: "Evaluasi", "Evaluation";
        Feedback: "Umpan balik", "Feedback";
        Recommendation: "Rekomendasi", "Recommendation";
        Regulation: "Peraturan", "Regulation";
        Entry: "Entri jurnal", "Journal entry";
    }
}
