//! Which trainings may be recorded, who decides on them, and that a certificate counts once.

use super::*;
use crate::{
    Code,
    action::TrainingAction,
    activity::EvidenceFile,
    id::{EvidenceId, UploadId},
    policy,
    regulation::shipped_documents,
    scoring::{RecognisedTraining, ScoreInput, score},
    testing::*,
};
use strum::IntoEnumIterator;

const PRIDE: CriterionId = CriterionId(Uuid::from_u128(61));
const LATE: &str = "2026-11-02 09:00";

fn link() -> Evidence {
    Evidence::link(EvidenceId(uuid(970)), "https://drive.example/s", None, at(LATE)).expect("a link")
}

fn file(hash: &str) -> Evidence {
    let file = EvidenceFile {
        upload: UploadId(uuid(971)),
        name: "sertifikat.pdf".to_owned(),
        media_type: crate::activity::MediaType::Pdf,
        size: 9,
        received_at: at(LATE),
    };
    Evidence {
        url: None,
        kind: crate::activity::EvidenceKind::File,
        hash: Some(hash.to_owned()),
        file: Some(file),
        ..link()
    }
}

fn workshop() -> TrainingInput<Evidence> {
    TrainingInput {
        kind: "WORKSHOP".to_owned(),
        title: " Pembelajaran mendalam ".to_owned(),
        organiser: "LPMP Sumatera Barat".to_owned(),
        hours: Some(32),
        starts_on: day("2026-03-02"),
        ends_on: day("2026-03-06"),
        certificate_number: Some(" 12/LPMP/2026 ".to_owned()),
        evidence: vec![link()],
        supports: Some((approved().id, SupportAbout::Result(RESULT))),
        recommendation: None,
    }
}

fn record_with(
    input: TrainingInput<Evidence>,
    change: impl Fn(&mut TrainingFacts<'_>),
) -> Result<Training, Vec<Refusal>> {
    let (plan, criteria) = (approved(), BTreeMap::from([(PRIDE, "Kompeten".to_owned())]));
    let mut facts = TrainingFacts {
        agency: AGENCY,
        staff: TEACHER,
        post: (TEACHERS_POST, SCHOOL),
        kinds: shipped_documents()[0].training_kinds(),
        plan: Some((&plan, day("2026-01-01"), day("2026-12-31"))),
        criteria: &criteria,
        recommended: false,
        in_year: 0,
        at: at(LATE),
        today: day("2026-11-02"),
    };
    change(&mut facts);
    Training::record(TrainingId(uuid(980)), uuid(981), input, &facts)
}

fn record(input: TrainingInput<Evidence>) -> Result<Training, Vec<Refusal>> {
    record_with(input, |_| {})
}

/// A training with this number, verified at this time.
fn verified(number: u128, decided: &str, input: TrainingInput<Evidence>) -> Training {
    let recorded = Training { id: TrainingId(uuid(number)), ..record(input).expect("recorded") };
    recorded.verify(HEAD, true, None, at(decided)).expect("verified")
}

#[test]
fn every_broken_rule_is_named_at_its_field() {
    let made = record(workshop()).expect("recorded");
    assert_eq!(
        (made.title.as_str(), made.hours, made.kind_label.en.as_str()),
        ("Pembelajaran mendalam", 32, "Workshop")
    );
    assert_eq!(made.certificate_number.as_deref(), Some("12/LPMP/2026"));
    let support = made.supports.as_ref().expect("a row");
    assert_eq!((support.plan, &support.title), (approved().id, &content().results[0].title));
    assert_eq!(
        (made.assignment, made.unit, made.status),
        (approved().assignment, SCHOOL, TrainingStatus::Recorded)
    );
    assert!(made.is_of(&workshop()) && !made.is_of(&TrainingInput { hours: Some(31), ..workshop() }));

    let wrong = TrainingInput {
        kind: "COFFEE".to_owned(),
        title: " ".to_owned(),
        organiser: "x".repeat(301),
        hours: Some(1_001),
        evidence: Vec::new(),
        recommendation: Some(RecommendationId(uuid(5))),
        supports: Some((approved().id, SupportAbout::Behaviour(CriterionId(uuid(62))))),
        ..workshop()
    };
    assert_eq!(
        paths(&record(wrong).expect_err("refused")),
        ["kind", "title", "organiser", "hours", "evidence", "supports.about.criterionId", "recommendationId"]
    );
    type Change = fn(TrainingInput<Evidence>) -> TrainingInput<Evidence>;
    let cases: [(&str, Change, &[&str]); 9] = [
        ("hours of a workshop", |it| TrainingInput { hours: None, ..it }, &["hours"]),
        ("no hours at all", |it| TrainingInput { hours: Some(0), ..it }, &["hours"]),
        ("hours of an award", |it| TrainingInput { kind: "AWARD".to_owned(), ..it }, &["hours"]),
        ("reversed", |it| TrainingInput { starts_on: day("2026-03-07"), ..it }, &["endsOn"]),
        ("tomorrow", |it| TrainingInput { ends_on: day("2026-11-03"), ..it }, &["endsOn"]),
        (
            "another year",
            |it| TrainingInput { starts_on: day("2025-12-01"), ends_on: day("2025-12-31"), ..it },
            &["endsOn"],
        ),
        ("years long", |it| TrainingInput { starts_on: day("2022-01-01"), ..it }, &["startsOn"]),
        (
            "an unknown row",
            |it| TrainingInput {
                supports: Some((approved().id, SupportAbout::Result(ResultId(uuid(1))))),
                ..it
            },
            &["supports.about.planResultId"],
        ),
        (
            "a behaviour for an innovation",
            |it| TrainingInput {
                kind: "INNOVATION".to_owned(),
                hours: None,
                supports: Some((approved().id, SupportAbout::Behaviour(PRIDE))),
                ..it
            },
            &["supports.about"],
        ),
    ];
    for (name, change, expected) in cases {
        assert_eq!(paths(&record(change(workshop())).expect_err(name)), expected, "{name}");
    }
    assert_eq!(
        paths(&record_with(workshop(), |facts| facts.plan = None).expect_err("no plan")),
        ["supports.planId"]
    );
    assert_eq!(
        paths(&record_with(workshop(), |facts| facts.in_year = YEAR_MAX).expect_err("many")),
        ["endsOn"]
    );
    let today = TrainingInput { ends_on: day("2026-11-02"), ..workshop() };
    assert!(record(today).is_ok(), "a training can end today");
    let alone = TrainingInput {
        supports: None,
        starts_on: day("2025-12-01"),
        ends_on: day("2025-12-31"),
        ..workshop()
    };
    let alone = record_with(alone, |facts| facts.plan = None).expect("hours only");
    assert_eq!((alone.assignment, alone.supports), (TEACHERS_POST, None));
    let award = TrainingInput { kind: "AWARD".to_owned(), hours: None, ..workshop() };
    assert_eq!(record(award).expect("an award").hours, 0);
}

#[test]
fn the_team_or_an_admin_decides_once_and_nobody_about_themselves() {
    let made = record(workshop()).expect("recorded");
    let team = |staff| Actor { performance_team: units(&[SCHOOL]), ..person(staff, &[]) };
    let admin = |staff| Actor { admin: units(&[SCHOOL]), ..person(staff, &[]) };
    use crate::actor::Actor;
    let elsewhere = Actor { performance_team: units(&[DEPARTMENT]), ..person(STRANGER, &[]) };
    let auditor = Actor { auditor: true, ..person(STRANGER, &[]) };
    for (name, actor, verifies, withdraws) in [
        ("team", team(STRANGER), true, false),
        ("admin", admin(STRANGER), true, false),
        ("own team", team(TEACHER), false, true),
        ("own admin", admin(TEACHER), false, true),
        ("owner", person(TEACHER, &[TEACHERS_POST]), false, true),
        ("superior", person(HEAD, &[HEADS_POST]), false, false),
        ("elsewhere", elsewhere, false, false),
        ("auditor", auditor, false, false),
        ("system", Actor::system(AGENCY), false, false),
    ] {
        let relations = policy::training::relations(&actor, &made);
        let may = |action| policy::training::decide(action, &relations).is_ok();
        assert_eq!(may(TrainingAction::VerifyTraining), verifies, "{name}");
        assert_eq!(may(TrainingAction::WithdrawTraining), withdraws, "{name}");
        let actions = policy::training::allowed_actions(&made, &relations);
        assert_eq!(actions.len(), TrainingAction::iter().count(), "{name}");
        for allowed in actions {
            let expected =
                if allowed.action == TrainingAction::VerifyTraining.into() { verifies } else { withdraws };
            assert_eq!(allowed.refusal.is_none(), expected, "{name} {:?}", allowed.action);
        }
    }
    let verified = made.verify(HEAD, true, Some("ignored"), at(LATE)).expect("verified");
    assert_eq!(verified.decision.as_ref().map(|decision| decision.reason.as_deref()), Some(None));
    assert_eq!(paths(&made.verify(HEAD, false, Some(" "), at(LATE)).expect_err("no reason")), ["reason"]);
    let refused = made.verify(HEAD, false, Some("Sertifikat tidak terbaca"), at(LATE)).expect("refused");
    let withdrawn = made.withdraw().expect("withdrawn");
    assert_eq!(
        [&verified, &refused, &withdrawn].map(|one| one.status),
        [TrainingStatus::Verified, TrainingStatus::Refused, TrainingStatus::Withdrawn]
    );
    for ended in [verified, refused, withdrawn] {
        for found in [ended.verify(HEAD, true, None, at(LATE)), ended.withdraw().map_err(Into::into)] {
            assert!(
                matches!(&found.expect_err("ended")[0].code, Code::InvalidTransition { allowed, .. } if allowed.is_empty())
            );
        }
    }
}

fn of_year(all: &[Training]) -> Vec<RecognisedTraining> {
    recognised(all, approved().id, &(day("2026-01-01")..=day("2026-12-31")))
}

fn same(found: &[RecognisedTraining]) -> Vec<(TrainingId, Option<&str>)> {
    let registered = found.iter().filter_map(|one| one.registered.as_ref());
    registered.map(|one| (one.training, one.same_as.as_deref())).collect()
}

#[test]
fn one_certificate_counts_once_over_rows_and_years() {
    let id = |number| TrainingId(uuid(number));
    let unnumbered = TrainingInput { certificate_number: None, evidence: vec![file("ab")], ..workshop() };
    let first = verified(1, "2026-04-01 08:00", workshop());
    // The second has the same number in another spelling, for a behaviour; the third has the file of the second; the
    // fourth has another number.
    let number = TrainingInput {
        certificate_number: Some("12 lpmp-2026".to_owned()),
        organiser: "LPMP  SUMATERA BARAT".to_owned(),
        evidence: vec![file("ab")],
        supports: Some((approved().id, SupportAbout::Behaviour(PRIDE))),
        ..workshop()
    };
    let second = verified(2, "2026-04-02 08:00", number);
    let third = verified(3, "2026-04-03 08:00", unnumbered.clone());
    let other = TrainingInput { certificate_number: Some("13/LPMP/2026".to_owned()), ..workshop() };
    let fourth = verified(4, "2026-04-04 08:00", other);
    let all = [fourth.clone(), third.clone(), second.clone(), first.clone()];
    let named = Some("\"Pembelajaran mendalam\" (2026)");
    assert_eq!(same(&of_year(&all)), [(id(1), None), (id(2), named), (id(3), named), (id(4), None)]);
    assert_eq!(hours(&all, 2026), 64);
    assert_eq!(hours(&all, 2025), 0);
    // Without the second training, no other training has the file of the third.
    assert_eq!(same(&of_year(&[first.clone(), third.clone()])), [(id(1), None), (id(3), None)]);

    // The same file for trainings of two years: only the training that was verified first counts, here that of the year
    // before.
    let before = Training { ends_on: day("2025-12-30"), starts_on: day("2025-12-01"), ..third.clone() };
    let now = Training { id: id(5), ..verified(5, "2026-05-01 08:00", unnumbered) };
    let both = [before.clone(), now.clone()];
    assert_eq!(same(&of_year(&both)), [(id(5), Some("\"Pembelajaran mendalam\" (2025)"))]);
    assert_eq!((hours(&both, 2025), hours(&both, 2026)), (32, 0));

    // Only verified ones, of this plan and of these days.
    let waiting = record(workshop()).expect("recorded");
    let refused = waiting.verify(HEAD, false, Some("x"), at(LATE)).expect("refused");
    let elsewhere = Training {
        supports: first.supports.clone().map(|support| Support { plan: PlanId(uuid(7)), ..support }),
        ..first.clone()
    };
    let hours_only = Training { supports: None, ..first.clone() };
    assert_eq!(of_year(&[waiting, refused, elsewhere, hours_only, before]), []);
    let part = |first: &str, last: &str| {
        recognised(std::slice::from_ref(&fourth), approved().id, &(day(first)..=day(last))).len()
    };
    assert_eq!((part("2026-01-01", "2026-03-06"), part("2026-03-07", "2026-06-30")), (1, 0));
}

#[test]
fn trainings_that_do_not_count_are_explained_and_recomputed() {
    use crate::Locale;
    let award = TrainingInput {
        kind: "AWARD".to_owned(),
        title: "Guru berprestasi".to_owned(),
        hours: None,
        certificate_number: Some("7".to_owned()),
        ..workshop()
    };
    let all = [
        verified(1, "2026-04-01 08:00", workshop()),
        verified(2, "2026-04-02 08:00", workshop()),
        verified(3, "2026-04-03 08:00", award),
    ];
    let expected = crate::evaluation::Expectation::AsExpected;
    let inputs = ScoreInput { trainings: of_year(&all), ..ScoreInput::ratings(expected, expected) };
    let document = &shipped_documents()[0];
    let scored = score(document, &inputs).expect("scored");
    let stored = serde_json::to_string(&(&inputs, &scored.tree)).expect("JSON");
    let (again, tree): (ScoreInput, crate::scoring::ScoreTree) =
        serde_json::from_str(&stored).expect("read back");
    let recomputed = score(document, &again).expect("scored again");
    assert_eq!(serde_json::to_string(&(&again, &recomputed.tree)).expect("JSON"), stored, "bit for bit");
    assert_eq!(tree.verify(document), []);
    let row = &content().results[0].title;
    for (locale, sentences) in [
        (
            Locale::Id,
            [
                format!(
                    "Lokakarya 32 JP ({row}): diakui 20 JP sebagai bukti, tidak menambah nilai; batasnya 20 JP setahun."
                ),
                format!(
                    "Lokakarya 32 JP ({row}): sertifikatnya sama dengan \"Pembelajaran mendalam\" (2026), yang sudah dihitung; tidak dihitung dua kali."
                ),
                format!("Penghargaan ({row}): diakui sebagai bukti, tidak menambah nilai."),
            ],
        ),
        (
            Locale::En,
            [
                format!(
                    "Workshop of 32 hours ({row}): 20 hours are recognised as evidence; they add no points; at most 20 hours count in a year."
                ),
                format!(
                    "Workshop of 32 hours ({row}): has the same certificate as \"Pembelajaran mendalam\" (2026), which counts already; not counted twice."
                ),
                format!("Award ({row}): recognised as evidence; it adds no points."),
            ],
        ),
    ] {
        let page = scored.tree.explanation_text(locale);
        for sentence in sentences {
            assert!(page.contains(&sentence), "{sentence}\n{page}");
        }
    }
}

#[test]
fn a_tree_that_counts_a_certificate_twice_does_not_verify() {
    let all = [verified(1, "2026-04-01 08:00", workshop()), verified(2, "2026-04-02 08:00", workshop())];
    let expected = crate::evaluation::Expectation::AsExpected;
    let inputs = ScoreInput { trainings: of_year(&all), ..ScoreInput::ratings(expected, expected) };
    let document = &shipped_documents()[0];
    let tree = score(document, &inputs).expect("scored").tree;
    let json = serde_json::to_string(&tree).expect("JSON");
    let forged = json.replacen("COUNTED=0 AGAIN=YES", "COUNTED=5 AGAIN=YES", 1);
    assert_ne!(forged, json);
    let forged: crate::scoring::ScoreTree = serde_json::from_str(&forged).expect("a tree");
    assert_ne!(forged.verify(document), []);
}
