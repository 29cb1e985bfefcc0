//! Computes which people, plans, activities and evaluations of a city each person can see, by the rules of
//! `docs/AUTHORIZATION.md`. Reads the stored rows, and uses neither `domain::policy` nor the conditions in SQL.

use crate::{
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    actor::Role,
    evaluation::EvaluationStatus,
    id::{AgencyId, StaffId, UnitId},
    staff::StaffStatus,
    time::{Calendar, Date},
};
use entity::{activity, assignment, delegation, evaluation, plan, role_grant, staff};
use sea_orm::EntityTrait;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    str::FromStr,
};
use uuid::Uuid;

/// The kinds of objects, with the numbers that they have in the global ids of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the schema's types")]
pub enum Kind {
    Staff = 3,
    Plan = 11,
    Activity = 16,
    Evaluation = 18,
}

/// An object.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// Whether the object has a more confidential part: the ratings of an evaluation, or the NIP of a person.
    pub has_more: bool,
    staff: Uuid,
    unit: Option<Uuid>,
    /// The assignments whose superiors see it.
    posts: Vec<Uuid>,
    rater_post: Option<Uuid>,
    rater: Option<Uuid>,
    status: Option<EvaluationStatus>,
}

impl Object {
    /// A plan, an activity or an evaluation of a person, unit and assignment.
    fn of_work(kind: Kind, id: Uuid, [staff, unit, post]: [Uuid; 3], rater_post: Uuid) -> Self {
        Self {
            kind,
            id,
            has_more: false,
            staff,
            unit: Some(unit),
            posts: vec![post],
            rater_post: Some(rater_post),
            rater: None,
            status: None,
        }
    }
}

/// The part of an object that a person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisiblePart {
    /// Nothing: for the person, the object does not exist.
    Nothing,
    /// Only the less confidential part.
    Part,
    /// The whole object, with the ratings of an evaluation or the NIP of a person.
    More,
}

/// A city as stored.
pub struct City {
    /// The people who can log in, in the order of their ids.
    pub people: Vec<StaffId>,
    /// All objects.
    pub objects: Vec<Object>,
    superiors: HashMap<Uuid, Uuid>,
    /// The posts that each person holds or acts for today.
    posts_of: BTreeMap<Uuid, BTreeSet<Uuid>>,
    roles: BTreeMap<Uuid, Vec<(Role, Uuid)>>,
    tree: store::org_unit::Tree,
}

fn in_force(from: Date, to: Option<Date>, today: Date) -> bool {
    from <= today && to.is_none_or(|end| end > today)
}

impl City {
    /// Reads the only agency of a database.
    pub async fn read(env: &Env) -> Result<Self> {
        let connection = env.db.reader();
        let everybody = staff::Entity::find().all(connection).await?;
        let agency = everybody.first().map(|person| AgencyId(person.agency_id)).ok_or(Error::NotFound)?;
        let today = Calendar::JAKARTA.day(env.now());
        let posts = assignment::Entity::find().all(connection).await?;
        let mut posts_of: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        let mut open: BTreeMap<Uuid, Vec<&assignment::Model>> = BTreeMap::new();
        for post in posts.iter().filter(|post| in_force(post.valid_from, post.valid_to, today)) {
            posts_of.entry(post.staff_id).or_default().insert(post.id);
            open.entry(post.staff_id).or_default().push(post);
        }
        for one in delegation::Entity::find().all(connection).await? {
            if in_force(one.valid_from, one.valid_to, today) {
                posts_of.entry(one.delegate_id).or_default().insert(one.assignment_id);
            }
        }
        let superiors = posts.iter().filter_map(|post| Some((post.id, post.superior_id?))).collect();
        let mut roles: BTreeMap<Uuid, Vec<(Role, Uuid)>> = BTreeMap::new();
        for grant in role_grant::Entity::find().all(connection).await? {
            if grant.revoked_at.is_none()
                && let Ok(role) = Role::from_str(&grant.role)
            {
                roles.entry(grant.staff_id).or_default().push((role, grant.unit_id));
            }
        }
        let tree = store::org_unit::tree(connection, agency, today).await?;
        let mut city = Self { people: Vec::new(), objects: Vec::new(), superiors, posts_of, roles, tree };
        for person in everybody {
            let own = open.get(&person.id).cloned().unwrap_or_default();
            if person.status != StaffStatus::Active.to_string() || own.is_empty() {
                continue;
            }
            city.people.push(StaffId(person.id));
            city.objects.push(Object {
                kind: Kind::Staff,
                id: person.id,
                has_more: person.nip.is_some(),
                staff: person.id,
                unit: own.first().map(|post| post.unit_id),
                posts: own.iter().map(|post| post.id).collect(),
                rater_post: None,
                rater: None,
                status: None,
            });
        }
        city.people.sort();
        city.add_work(env).await?;
        Ok(city)
    }

    async fn add_work(&mut self, env: &Env) -> Result<()> {
        let connection = env.db.reader();
        for row in plan::Entity::find().all(connection).await? {
            let (of, rater) = ([row.staff_id, row.unit_id, row.assignment_id], row.rater_assignment_id);
            self.objects.push(Object::of_work(Kind::Plan, row.id, of, rater));
        }
        for row in activity::Entity::find().all(connection).await? {
            let (of, rater) = ([row.staff_id, row.unit_id, row.assignment_id], row.rater_assignment_id);
            self.objects.push(Object::of_work(Kind::Activity, row.id, of, rater));
        }
        for row in evaluation::Entity::find().all(connection).await? {
            let status: Option<EvaluationStatus> = row.status.parse().ok();
            let (of, rater) = ([row.staff_id, row.unit_id, row.assignment_id], row.rater_assignment_id);
            self.objects.push(Object {
                has_more: row.result_rating.is_some(),
                rater: status.is_some_and(is_finished).then_some(row.rater_staff_id),
                status,
                ..Object::of_work(Kind::Evaluation, row.id, of, rater)
            });
        }
        Ok(())
    }

    /// The part of an object that a person sees.
    #[must_use]
    pub fn visible_part(&self, who: StaffId, object: &Object) -> VisiblePart {
        let none = BTreeSet::new();
        let own_posts = self.posts_of.get(&who.0).unwrap_or(&none);
        let rates =
            object.rater_post.is_some_and(|post| own_posts.contains(&post)) || object.rater == Some(who.0);
        let above = |post: &Uuid| {
            std::iter::successors(self.superiors.get(post), |post| self.superiors.get(post))
                .take(100)
                .any(|post| own_posts.contains(post))
        };
        let covers = |(role, top): &(Role, Uuid)| match role {
            Role::Auditor => true,
            Role::Employee | Role::Reporting => false,
            Role::Admin | Role::PerformanceTeam => object.unit.is_some_and(|unit| {
                std::iter::successors(Some(UnitId(unit)), |unit| self.tree.parent(*unit))
                    .take(100)
                    .any(|unit| unit.0 == *top)
            }),
        };
        let personal = object.staff == who.0
            || rates
            || object.posts.iter().any(above)
            || self.roles.get(&who.0).is_some_and(|roles| roles.iter().any(covers));
        match (object.kind, personal) {
            (Kind::Staff, true) => VisiblePart::More,
            // Everyone sees name, position and unit of active people.
            (Kind::Staff, false) => VisiblePart::Part,
            (_, false) => VisiblePart::Nothing,
            (Kind::Plan | Kind::Activity, true) => VisiblePart::Part,
            (Kind::Evaluation, true) if rates || object.status.is_some_and(is_finished) => VisiblePart::More,
            (Kind::Evaluation, true) => VisiblePart::Part,
        }
    }
}

/// Whether the ratings are shown to everyone who sees the evaluation.
const fn is_finished(status: EvaluationStatus) -> bool {
    !matches!(status, EvaluationStatus::Open | EvaluationStatus::SelfReported | EvaluationStatus::RatedDraft)
}
