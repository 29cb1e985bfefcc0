//! Hand-written tables of rights for every relation, and proof that no one can rate themselves.

use super::*;
use crate::{
    action::{ActivityAction, EvaluationAction, OrganisationAction, PlanAction, RecommendationAction},
    activity::{Activity, ActivityStatus, NewActivity},
    actor::Coverage,
    evaluation::{Evaluation, EvaluationKind, Party},
    id::{ActivityId, AssignmentId},
    plan::{PlanStatus, RevisionStatus},
    testing::*,
};
use proptest::prelude::*;
use strum::IntoEnumIterator;

fn relations(actor: &Actor) -> Relations {
    Relations::of(actor, TEACHER, SCHOOL, &rater())
}

/// One actor for each relation to the teacher's plan, with their name in the tables.
fn cast() -> Vec<(&'static str, Relations)> {
    let plain = |staff| person(staff, &[]);
    let deputy = Actor { acting_for: [HEADS_POST].into(), ..plain(STRANGER) };
    let head_of_unit = Actor { headed: units(&[DEPARTMENT, SCHOOL]), ..plain(STRANGER) };
    let team = Actor { performance_team: units(&[SCHOOL]), ..plain(STRANGER) };
    let admin = Actor { admin: units(&[SCHOOL]), ..plain(STRANGER) };
    let elsewhere =
        Actor { admin: units(&[DEPARTMENT]), performance_team: units(&[DEPARTMENT]), ..plain(STRANGER) };
    let auditor = Actor { auditor: true, ..plain(STRANGER) };
    let reporting = Actor { reporting: Coverage::Everything, ..plain(STRANGER) };
    vec![
        ("owner", relations(&person(TEACHER, &[TEACHERS_POST]))),
        ("rater", relations(&person(HEAD, &[HEADS_POST]))),
        ("deputy", relations(&deputy)),
        ("superior", relations(&person(CHIEF, &[CHIEFS_POST]))),
        ("chain", relations(&plain(STRANGER)).with_chain(true)),
        ("head", relations(&head_of_unit)),
        ("team", relations(&team)),
        ("admin", relations(&admin)),
        ("elsewhere", relations(&elsewhere)),
        ("auditor", relations(&auditor)),
        ("reporting", relations(&reporting)),
        ("stranger", relations(&plain(STRANGER))),
        ("system", relations(&Actor::system(AGENCY))),
    ]
}

fn who(decide: impl Fn(&Relations) -> bool) -> Vec<&'static str> {
    cast().into_iter().filter(|(_, relations)| decide(relations)).map(|(name, _)| name).collect()
}

#[test]
fn rights_on_plans() {
    for action in PlanAction::iter() {
        let expected: &[&str] = match action {
            PlanAction::UpdatePlan | PlanAction::SubmitPlan | PlanAction::WithdrawPlan => &["owner"],
            PlanAction::ReviewPlan | PlanAction::HoldDialogue => &["rater", "deputy"],
            PlanAction::RevisePlan | PlanAction::LinkPlanResult | PlanAction::RequestFeedback => {
                &["owner", "rater", "deputy"]
            }
            PlanAction::CancelPlan => &["admin"],
            PlanAction::ClosePlan => &["admin", "system"],
            PlanAction::GiveFeedback => &["owner", "rater", "deputy", "superior", "chain", "head"],
        };
        assert_eq!(who(|relations| plan::decide(action, relations).is_ok()), expected, "{action}");
    }
}

#[test]
fn rights_on_activities() {
    for action in ActivityAction::iter() {
        let expected: &[&str] = match action {
            ActivityAction::RecordActivities
            | ActivityAction::SubmitActivities
            | ActivityAction::DiscardActivities
            | ActivityAction::WithdrawActivities
            | ActivityAction::AnswerMarks => &["owner"],
            ActivityAction::ReviewActivities | ActivityAction::ReopenActivities => &["rater", "deputy"],
        };
        assert_eq!(who(|relations| activity::decide(action, relations).is_ok()), expected, "{action}");
    }
}

#[test]
fn rights_on_evaluations() {
    use evaluation::Reopener;
    for action in EvaluationAction::iter() {
        for reopener in Reopener::iter() {
            let expected: &[&str] = match action {
                EvaluationAction::ReportRealisation
                | EvaluationAction::AcknowledgeEvaluation
                | EvaluationAction::FileObjection => &["owner"],
                EvaluationAction::RateEvaluation
                | EvaluationAction::FinaliseEvaluation
                | EvaluationAction::DeliverEvaluation => &["rater", "deputy"],
                EvaluationAction::SignEvaluation => &["owner", "rater", "deputy", "superior"],
                EvaluationAction::CloseEvaluation => &["rater", "deputy", "admin", "system"],
                EvaluationAction::ReopenEvaluation => match reopener {
                    Reopener::Rater => &["rater", "deputy"],
                    Reopener::Admin => &["admin"],
                    Reopener::RatersSuperior => &["superior"],
                },
                EvaluationAction::MakeRecommendation => &["rater", "deputy", "superior"],
            };
            let actions = who(|relations| evaluation::decide(action, relations, reopener).is_ok());
            assert_eq!(actions, expected, "{action} {reopener:?}");
        }
    }
}

#[test]
fn rights_on_recommendations() {
    use crate::recommendation::RecommendationResponsible as Responsible;
    for action in RecommendationAction::iter() {
        for responsible in Responsible::iter() {
            let expected: &[&str] = match (action, responsible) {
                (RecommendationAction::FollowUpRecommendation, Responsible::Rater) => {
                    &["rater", "deputy", "superior", "team", "admin"]
                }
                (RecommendationAction::FollowUpRecommendation, Responsible::PerformanceTeam) => {
                    &["team", "admin"]
                }
            };
            let may = who(|relations| recommendation::right(action, responsible).decide(relations).is_ok());
            assert_eq!(may, expected, "{action} {responsible}");
            let waits = who(|relations| recommendation::is_responsible(relations, responsible));
            assert!(waits.iter().all(|one| may.contains(one)), "{responsible} {waits:?}");
        }
    }
}

#[test]
fn the_status_and_the_period_decide_who_reopens() {
    use evaluation::Reopener;
    let open = &year()[0];
    let last = evaluations().pop().expect("the year");
    for status in EvaluationStatus::iter() {
        let evaluation = Evaluation { status, ..last.clone() };
        let found = [open, &closed(open)].map(|period| Reopener::of(&evaluation, period));
        let delivered = matches!(status, EvaluationStatus::Delivered | EvaluationStatus::Acknowledged);
        let expected =
            if delivered { [Reopener::RatersSuperior; 2] } else { [Reopener::Rater, Reopener::Admin] };
        assert_eq!(found, expected, "{status}");
    }
}

#[test]
fn each_class_of_data_is_visible_to_its_readers() {
    let personal = ["owner", "rater", "deputy", "chain", "team", "admin", "auditor"];
    assert_eq!(who(sees_personal), personal);
    for status in EvaluationStatus::iter() {
        let expected: &[&str] = if status.is_final() { &personal } else { &["rater", "deputy"] };
        assert_eq!(who(|relations| sees_ratings(relations, status)), expected, "{status}");
    }
    assert!(sees_directory(&person(STRANGER, &[]), AGENCY));
    assert!(!sees_directory(&Actor::system(AGENCY), AGENCY));
    assert!(!sees_directory(&person(STRANGER, &[]), AgencyId(uuid(99))));
}

#[test]
fn only_entitled_actors_can_see_the_aggregates_of_a_unit() {
    let plain = || person(STRANGER, &[]);
    for (actor, reads) in [
        (plain(), false),
        (Actor { headed: units(&[SCHOOL]), ..plain() }, true),
        (Actor { performance_team: units(&[SCHOOL]), ..plain() }, true),
        (Actor { admin: units(&[SCHOOL]), ..plain() }, true),
        (Actor { reporting: units(&[SCHOOL]), ..plain() }, true),
        (Actor { reporting: units(&[DEPARTMENT]), ..plain() }, false),
        (Actor { auditor: true, ..plain() }, true),
        (person(HEAD, &[HEADS_POST]), false),
    ] {
        assert_eq!(report::may_report(&actor, SCHOOL), reads, "{actor:?}");
    }
}

proptest! {
    /// A person has only the relation of the owner to their own plan, whatever powers, delegations and roles they have.
    #[test]
    fn no_one_can_rate_or_administer_themselves(
        own in any::<[bool; 3]>(), acting in any::<[bool; 3]>(), everything: bool, own_rater: bool, own_superior: bool,
    ) {
        let posts = [TEACHERS_POST, HEADS_POST, CHIEFS_POST];
        let some = |chosen: [bool; 3]| posts.into_iter().zip(chosen).filter_map(|(post, yes)| yes.then_some(post));
        let coverage = if everything { Coverage::Everything } else { Coverage::Nothing };
        let actor = Actor {
            assignments: some(own).collect(),
            acting_for: some(acting).collect(),
            headed: coverage.clone(),
            performance_team: coverage.clone(),
            admin: coverage,
            ..person(TEACHER, &[])
        };
        let snapshot = RaterSnapshot {
            staff: if own_rater { TEACHER } else { HEAD },
            superior_staff: Some(if own_superior { TEACHER } else { CHIEF }),
            ..rater()
        };
        let relations = Relations::of(&actor, TEACHER, SCHOOL, &snapshot).with_chain(true);
        prop_assert!(relations.owner);
        prop_assert!(!relations.rater && !relations.raters_superior && !relations.above && !relations.head && !relations.admin);
        for action in EvaluationAction::iter() {
            for reopener in evaluation::Reopener::iter() {
                let own = matches!(
                    action,
                    EvaluationAction::ReportRealisation | EvaluationAction::AcknowledgeEvaluation | EvaluationAction::SignEvaluation | EvaluationAction::FileObjection
                );
                prop_assert_eq!(evaluation::decide(action, &relations, reopener).is_ok(), own);
            }
        }
        prop_assert!(plan::decide(PlanAction::ReviewPlan, &relations).is_err());
        prop_assert!(activity::decide(ActivityAction::ReviewActivities, &relations).is_err());
        for status in EvaluationStatus::iter() {
            prop_assert_eq!(sees_ratings(&relations, status), status.is_final());
        }
        let review = plan::right(PlanAction::ReviewPlan);
        prop_assert!(!review.who_can(TEACHER, &snapshot).contains(&TEACHER));
    }
}

/// Checks that exactly the expected actions are allowed.
fn check_allowed(allowed_actions: &[Allowed], expected: impl Fn(Action) -> bool) {
    for allowed in allowed_actions {
        assert_eq!(allowed.refusal.is_none(), expected(allowed.action), "{:?}", allowed.action);
    }
}

#[test]
fn an_action_on_a_plan_needs_the_right_and_the_state() {
    let year = year();
    for status in PlanStatus::iter() {
        for open in [None, Some(RevisionStatus::Draft), Some(RevisionStatus::Submitted)] {
            let plan = plan_in(status, open.filter(|_| status == PlanStatus::Approved));
            for final_somewhere in [false, true] {
                let context = crate::plan::PlanContext {
                    annual_final: final_somewhere,
                    any_final: final_somewhere,
                    ..plan_context(&year[0])
                };
                for (name, relations) in cast() {
                    let actions = plan::allowed_actions(&plan, &relations, &context);
                    assert_eq!(actions.len(), PlanAction::iter().count(), "{name}");
                    check_allowed(&actions, |action| {
                        PlanAction::iter().any(|of_plan| {
                            Action::from(of_plan) == action
                                && plan::decide(of_plan, &relations).is_ok()
                                && plan.permits(of_plan, &context).is_ok()
                        })
                    });
                }
            }
        }
    }
}

#[test]
fn an_action_on_an_activity_needs_the_right_and_the_state() {
    let plan = approved();
    let parts = parts(None);
    let context = activity_context(&plan, &parts);
    let new = NewActivity { id: ActivityId(uuid(300)), client_key: uuid(301), input: lesson() };
    let draft = Activity::create(new, &context, at("2026-02-02 16:00")).expect("an activity");
    for status in ActivityStatus::iter() {
        let activity = Activity { status, ..draft.clone() };
        for (_, relations) in cast() {
            let actions = activity::allowed_actions(&activity, &relations, &context);
            assert_eq!(actions.len(), ActivityAction::iter().count());
            check_allowed(&actions, |action| {
                ActivityAction::iter().any(|of_activity| {
                    Action::from(of_activity) == action
                        && activity::decide(of_activity, &relations).is_ok()
                        && activity.permits(of_activity, &context).is_ok()
                })
            });
        }
    }
}

#[test]
fn an_action_on_an_evaluation_needs_the_right_and_the_state() {
    for evaluation in evaluations() {
        for status in EvaluationStatus::iter() {
            let evaluation = Evaluation { status, ..evaluation.clone() };
            let fixture = EvaluationFixture::of(&evaluation);
            let context = fixture.at(at("2027-01-20 10:00"));
            let reopener = evaluation::Reopener::of(&evaluation, context.period);
            for (_, relations) in cast() {
                let actions = evaluation::allowed_actions(&evaluation, &relations, &context);
                assert_eq!(actions.len(), EvaluationAction::iter().count());
                check_allowed(&actions, |action| {
                    let signs = action != Action::SignEvaluation
                        || evaluation::signing_party(&evaluation, &relations).is_some();
                    signs
                        && EvaluationAction::iter().any(|of_evaluation| {
                            Action::from(of_evaluation) == action
                                && evaluation::decide(of_evaluation, &relations, reopener).is_ok()
                                && evaluation.permits(of_evaluation, &context).is_ok()
                        })
                });
            }
        }
    }
}

#[test]
fn a_missing_right_is_refused_before_the_state() {
    let year = year();
    let actions =
        plan::allowed_actions(&draft(), &relations(&person(STRANGER, &[])), &plan_context(&year[0]));
    assert!(actions.iter().all(|allowed| {
        allowed.refusal.as_ref().is_some_and(|refusal| refusal.code == crate::Code::Forbidden)
    }));
    let review = actions.iter().find(|allowed| allowed.action == Action::ReviewPlan).expect("one");
    assert_eq!(review.who_can, [HEAD]);
    let revise = actions.iter().find(|allowed| allowed.action == Action::RevisePlan).expect("one");
    assert_eq!(revise.who_can, [TEACHER, HEAD]);
}

#[test]
fn a_superior_who_acts_for_the_rater_signs_twice() {
    let mut evaluation = evaluations().pop().expect("the year");
    assert_eq!(evaluation.kind, EvaluationKind::Annual);
    evaluation.status = EvaluationStatus::Delivered;
    let chief = Actor { acting_for: [HEADS_POST].into(), ..person(CHIEF, &[CHIEFS_POST]) };
    let both = relations(&chief);
    let fixture = EvaluationFixture::of(&evaluation);
    let context = fixture.at(at("2027-01-05 10:00"));
    for expected in [Some(Party::Rater), Some(Party::RatersSuperior), None] {
        let party = evaluation::signing_party(&evaluation, &both);
        assert_eq!(party, expected);
        if let Some(party) = party {
            evaluation = evaluation.sign(party, CHIEF, &context).expect("signed");
        }
    }
}

#[test]
fn only_the_owner_creates_plans_and_activities() {
    for (staff, may) in [(TEACHER, true), (HEAD, false), (STRANGER, false)] {
        let actor = person(staff, &[]);
        assert_eq!(plan::decide_create(&actor, &teachers_post()).is_ok(), may);
        assert_eq!(activity::decide_create(&actor, &approved()).is_ok(), may);
    }
}

mod of_the_organisation {
    use super::*;
    use crate::policy::organisation::{Scope, decide};

    fn may(action: OrganisationAction, actor: &Actor, scope: Scope<'_>) -> bool {
        decide(action, actor, scope).is_ok()
    }

    #[test]
    fn admins_change_only_the_units_granted_to_them() {
        let school = Actor { admin: units(&[SCHOOL]), ..person(STRANGER, &[]) };
        let agency = Actor { admin: Coverage::Everything, ..person(STRANGER, &[]) };
        let team = Actor { performance_team: Coverage::Everything, ..person(STRANGER, &[]) };
        let at_school = Scope { units: &[SCHOOL], ..Scope::default() };
        let across = Scope { units: &[SCHOOL, DEPARTMENT], ..Scope::default() };
        for action in OrganisationAction::iter() {
            let whole = matches!(
                action,
                OrganisationAction::SetCriteria
                    | OrganisationAction::SetCalendar
                    | OrganisationAction::OpenPeriod
                    | OrganisationAction::UpdatePeriod
                    | OrganisationAction::ClosePeriod
                    | OrganisationAction::ReopenPeriod
                    | OrganisationAction::ImportOrganisation
                    | OrganisationAction::AddRegulation
                    // Posts belong to the agency, not to a unit.
                    | OrganisationAction::UpdatePosition
            );
            let predicate = action == OrganisationAction::SetOrgUnitPredicate;
            assert_eq!(may(action, &school, at_school), !whole && !predicate, "{action}");
            assert!(!may(action, &school, across), "{action}");
            assert_eq!(may(action, &agency, across), !predicate, "{action}");
            let of_team = predicate || action == OrganisationAction::SetCalendar;
            assert_eq!(may(action, &team, at_school), of_team, "{action}");
            let of_school = Actor { performance_team: units(&[SCHOOL]), ..person(STRANGER, &[]) };
            assert_eq!(may(action, &of_school, at_school), predicate, "{action}");
            assert_eq!(may(action, &Actor::system(AGENCY), at_school), !predicate, "{action}");
            assert!(!may(action, &person(HEAD, &[HEADS_POST]), at_school), "{action}");
            if !whole {
                assert!(!may(action, &agency, Scope::default()), "{action}: no right without a unit");
            }
        }
    }

    #[test]
    fn admins_cannot_give_themselves_the_power_to_rate() {
        let admin = Actor { admin: Coverage::Everything, ..person(STRANGER, &[]) };
        for action in [OrganisationAction::AssignSuperior, OrganisationAction::CreateDelegation] {
            for (gains, allowed) in [(HEAD, true), (STRANGER, false)] {
                let scope = Scope { units: &[SCHOOL], gains: Some(gains), ..Scope::default() };
                assert_eq!(may(action, &admin, scope), allowed, "{action}");
            }
        }
    }

    #[test]
    fn the_head_of_a_unit_cannot_set_its_predicate() {
        let plain = || person(STRANGER, &[]);
        let scope = Scope { units: &[SCHOOL], parent: Some(DEPARTMENT), ..Scope::default() };
        let root = Scope { units: &[DEPARTMENT], ..Scope::default() };
        for (actor, of_school, of_root) in [
            (plain(), false, false),
            (Actor { headed: units(&[SCHOOL]), ..plain() }, false, false),
            (Actor { headed: units(&[DEPARTMENT, SCHOOL]), ..plain() }, true, true),
            (Actor { headed: Coverage::Everything, ..plain() }, true, true),
            (Actor { performance_team: units(&[SCHOOL]), ..plain() }, true, false),
            (
                Actor { performance_team: Coverage::Everything, headed: units(&[SCHOOL]), ..plain() },
                false,
                true,
            ),
            (Actor { admin: Coverage::Everything, ..plain() }, false, false),
        ] {
            let action = OrganisationAction::SetOrgUnitPredicate;
            assert_eq!(
                (may(action, &actor, scope), may(action, &actor, root)),
                (of_school, of_root),
                "{actor:?}"
            );
            for scope in [scope, root] {
                assert!(!may(action, &actor, Scope { own_result: true, ..scope }), "{actor:?}");
            }
        }
    }
}

/// The decision uses the same ids as the store's filter.
#[test]
fn the_current_holder_of_an_assignment_has_its_powers() {
    let holder = person(STRANGER, &[HEADS_POST]);
    let other: AssignmentId = CHIEFS_POST;
    assert!(
        relations(&holder).rater,
        "the assignment has a new holder, but the snapshot still names the old one"
    );
    assert!(!relations(&person(STRANGER, &[TEACHERS_POST])).rater);
    assert!(relations(&person(STRANGER, &[other])).raters_superior);
}

mod access_of_others;
mod feedback_directions;
mod relations;
