//! What people achieve and how they are rated: realisations follow the targets, ratings follow the realisations.
//!
//! Figures are whole percent; 100 is the target.

use super::{Year, person_number};
use crate::{people::Persona, work::is_level};
use domain::{
    Decimal,
    evaluation::{EvaluationKind, Expectation, Realisation},
    period::Period,
    plan::Plan,
};
use rand::Rng;

/// From this achievement on, results are above expectation.
const ABOVE: i64 = 108;
/// Below this achievement, results are below expectation.
const BELOW: i64 = 88;
/// Realisations of a person in a period.
pub(super) struct Achieved {
    pub realisations: Vec<Realisation>,
    /// The mean over the rows, in percent of the target of this period.
    pub percent: i64,
}

impl Year<'_> {
    /// Returns how well a person does in this year or part. Each person has a level that changes a little each year.
    /// The level of trained teachers rises from the year of their training on.
    fn level(&self, index: usize, part: i32) -> i64 {
        let number = person_number(index);
        let mut rng = self.dice.roll("form", self.number(), number);
        let form = rng.random_range(-3..=3);
        if self.is_misjudged(index, part) || self.objects_to_a_mistake(index) {
            return form + 125;
        }
        if self.is_demo_employee(index) {
            return if self.running() { [107, 96, 103, 116, 112][slot(part)] } else { 101 };
        }
        if self.city.teaches_there(&self.city.people[index]) {
            return form + self.level_of_teacher(index, part);
        }
        let mut rng = self.dice.roll("level", 0, number);
        82 + rng.random_range(0..=18) + rng.random_range(0..=18) + form
    }

    /// The level of a teacher of the planted school. Two years ago all of them were below expectation, so
    /// far that rounding of small targets lifts none of them. The trained teachers are no longer below it in the year
    /// before the current one, and rise during the current one; the others stay almost the same.
    fn level_of_teacher(&self, index: usize, part: i32) -> i64 {
        match (self.city.was_trained(index), self.years_ago()) {
            (true, 0) => [98, 104, 110, 114, 116][slot(part)],
            (true, 1) => 92,
            (false, 0) => 80,
            (false, 1) => 78,
            _ => 76,
        }
    }

    /// Whether the rater first overlooks what the person achieved in this part, or in the year for part 0, and a story mends
    /// that.
    fn is_misjudged(&self, index: usize, part: i32) -> bool {
        match part {
            0 => self.objects_to_a_mistake(index),
            3 => self.cast().is_some_and(|cast| cast.is_mended(index)),
            _ => false,
        }
    }

    /// Whether the person has the employee's login. Their results rise over the year, so that visitors see several.
    fn is_demo_employee(&self, index: usize) -> bool {
        self.city.persona(Persona::Employee) == index
    }

    /// Returns what a person achieves in a period for each row of the plan.
    pub(super) fn achieved(&self, index: usize, period: &Period, plan: &Plan) -> Achieved {
        let rows = plan.effective().map(|revision| revision.content.results.as_slice()).unwrap_or_default();
        let annual = period.part == 0;
        let (mut realisations, mut sum, mut counted) = (Vec::new(), 0, 0);
        for (row, number) in rows.iter().zip(0..) {
            let Some(indicator) = row.indicators.first() else { continue };
            let target = indicator.target.min.hundredths() / 100;
            let of_level = is_level(&indicator.unit);
            let parts = i64::try_from(self.periods.len()).unwrap_or(1) - 1;
            let in_part = |part: i64| self.of_part(index, number, part, (target, parts), of_level);
            let (value, due) = match (annual, of_level) {
                (false, _) => {
                    let part = i64::from(period.part);
                    (in_part(part), if of_level { target } else { share(target, part, parts) })
                }
                (true, false) => ((1..=parts).map(in_part).sum(), target),
                (true, true) => ((1..=parts).map(in_part).sum::<i64>() / parts.max(1), target),
            };
            let when = if annual { "setahun" } else { "triwulan ini" };
            realisations.push(Realisation {
                result: row.id,
                indicator: Some(indicator.id),
                value: Some(Decimal::whole(value)),
                text: format!("{value} dari target {due} {} {when}.", indicator.unit),
                evidence: Vec::new(),
            });
            if due > 0 {
                sum += value * 100 / due;
                counted += 1;
            }
        }
        Achieved { realisations, percent: if counted == 0 { 100 } else { sum / counted } }
    }

    /// Returns what is achieved for a row in a part of the year: a share of a count, or the level.
    fn of_part(&self, index: usize, row: i32, part: i64, (target, parts): (i64, i64), of_level: bool) -> i64 {
        let part_number = i32::try_from(part).unwrap_or_default();
        let year = self.number() * 100 + part_number * 10 + row;
        let mut rng = self.dice.roll("realisation", year, person_number(index));
        let level = self.level(index, part_number) + rng.random_range(-5..=5);
        if of_level {
            return ((target * level + 50) / 100).min(100);
        }
        (share(target, part, parts) * level + 50) / 100
    }

    /// Rates results and behaviour, as the person's rater would.
    pub(super) fn rated(&self, index: usize, period: &Period, achieved: i64) -> (Expectation, Expectation) {
        if self.city.is_rated_leniently(&self.city.people[index]) {
            return (Expectation::Above, Expectation::Above);
        }
        let year = self.number() * 100 + period.part;
        let mut rng = self.dice.roll("rating", year, person_number(index));
        let result = match achieved {
            _ if self.is_misjudged(index, period.part) => Expectation::AsExpected,
            ABOVE.. => Expectation::Above,
            ..BELOW => Expectation::Below,
            _ => Expectation::AsExpected,
        };
        // Good behaviour is more frequent among people who achieve more.
        let (above, below) = match achieved {
            ABOVE.. if self.is_demo_employee(index) => (100, 0),
            _ if self.is_demo_employee(index) => (0, 0),
            ABOVE.. => (60, 0),
            100.. => (20, 1),
            ..BELOW => (2, 20),
            _ => (8, 3),
        };
        let roll = rng.random_range(0..100);
        let behaviour = match roll {
            _ if roll < above => Expectation::Above,
            _ if roll >= 100 - below => Expectation::Below,
            _ => Expectation::AsExpected,
        };
        (result, behaviour)
    }
}

/// The reason for a rating of results other than "as expected".
pub(super) fn result_reason(rating: Expectation, percent: i64, lenient: bool) -> Option<String> {
    match rating {
        Expectation::AsExpected => None,
        _ if lenient => Some("Kinerja sangat baik.".to_owned()),
        Expectation::Above => Some(format!(
            "Realisasi rata-rata {percent} persen dari target, didukung bukti dukung yang lengkap."
        )),
        Expectation::Below => Some(format!(
            "Realisasi rata-rata {percent} persen dari target; perlu pendampingan dan penyesuaian beban kerja."
        )),
    }
}

/// The reason for a rating of behaviour other than "as expected".
pub(super) fn behaviour_reason(rating: Expectation, kind: EvaluationKind, lenient: bool) -> Option<String> {
    match (rating, kind) {
        (Expectation::AsExpected, _) => None,
        _ if lenient => Some("Perilaku sangat baik.".to_owned()),
        (Expectation::Above, EvaluationKind::Annual) => {
            Some("Sepanjang tahun menjadi rujukan rekan kerja dalam melayani dan berkolaborasi.".to_owned())
        }
        (Expectation::Above, EvaluationKind::Periodic) => {
            Some("Membantu rekan kerja dan berinisiatif memperbaiki cara kerja.".to_owned())
        }
        (Expectation::Below, _) => {
            Some("Beberapa kali terlambat menyampaikan laporan dan perlu meningkatkan kerja sama.".to_owned())
        }
    }
}

/// The share of a count that is due in a part of the year; the shares add up to the target.
pub(crate) fn share(target: i64, part: i64, parts: i64) -> i64 {
    let parts = parts.max(1);
    target * part / parts - target * (part - 1) / parts
}

/// The index of a part in a list that begins with the whole year.
fn slot(part: i32) -> usize {
    usize::try_from(part).unwrap_or_default().min(4)
}
