//! Special cases that visitors can find in every generated city: a lenient rater, a late unit, and a school whose
//! trained teachers improve. docs/DEMO.md says where they are. A unit that a small city lacks is left out.

use super::people::{City, Person};

/// The unit whose head rates everybody above expectation.
pub(super) const LENIENT: &str = "PKM-7";
/// The department that plans late and rates late, with its subunits.
pub(super) const LATE: &str = "DISHUB";
/// The school where every second teacher was trained.
pub(super) const SCHOOL: &str = "SD-01";
/// Lesson hours of the training.
pub(super) const TRAINING_HOURS: u32 = 32;
pub(super) const TRAINING_TITLE: &str = "Pelatihan pembelajaran mendalam bagi guru sekolah dasar";
/// The training of the year before, after a year in which all teachers of the school were below expectation.
pub(super) const EARLIER_TITLE: &str = "Pelatihan asesmen kelas bagi guru sekolah dasar";

impl City {
    /// Whether the person's rater rates everybody above expectation.
    pub fn is_rated_leniently(&self, person: &Person) -> bool {
        person.superior.is_some_and(|above| self.people[above].unit_code == LENIENT)
    }

    /// Whether the person works in the department that is late with everything.
    pub fn is_late(&self, person: &Person) -> bool {
        person.unit_code.split('-').next() == Some(LATE)
    }

    /// Whether the person is a teacher of the school.
    pub fn teaches_there(&self, person: &Person) -> bool {
        person.unit_code == SCHOOL && person.post.starts_with("GURU-")
    }

    /// Whether the person heads the school.
    pub fn heads_school(&self, person: &Person) -> bool {
        person.unit_code == SCHOOL && person.assignment.leads
    }

    /// Whether the person is a teacher who was trained: every second teacher of the school.
    pub fn was_trained(&self, index: usize) -> bool {
        // People who do not teach there are excluded first, because nearly everybody is one of them and counting is
        // slow.
        self.teaches_there(&self.people[index])
            && self.people[..index].iter().filter(|one| self.teaches_there(one)).count().is_multiple_of(2)
    }
}
