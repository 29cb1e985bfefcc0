//! Labels of plans, activities, feedback and recommendations.

use crate::{activity, correction, dialogue, feedback, objection, plan, recommendation, training};

labels! {
    plan::PlanStatus {
        Draft: "Draf", "Draft";
        Submitted: "Diajukan", "Submitted";
        Returned: "Dikembalikan", "Returned";
        Approved: "Disetujui", "Approved";
        Closed: "Ditutup", "Closed";
        Cancelled: "Dibatalkan", "Cancelled";
    }
    plan::RevisionStatus {
        Draft: "Draf", "Draft";
        Submitted: "Diajukan", "Submitted";
        Returned: "Dikembalikan", "Returned";
        Withdrawn: "Ditarik kembali", "Withdrawn";
        Approved: "Disetujui", "Approved";
        Replaced: "Digantikan", "Replaced";
    }
    objection::ObjectionStatus {
        Filed: "Diajukan, menunggu pemutus", "Filed, waits for a decider";
        Explanations: "Menunggu penjelasan dan putusan", "Waits for explanations and the decision";
        DecidedUpheld: "Diputus: hasil tetap", "Decided: the result stays";
        DecidedChanged: "Diputus: hasil diubah", "Decided: the result changed";
        Inadmissible: "Tidak dapat diterima", "Inadmissible";
        Withdrawn: "Dicabut", "Withdrawn";
    }
    plan::Approach {
        Quantitative: "Kuantitatif", "Quantitative";
        Qualitative: "Kualitatif", "Qualitative";
    }
    plan::ResultKind {
        Main: "Utama", "Main";
        Additional: "Tambahan", "Additional";
    }
    plan::Aspect {
        Quantity: "Kuantitas", "Quantity";
        Quality: "Kualitas", "Quality";
        Time: "Waktu", "Time";
        Cost: "Biaya", "Cost";
    }
    plan::Perspective {
        ServiceRecipient: "Penerima Layanan", "Service recipient";
        BusinessProcess: "Proses Bisnis", "Business process";
        InternalStrengthening: "Penguatan Internal", "Internal strengthening";
        Budget: "Anggaran", "Budget";
    }
    plan::Direction {
        HigherIsBetter: "Makin tinggi makin baik", "Higher is better";
        LowerIsBetter: "Makin rendah makin baik", "Lower is better";
    }
    activity::ActivityStatus {
        Draft: "Draf", "Draft";
        Submitted: "Diajukan", "Submitted";
        Approved: "Disetujui", "Approved";
        Returned: "Dikembalikan", "Returned";
        Discarded: "Dibuang", "Discarded";
    }
    activity::EvidenceKind {
        Link: "Tautan", "Link";
        File: "Berkas", "File";
    }
    activity::MarkKind {
        SameFile: "Berkas yang sama", "Same file";
        SameText: "Teks yang sama", "Same text";
        Overlap: "Waktu bertumpang tindih", "Overlapping hours";
        Late: "Terlambat", "Late";
        ClaimedTime: "Waktu pencatatan berbeda", "Time of entry differs";
        LinkCanChange: "Tautan dapat berubah", "Link can change";
    }
    feedback::FeedbackKind {
        Result: "Hasil kerja", "Result";
        Activity: "Kegiatan", "Activity";
        Behaviour: "Perilaku kerja", "Behaviour";
        General: "Umum", "General";
    }
    feedback::FeedbackDirection {
        Superior: "Atasan", "Superior";
        Peer: "Rekan kerja", "Colleague";
        Subordinate: "Bawahan", "Subordinate";
        Own: "Diri sendiri", "Self";
    }
    feedback::RequestStatus {
        Requested: "Diminta", "Asked";
        Given: "Diberikan", "Given";
        Declined: "Ditolak", "Declined";
    }
    dialogue::DialogueKind {
        PerformanceDialogue: "Dialog kinerja", "Performance dialogue";
        Coaching: "Bimbingan kinerja", "Coaching";
        Counselling: "Konseling kinerja", "Counselling";
    }
    dialogue::DialogueParty {
        Employee: "Pegawai", "Employee";
        Superior: "Atasan", "Superior";
    }
    training::TrainingStatus {
        Recorded: "Dicatat, menunggu verifikasi", "Recorded, waits for verification";
        Verified: "Terverifikasi", "Verified";
        Refused: "Ditolak", "Refused";
        Withdrawn: "Dicabut", "Withdrawn";
    }
    correction::CorrectionStatus {
        Requested: "Diminta, menunggu jawaban", "Requested, waits for an answer";
        Fixed: "Diperbaiki", "Fixed";
        Declined: "Ditolak", "Declined";
        Withdrawn: "Dicabut", "Withdrawn";
    }
    correction::CorrectionSubject {
        Superior: "Atasan", "Superior";
        Unit: "Unit", "Unit";
        Position: "Jabatan", "Position";
        Rank: "Golongan", "Rank";
        Employment: "Jenis kepegawaian", "Employment kind";
        Name: "Nama", "Name";
        Nip: "NIP", "NIP";
    }
    correction::CorrectionOutcome {
        Fixed: "Diperbaiki", "Fixed";
        Declined: "Ditolak", "Declined";
    }
    recommendation::RecommendationKind {
        Promotion: "Promosi", "Promotion";
        TalentPool: "Kelompok rencana suksesi", "Talent pool";
        Training: "Pengembangan kompetensi", "Training";
        Rotation: "Rotasi", "Rotation";
        Coaching: "Bimbingan kinerja", "Coaching";
        ImprovementPlan: "Rencana perbaikan kinerja", "Improvement plan";
        Reward: "Penghargaan", "Reward";
        Other: "Lainnya", "Other";
    }
    recommendation::RecommendationResponsible {
        Rater: "Pejabat penilai", "Rater";
        PerformanceTeam: "Tim pengelola kinerja", "Performance team";
    }
    recommendation::RecommendationStatus {
        Open: "Belum ditindaklanjuti", "Open";
        FollowedUp: "Ditindaklanjuti", "Followed up";
        Declined: "Tidak ditindaklanjuti", "Declined";
    }
    recommendation::RecommendationOutcome {
        FollowedUp: "Ditindaklanjuti", "Followed up";
        Declined: "Tidak ditindaklanjuti", "Declined";
    }
}
