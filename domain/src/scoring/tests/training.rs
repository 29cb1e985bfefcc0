//! Recognised training: it is evidence, capped, and never counted twice.

use super::*;
use crate::{Locale, rating::Expectation};

fn training(reference: &str, hours: u32, counts_for: CountsFor) -> RecognisedTraining {
    RecognisedTraining {
        reference: reference.to_owned(),
        title: "Pelatihan Data".to_owned(),
        hours,
        counts_for,
        of: Some("Kompeten".to_owned()),
        registered: None,
    }
}

fn trainings() -> Vec<RecognisedTraining> {
    vec![
        training("A", 16, CountsFor::Behaviour),
        training("A", 16, CountsFor::Results),
        training("B", 10, CountsFor::Results),
        training("C", 3, CountsFor::Results),
    ]
}

/// The reference, counted hours and points of each training in the tree.
fn counted(tree: &ScoreTree) -> Vec<(String, String, Option<Decimal>)> {
    let nodes = tree.nodes().into_iter().filter(|node| node.code == "TRAINING");
    nodes
        .map(|node| {
            let hours = node.facts().get("COUNTED").expect("hours").to_owned();
            (node.evidence[0].reference.clone(), hours, node.value)
        })
        .collect()
}

#[test]
fn training_is_evidence_only_by_the_shipped_regulations() {
    let plain = ScoreInput::ratings(Expectation::AsExpected, Expectation::AsExpected);
    let with = ScoreInput { trainings: trainings(), ..plain.clone() };
    let (plain, with) = (score(ratings(), &plain).expect("scored"), score(ratings(), &with).expect("scored"));
    assert_eq!(with.predicate, plain.predicate);
    let expected =
        |reference: &str, hours: &str| (reference.to_owned(), hours.to_owned(), Some(Decimal::ZERO));
    assert_eq!(
        counted(&with.tree),
        [expected("A", "0"), expected("B", "4"), expected("C", "0"), expected("A", "16")]
    );
    assert_eq!(with.tree.verify(ratings()), []);
    let page = with.tree.explanation_text(Locale::Id);
    assert!(page.contains("sudah dihitung, tidak dihitung dua kali"), "{page}");
    assert!(page.contains("diakui 16 JP sebagai bukti, tidak menambah nilai"), "{page}");
    assert!(page.contains("Bukti: Pelatihan Data (A)"), "{page}");
}

#[test]
fn agency_can_give_points_up_to_a_cap() {
    let mut document = completed();
    document.training.points_per_hour.value = Some(decimal("0.10"));
    document.training.points_cap.value = Some(decimal("1.80"));
    let input = figures(vec![row(vec![reached("80")])], vec![behaviour("90")]);
    let input = ScoreInput { trainings: trainings(), ..input };
    let scored = score(&document, &input).expect("scored");
    let points: Vec<_> = counted(&scored.tree).into_iter().map(|(.., points)| points).collect();
    let zero = Some(Decimal::ZERO);
    assert_eq!(points, [zero, Some(decimal("0.20")), zero, Some(decimal("1.60"))]);
    assert_eq!(figure(&scored.tree, "RESULTS"), exact("702/10"));
    assert_eq!(figure(&scored.tree, "BEHAVIOUR"), exact("916/10"));
    assert_eq!(scored.tree.verify(&document), []);
}
