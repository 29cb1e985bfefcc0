//! Explanations: golden sentences, text pages, tampered trees, and trees stored by earlier versions.

use super::*;
use crate::{
    Locale,
    rating::{Expectation, Predicate},
};
use Direction::{HigherIsBetter, LowerIsBetter};

fn achievement_sentence(indicator: IndicatorFigures, locale: Locale) -> String {
    let scored = score(numeric(), &figures(vec![row(vec![indicator])], vec![behaviour("100")]));
    let tree = scored.expect("scored").tree;
    tree.nodes().into_iter().find(|node| node.code == "ACHIEVEMENT").expect("a node").sentence(locale)
}

#[test]
fn achievements_are_explained_in_both_languages() {
    let percent = |indicator| IndicatorFigures { unit: "%".to_owned(), ..indicator };
    for (indicator, id, en) in [
        (
            percent(indicator("80", "90", "70", HigherIsBetter)),
            "Target 80-90 %, realisasi 70 %: dibagi batas bawah: 70 / 80 x 100 % = 87,5 %, dihitung 88 %.",
            "Target 80-90 %, reached 70 %: by the lower end: 70 / 80 x 100 % = 87.5 %, counted as 88 %.",
        ),
        (
            percent(indicator("80", "90", "99", HigherIsBetter)),
            "Target 80-90 %, realisasi 99 %: dibagi batas atas: 99 / 90 x 100 % = 110 %.",
            "Target 80-90 %, reached 99 %: by the upper end: 99 / 90 x 100 % = 110 %.",
        ),
        (
            percent(indicator("80", "90", "85.50", HigherIsBetter)),
            "Target 80-90 %, realisasi 85,5 %: di dalam rentang, dihitung 100 %.",
            "Target 80-90 %, reached 85.5 %: inside the range, counted as 100 %.",
        ),
        (
            indicator("9", "9", "10.10", HigherIsBetter),
            "Target 9 dokumen, realisasi 10,1 dokumen: 10,1 / 9 x 100 % ≈ 112,22 %, dihitung 112 %.",
            "Target 9 dokumen, reached 10.1 dokumen: 10.1 / 9 x 100 % ≈ 112.22 %, counted as 112 %.",
        ),
        (
            indicator("10", "10", "12", LowerIsBetter),
            "Target 10 dokumen, realisasi 12 dokumen: (1 + (1 - 12 / 10)) x 100 % = 80 %.",
            "Target 10 dokumen, reached 12 dokumen: (1 + (1 - 12 / 10)) x 100 % = 80 %.",
        ),
        (
            indicator("10", "10", "10", HigherIsBetter),
            "Target 10 dokumen, realisasi 10 dokumen: tepat sesuai target, 100 %.",
            "Target 10 dokumen, reached 10 dokumen: just the target, 100 %.",
        ),
    ] {
        assert_eq!(achievement_sentence(indicator.clone(), Locale::Id), id);
        assert_eq!(achievement_sentence(indicator, Locale::En), en);
    }
}

#[test]
fn rating_result_is_explained_on_one_page() {
    let input = ScoreInput::ratings(Expectation::Below, Expectation::AsExpected);
    let tree = score(ratings(), &input).expect("scored").tree;
    let page = "Predikat kinerja: Butuh Perbaikan
Dihitung menurut PERMENPANRB-6-2022, versi 1.

1 Predikat kinerja: Butuh Perbaikan
  Hasil kerja di bawah ekspektasi dan perilaku kerja sesuai ekspektasi: predikat Butuh Perbaikan.

  1.1 Rating hasil kerja
    Dinilai di bawah ekspektasi oleh pejabat penilai.

  1.2 Rating perilaku kerja
    Dinilai sesuai ekspektasi oleh pejabat penilai.
";
    assert_eq!(tree.explanation_text(Locale::Id), page);
    let english = tree.explanation_text(Locale::En);
    assert!(english.contains(
        "Results below expectation and behaviour as expected: the predicate is Needs improvement."
    ));
}

#[test]
fn score_is_explained_down_to_its_leaves() {
    let rows = vec![
        row(vec![reached("105"), reached("87.50")]),
        ResultRow {
            kind: ResultKind::Additional,
            scope: Some(AssignmentScope::BetweenUnits),
            ..row(vec![reached("100")])
        },
    ];
    let document = completed();
    let scored = score(&document, &figures(rows, vec![behaviour("90"), behaviour("85")])).expect("scored");
    let page = scored.tree.explanation_text(Locale::Id);
    for line in [
        "1.1 Nilai kinerja: 99,71",
        "1.1.1 Nilai SKP (70 %): 104,94",
        "Hasil kerja utama ≈96,22, kinerja tambahan 8,72: ",
        "Capaian 105 % (Sangat Baik): 101-110 % menjadi nilai 110-120, jadi ≈114,44.",
        "Capaian 88 % (Cukup): 80-99 % menjadi nilai 70-89, jadi 78.",
        "Baik: faktor 80 % x bobot lingkup 10 % x nilai 109 = 8,72.",
        "Rata-rata dari 90; 85: 87,5.",
        "Target 100 dokumen, realisasi 87,5 dokumen: 87,5 / 100 x 100 % = 87,5 %, dihitung 88 %.",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    assert!(scored.tree.depth() <= 6);
    for node in scored.tree.nodes() {
        assert!(
            !node.sentence(Locale::Id).is_empty() && !node.sentence(Locale::En).is_empty(),
            "{}",
            node.id
        );
    }
    // "Cukup" is this regulation's own label, so the sentence with it is stored.
    let stored = scored.tree.nodes().iter().filter(|node| node.sentence.is_some()).count();
    assert_eq!(stored, 1);
}

#[test]
fn verification_finds_tampered_trees() {
    let input = figures(vec![row(vec![reached("105"), reached("87.50")])], vec![behaviour("90")]);
    let tree = score(numeric(), &input).expect("scored").tree;
    let mismatches = |change: &dyn Fn(&mut ScoreTree)| {
        let mut tree = tree.clone();
        change(&mut tree);
        let found = tree.verify(numeric());
        found.iter().map(|one| format!("{} {}", one.node, one.field)).collect::<Vec<_>>()
    };
    assert_eq!(mismatches(&|_| {}), [""; 0]);
    assert_eq!(mismatches(&|tree| tree.root.exact = "VERY_GOOD".to_owned()), ["1 exact"]);
    assert_eq!(mismatches(&|tree| tree.root.children[0].value = Some(decimal("120"))), ["1.1 value"]);
    assert_eq!(
        mismatches(&|tree| tree.root.children[0].children[0].weight = Some(decimal("80"))),
        ["1.1 rule"],
        "weights are the regulation's"
    );
    assert_eq!(mismatches(&|tree| tree.root.children[0].rule = "MAGIC".to_owned()), ["1.1 rule"]);
    assert_eq!(mismatches(&|tree| tree.root.children[0].id = "1.9".to_owned()), ["1.1 id"]);
    assert_eq!(mismatches(&|tree| tree.regulation.version = 9), ["1 regulation"]);
    let deep = |tree: &mut ScoreTree| {
        let leaf = &mut tree.root.children[0].children[0].children[0].children[0].children[0];
        let below = ScoreNode { children: vec![tree_leaf()], ..tree_leaf() };
        leaf.children.push(ScoreNode { children: vec![below], ..tree_leaf() });
    };
    assert!(mismatches(&deep).contains(&"1.1.1.1.1.1.1.1.1 depth".to_owned()));
    let figure = |tree: &mut ScoreTree| {
        let leaf = &mut tree.root.children[0].children[0].children[0].children[0].children[0];
        leaf.input = leaf.input.as_ref().map(|input| input.replace("REALISATION=105", "REALISATION=115"));
    };
    assert_eq!(mismatches(&figure), ["1.1.1.1.1.1 exact", "1.1.1.1.1.1 value"]);
}

fn tree_leaf() -> ScoreNode {
    ScoreNode {
        input: Some("VALUE=1".to_owned()),
        rule: "GIVEN".to_owned(),
        ..ScoreNode::new("", "X", Label::same("x"))
    }
}

/// The tree was stored before nodes had evidence and sentences.
#[test]
fn tree_of_an_earlier_version_is_read_explained_and_verified() {
    let stored = r#"{"regulation":{"code":"PERMENPANRB-6-2022","version":1},"root":{"id":"1","parent":null,"code":"PREDICATE","label":{"id":"Predikat kinerja: Baik","en":"Predicate: Good"},"input":"RESULT=ABOVE BEHAVIOUR=AS_EXPECTED","weight":null,"rule":"MATRIX","rounding":null,"value":null,"exact":"GOOD","source":"PERMENPANRB-6-2022","children":[{"id":"1.1","parent":"1","code":"RESULT_RATING","label":{"id":"Rating hasil kerja","en":"Rating of results"},"input":"ABOVE","weight":null,"rule":"RATING","rounding":null,"value":null,"exact":"ABOVE","source":null,"children":[]},{"id":"1.2","parent":"1","code":"BEHAVIOUR_RATING","label":{"id":"Rating perilaku kerja","en":"Rating of behaviour"},"input":"AS_EXPECTED","weight":null,"rule":"RATING","rounding":null,"value":null,"exact":"AS_EXPECTED","source":null,"children":[]}]}}"#;
    let tree: ScoreTree = serde_json::from_str(stored).expect("a tree");
    assert_eq!(tree.verify(ratings()), []);
    assert_eq!(
        tree.root.sentence(Locale::Id),
        "Hasil kerja di atas ekspektasi dan perilaku kerja sesuai ekspektasi: predikat Baik."
    );
    assert_eq!(serde_json::to_string(&tree).expect("JSON"), stored, "serialising gives the same text");
    let now = score(ratings(), &ScoreInput::ratings(Expectation::Above, Expectation::AsExpected));
    assert_eq!(now.expect("scored").tree, tree, "recomputing gives the same tree");
}

/// Trees with every rule that lists the figures of its children.
fn trees_with_lists() -> Vec<ScoreTree> {
    let asked =
        BehaviourScore { peers: Some(decimal("80")), subordinates: Some(decimal("100")), ..behaviour("90") };
    let input =
        ScoreInput { peers: true, ..figures(vec![row(vec![reached("105"), reached("90")])], vec![asked]) };
    let segment = |months, score| YearSegment {
        label: "Analis".to_owned(),
        months,
        predicate: Predicate::Good,
        score: Some(decimal(score)),
    };
    let before = EarlierPart {
        evaluation: crate::id::EvaluationId(uuid::Uuid::nil()),
        label: "Analis".to_owned(),
        months: 3,
        result: PartResult::Rated { predicate: Predicate::Good, score: Some(decimal("95")) },
    };
    let year = YearInput { label: "Kepala".to_owned(), months: 9, before: vec![before], decision: None };
    let of_year = ScoreInput { year: Some(year), ..input.clone() };
    let months = [CreditSegment { level: None, months: 3, predicate: Predicate::Good }];
    vec![
        score(&completed(), &input).expect("scored").tree,
        score(&completed(), &of_year).expect("scored").tree,
        split_year(numeric(), &[segment(4, "90"), segment(8, "100")], None, false).expect("a year").tree,
        simulate_credit_points(ratings(), "PT", &months).expect("points").tree,
    ]
}

#[test]
fn a_sentence_never_leaves_a_gap_for_figures() {
    let mut gaps = std::collections::BTreeSet::new();
    for tree in trees_with_lists() {
        for node in tree.nodes() {
            let alone = ScoreNode { children: Vec::new(), ..node.clone() };
            for locale in [Locale::Id, Locale::En] {
                let (whole, part) = (node.sentence(locale), alone.sentence(locale));
                assert!(!whole.is_empty(), "{}", node.rule);
                assert!(part.is_empty() || part == whole, "{}: {part}", node.rule);
                if part.is_empty() {
                    gaps.insert(node.rule.clone());
                }
            }
        }
    }
    assert_eq!(
        gaps.into_iter().collect::<Vec<_>>(),
        ["BAND", "CREDIT_SUM", "MEAN", "MONTH_WEIGHTED", "WEIGHTED_SUM", "YEAR_BAND"],
        "the rules that list figures of children"
    );
}

/// Every text that people can enter, in each place of a tree.
fn trees_labelled(text: &str) -> Vec<ScoreTree> {
    let text = || text.to_owned();
    let named = |indicator| IndicatorFigures { label: text(), unit: text(), ..indicator };
    let training = |reference: String, of| RecognisedTraining {
        reference,
        title: text(),
        hours: 3,
        counts_for: CountsFor::Results,
        of,
        registered: None,
    };
    let rows = vec![ResultRow { label: text(), ..row(vec![named(reached("105"))]) }];
    let values = vec![BehaviourScore { label: text(), ..behaviour("90") }];
    let trainings = vec![training(text(), Some(text())), training(text(), Some(text()))];
    let part = |result| EarlierPart {
        evaluation: crate::id::EvaluationId(uuid::Uuid::nil()),
        label: text(),
        months: 3,
        result,
    };
    let before = vec![
        part(PartResult::Rated { predicate: Predicate::Good, score: Some(decimal("95")) }),
        part(PartResult::LeftOut { reason: text() }),
    ];
    let decision = Some(YearDecision { predicate: Predicate::Good, reason: format!("Target {}", text()) });
    let year = Some(YearInput { label: text(), months: 6, before, decision });
    let scored =
        ScoreInput { trainings: trainings.clone(), year: year.clone(), ..figures(rows.clone(), values) };
    let ratings_only = ScoreInput {
        results: Results::Rows(rows),
        trainings,
        year,
        ..ScoreInput::ratings(Expectation::Above, Expectation::AsExpected)
    };
    // The labels of a regulation come from the agency.
    let mut renamed = completed();
    for label in renamed.labels.predicates.values_mut() {
        *label = Label::same(&text());
    }
    [(&renamed, &scored), (ratings(), &ratings_only)]
        .map(|(document, input)| score(document, input).expect("scored").tree)
        .into()
}

#[test]
fn no_text_can_forge_a_line_of_an_explanation() {
    let forged = "Predicate: Very good";
    for breaks in [
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "\u{b}",
        "\u{c}",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{0}",
        "\u{1b}[2J",
        "\u{8}",
        "\u{9f}",
        "\u{202e}",
        "\u{2067}",
        "\n  \r\u{2028}",
    ] {
        let (plain, hostile) = (format!("x {forged}"), format!("{breaks}x{breaks}{forged}{breaks}"));
        for (harmless, tree) in trees_labelled(&plain).into_iter().zip(trees_labelled(&hostile)) {
            for locale in [Locale::Id, Locale::En] {
                let (expected, page) = (harmless.explanation_text(locale), tree.explanation_text(locale));
                assert_eq!(page.lines().count(), expected.lines().count(), "{breaks:?}\n{page}");
                let harmful = |letter: char| letter != '\n' && is_breaking(letter);
                assert!(!page.contains(harmful), "{breaks:?}\n{page}");
                assert!(!page.lines().any(|line| line.trim_start().starts_with(forged)), "{page}");
                for node in tree.nodes() {
                    assert!(!node.sentence(locale).contains(is_breaking), "{breaks:?} {}", node.rule);
                }
            }
            // The stored tree keeps the texts as entered.
            assert!(tree.nodes().iter().any(|node| node.label.id == hostile));
            let json = serde_json::to_string(&tree).expect("JSON");
            assert_eq!(serde_json::from_str::<ScoreTree>(&json).expect("a tree"), tree);
        }
    }
}

/// Written out here, so that the test doesn't repeat the code that it checks.
fn is_breaking(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[test]
fn ordinary_texts_are_printed_as_entered() {
    for text in ["Layanan  \"A\" (2 %)", "é e\u{301} 🙂 ꦲꦤ", "ک\u{200c}ا \u{200f}ع", "👩\u{200d}🏫"]
    {
        for tree in trees_labelled(text) {
            assert!(tree.explanation_text(Locale::Id).contains(text), "{text}");
        }
    }
}

/// The tree of an indicator that reached its maximum target, stored before such nodes had a category.
#[test]
fn maximum_target_of_an_earlier_version_is_read_verified_and_recomputed() {
    let most = IndicatorFigures { target_is_maximum: true, ..reached("100") };
    let other = IndicatorFigures { target_is_maximum: true, ..reached("90") };
    let mut document = completed();
    let name = document.labels.predicates.get_mut(&Predicate::VeryGood).expect("a label");
    *name = Label::same("Istimewa sekali");
    let input = figures(vec![row(vec![most, other])], vec![behaviour("100")]);
    let now = score(&document, &input).expect("scored").tree;
    let text = serde_json::to_string(&now).expect("JSON");
    let new = r#""input":"TARGET_IS_MAXIMUM=YES MAXIMUM_SCORE=120.00 CATEGORY=VERY_GOOD""#;
    assert!(text.contains(new), "{text}");
    let mut stored: ScoreTree =
        serde_json::from_str(&text.replace(new, r#""input":"TARGET_IS_MAXIMUM=YES MAXIMUM_SCORE=120.00""#))
            .expect("a tree");
    let node = &mut stored.root.children[0].children[0].children[0].children[0];
    let own = node.sentence.take().expect("a sentence with the regulation's own label");
    assert_eq!(
        own.en,
        "Achievement 100 % of a target that is the most attainable (Istimewa sekali): score 120."
    );
    assert_eq!(
        node.sentence(Locale::En),
        "Achievement 100 % of a target that is the most attainable: score 120."
    );
    assert_eq!(stored.verify(&document), []);
    assert_eq!(now.verify(&document), []);
    assert_ne!(now, stored);
    assert_eq!(now.clone().in_form_of(&stored), stored);
    assert_eq!(now.clone().in_form_of(&now), now);
    // Only trees that never had the category are of the earlier form.
    let mut altered = now.clone();
    altered.root.children[0].children[0].children[0].children[1].input = None;
    assert_eq!(now.clone().in_form_of(&altered), now);
}
