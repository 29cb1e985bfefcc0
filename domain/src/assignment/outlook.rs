//! The organisation on a later day: applies scheduled changes to assignments in memory, with the same methods that
//! change the stored ones on their day.

use super::{Assignment, Delegation, NewAssignment, Placement, Post, Transfer};
use crate::{
    Refusal,
    employment::EmploymentKind,
    id::{AssignmentId, StaffId},
    scheduled::{PlannedChange, ScheduledChange},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// Posts after the scheduled changes. The caller loads into it the posts that the changes name, all posts of the people
/// concerned, the posts that were ever directly below these, and the posts above the successors and the new superiors.
/// It also loads the posts for which people who leave act.
///
/// The rules about plans, evaluations and power are not applied: whether they refuse a change is only known on its day.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    posts: BTreeMap<AssignmentId, Post>,
    people: BTreeMap<StaffId, EmploymentKind>,
    /// The assignments with unfinished work.
    work: BTreeSet<AssignmentId>,
    /// The posts that a change opens, ends or moves, or whose delegations it ends.
    changed: BTreeSet<AssignmentId>,
    /// People who leave.
    left: BTreeSet<StaffId>,
    /// Changes that will be refused, with the refusals.
    refused: Vec<(ScheduledChange, Vec<Refusal>)>,
    /// The posts that the current change has replaced, to undo the change if it is refused.
    replaced: Vec<Replaced>,
}

/// A post as it was before a change, if it existed.
#[derive(Clone, Debug)]
struct Replaced {
    id: AssignmentId,
    before: Option<Post>,
    was_changed: bool,
}

impl Outlook {
    /// Starts from the stored posts and people. `work` are the posts with unfinished work: a new superior of theirs is
    /// assigned even after their end.
    #[must_use]
    pub fn of(
        posts: impl IntoIterator<Item = Post>,
        people: BTreeMap<StaffId, EmploymentKind>,
        work: BTreeSet<AssignmentId>,
    ) -> Self {
        let posts = posts.into_iter().map(|post| (post.id, post)).collect();
        Self { posts, people, work, ..Self::default() }
    }

    /// Whether no change has an effect.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.refused.is_empty()
    }

    /// The changed posts.
    pub fn changed(&self) -> impl Iterator<Item = &Post> {
        self.changed.iter().filter_map(|id| self.posts.get(id))
    }

    /// A changed post.
    #[must_use]
    pub fn post(&self, id: AssignmentId) -> Option<&Post> {
        self.posts.get(&id).filter(|_| self.changed.contains(&id))
    }

    /// The loaded posts that are directly below a changed one on a day.
    pub fn below_changed(&self, day: Date) -> impl Iterator<Item = &Post> {
        let is_below = move |post: &&Post| post.superior_on(day).is_some_and(|id| self.changed.contains(&id));
        self.posts.values().filter(is_below)
    }

    /// The changes that will be refused, with the refusals.
    #[must_use]
    pub fn refused(&self) -> &[(ScheduledChange, Vec<Refusal>)] {
        &self.refused
    }

    /// Applies a change. The caller applies the changes in the order of their days. A change that the rules refuse has
    /// no effect. Changes of a person who has already left are skipped, because leaving cancels them.
    pub fn apply(&mut self, change: &ScheduledChange) {
        if self.left.contains(&change.staff) {
            return;
        }
        self.replaced.clear();
        if let Err(refusals) = self.try_apply(change) {
            self.undo();
            self.refused.push((change.clone(), refusals));
        }
    }

    /// Undoes the current change.
    fn undo(&mut self) {
        while let Some(Replaced { id, before, was_changed }) = self.replaced.pop() {
            match before {
                Some(post) => self.posts.insert(id, post),
                None => self.posts.remove(&id),
            };
            if !was_changed {
                self.changed.remove(&id);
            }
        }
    }

    fn try_apply(&mut self, change: &ScheduledChange) -> Result<(), Vec<Refusal>> {
        let day = change.effective_on;
        match &change.change {
            PlannedChange::Superior { assignment, superior } => {
                let before = self.find(*assignment)?;
                let superior = self.find(*superior)?;
                if !self.work.contains(assignment) {
                    before.must_not_have_ended_by(day)?;
                }
                let after = before.assign_superior(&superior, day, day, |id| self.assignment(id))?;
                self.change(after);
            }
            PlannedChange::Ending { successor, .. } => {
                let successor = successor.map(|id| self.find(id)).transpose()?;
                let of_person = |post: &&Post| post.staff == change.staff && post.has_days();
                let held = self.posts.values().filter(of_person).filter(|post| !post.has_ended_by(day));
                for before in held.cloned().collect::<Vec<_>>() {
                    self.end(&before, day, successor.as_ref())?;
                }
                self.end_delegations(day, |_, delegate| delegate == change.staff)?;
                self.left.insert(change.staff);
            }
            PlannedChange::Transfer {
                assignment,
                unit,
                position,
                rank,
                superior,
                capacity,
                leads,
                successor,
                opens: _,
            } => {
                let before = self.find(*assignment)?;
                let superior = superior.map(|id| self.find(id)).transpose()?;
                let successor = successor.map(|id| self.find(id)).transpose()?;
                before.must_not_have_ended_by(day)?;
                let place = Placement {
                    unit: *unit,
                    position: *position,
                    rank: rank.clone(),
                    superior: superior.as_ref().map(|superior| superior.id),
                    capacity: *capacity,
                    leads: *leads,
                    from: day,
                };
                let (id, agency, staff) = (change.opens(), before.agency, before.staff);
                let kind = self.people.get(&staff).copied().ok_or_else(not_found)?;
                let new = NewAssignment { id, agency, staff, place };
                let opened = Assignment::open(new, kind, superior.as_ref())?;
                match before.transferred(day, day)? {
                    Transfer::Ends => self.end(&before, day, successor.as_ref())?,
                    Transfer::Replaces => self.replace(&before, &opened, day, successor.as_ref())?,
                }
                self.change(opened);
            }
        }
        Ok(())
    }

    /// Ends an assignment and moves those below it to the successor.
    fn end(&mut self, before: &Assignment, on: Date, successor: Option<&Post>) -> Result<(), Vec<Refusal>> {
        self.change(before.close(on, on)?);
        successor.map_or(Ok(()), |successor| self.move_below(before.id, successor, on))
    }

    /// Withdraws an assignment that the opened one replaces.
    fn replace(
        &mut self,
        before: &Assignment,
        opened: &Assignment,
        on: Date,
        successor: Option<&Post>,
    ) -> Result<(), Vec<Refusal>> {
        self.change(before.withdraw());
        self.end_delegations(on, |post, _| post == before.id)?;
        if let Some(successor) = successor {
            self.move_below(before.id, successor, on)?;
        }
        let instead = (opened.unit == before.unit).then_some(opened.id);
        let under = |post: &&Post| post.superiors.iter().any(|dated| dated.superior == before.id);
        for post in self.posts.values().filter(under).cloned().collect::<Vec<_>>() {
            self.change(post.released_from(before.id, instead, on));
        }
        Ok(())
    }

    fn move_below(&mut self, from: AssignmentId, successor: &Post, on: Date) -> Result<(), Vec<Refusal>> {
        let is_below = |post: &&Post| post.superior_on(on) == Some(from) && !post.is_withdrawn();
        for post in self.posts.values().filter(is_below).cloned().collect::<Vec<_>>() {
            let above = self.above(successor.id);
            let after = post.follow(successor, on, on, |id| above.get(&id).copied())?;
            after.into_iter().for_each(|after| self.change(after));
        }
        Ok(())
    }

    /// An assignment and all that are above it on any day.
    fn above(&self, of: AssignmentId) -> BTreeMap<AssignmentId, &Assignment> {
        let (mut found, mut open) = (BTreeMap::new(), vec![of]);
        while let Some(id) = open.pop() {
            let Some(at) = self.assignment(id).filter(|_| !found.contains_key(&id)) else { continue };
            open.extend(at.superiors.iter().map(|dated| dated.superior));
            found.insert(id, at);
        }
        found
    }

    /// Ends the delegations that `which` selects by their post and delegate.
    fn end_delegations(
        &mut self,
        on: Date,
        which: impl Fn(AssignmentId, StaffId) -> bool,
    ) -> Result<(), Vec<Refusal>> {
        let ends = |post: AssignmentId, one: &Delegation| {
            one.valid_to.is_none_or(|end| end > on) && which(post, one.delegate)
        };
        let concerned = |post: &&Post| post.delegations.iter().any(|one| ends(post.id, one));
        for mut post in self.posts.values().filter(concerned).cloned().collect::<Vec<_>>() {
            let id = post.id;
            for one in post.delegations.iter_mut().filter(|one| ends(id, one)) {
                *one = one.end(on)?;
            }
            self.put(post);
        }
        Ok(())
    }

    fn assignment(&self, id: AssignmentId) -> Option<&Assignment> {
        self.posts.get(&id).map(|post| &post.assignment)
    }

    fn find(&self, id: AssignmentId) -> Result<Post, Vec<Refusal>> {
        self.posts.get(&id).cloned().ok_or_else(not_found)
    }

    fn change(&mut self, after: Assignment) {
        let before = self.posts.get(&after.id);
        let delegations = before.map(|post| post.delegations.clone()).unwrap_or_default();
        self.put(Post { assignment: after, delegations });
    }

    fn put(&mut self, post: Post) {
        let id = post.id;
        let was_changed = !self.changed.insert(id);
        self.replaced.push(Replaced { id, before: self.posts.insert(id, post), was_changed });
    }
}

fn not_found() -> Vec<Refusal> {
    vec![Refusal::not_found([""; 0])]
}
