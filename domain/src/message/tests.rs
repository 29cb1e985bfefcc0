//! Sentences have the same parameters in both languages, and contain no names of the code.

use super::{Key, Locale, Message, technical_words};
use crate::{
    Labelled, Refusal, activity::ActivityStatus, actor::Role, evaluation::EvaluationStatus,
    evaluation::Party, import::RowKind, period::PeriodStatus, plan::PlanStatus, staff::EmploymentKind,
    staff::StaffStatus,
};
use strum::IntoEnumIterator;

const LOCALES: [Locale; 2] = [Locale::Id, Locale::En];

/// Fails if a sentence contains a name of the code in either language. Checks all refusals in the tests of this crate.
/// Quotations are left out before the parameters are filled in, since people may type anything.
pub(crate) fn check(message: &Message) {
    for locale in LOCALES {
        let text: String = message.key.template(locale).split('"').step_by(2).collect();
        let text = message.fill(text, locale);
        assert_eq!(technical_words(&text), [""; 0], "{:?} in {locale:?}: {text}", message.key);
    }
}

fn parameters(template: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        template.split('{').skip(1).filter_map(|tail| tail.split_once('}')).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn both_languages_have_the_same_parameters() {
    for key in Key::iter() {
        assert_eq!(parameters(key.template(Locale::Id)), parameters(key.template(Locale::En)), "{key:?}");
        assert!(!key.template(Locale::Id).is_empty() && !key.template(Locale::En).is_empty(), "{key:?}");
    }
}

#[test]
fn parameters_are_filled_in() {
    let message = Message::new(Key::TooLong).with("field", "selfNote").with("max", 5);
    assert_eq!(message.render(Locale::En), "Own note may have at most 5 characters.");
    assert_eq!(message.render(Locale::Id), "Catatan sendiri paling banyak 5 karakter.");
}

/// A realistic value of a parameter, as the code that refuses gives it.
fn filled_in(message: Message, name: &str) -> Message {
    match name {
        "field" => message.with(name, "missingUnitPredicateReason"),
        "from" if message.key() != Key::PlanExists && message.key() != Key::OutsidePlan => {
            message.with_label(name, EvaluationStatus::DeemedAccepted)
        }
        "kind" => message.with_label(name, EmploymentKind::PppkPartTime),
        "role" => message.with_label(name, Role::PerformanceTeam),
        "parties" => message.with_labels(name, &[Party::Employee, Party::RatersSuperior]),
        "sheet" => message.with_label(name, RowKind::Superior),
        "limit" => message.with_words(name, &Message::new(Key::LimitRootFields).words()),
        "advice" => {
            let advice =
                Message::new(Key::CostOfField).with("place", "plans(first: 9).orgUnit").with("cost", 9);
            message.with_words(name, &advice.words())
        }
        "code" => message.with(name, "PERMENPANRB-6-2022"),
        "from" | "to" | "deadline" | "today" | "day" | "next" => message.with(name, "2026-01-31"),
        "chain" => message.with(name, "Rina Sari < Budi Santoso"),
        "part" | "parts" => message.with(name, "Triwulan 1"),
        "person" | "rated" | "holder" | "before" | "after" | "who" => message.with(name, "Rina Sari"),
        "change" => message.with_label(name, crate::scheduled::ScheduledKind::Superior),
        "changes" => message.with_labels(name, &[crate::scheduled::ScheduledKind::Ending]),
        "refusal" => message.with_words(name, &Message::new(Key::OwnSuperior).words()),
        "people" => message.with(name, "Rina Sari, Budi Santoso"),
        "state" => message.with_label(name, EvaluationStatus::Delivered),
        "position" => message.with(name, "Analis Kebijakan"),
        "office" => message.with(name, "Dinas Pendidikan"),
        "columns" => message.with_words(name, &crate::field::field_names(&["nip", "rank"])),
        "allowed" => message.with_labels(name, &[EmploymentKind::Pns, EmploymentKind::PppkPartTime]),
        "capacity" => message.with_label(name, crate::assignment::Capacity::Plh),
        "proposal" => message.with(name, "Baik"),
        "list" => message.with_label(name, crate::period::Unfinished::EvaluationNotRated),
        "rater" => message.with(name, "Rina Sari"),
        "error" => message.with(name, "expected `,` at line 3"),
        "row"
            if matches!(
                message.key(),
                Key::RowTwice
                    | Key::ImportPersonTwice
                    | Key::ImportManyHeads
                    | Key::ImportRecord
                    | Key::ImportRow
            ) =>
        {
            message.with(name, 7)
        }
        "unit" => message.with(name, "\"Bidang Gizi (GIZI_1)\""),
        "place" if matches!(message.key(), Key::ImportUntitled | Key::ImportCell) => message.with(name, "H"),
        "value" | "other" | "first" | "second" | "row" | "reference" | "indicator" | "column" | "place"
        | "argument" | "name" | "type" => message.with(name, "GURU_AM orgUnitId"),
        "types" => message.with(name, "pdf, jpg"),
        "ending" => message.with(name, "jpg"),
        "created" | "updated" | "unchanged" | "refused" | "warnings" | "min" | "max" | "seconds"
        | "count" | "hours" | "months" | "age" | "cost" | "requested" | "available" | "version" | "found"
        | "minutes" | "days" => message.with(name, 7),
        other => panic!("no sample for {other} of {:?}", message.key()),
    }
}

#[test]
fn no_sentence_contains_a_name_of_the_code() {
    for key in Key::iter() {
        let names = parameters(key.template(Locale::Id));
        let message = names.into_iter().fold(Message::new(key), filled_in);
        for locale in LOCALES {
            let text = message.render(locale);
            assert_eq!(technical_words(&text), [""; 0], "{key:?}: {text}");
            assert!(!text.contains(['{', '}']), "{key:?}: {text}");
        }
    }
}

#[test]
fn a_transition_names_the_status_by_its_label() {
    fn each<T: Labelled + IntoEnumIterator + Into<&'static str>>() {
        for status in T::iter() {
            let refusal = Refusal::transition(status, &[]);
            for locale in LOCALES {
                let text = refusal.message.render(locale);
                assert!(text.ends_with(&format!("status {}.", status.label(locale))), "{text}");
            }
        }
    }
    each::<PlanStatus>();
    each::<ActivityStatus>();
    each::<EvaluationStatus>();
    each::<PeriodStatus>();
    each::<StaffStatus>();
}

#[test]
fn a_missing_field_is_named_in_the_language_of_the_reader() {
    let message = Refusal::required("description").message;
    assert_eq!(message.render(Locale::Id), "Uraian wajib diisi.");
    assert_eq!(message.render(Locale::En), "Description is required.");
}

/// Findings of imports are stored. Older ones have enum values and names of sheets as plain texts.
#[test]
fn stored_messages_stay_readable() {
    let read = |json: &str| serde_json::from_str::<Message>(json).expect("a message");
    let unknown = read(r#"{"key":"Unknown","parameters":[["field","parentCode"],["value","KOTA"]]}"#);
    assert_eq!(unknown.render(Locale::Id), "Kode induk \"KOTA\" tidak dikenal.");
    let kind = read(r#"{"key":"NipKind","parameters":[["kind","PNS"]]}"#);
    assert!(kind.render(Locale::En).contains("employment kind PNS"));
    let new = Message::new(Key::NipKind).with_label("kind", EmploymentKind::PppkPartTime);
    let json = serde_json::to_string(&new).expect("JSON");
    assert_eq!(read(&json), new);
    assert!(new.render(Locale::Id).contains("jenis kepegawaian PPPK paruh waktu"));
}
