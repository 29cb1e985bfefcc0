//! Evaluations in a numeric scheme, with all parameters set by an agency.

use super::*;
use crate::{
    Decimal,
    plan::{ResultKind, Target},
    regulation::AssignmentScope,
    scoring::{
        CountsFor, Label, RecognisedTraining, Registered,
        tests::{completed, decimal},
    },
};

/// A reported annual evaluation under PP 30/2019 with all parameters set; the target is 960 hours.
fn reported(value: Option<&str>) -> (Evaluation, crate::testing::EvaluationFixture) {
    let mut fixture = crate::testing::EvaluationFixture::of(&annual());
    fixture.document = Some(completed());
    let mut report = report();
    report.realisations[0].value = value.map(decimal);
    let reported =
        annual().report_realisation(report, &fixture.at(at("2026-12-30 10:00"))).expect("reported");
    (reported, fixture)
}

fn scores(context: &EvaluationContext<'_>, rater: &str) -> Scores {
    let value = |criterion: &crate::id::CriterionId| ValueScore {
        criterion: *criterion,
        rater: decimal(rater),
        peers: None,
        subordinates: None,
    };
    Scores { behaviour: context.criteria.keys().map(value).collect(), ..Scores::default() }
}

fn rated(scores: Scores) -> Rating {
    Rating { scores: Some(scores), ..Rating::default() }
}

#[test]
fn the_result_is_computed_from_reported_figures_and_scores() {
    let (evaluation, fixture) = reported(Some("960"));
    let context = fixture.at(at(LATE));
    let draft = evaluation.rate(rated(scores(&context, "95")), &context).expect("a draft");
    let finalised = draft.finalise(Finalisation::default(), &context).expect("final");
    // 109 x 70 % + 95 x 30 %.
    let tree = finalised.detail.score.as_ref().expect("a tree");
    assert_eq!((finalised.predicate, tree.score()), (Some(Predicate::Good), Some(decimal("104.80"))));
    assert_eq!((finalised.result_rating, finalised.behaviour_rating), (None, None));
    assert_eq!(tree.verify(context.document), []);
    let inputs = finalised.detail.inputs.as_ref().expect("inputs");
    assert_eq!(&crate::scoring::score(context.document, inputs).expect("again").tree, tree);
    let again = finalised.reopen("Salah baca", HEAD, &context).expect("reopened");
    assert_eq!(again.detail.scores, finalised.detail.scores, "the next draft starts with the same figures");
    assert!(finalised.without_ratings().detail.scores.is_none());
}

#[test]
fn the_rater_corrects_a_figure_and_sets_the_target_for_a_part_of_the_year() {
    let (evaluation, fixture) = reported(None);
    let context = fixture.at(at(LATE));
    let mut given = scores(&context, "120");
    given.new_idea = Some("Antrean daring".to_owned());
    let draft = evaluation.rate(rated(given.clone()), &context).expect("a draft");
    let refused = draft.finalise(Finalisation::default(), &context).expect_err("no figure");
    assert_eq!(paths(&refused), ["scores.figures"]);
    assert_eq!(refused[0].message.key(), Key::IndicatorUnreported);
    given.figures.push(FigureCorrection {
        result: crate::testing::RESULT,
        indicator: INDICATOR,
        realisation: Some(Decimal::whole(264)),
        target: Some(Target::value(Decimal::whole(240))),
    });
    let draft = evaluation.rate(rated(given), &context).expect("a draft");
    let finalised = draft.finalise(Finalisation::default(), &context).expect("final");
    assert_eq!(finalised.predicate, Some(Predicate::VeryGood), "110 % and a new idea");
}

#[test]
fn each_scheme_refuses_the_input_of_the_other() {
    let (evaluation, fixture) = reported(Some("960"));
    let context = fixture.at(at(LATE));
    let refused = evaluation.rate(as_expected(), &context).expect_err("ratings");
    assert_eq!(paths(&refused), ["resultRating", "behaviourRating"]);
    let empty = evaluation.rate(Rating::default(), &context).expect("an empty draft");
    let refused = empty.finalise(Finalisation::default(), &context).expect_err("nothing given");
    assert_eq!(paths(&refused), ["scores"]);
    let matrix = crate::testing::EvaluationFixture::of(&evaluation);
    let other = matrix.at(at(LATE));
    let refused = evaluation.rate(rated(scores(&other, "95")), &other).expect_err("scores");
    assert_eq!((paths(&refused), refused[0].message.key()), (vec!["scores".to_owned()], Key::NeedsRatings));
}

fn training(hours: u32) -> RecognisedTraining {
    RecognisedTraining {
        reference: "LAN, S-1".to_owned(),
        title: "Pelayanan prima".to_owned(),
        hours,
        counts_for: CountsFor::Behaviour,
        of: None,
        registered: Some(Registered {
            training: crate::id::TrainingId(uuid(950)),
            kind: Label::new("Lokakarya", "Workshop"),
            same_as: None,
        }),
    }
}

#[test]
fn a_final_result_keeps_the_trainings_registered_when_it_becomes_final() {
    let mut fixture = crate::testing::EvaluationFixture::of(&annual());
    fixture.trainings = vec![training(30)];
    let context = fixture.at(at(LATE));
    let draft = annual().rate(as_expected(), &context).expect("a draft");
    assert_eq!(draft.detail.trainings, [], "a draft stores none");
    let finalised = draft.finalise(Finalisation::default(), &context).expect("final");
    assert_eq!(finalised.predicate, Some(Predicate::Good), "training does not change the predicate");
    let tree = finalised.detail.score.as_ref().expect("a tree");
    let node = tree.nodes().into_iter().find(|node| node.code == "TRAINING").expect("a node").clone();
    assert_eq!((node.evidence[0].reference.as_str(), node.facts().get("COUNTED")), ("LAN, S-1", Some("20")));
    assert_eq!(tree.verify(context.document), []);
    assert_eq!(finalised.detail.inputs.as_ref().expect("inputs").trainings, [training(30)]);
    assert!(finalised.without_ratings().detail.trainings.is_empty());

    // A training that a rater named in a draft of an earlier version does not count.
    let mut old = draft;
    old.detail.trainings = vec![RecognisedTraining { registered: None, ..training(3) }];
    let finalised = old.finalise(Finalisation::default(), &context).expect("final");
    assert_eq!(finalised.detail.trainings, [training(30)]);
}

#[test]
fn all_invalid_and_missing_input_is_refused_at_once() {
    let (evaluation, mut fixture) = reported(Some("960"));
    let more = crate::plan::PlanResult {
        id: crate::id::ResultId(uuid::Uuid::from_u128(901)),
        kind: ResultKind::Additional,
        ..row()
    };
    fixture.plan.revisions[0].content.results.push(more.clone());
    let context = fixture.at(at(LATE));
    let mut wrong = scores(&context, "120.01");
    wrong.behaviour.truncate(1);
    wrong.behaviour[0].peers = Some(decimal("90"));
    wrong.rows = vec![RowClassification {
        result: crate::id::ResultId(uuid::Uuid::from_u128(902)),
        group: None,
        scope: None,
    }];
    let refused = evaluation.rate(rated(wrong), &context).expect_err("refused");
    assert_eq!(
        paths(&refused),
        [
            "scores.behaviour.0.rater",
            "scores.behaviour.0.subordinates",
            "scores.behaviour.0.peers",
            "scores.rows.0.planResultId",
        ]
    );
    let mut few = scores(&context, "90");
    few.behaviour.truncate(6);
    let draft = evaluation.rate(rated(few), &context).expect("a draft may be incomplete");
    let refused = draft.finalise(Finalisation::default(), &context).expect_err("incomplete");
    let keys: Vec<Key> = refused.iter().map(|refusal| refusal.message.key()).collect();
    assert_eq!(keys, [Key::RowScopeMissing, Key::IndicatorUnreported, Key::ValueScoreMissing]);
    let mut all = scores(&context, "90");
    all.rows.push(RowClassification { result: more.id, group: None, scope: Some(AssignmentScope::SameUnit) });
    all.figures.push(FigureCorrection {
        result: more.id,
        indicator: more.indicators[0].id,
        realisation: Some(Decimal::whole(960)),
        target: None,
    });
    let draft = evaluation.rate(rated(all), &context).expect("a draft");
    let finalised = draft.finalise(Finalisation::default(), &context).expect("final");
    assert_eq!(finalised.predicate, Some(Predicate::Good));
}
