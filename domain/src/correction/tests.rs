//! Which corrections may be requested, who sees and answers them, and that "fixed" needs a change of the record.

use super::*;
use crate::{
    Code, Locale,
    action::Action,
    actor::{Actor, Coverage},
    id::EvidenceId,
    policy::{self, correction::sees},
    testing::*,
};
use strum::IntoEnumIterator;

const NOW: &str = "2026-11-02 09:00";

fn superior(assignment: AssignmentId, staff: StaffId, name: &str) -> Recorded {
    Recorded::Superior { assignment: Some(assignment), staff: Some(staff), name: Some(name.to_owned()) }
}

fn recorded(subject: CorrectionSubject) -> Recorded {
    match subject {
        CorrectionSubject::Superior => superior(HEADS_POST, HEAD, "Yusniar, S.Pd."),
        CorrectionSubject::Unit => Recorded::Unit { unit: SCHOOL, name: "SD Negeri 01".to_owned() },
        CorrectionSubject::Position => {
            Recorded::Position { position: PositionId(uuid(30)), name: "Guru Ahli Pertama".to_owned() }
        }
        CorrectionSubject::Rank => Recorded::Rank { rank: None },
        CorrectionSubject::Employment => Recorded::Employment { employment: EmploymentKind::Cpns },
        CorrectionSubject::Name => Recorded::Name { name: "Rina Sari".to_owned() },
        CorrectionSubject::Nip => Recorded::Nip { nip: None },
    }
}

fn input(subject: CorrectionSubject) -> CorrectionInput<Evidence> {
    CorrectionInput {
        subject,
        proposed: " Budi Santoso ".to_owned(),
        reason: "Pindah sejak Oktober".to_owned(),
        on: Some(day("2026-10-01")),
        evidence: Vec::new(),
    }
}

fn request_with(
    input: CorrectionInput<Evidence>,
    open: Option<(&Correction, Date)>,
) -> Result<Correction, Vec<Refusal>> {
    let facts = CorrectionFacts {
        agency: AGENCY,
        staff: TEACHER,
        post: (TEACHERS_POST, SCHOOL),
        recorded: recorded(input.subject),
        open,
        due_on: day("2026-11-09"),
        at: at(NOW),
        today: day("2026-11-02"),
    };
    Correction::request(CorrectionId(uuid(990)), uuid(991), input, facts)
}

fn requested(subject: CorrectionSubject) -> Correction {
    request_with(input(subject), None).expect("requested")
}

fn link() -> Evidence {
    Evidence::link(EvidenceId(uuid(992)), "https://drive.example/sk", None, at(NOW)).expect("a link")
}

#[test]
fn every_broken_rule_is_named_at_its_field() {
    for subject in CorrectionSubject::iter() {
        let made = requested(subject);
        assert_eq!((made.recorded.subject(), made.proposed.as_str()), (subject, "Budi Santoso"));
        assert_eq!(
            (made.status, made.unit, made.due_on),
            (CorrectionStatus::Requested, SCHOOL, day("2026-11-09"))
        );
        assert!(!subject.changed_by().is_empty());
    }
    let made = requested(CorrectionSubject::Superior);
    assert!(made.is_of(&input(CorrectionSubject::Superior)));
    assert!(!made.is_of(&input(CorrectionSubject::Unit)));
    let other = CorrectionInput { on: None, ..input(CorrectionSubject::Superior) };
    assert!(!made.is_of(&other));

    let wrong = CorrectionInput {
        proposed: " ".to_owned(),
        reason: "x".repeat(2_001),
        on: Some(day("2026-11-03")),
        evidence: vec![link(); EVIDENCE_MAX + 1],
        ..input(CorrectionSubject::Superior)
    };
    let refused = request_with(wrong, Some((&made, day("2026-11-02")))).expect_err("refused");
    assert_eq!(paths(&refused), ["subject", "proposed", "reason", "on", "evidence"]);
    let sentence = refused[0].message.render(Locale::En);
    assert!(sentence.contains("2026-11-02") && sentence.contains("2026-11-09"), "{sentence}");
    let early = CorrectionInput { on: Some(day("2020-12-31")), ..input(CorrectionSubject::Unit) };
    assert_eq!(paths(&request_with(early, None).expect_err("refused")), ["on"]);
}

#[test]
fn fixed_needs_a_change_and_declined_a_reason() {
    let made = requested(CorrectionSubject::Superior);
    let resolve =
        |outcome, answer, now: &Recorded| made.resolve((CHIEF, at(NOW)), (outcome, answer), now, None);
    let same = superior(HEADS_POST, HEAD, "Yusniar, M.Pd.");
    let refused = resolve(CorrectionOutcome::Fixed, None, &same).expect_err("the same superior");
    assert_eq!(paths(&refused), ["outcome"]);
    let now = superior(CHIEFS_POST, CHIEF, "Budi Santoso");
    let fixed = resolve(CorrectionOutcome::Fixed, Some(" "), &now).expect("fixed");
    assert_eq!(fixed.status, CorrectionStatus::Fixed);
    assert_eq!(fixed.resolution.as_ref().map(|one| (one.by, one.answer.clone())), Some((CHIEF, None)));
    let refused = resolve(CorrectionOutcome::Declined, Some(" "), &now).expect_err("no reason");
    assert_eq!(paths(&refused), ["answer"]);
    let declined = resolve(CorrectionOutcome::Declined, Some("Sesuai SK"), &same).expect("declined");
    assert_eq!(declined.status, CorrectionStatus::Declined);
    let withdrawn = made.withdraw().expect("withdrawn");
    for ended in [fixed, declined, withdrawn] {
        for action in CorrectionAction::iter() {
            let refused = ended.permits(action).expect_err("an end");
            let Code::InvalidTransition { allowed, .. } = refused.code else { panic!("{refused}") };
            assert_eq!(allowed, [""; 0]);
        }
    }
}

#[test]
fn a_value_with_another_spelling_is_another_value() {
    for subject in CorrectionSubject::iter() {
        let then = recorded(subject);
        assert!(!then.differs(&then.clone()), "{subject}");
    }
    let name = |name: &str| Recorded::Name { name: name.to_owned() };
    assert!(name("Rina Sari").differs(&name("Rina Sari, S.Pd.")));
    let unit = |name: &str| Recorded::Unit { unit: SCHOOL, name: name.to_owned() };
    assert!(unit("SD Negeri 01").differs(&unit("SD Negeri 1")), "a unit that was renamed");
    let nobody = Recorded::Superior { assignment: None, staff: None, name: None };
    assert!(superior(HEADS_POST, HEAD, "Yusniar").differs(&nobody));
    assert_eq!((nobody.words(), recorded(CorrectionSubject::Rank).words()), (None, None));
    let words = recorded(CorrectionSubject::Employment).words().expect("a label");
    assert_eq!(words, EmploymentKind::Cpns.words());
}

#[test]
fn the_superior_whom_a_request_names_never_sees_it() {
    let of = |staff, admin: &[UnitId], auditor| Actor { admin: units(admin), auditor, ..person(staff, &[]) };
    let head = person(HEAD, &[HEADS_POST]);
    let team = Actor { performance_team: Coverage::Everything, ..person(STRANGER, &[]) };
    let cast = [
        ("owner", person(TEACHER, &[TEACHERS_POST])),
        ("head", head),
        ("head, admin", of(HEAD, &[SCHOOL], false)),
        ("head, auditor", of(HEAD, &[], true)),
        ("chief", person(CHIEF, &[CHIEFS_POST])),
        ("chief, admin", of(CHIEF, &[SCHOOL], false)),
        ("admin elsewhere", of(STRANGER, &[DEPARTMENT], false)),
        ("auditor", of(STRANGER, &[], true)),
        ("team", team),
        ("owner, admin", of(TEACHER, &[SCHOOL], false)),
    ];
    let who = |decide: &dyn Fn(&Actor) -> bool| {
        cast.iter().filter(|(_, actor)| decide(actor)).map(|(name, _)| *name).collect::<Vec<_>>()
    };
    let about = requested(CorrectionSubject::Superior);
    let seen = who(&|actor| sees(actor, &about));
    assert_eq!(seen, ["owner", "chief, admin", "auditor", "owner, admin"]);
    let of_another_agency = Actor { agency: AgencyId(uuid(99)), ..of(STRANGER, &[], true) };
    assert!(!sees(&of_another_agency, &about), "an auditor of another agency");
    let other = requested(CorrectionSubject::Name);
    let seen = who(&|actor| sees(actor, &other));
    assert_eq!(seen, ["owner", "head, admin", "head, auditor", "chief, admin", "auditor", "owner, admin"]);
    let may = |action: CorrectionAction| {
        who(&|actor| {
            policy::correction::decide(action, &policy::correction::relations(actor, &other)).is_ok()
        })
    };
    assert_eq!(may(CorrectionAction::ResolveCorrection), ["head, admin", "chief, admin"]);
    assert_eq!(may(CorrectionAction::WithdrawCorrection), ["owner", "owner, admin"]);
    let open = |actor: &Actor| {
        let relations = policy::correction::relations(actor, &other);
        let allowed = policy::correction::allowed_actions(&other, &relations);
        allowed.iter().map(|one| (one.action, one.refusal.is_none())).collect::<Vec<_>>()
    };
    let (resolve, withdraw) = (Action::ResolveCorrection, Action::WithdrawCorrection);
    assert_eq!(open(&of(TEACHER, &[SCHOOL], false)), [(resolve, false), (withdraw, true)]);
    assert_eq!(open(&of(CHIEF, &[SCHOOL], false)), [(resolve, true), (withdraw, false)]);
}
