//! Labels of evaluations and regulations.

use crate::{evaluation, rating, regulation, scoring};

labels! {
    evaluation::EvaluationKind {
        Periodic: "Periodik", "Periodic";
        Annual: "Tahunan", "Annual";
    }
    evaluation::EvaluationStatus {
        Open: "Terbuka", "Open";
        SelfReported: "Realisasi dilaporkan", "Reported";
        RatedDraft: "Draf penilaian", "Draft of ratings";
        Final: "Final", "Final";
        Delivered: "Diserahkan", "Delivered";
        Acknowledged: "Diterima", "Acknowledged";
        DeemedAccepted: "Dianggap diterima", "Deemed accepted";
        Objected: "Keberatan", "Objected";
        Decided: "Diputuskan", "Decided";
        Cancelled: "Dibatalkan", "Cancelled";
        Closed: "Ditutup", "Closed";
    }
    rating::Expectation {
        Above: "Di atas ekspektasi", "Above expectation";
        AsExpected: "Sesuai ekspektasi", "As expected";
        Below: "Di bawah ekspektasi", "Below expectation";
    }
    rating::Predicate {
        VeryGood: "Sangat Baik", "Very good";
        Good: "Baik", "Good";
        NeedsImprovement: "Butuh Perbaikan", "Needs improvement";
        Poor: "Kurang", "Poor";
        VeryPoor: "Sangat Kurang", "Very poor";
    }
    rating::OrgUnitPredicate {
        Outstanding: "Istimewa", "Outstanding";
        Good: "Baik", "Good";
        NeedsImprovement: "Butuh Perbaikan", "Needs improvement";
        Poor: "Kurang", "Poor";
        VeryPoor: "Sangat Kurang", "Very poor";
    }
    evaluation::Party {
        Employee: "Pegawai yang dinilai", "Employee";
        Rater: "Pejabat penilai", "Rater";
        RatersSuperior: "Atasan pejabat penilai", "Rater's superior";
    }
    regulation::Scheme {
        RatingMatrix: "Matriks rating", "Rating matrix";
        Numeric: "Nilai angka", "Numeric score";
    }
    regulation::Confidence {
        Certain: "Pasti", "Certain";
        Uncertain: "Belum pasti", "Uncertain";
    }
    regulation::LimitRule {
        AtMost: "Paling banyak", "At most";
        AtLeast: "Paling sedikit", "At least";
        AtLeastPeople: "Paling sedikit (orang)", "At least (people)";
        Largest: "Sebagian besar", "Largest class";
    }
    regulation::ResultGroup {
        Agreement: "Perjanjian kinerja dan direktif", "Performance agreement and directives";
        Initiative: "Rencana aksi dan inisiatif strategis", "Action plans and strategic initiatives";
    }
    regulation::AssignmentScope {
        SameUnit: "Dalam satu unit", "Within the unit";
        BetweenUnits: "Antarunit", "Between units";
        BetweenAgencies: "Antarinstansi", "Between agencies";
    }
    scoring::CountsFor {
        Results: "Hasil kerja", "Results";
        Behaviour: "Perilaku kerja", "Behaviour";
    }
}
