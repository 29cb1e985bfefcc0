//! The shipped documents are valid, and validation reports every finding with its path.

use super::*;
use crate::{Key, calendar::DaysOff, testing::calendar_with};

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Replaces a text in a shipped document and returns the resulting findings.
fn findings_after(document: usize, from: &str, to: &str) -> Vec<(String, Key)> {
    let text = SHIPPED_TEXTS[document];
    assert!(text.contains(from), "{from}");
    let findings = RegulationDocument::from_toml(&text.replacen(from, to, 1)).expect_err("findings");
    findings.into_iter().map(|finding| (finding.path, finding.message.key())).collect()
}

#[test]
fn the_shipped_documents_are_valid() {
    for text in SHIPPED_TEXTS {
        let document = RegulationDocument::from_toml(text).unwrap_or_else(|findings| panic!("{findings:#?}"));
        let json = serde_json::to_string(&document).expect("JSON");
        assert_eq!(RegulationDocument::from_json(&json), Ok(document), "the same from JSON");
    }
    assert_eq!(shipped_documents().len(), 2);
    assert_eq!(shipped()[0].reference().code, PERMENPANRB_6_2022);
    assert_eq!(shipped_document(&shipped()[1].reference()).map(|one| one.scheme), Some(Scheme::Numeric));
}

#[test]
fn one_complete_regulation_is_in_force_since_february_2022() {
    let code = |on: &str| in_force_on(shipped_documents(), day(on)).map(|one| one.code.as_str());
    assert_eq!(code("2022-02-02"), None);
    assert_eq!(code("2022-02-03"), Some(PERMENPANRB_6_2022));
    assert_eq!(code("2026-01-01"), Some(PERMENPANRB_6_2022));
}

#[test]
fn missing_parameters_are_listed() {
    let [ratings, numeric] = shipped_documents() else { panic!("two documents") };
    assert!(ratings.is_complete());
    assert_eq!(
        numeric.missing(),
        [
            "numeric.additional.scope_weights.BETWEEN_AGENCIES",
            "numeric.additional.scope_weights.BETWEEN_UNITS",
            "numeric.additional.scope_weights.SAME_UNIT",
            "numeric.behaviour.shares",
        ]
    );
}

#[test]
fn uncertain_parameters_are_marked_and_have_a_note() {
    let uncertain = |document: &RegulationDocument| {
        let marks = document.marks().into_iter();
        marks
            .filter(|mark| mark.confidence == Confidence::Uncertain)
            .map(|mark| mark.path)
            .collect::<Vec<_>>()
    };
    let [ratings, numeric] = shipped_documents() else { panic!("two documents") };
    for path in ["unit_head", "objection.counting", "distribution.smallest_group", "split_year", "suggestion"]
    {
        assert!(uncertain(ratings).iter().any(|one| one == path), "{path}");
    }
    for path in ["numeric.groups", "numeric.bands.4", "numeric.achievement.inside_range", "numeric.cap"] {
        assert!(uncertain(numeric).iter().any(|one| one == path), "{path}");
    }
    for mark in ratings.marks().into_iter().chain(numeric.marks()) {
        assert!(mark.confidence == Confidence::Certain || mark.note.is_some(), "{}", mark.path);
    }
}

#[test]
fn every_finding_has_its_path() {
    let one = |path: &str, key| vec![(path.to_owned(), key)];
    for (document, from, to, expected) in [
        (0, "version = 1", "version = 0", one("version", Key::OutOfRange)),
        (0, "code = \"PERMENPANRB-6-2022\"", "code = \"permen 6\"", one("code", Key::RegulationCode)),
        (0, "scheme = \"RATING_MATRIX\"", "scheme = \"NUMERIC\"", one("numeric", Key::Required)),
        (
            0,
            "effective_from = \"2022-02-03\"",
            "effective_from = \"2022-02-03\"\neffective_to = \"2022-02-03\"",
            one("effective_to", Key::EndBeforeStart),
        ),
        (0, "id = \"Sangat Baik\"", "id = \" \"", one("labels.predicates.VERY_GOOD", Key::Required)),
        (
            0,
            "VERY_GOOD = { id = \"Sangat Baik\", en = \"Very good\" }\n",
            "",
            one("labels.predicates.VERY_GOOD", Key::Required),
        ),
        (
            0,
            "behaviour_above = \"VERY_GOOD\"",
            "behaviour_above = \"POOR\"",
            one("matrix.value", Key::RegulationNotMonotone),
        ),
        (0, "OUTSTANDING = \"ABOVE\"\n", "", one("unit_head.value.OUTSTANDING", Key::Required)),
        (
            0,
            "percent = 70 }",
            "percent = 101 }",
            one("distribution.patterns.0.value.limits.1.percent", Key::OutOfRange),
        ),
        (0, ", percent = 70 }", " }", one("distribution.patterns.0.value.limits.1.percent", Key::Required)),
        (0, "VERY_GOOD = 150, ", "", one("credit_points.percents.value.VERY_GOOD", Key::Required)),
        (0, "scale = 2", "scale = 3", one("credit_points.rounding.value.scale", Key::OutOfRange)),
        (0, "code = \"TR\"", "code = \"PM\"", one("credit_points.levels.1", Key::Duplicate)),
        (0, "value = 14", "value = 0", one("objection.days.value", Key::OutOfRange)),
        (
            0,
            "month = 1, day = 31 }",
            "month = 2, day = 29 }",
            one("deadlines.plan.value", Key::RegulationDay),
        ),
        (0, "note = \"Not stated for periodic results.\"", "", one("objection.periodic.note", Key::Required)),
        (
            0,
            "source = \"PermenPANRB 1/2023 art. 37\"",
            "",
            one("credit_points.percents.source", Key::Required),
        ),
        (
            1,
            "from = 60, to = 79",
            "from = 61, to = 79",
            one("numeric.bands.1.value.from", Key::RegulationBandGap),
        ),
        (
            1,
            "score_from = \"70\"",
            "score_from = \"60\"",
            one("numeric.bands.2.value.score_from", Key::RegulationNotMonotone),
        ),
        (
            1,
            "results = \"70\"",
            "results = \"71\"",
            one("numeric.weights.without_peers.value", Key::RegulationSum),
        ),
        (1, "AGREEMENT = \"60\"", "AGREEMENT = \"61\"", one("numeric.groups.value", Key::RegulationSum)),
        (
            1,
            "predicate = \"GOOD\", from = \"90\"",
            "predicate = \"GOOD\", from = \"60\"",
            one("numeric.predicates.2", Key::RegulationOrder),
        ),
        (
            1,
            "predicate = \"VERY_POOR\", from = \"0\"",
            "predicate = \"VERY_POOR\", from = \"1\"",
            one("numeric.predicates", Key::RegulationBandGap),
        ),
        (
            1,
            "value = { scale = 0,",
            "value = { scale = 1,",
            one("numeric.achievement.rounding.value.scale", Key::OutOfRange),
        ),
        (
            0,
            "VERY_GOOD = 150",
            "VERY_GOOD = 90",
            one("credit_points.percents.value", Key::RegulationNotMonotone),
        ),
        (
            0,
            "VERY_POOR = \"BELOW\"",
            "VERY_POOR = \"ABOVE\"",
            one("unit_head.value", Key::RegulationNotMonotone),
        ),
        (
            1,
            "VERY_POOR = \"20\"",
            "VERY_POOR = \"50\"",
            one("numeric.additional.factors.value", Key::RegulationNotMonotone),
        ),
        (
            1,
            "p. 67 and p. 92-93\"\nvalue = \"120\"",
            "p. 67 and p. 92-93\"\nvalue = \"80\"",
            one("numeric.maximum_target_score.value", Key::RegulationNotMonotone),
        ),
    ] {
        assert_eq!(findings_after(document, from, to), expected, "{to}");
    }
}

#[test]
fn unreadable_documents_are_refused() {
    for (from, to) in [
        ("version = 1", "version = 1\nversoin = 2"),
        ("value = \"3.75\"", "value = 3.75"),
        ("en = \"Very good\"", "en = \"Very good\", fr = \"x\""),
        ("scheme = \"RATING_MATRIX\"", "scheme = \"OTHER\""),
        ("code = \"PERMENPANRB-6-2022\"", "code ="),
    ] {
        let found = findings_after(0, from, to);
        assert_eq!(found, [(String::new(), Key::RegulationUnread)], "{to}");
    }
    assert!(RegulationDocument::from_json("{").is_err());
}

#[test]
fn all_findings_are_returned_together() {
    let text =
        SHIPPED_TEXTS[0].replacen("version = 1", "version = 0", 1).replacen("value = 14", "value = 0", 1);
    assert_eq!(RegulationDocument::from_toml(&text).expect_err("findings").len(), 2);
}

#[test]
fn objection_period_counts_calendar_or_working_days() {
    let mut document = shipped_documents()[0].clone();
    let proclamation = [calendar_with(&["2026-08-17"])];
    let days_off = DaysOff::of(&proclamation);
    let until = |document: &RegulationDocument, received: &str| {
        document.objection_until(day(received), &days_off).expect("a day").to_string()
    };
    assert_eq!(until(&document, "2026-01-05"), "2026-01-19");
    assert_eq!(until(&document, "2026-08-10"), "2026-08-24", "days off count as any other day");
    document.objection.counting.value = Some(DayCounting::Working);
    assert_eq!(until(&document, "2026-01-05"), "2026-01-23", "without Saturdays and Sundays");
    assert_eq!(until(&document, "2026-08-10"), "2026-08-31", "and without 17 August");
    let none = DaysOff::default();
    let own = document.objection_until(day("2026-08-10"), &none).expect("a day").to_string();
    assert_eq!(own, "2026-08-28", "the holidays of the document do not count");
    document.objection.days.value = None;
    assert!(document.objection_until(day("2026-01-05"), &none).is_err());
    assert!(shipped_documents()[0].objection_until(Date::MAX, &none).is_ok(), "no day after the last");
}

#[test]
fn a_document_without_holidays_is_read() {
    let text = SHIPPED_TEXTS[0];
    let (start, end) =
        (text.find("[holidays]").expect("a table"), text.find("[deadlines.plan]").expect("one"));
    let without = format!("{}{}", &text[..start], &text[end..]);
    let document = RegulationDocument::from_toml(&without).expect("read");
    assert!(document.holidays.is_none() && document.is_complete());
}

#[test]
fn deadlines_fall_in_the_appraised_year_or_later() {
    let deadlines = &shipped_documents()[0].deadlines;
    let of = |deadline: &Parameter<YearDay>| deadline.value.expect("a day").of(2026);
    assert_eq!(of(&deadlines.plan), Some(day("2026-01-31")));
    assert_eq!(of(&deadlines.annual_evaluation), Some(day("2027-01-31")));
    assert_eq!(YearDay { years_after: 255, month: 13, day: 40 }.of(i32::MAX), None);
}
