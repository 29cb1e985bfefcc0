//! Finds the unit and the period of a report by the names that people type.

use crate::{env::Env, error::Result, store};
use domain::{
    actor::Actor,
    id::{PeriodId, UnitId},
    period::{Cycle, Period},
};

/// Finds a current or former unit of the agency by its code.
pub async fn unit_by_code(env: &Env, actor: &Actor, code: &str) -> Result<Option<UnitId>> {
    store::org_unit::by_code(env.db.source(), actor.agency, code.trim()).await
}

/// Finds a period by its name, in any letter case. Returns its id, and its name as [`period_name`] writes it.
pub async fn period_by_name(env: &Env, actor: &Actor, name: &str) -> Result<Option<(PeriodId, String)>> {
    let Some((year, part)) = parse(name) else { return Ok(None) };
    let number = part.map_or(0, |(_, part)| part);
    let found = store::period::of_year(env.db.source(), actor.agency, year, number).await?;
    let fits = |period: &Period| part.is_none_or(|(cycle, _)| period.cycle == cycle);
    Ok(found.filter(fits).map(|period| (period.id, named(&period))))
}

/// The name of a period: `2026`, `2026-Q3` for a quarter, `2026-M07` for a month.
pub async fn period_name(env: &Env, actor: &Actor, period: PeriodId) -> Result<Option<String>> {
    let found = store::period::find(env.db.source(), actor.agency, period).await?;
    Ok(found.map(|period| named(&period)))
}

fn named(period: &Period) -> String {
    let (year, part) = (period.year, period.part);
    match (part, period.cycle) {
        (0, _) => year.to_string(),
        (_, Cycle::Quarterly) => format!("{year}-Q{part}"),
        (_, Cycle::Monthly) => format!("{year}-M{part:02}"),
    }
}

/// Parses a name into the year and, for a part of the year, its cycle and number.
fn parse(name: &str) -> Option<(i32, Option<(Cycle, i32)>)> {
    let upper = name.trim().to_uppercase();
    let Some((year, part)) = upper.split_once('-') else {
        return Some((upper.parse().ok().filter(|_| upper.len() == 4)?, None));
    };
    let (cycle, number) = match part.strip_prefix('Q') {
        Some(quarter) => (Cycle::Quarterly, quarter),
        None => (Cycle::Monthly, part.strip_prefix('M')?),
    };
    let number: i32 = number.parse().ok()?;
    let is_part = u32::try_from(number).is_ok_and(|number| (1..=cycle.parts()).contains(&number));
    (year.len() == 4 && is_part).then_some((year.parse().ok()?, Some((cycle, number))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_years_quarters_and_months_are_parsed() {
        for (name, period) in [
            ("2026", Some((2026, None))),
            (" 2026-q3 ", Some((2026, Some((Cycle::Quarterly, 3))))),
            ("2026-M07", Some((2026, Some((Cycle::Monthly, 7))))),
            ("2026-Q5", None),
            ("2026-M13", None),
            ("2026-Q0", None),
            ("26", None),
            ("2026-", None),
            ("x", None),
        ] {
            assert_eq!(parse(name), period, "{name}");
        }
    }
}
