//! Labels of actions, as a button would show them.

use crate::action;

labels! {
    action::Action {
        UpdatePlan: "Ubah SKP", "Change the plan";
        SubmitPlan: "Ajukan SKP", "Submit the plan";
        WithdrawPlan: "Tarik kembali SKP", "Withdraw the plan";
        ReviewPlan: "Tinjau SKP", "Review the plan";
        RevisePlan: "Revisi SKP", "Revise the plan";
        LinkPlanResult: "Tautkan rencana hasil kerja", "Link a result row";
        CancelPlan: "Batalkan SKP", "Cancel the plan";
        ClosePlan: "Tutup SKP", "Close the plan";
        GiveFeedback: "Beri umpan balik", "Give feedback";
        RecordActivities: "Catat kegiatan", "Record activities";
        SubmitActivities: "Ajukan kegiatan", "Submit activities";
        ReviewActivities: "Tinjau kegiatan", "Review activities";
        DiscardActivities: "Buang draf kegiatan", "Discard drafts of activities";
        WithdrawActivities: "Tarik kembali kegiatan", "Withdraw activities";
        ReopenActivities: "Buka kembali kegiatan", "Reopen activities";
        ReportRealisation: "Laporkan realisasi", "Report realisations";
        RateEvaluation: "Beri penilaian", "Rate";
        FinaliseEvaluation: "Finalkan penilaian", "Finalise the ratings";
        DeliverEvaluation: "Serahkan hasil evaluasi", "Deliver the result";
        AcknowledgeEvaluation: "Terima hasil evaluasi", "Acknowledge the result";
        SignEvaluation: "Tanda tangani dokumen evaluasi", "Sign the document";
        CloseEvaluation: "Tutup evaluasi", "Close the evaluation";
        ReopenEvaluation: "Buka kembali evaluasi", "Reopen the evaluation";
        MakeRecommendation: "Buat rekomendasi", "Make a recommendation";
        CreateOrgUnit: "Buat unit", "Create a unit";
        UpdateOrgUnit: "Ubah unit", "Change the unit";
        UpdatePosition: "Ubah jabatan", "Change a position";
        CreateStaff: "Tambah pegawai", "Add a person";
        UpdateStaff: "Ubah data pegawai", "Change the person's data";
        TransferStaff: "Pindahkan pegawai", "Transfer the person";
        EndStaff: "Akhiri masa kerja", "End the employment";
        ReinstateStaff: "Aktifkan kembali pegawai", "Reinstate the person";
        CancelScheduledChange: "Batalkan perubahan terjadwal", "Cancel the scheduled change";
        AssignSuperior: "Tetapkan atasan", "Assign a superior";
        CreateDelegation: "Limpahkan wewenang", "Delegate powers";
        UpdateDelegation: "Ubah pelimpahan wewenang", "Change the delegation";
        EndDelegation: "Akhiri pelimpahan wewenang", "End the delegation";
        SetCriteria: "Tetapkan kriteria", "Set criteria";
        OpenPeriod: "Buka periode", "Open a period";
        UpdatePeriod: "Ubah periode", "Change the period";
        ClosePeriod: "Tutup periode", "Close the period";
        ReopenPeriod: "Buka kembali periode", "Reopen the period";
        SetOrgUnitPredicate: "Tetapkan predikat unit", "Set the unit's predicate";
        ImportOrganisation: "Impor organisasi", "Import the organisation";
        AddRegulation: "Tambah peraturan", "Add a regulation";
    }
}
