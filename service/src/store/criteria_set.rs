//! Criteria sets with their criteria.

use crate::{
    db::{self, Record, Source, Tx, any_of},
    error::Result,
};
use domain::{
    Decimal,
    criteria::{CriteriaSet, Criterion},
    event::SubjectKind,
    id::{AgencyId, CriteriaSetId, CriterionId},
    time::Date,
};
use entity::{criteria_set, criterion, evaluation, feedback, period, plan_revision};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set, sea_query::SimpleExpr,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Loads the sets that are in force on a day.
pub(crate) async fn in_force<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    on: Date,
) -> Result<Vec<CriteriaSet>> {
    let which = Condition::all()
        .add(criteria_set::Column::AgencyId.eq(agency.0))
        .add(criteria_set::Column::ValidFrom.lte(on))
        .add(
            Condition::any()
                .add(criteria_set::Column::ValidTo.is_null())
                .add(criteria_set::Column::ValidTo.gt(on)),
        );
    load(source, which).await
}

/// Loads the sets that match a condition with their criteria, ordered by code and start date, in two statements.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<CriteriaSet>> {
    let rows = criteria_set::Entity::find()
        .filter(which)
        .order_by_asc(criteria_set::Column::Code)
        .order_by_asc(criteria_set::Column::ValidFrom)
        .all(source.connection)
        .await?;
    with_criteria(source, rows).await
}

/// Loads the criteria of set rows, in one statement; keeps the order of the rows.
pub(crate) async fn with_criteria<C: ConnectionTrait>(
    source: Source<'_, C>,
    rows: Vec<criteria_set::Model>,
) -> Result<Vec<CriteriaSet>> {
    let criteria = criterion::Entity::find()
        .filter(any_of(
            source.backend,
            (criterion::Entity, criterion::Column::SetId),
            rows.iter().map(|row| row.id),
        ))
        .order_by_asc(criterion::Column::Position)
        .all(source.connection)
        .await?;
    let mut of_set: HashMap<Uuid, Vec<Criterion>> = HashMap::new();
    for row in criteria {
        of_set.entry(row.set_id).or_default().push(Criterion {
            id: CriterionId(row.id),
            code: row.code,
            position: row.position,
            name_id: row.name_id,
            name_en: row.name_en,
            behaviours: serde_json::from_str(&row.behaviours)?,
            behaviours_en: serde_json::from_str(&row.behaviours_en)?,
            weight: row.weight.map(Decimal::from_hundredths),
        });
    }
    Ok(rows
        .into_iter()
        .map(|row| CriteriaSet {
            criteria: of_set.remove(&row.id).unwrap_or_default(),
            id: CriteriaSetId(row.id),
            agency: AgencyId(row.agency_id),
            code: row.code,
            name_id: row.name_id,
            name_en: row.name_en,
            regulation: row.regulation_code,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            version: row.version,
        })
        .collect())
}

/// Converts a set to a row, without its criteria.
pub(crate) fn row(set: &CriteriaSet) -> criteria_set::ActiveModel {
    criteria_set::ActiveModel {
        id: Set(set.id.0),
        agency_id: Set(set.agency.0),
        code: Set(set.code.clone()),
        name_id: Set(set.name_id.clone()),
        name_en: Set(set.name_en.clone()),
        regulation_code: Set(set.regulation.clone()),
        valid_from: Set(set.valid_from),
        valid_to: Set(set.valid_to),
        version: Set(set.version),
    }
}

/// Converts a set's criteria to rows.
pub(crate) fn criterion_rows(set: &CriteriaSet) -> Result<Vec<criterion::ActiveModel>> {
    set.criteria
        .iter()
        .map(|of_set| {
            Ok(criterion::ActiveModel {
                id: Set(of_set.id.0),
                set_id: Set(set.id.0),
                code: Set(of_set.code.clone()),
                position: Set(of_set.position),
                name_id: Set(of_set.name_id.clone()),
                name_en: Set(of_set.name_en.clone()),
                behaviours: Set(serde_json::to_string(&of_set.behaviours)?),
                behaviours_en: Set(serde_json::to_string(&of_set.behaviours_en)?),
                weight: Set(of_set.weight.map(Decimal::hundredths)),
            })
        })
        .collect()
}

impl Record for CriteriaSet {
    const SUBJECT: SubjectKind = SubjectKind::CriteriaSet;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    async fn insert(&self, tx: &Tx) -> Result<()> {
        db::insert(tx, row(self)).await?;
        for of_set in criterion_rows(self)? {
            db::insert(tx, of_set).await?;
        }
        Ok(())
    }

    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all()
            .add(criteria_set::Column::Id.eq(before.id.0))
            .add(criteria_set::Column::Version.eq(before.version));
        let updated = db::update(tx, row(self), which).await?;
        if updated > 0 && self.criteria != before.criteria {
            let of_set = criterion::Entity::delete_many().filter(criterion::Column::SetId.eq(self.id.0));
            of_set.exec(tx.connection()).await?;
            for of_set in criterion_rows(self)? {
                db::insert(tx, of_set).await?;
            }
        }
        Ok(updated)
    }
}

/// Loads all sets of an agency.
pub(crate) async fn of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<CriteriaSet>> {
    load(source, Condition::all().add(criteria_set::Column::AgencyId.eq(agency.0))).await
}

/// Loads the sets of an agency with this code.
pub(crate) async fn with_code<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    code: &str,
) -> Result<Vec<CriteriaSet>> {
    let which = Condition::all()
        .add(criteria_set::Column::AgencyId.eq(agency.0))
        .add(criteria_set::Column::Code.eq(code));
    load(source, which).await
}

/// Whether the set is used: the period of a final evaluation ended while the set was in force, or a plan, an evaluation
/// or feedback names one of its criteria.
pub(crate) async fn is_used(tx: &Tx, set: &CriteriaSet) -> Result<bool> {
    let of_agency = set.agency.0;
    let held = period::Entity::find()
        .select_only()
        .column(period::Column::Id)
        .filter(period::Column::AgencyId.eq(of_agency))
        .filter(period::Column::EndsOn.gte(set.valid_from))
        .filter(Condition::all().add_option(set.valid_to.map(|end| period::Column::EndsOn.lt(end))));
    let finals = evaluation::Entity::find()
        .filter(evaluation::Column::AgencyId.eq(of_agency))
        .filter(evaluation::Column::FinalisedAt.is_not_null())
        .filter(evaluation::Column::PeriodId.in_subquery(held.into_query()));
    if finals.limit(1).one(tx.connection()).await?.is_some() {
        return Ok(true);
    }
    let ids: Vec<Uuid> = set.criteria.iter().map(|criterion| criterion.id.0).collect();
    let about = feedback::Entity::find().filter(feedback::Column::AboutId.is_in(ids.iter().copied()));
    if about.limit(1).one(tx.connection()).await?.is_some() {
        return Ok(true);
    }
    // The documents are stored as text and name criteria by id.
    let names = |column: &dyn Fn(&str) -> SimpleExpr| {
        ids.iter().fold(Condition::any(), |any, id| any.add(column(&id.to_string())))
    };
    let plans = plan_revision::Entity::find()
        .select_only()
        .column(plan_revision::Column::Id)
        .filter(names(&|id| plan_revision::Column::Content.contains(id)))
        .limit(1);
    let rated = evaluation::Entity::find()
        .select_only()
        .column(evaluation::Column::Id)
        .filter(evaluation::Column::AgencyId.eq(of_agency))
        .filter(names(&|id| evaluation::Column::Detail.contains(id)))
        .limit(1);
    let (plans, rated) = (plans.into_tuple::<Uuid>(), rated.into_tuple::<Uuid>());
    Ok(plans.one(tx.connection()).await?.is_some() || rated.one(tx.connection()).await?.is_some())
}
