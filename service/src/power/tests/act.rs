//! The changes that people in the random organisations try.

use super::{
    chain,
    plots::Plots,
    result::{self, Work},
    world::World,
};
use crate::{
    db::IdempotencyKey,
    env::Env,
    error::{Error, Result},
    identity::{self, GrantRole, IssueActivationCodes, RevokeRole, activate_for_test},
    import,
    organisation::{
        AssignSuperior, CancelScheduledChange, CreateOrgUnit, CreateStaff, Delegate, EndDelegation, EndStaff,
        Placement, ReinstateStaff, TransferStaff, UpdateDelegation, UpdateOrgUnit, UpdateStaff, apply_due,
        assign_superior, cancel_scheduled_change, create_org_unit, create_staff, delegate, end_delegation,
        end_staff, reinstate_staff, renew_at_boundaries, transfer_staff, update_delegation, update_org_unit,
        update_staff,
    },
    period::{SetOrgUnitPredicate, set_org_unit_predicate},
    store,
    testing::city,
    training::{VerifyTraining, verify_training},
};
use chrono::Duration;
use domain::{
    Edit,
    actor::{Actor, Role},
    assignment::{Assignment, Capacity, Delegation, DelegationChanges, DelegationInput},
    evaluation::OrgUnitPredicate,
    id::{AssignmentId, PositionId, RoleGrantId, StaffId, UnitId},
    staff::{EmploymentKind, Staff, StaffChanges, StaffInput},
    time::Date,
    unit::{UnitChanges, UnitInput, UnitKind},
    unit_predicate::UnitPredicateInput,
};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// A change; days are counted from today.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Assign(AssignmentId, AssignmentId, i64),
    Delegate(AssignmentId, StaffId, Capacity, i64, Option<i64>),
    UpdateDelegation(Delegation, Option<i64>),
    EndDelegation(AssignmentId, StaffId, i64),
    Transfer(AssignmentId, UnitId, Option<AssignmentId>, Option<AssignmentId>, bool, i64),
    Create(UnitId, Option<AssignmentId>, bool),
    Leads(StaffId, bool),
    Nip(StaffId, u32),
    End(StaffId, Option<AssignmentId>),
    Reinstate(StaffId, Option<(UnitId, Option<AssignmentId>, bool)>),
    MoveUnit(UnitId, UnitId),
    CreateUnit(UnitId),
    GrantAdmin(StaffId, UnitId),
    GrantTeam(StaffId, UnitId),
    Revoke(RoleGrantId),
    IssueCode(StaffId),
    IssueCodes(UnitId),
    Activate(StaffId),
    ImportSuperior(StaffId, StaffId),
    ImportHead(StaffId),
    Predicate(UnitId),
    Kind(StaffId, EmploymentKind),
    Cancel(StaffId),
    Train,
    Verify(StaffId),
    Plan(AssignmentId),
    Review(Work),
    Rate(Work),
    Finalise(Work),
    Days(i64),
}

pub(super) fn why() -> String {
    "Uji".to_owned()
}

fn placement(unit: UnitId, superior: Option<AssignmentId>, leads: bool, from: Date) -> Placement {
    let position = PositionId(city::POSITION.0);
    Placement { unit, position, rank: None, superior, capacity: Capacity::Definitive, leads, from }
}

impl Act {
    /// A random change and the person who tries it, usually an admin.
    pub(super) fn random(world: &World, plots: &mut Plots, rng: &mut ChaCha8Rng) -> (Option<StaffId>, Self) {
        if rng.random_bool(0.4)
            && let Some(step) = plots.next(world, rng)
        {
            return step;
        }
        if rng.random_bool(0.3)
            && let Some((actor, act)) = result::random(world, rng)
        {
            return (Some(actor), act);
        }
        let people: Vec<StaffId> = world.people.iter().map(|person| person.id).collect();
        let one = |rng: &mut ChaCha8Rng| *people.choose(rng).expect("a person");
        let post = |rng: &mut ChaCha8Rng| world.posts.choose(rng).expect("a post").id;
        let unit = |rng: &mut ChaCha8Rng| *world.units.choose(rng).expect("a unit");
        let actor = match world.admins.choose(rng) {
            Some(admin) if rng.random_bool(0.85) => *admin,
            _ => one(rng),
        };
        // About half of the changes involve the actor or their own post, because these are most likely to give them
        // power.
        let own_post = |rng: &mut ChaCha8Rng| {
            let own: Vec<AssignmentId> =
                world.posts.iter().filter(|post| post.staff == actor).map(|post| post.id).collect();
            own.choose(rng).copied().filter(|_| rng.random_bool(0.5)).unwrap_or_else(|| post(rng))
        };
        let own = |rng: &mut ChaCha8Rng| if rng.random_bool(0.4) { actor } else { one(rng) };
        let day = |rng: &mut ChaCha8Rng| {
            if rng.random_bool(0.7) { -rng.random_range(0..20) } else { rng.random_range(1..10) }
        };
        if rng.random_bool(0.1)
            && let Some(step) = chain::step(world, rng)
        {
            return step;
        }
        let act = match rng.random_range(0..30) {
            0..3 => Self::Assign(post(rng), own_post(rng), day(rng)),
            3 | 4 => {
                let from = rng.random_range(-5..8);
                let to = rng.random_bool(0.6).then(|| from + rng.random_range(1..12));
                Self::Delegate(own_post(rng), own(rng), Capacity::Plt, from, to)
            }
            5 => match world.delegations.choose(rng) {
                Some(of) => {
                    Self::UpdateDelegation(of.clone(), rng.random_bool(0.7).then(|| rng.random_range(-3..15)))
                }
                None => Self::Days(1),
            },
            6 => match world.delegations.choose(rng) {
                Some(of) => Self::EndDelegation(of.assignment, of.delegate, rng.random_range(-3..5)),
                None => Self::Days(1),
            },
            7 | 8 => {
                let superior = rng.random_bool(0.8).then(|| own_post(rng));
                let successor = rng.random_bool(0.4).then(|| own_post(rng));
                Self::Transfer(own_post(rng), unit(rng), superior, successor, rng.random_bool(0.3), day(rng))
            }
            9 => Self::Create(unit(rng), rng.random_bool(0.8).then(|| own_post(rng)), rng.random_bool(0.3)),
            10 => Self::Leads(own(rng), rng.random_bool(0.7)),
            11 => Self::Nip(own(rng), rng.random_range(100..900)),
            12 => Self::End(one(rng), rng.random_bool(0.6).then(|| own_post(rng))),
            13 => {
                let back = (unit(rng), Some(own_post(rng)), rng.random_bool(0.3));
                let left = world.left.choose(rng).copied().unwrap_or(actor);
                Self::Reinstate(left, rng.random_bool(0.6).then_some(back))
            }
            14 => Self::MoveUnit(unit(rng), unit(rng)),
            15 => Self::CreateUnit(unit(rng)),
            16 => Self::GrantAdmin(one(rng), if rng.random_bool(0.6) { city::ROOT } else { unit(rng) }),
            17 => Self::GrantTeam(own(rng), unit(rng)),
            18 => match world.grants.choose(rng) {
                Some(grant) if world.grants.len() > 3 => Self::Revoke(*grant),
                _ => Self::Days(1),
            },
            19 | 20 => Self::IssueCode(one(rng)),
            21 => match world.pending().choose(rng) {
                Some(person) => Self::Activate(*person),
                None => Self::IssueCodes(unit(rng)),
            },
            22 => Self::ImportSuperior(one(rng), own(rng)),
            23 => Self::ImportHead(own(rng)),
            24 => Self::Predicate(unit(rng)),
            25 => {
                let kind = if rng.random_bool(0.5) { EmploymentKind::NonAsn } else { EmploymentKind::Pns };
                Self::Kind(own(rng), kind)
            }
            26 => match world.scheduled.choose(rng) {
                Some(change) => Self::Cancel(change.staff),
                None => Self::Assign(own_post(rng), post(rng), rng.random_range(1..10)),
            },
            27 => return result::train(world, rng),
            // A change around the actor's rater, because independent random changes rarely hit the rater.
            28 => Self::around_rater(world, actor, rng).unwrap_or(Self::Days(1)),
            _ => Self::Days(rng.random_range(1..6)),
        };
        (Some(actor), act)
    }

    /// A random change of the post of the actor's rater, of the account of a person near it, or of the actor's own
    /// unit.
    fn around_rater(world: &World, actor: StaffId, rng: &mut ChaCha8Rng) -> Option<Self> {
        let own = world.posts.iter().rev().find(|post| post.staff == actor && post.valid_to.is_none())?;
        let rater = world.post(own.superior?)?;
        let above = rater.superior.and_then(|id| world.post(id)).unwrap_or(rater);
        let any = world.posts.choose(rng)?;
        let near = [rater, above, any].choose(rng).copied()?;
        let acting = world.delegations.iter().filter(|one| one.assignment == rater.id).collect::<Vec<_>>();
        let acting = acting.choose(rng).map(|one| one.delegate);
        Some(match rng.random_range(0..9) {
            0 => Self::Delegate(rater.id, near.staff, Capacity::Plh, rng.random_range(0..8), None),
            1 => Self::Assign(rater.id, any.id, 0),
            2 => Self::Assign(own.id, near.id, rng.random_range(0..4)),
            3 => Self::MoveUnit(own.unit, *world.units.choose(rng)?),
            4 => Self::GrantTeam(near.staff, own.unit),
            5 => Self::Predicate(own.unit),
            6 => Self::EndDelegation(rater.id, acting?, rng.random_range(-2..1)),
            7 => Self::IssueCode(acting?),
            _ => Self::IssueCode(near.staff),
        })
    }

    /// Makes the change; returns the codes that it issued.
    pub(super) async fn run(
        &self,
        world: &World,
        env: &Env,
        actor: &Actor,
    ) -> Result<Vec<(StaffId, String)>> {
        let today = env.today(actor);
        let on = |days: i64| today + Duration::days(days);
        let post = |id: &AssignmentId| world.post(*id).ok_or(Error::NotFound);
        match self.clone() {
            Self::Assign(of, superior, from) => {
                let (assignment, expected_version, from) = (of, post(&of)?.version, on(from));
                let input = AssignSuperior { assignment, expected_version, superior, from, reason: why() };
                assign_superior(env, actor, IdempotencyKey::NONE, input, false).await?;
            }
            Self::Delegate(assignment, to, capacity, from, until) => {
                let (from, until) = (on(from), until.map(on));
                let delegation = DelegationInput {
                    delegate: to,
                    capacity,
                    valid_from: from,
                    valid_to: until,
                    reason: why(),
                };
                let input = Delegate { assignment, delegation };
                delegate(env, actor, IdempotencyKey::NONE, input, false).await?;
            }
            Self::UpdateDelegation(of, to) => {
                let changes =
                    DelegationChanges { to: to.map(on), open_ended: to.is_none(), ..Default::default() };
                let (delegation, expected_version) = (of.id, of.version);
                let input = UpdateDelegation { delegation, expected_version, changes, reason: why() };
                update_delegation(env, actor, IdempotencyKey::NONE, input, false).await?;
            }
            Self::EndDelegation(post, to_person, to) => {
                let mut all = world.delegations.iter();
                let of = all.rfind(|one| (one.assignment, one.delegate) == (post, to_person));
                let of = of.ok_or(Error::NotFound)?;
                let (delegation, expected_version, to) = (of.id, of.version, Some(on(to)));
                let input = EndDelegation { delegation, expected_version, to, reason: why() };
                end_delegation(env, actor, IdempotencyKey::NONE, input, false).await?;
            }
            Self::Transfer(assignment, unit, superior, successor, leads, from) => {
                let expected_version = post(&assignment)?.version;
                let placement = placement(unit, superior, leads, on(from));
                let input =
                    TransferStaff { assignment, expected_version, placement, reason: why(), successor };
                transfer_staff(env, actor, IdempotencyKey::NONE, input, false).await?;
            }
            Self::Create(unit, superior, leads) => {
                let input = CreateStaff {
                    person: StaffInput {
                        nip: None,
                        name: "Baru Contoh".to_owned(),
                        employment_kind: EmploymentKind::Pns,
                        external_id: Some(crate::env::fresh_id().to_string()),
                    },
                    placement: placement(unit, superior, leads, today),
                };
                create_staff(env, actor, IdempotencyKey::NONE, input).await?;
            }
            Self::Leads(staff, leads) => {
                update(env, actor, staff, StaffChanges::default(), Some(leads)).await?;
            }
            Self::Nip(staff, number) => {
                let nip = Edit::Set(format!("199001012010011{number:03}"));
                update(env, actor, staff, StaffChanges { nip, ..StaffChanges::default() }, None).await?;
            }
            Self::Kind(staff, kind) => {
                let changes = StaffChanges { employment_kind: Some(kind), ..StaffChanges::default() };
                update(env, actor, staff, changes, None).await?;
            }
            Self::Cancel(staff) => {
                let of =
                    world.scheduled.iter().find(|change| change.staff == staff).ok_or(Error::NotFound)?;
                let (change, expected_version) = (of.id, of.version);
                let input = CancelScheduledChange { change, expected_version, reason: why() };
                cancel_scheduled_change(env, actor, IdempotencyKey::NONE, input).await?;
            }
            Self::Train => result::record(env, actor).await?,
            Self::Verify(staff) => {
                let of = world.trainings.iter().find(|one| one.staff == staff).ok_or(Error::NotFound)?;
                let (training, expected_version) = (of.id, of.version);
                let input = VerifyTraining { training, expected_version, verified: true, reason: None };
                verify_training(env, actor, IdempotencyKey::NONE, input).await?;
            }
            Self::End(staff, successor) => {
                let expected_version = person(env, staff).await?.version;
                let input = EndStaff { staff, expected_version, last_day: on(-1), reason: why(), successor };
                end_staff(env, actor, IdempotencyKey::NONE, input, false).await?;
            }
            Self::Reinstate(staff, back) => {
                let expected_version = person(env, staff).await?.version;
                let placement = back.map(|(unit, superior, leads)| placement(unit, superior, leads, today));
                let input = ReinstateStaff { staff, expected_version, placement, reason: why() };
                reinstate_staff(env, actor, IdempotencyKey::NONE, input, false).await?;
            }
            Self::MoveUnit(unit, parent) => {
                let found = store::org_unit::by_ids(env.db.source(), city::AGENCY, &[unit], today).await?;
                let input = UpdateOrgUnit {
                    unit,
                    expected_version: found.get(&unit).ok_or(Error::NotFound)?.version,
                    parent_from: None,
                    changes: UnitChanges { parent: Some(parent), ..UnitChanges::default() },
                };
                update_org_unit(env, actor, IdempotencyKey::NONE, input).await?;
            }
            Self::CreateUnit(parent) => {
                let input = CreateOrgUnit {
                    parent,
                    unit: UnitInput {
                        code: format!("BARU-{}", world.units.len()),
                        name: "Unit Contoh".to_owned(),
                        kind: UnitKind::Subbag,
                        external_id: None,
                        valid_from: today,
                    },
                };
                create_org_unit(env, actor, IdempotencyKey::NONE, input).await?;
            }
            Self::GrantAdmin(staff, unit) => grant(env, actor, staff, Role::Admin, unit).await?,
            Self::GrantTeam(staff, unit) => grant(env, actor, staff, Role::PerformanceTeam, unit).await?,
            Self::Revoke(id) => {
                identity::revoke_role(env, actor, IdempotencyKey::NONE, RevokeRole { grant: id }).await?;
            }
            Self::IssueCode(staff) => {
                return issue(env, actor, IssueActivationCodes::Staff(vec![staff])).await;
            }
            Self::IssueCodes(unit) => return issue(env, actor, IssueActivationCodes::Unit(unit)).await,
            Self::Activate(staff) => {
                let code = world.code_of(staff).ok_or(Error::NotFound)?;
                if !activate_for_test(env, &code).await? {
                    return Err(Error::NotFound);
                }
            }
            Self::ImportSuperior(staff, superior) => {
                let (of, above) = (person(env, staff).await?, person(env, superior).await?);
                let (of, above) = (of.nip.ok_or(Error::NotFound)?, above.nip.ok_or(Error::NotFound)?);
                import_file(env, actor, &format!("pegawai,atasan\n{of},{above}\n")).await?;
            }
            Self::ImportHead(staff) => {
                let found = person(env, staff).await?;
                let nip = found.nip.ok_or(Error::NotFound)?;
                let post: &Assignment = world
                    .posts
                    .iter()
                    .find(|post| post.staff == staff && post.open_on(today))
                    .ok_or(Error::NotFound)?;
                let unit =
                    store::org_unit::by_ids(env.db.source(), city::AGENCY, &[post.unit], today).await?;
                let code = &unit.get(&post.unit).ok_or(Error::NotFound)?.code;
                let rows = format!(
                    "nip,nama,jenis_kepegawaian,kode_unit,kode_jabatan,pimpinan\n{nip},{},PNS,{code},ANALIS,ya\n",
                    found.name
                );
                import_file(env, actor, &rows).await?;
            }
            Self::Predicate(unit) => {
                let set = store::unit_predicate::find(env.db.source(), unit, city::quarter(1)).await?;
                let input = SetOrgUnitPredicate {
                    unit,
                    period: city::quarter(1),
                    wanted: UnitPredicateInput { predicate: OrgUnitPredicate::Good, note: None },
                    expected_version: set.map(|set| set.version),
                };
                set_org_unit_predicate(env, actor, IdempotencyKey::NONE, input).await?;
            }
            Self::Plan(assignment) => result::plan(env, actor, assignment).await?,
            Self::Review(of) => result::review(env, actor, &of).await?,
            Self::Rate(of) => {
                let ratee =
                    identity::load_actor_in(env.db.reader(), env.now(), city::AGENCY, of.ratee).await?;
                result::rate(env, actor, &of, &ratee).await?;
            }
            Self::Finalise(of) => result::finalise(env, actor, &of).await?,
            Self::Days(days) => {
                env.clock.set(env.now() + Duration::days(days));
                let system = Actor { calendar: actor.calendar, ..Actor::system(city::AGENCY) };
                env.write(&system, renew_at_boundaries).await?;
                apply_due(env, &system).await?;
            }
        }
        Ok(Vec::new())
    }
}

async fn person(env: &Env, staff: StaffId) -> Result<Staff> {
    let found = store::staff::by_ids(env.db.source(), city::AGENCY, &[staff]).await?.remove(&staff);
    found.ok_or(Error::NotFound)
}

async fn update(
    env: &Env,
    actor: &Actor,
    staff: StaffId,
    changes: StaffChanges,
    leads: Option<bool>,
) -> Result<()> {
    let expected_version = person(env, staff).await?.version;
    // The stored rank may not be one of the new kind.
    let rank = if changes.employment_kind.is_some() { Edit::Clear } else { Edit::Keep };
    let input = UpdateStaff { staff, expected_version, changes, rank, leads };
    update_staff(env, actor, IdempotencyKey::NONE, input).await?;
    Ok(())
}

async fn grant(env: &Env, actor: &Actor, staff: StaffId, role: Role, unit: UnitId) -> Result<()> {
    identity::grant_role(env, actor, IdempotencyKey::NONE, GrantRole { staff, role, unit }).await?;
    Ok(())
}

async fn issue(env: &Env, actor: &Actor, to: IssueActivationCodes) -> Result<Vec<(StaffId, String)>> {
    let issued = identity::issue_activation_codes(env, actor, IdempotencyKey::NONE, to).await?;
    Ok(issued
        .map(|issued| issued.codes)
        .unwrap_or_default()
        .into_iter()
        .map(|code| (code.staff, code.code))
        .collect())
}

async fn import_file(env: &Env, actor: &Actor, rows: &str) -> Result<()> {
    let folder = tempfile::tempdir().map_err(Error::internal)?;
    let file = folder.path().join("berkas.csv");
    std::fs::write(&file, rows).map_err(Error::internal)?;
    let report = import::apply(env, actor, &[file.into()], None, Arc::new(|_, _| {})).await?;
    if report.is_refused() { Err(Error::NotFound) } else { Ok(()) }
}
