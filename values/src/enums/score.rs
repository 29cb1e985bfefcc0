//! Enumerations of the nodes of an explanation.

use super::named;
use async_graphql::{Enum, SimpleObject};

/// A rule of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ScoreRule {
    /// A rating given by the rater.
    Rating,
    /// The result rating of a unit's head, derived from the unit's predicate.
    UnitHead,
    /// A rating suggested from the mean achievement of the children.
    Suggested,
    /// The predicate for two ratings by the matrix.
    Matrix,
    /// A figure given as input.
    Given,
    /// The mean of the children.
    Mean,
    /// The weighted sum of the children.
    WeightedSum,
    /// The score of results: main results, additional results and training points.
    Results,
    /// The score of a senior executive's results in a part of the year.
    LeaderInPart,
    /// The points of an additional result.
    Additional,
    /// The score of an achievement by its band.
    Band,
    /// The achievement of an indicator against its target, in percent.
    Achievement,
    /// The predicate of a score.
    PredicateBand,
    /// The credit points of one segment.
    Credit,
    /// The sum of credit points, rounded once.
    CreditSum,
    /// The mean of scores weighted by months.
    MonthWeighted,
    /// The predicate of a part of the year.
    Segment,
    /// The predicate of the last part of the year, which its child explains.
    OwnSegment,
    /// A part of the year that does not count.
    LeftOut,
    /// The last rater's decision on a year with several predicates.
    Decision,
    /// The predicate of the mean of a year's scores, weighted by months.
    YearBand,
    /// Recognised training.
    Training,
}

/// Kind of node of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ScoreNodeKind {
    /// The predicate.
    Predicate,
    /// The score.
    Total,
    /// The rating of the results.
    ResultRating,
    /// The rating of the behaviour.
    BehaviourRating,
    /// The score of the results.
    Results,
    /// The score of the behaviour.
    Behaviour,
    /// A result row under a rating matrix.
    ResultRow,
    /// A main result.
    MainResult,
    /// An additional result.
    AdditionalResult,
    /// An indicator.
    Indicator,
    /// The achievement of an indicator.
    Achievement,
    /// A behaviour value.
    BehaviourValue,
    /// The score by the rater.
    Rater,
    /// The score by peers.
    Peers,
    /// The score by subordinates.
    Subordinates,
    /// A part of the year.
    Segment,
    /// A part of the year that does not count.
    LeftOut,
    /// A recognised training.
    Training,
    /// The credit points.
    CreditPoints,
    /// The credit points of one segment.
    CreditSegment,
}

/// Direction in which a figure is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RoundingMode {
    /// To the nearest; half away from zero.
    HalfUp,
    /// To the nearest; half to the even digit.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// Kind of evidence for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum NodeEvidenceKind {
    /// A recognised training.
    Training,
}

/// What a recalculation compares with the stored result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DeviationField {
    /// The stored inputs.
    Inputs,
    /// The predicate.
    Predicate,
    /// The regulation.
    Regulation,
    /// The explanation as a whole.
    Explanation,
    /// Whether the node exists.
    Node,
    /// `code` of the node.
    Code,
    /// `label` of the node.
    Label,
    /// `input` of the node.
    Input,
    /// `weight` of the node.
    Weight,
    /// `rule` of the node.
    Rule,
    /// `rounding` of the node.
    Rounding,
    /// `value` of the node.
    Value,
    /// `exact` of the node.
    Exact,
    /// `source` of the node.
    Source,
    /// `evidence` of the node.
    Evidence,
    /// `sentence` of the node.
    Sentence,
}

domain::labels! {
    ScoreRule {
        Rating: "Rating penilai", "Rating by the rater";
        UnitHead: "Rating pimpinan unit", "Rating of a unit's head";
        Suggested: "Rating saran", "Suggested rating";
        Matrix: "Matriks", "Matrix";
        Given: "Angka masukan", "Given figure";
        Mean: "Rata-rata", "Mean";
        WeightedSum: "Jumlah berbobot", "Weighted sum";
        Results: "Nilai hasil kerja", "Score of results";
        LeaderInPart: "Nilai pimpinan pada bagian tahun", "Score of a leader in a part of the year";
        Additional: "Nilai tugas tambahan", "Points of an additional result";
        Band: "Rentang nilai", "Band";
        Achievement: "Capaian", "Achievement";
        PredicateBand: "Rentang predikat", "Band of predicates";
        Credit: "Angka kredit", "Credit points";
        CreditSum: "Jumlah angka kredit", "Sum of credit points";
        MonthWeighted: "Rata-rata berbobot bulan", "Mean weighted by months";
        Segment: "Bagian tahun", "Part of the year";
        OwnSegment: "Bagian tahun terakhir", "Last part of the year";
        LeftOut: "Bagian yang tidak dihitung", "Part left out";
        Decision: "Keputusan penilai terakhir", "Decision of the last rater";
        YearBand: "Predikat setahun", "Predicate of the year";
        Training: "Pengembangan kompetensi", "Training";
    }
    ScoreNodeKind {
        Predicate: "Predikat", "Predicate";
        Total: "Nilai kinerja", "Score";
        ResultRating: "Rating hasil kerja", "Rating of results";
        BehaviourRating: "Rating perilaku kerja", "Rating of behaviour";
        Results: "Hasil kerja", "Results";
        Behaviour: "Perilaku kerja", "Behaviour";
        ResultRow: "Rencana hasil kerja", "Result row";
        MainResult: "Hasil kerja utama", "Main result";
        AdditionalResult: "Hasil kerja tambahan", "Additional result";
        Indicator: "Indikator", "Indicator";
        Achievement: "Capaian", "Achievement";
        BehaviourValue: "Nilai perilaku", "Behaviour value";
        Rater: "Pejabat penilai", "Rater";
        Peers: "Rekan kerja", "Peers";
        Subordinates: "Bawahan langsung", "Subordinates";
        Segment: "Bagian tahun", "Part of the year";
        LeftOut: "Bagian yang tidak dihitung", "Part left out";
        Training: "Pengembangan kompetensi", "Training";
        CreditPoints: "Angka kredit", "Credit points";
        CreditSegment: "Angka kredit satu bagian", "Credit points of one segment";
    }
    RoundingMode {
        HalfUp: "Ke terdekat, setengah menjauhi nol", "To nearest, half away from zero";
        HalfEven: "Ke terdekat, setengah ke genap", "To nearest, half to even";
        Down: "Menuju nol", "Towards zero";
        Up: "Menjauhi nol", "Away from zero";
    }
    NodeEvidenceKind {
        Training: "Pengembangan kompetensi", "Training";
    }
    DeviationField {
        Inputs: "Masukan tersimpan", "Stored inputs";
        Predicate: "Predikat", "Predicate";
        Regulation: "Peraturan", "Regulation";
        Explanation: "Penjelasan", "Explanation";
        Node: "Simpul", "Node";
        Code: "Kode", "Code";
        Label: "Label", "Label";
        Input: "Masukan", "Input";
        Weight: "Bobot", "Weight";
        Rule: "Aturan", "Rule";
        Rounding: "Pembulatan", "Rounding";
        Value: "Nilai", "Value";
        Exact: "Nilai eksak", "Exact value";
        Source: "Sumber", "Source";
        Evidence: "Bukti", "Evidence";
        Sentence: "Kalimat", "Sentence";
    }
}

/// How a figure was rounded.
#[derive(SimpleObject)]
pub struct ScoreRounding {
    /// Direction.
    mode: RoundingMode,
    /// Digits after the point.
    digits: i32,
    /// True if it is rounded only for display: the parent node uses `exact`.
    only_shown: bool,
}

impl ScoreRounding {
    /// Reads the text of a stored node, such as `SHOWN HALF_UP 2`; none if it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("SHOWN ");
        let (mode, digits) = rest.unwrap_or(text).split_once(' ')?;
        Some(Self { mode: named(mode)?, digits: digits.parse().ok()?, only_shown: rest.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn every_rule_and_rounding_has_a_value() {
        for rule in domain::scoring::Rule::iter() {
            assert!(named::<ScoreRule>(&rule.to_string()).is_some(), "{rule}");
        }
        let shown = ScoreRounding::parse("SHOWN HALF_UP 2").expect("a rounding");
        assert_eq!((shown.mode, shown.digits, shown.only_shown), (RoundingMode::HalfUp, 2, true));
        let down = ScoreRounding::parse("DOWN 0").expect("a rounding");
        assert_eq!((down.mode, down.digits, down.only_shown), (RoundingMode::Down, 0, false));
        assert!(ScoreRounding::parse("SIDEWAYS 2").is_none());
    }
}
