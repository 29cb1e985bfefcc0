//! The rows of a random organisation.

use super::{AGENCY, ELSEWHERE, When, World, person, post, unit};
use crate::{error::Result, store, testing::id};
use domain::{
    correction::{Correction, CorrectionStatus, Recorded},
    id::{CorrectionId, UnitId},
};
use entity::{
    assignment, correction, delegation, org_unit, org_unit_parent, period, plan, position, role_grant, staff,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, sea_query::Expr};

impl World {
    /// Inserts the organisation's rows.
    pub(super) async fn insert<C: ConnectionTrait>(&self, db: &C) -> Result<()> {
        let (from, _) = When::Past.days();
        let units = (0..=self.parents.len()).map(|number| (unit(number), AGENCY));
        for (unit, agency) in units.chain([(UnitId(ELSEWHERE.0), ELSEWHERE)]) {
            let row = org_unit::ActiveModel {
                id: Set(unit.0),
                agency_id: Set(agency.0),
                code: Set(unit.0.to_string()),
                name: Set(unit.0.to_string()),
                name_key: Set(domain::text::sort_key(&unit.0.to_string())),
                kind: Set("OPD".to_owned()),
                time_zone: Set(None),
                approximate: Set(false),
                external_id: Set(None),
                source: Set(None),
                valid_from: Set(from),
                valid_to: Set(None),
                version: Set(1),
            };
            org_unit::Entity::insert(row).exec_without_returning(db).await?;
        }
        for (index, parent) in self.parents.iter().enumerate() {
            let row = org_unit_parent::ActiveModel {
                id: Set(id(0x9_4000 + index as u128)),
                unit_id: Set(unit(index + 1).0),
                parent_id: Set(unit(*parent).0),
                valid_from: Set(from),
                valid_to: Set(None),
            };
            org_unit_parent::Entity::insert(row).exec_without_returning(db).await?;
        }
        let row = position::ActiveModel {
            id: Set(id(0x9_5000)),
            agency_id: Set(AGENCY.0),
            code: Set("X".to_owned()),
            name: Set("X".to_owned()),
            name_key: Set(domain::text::sort_key("X")),
            kind: Set("EXECUTIVE".to_owned()),
            level: Set(None),
            version: Set(1),
        };
        position::Entity::insert(row).exec_without_returning(db).await?;
        for number in 0..self.people {
            let row = staff::ActiveModel {
                id: Set(person(number).0),
                agency_id: Set(AGENCY.0),
                nip: Set(None),
                name: Set(String::new()),
                name_key: Set(domain::text::sort_key("")),
                employment_kind: Set("PNS".to_owned()),
                status: Set("ACTIVE".to_owned()),
                ended_on: Set(None),
                end_reason: Set(None),
                external_id: Set(None),
                source: Set(None),
                version: Set(1),
            };
            staff::Entity::insert(row).exec_without_returning(db).await?;
        }
        self.insert_posts(db).await?;
        self.insert_rows(db).await
    }

    async fn insert_posts<C: ConnectionTrait>(&self, db: &C) -> Result<()> {
        for (number, one) in self.posts.iter().enumerate() {
            let (valid_from, valid_to) = one.when.days();
            let row = assignment::ActiveModel {
                id: Set(post(number).0),
                agency_id: Set(AGENCY.0),
                staff_id: Set(person(one.staff).0),
                unit_id: Set(unit(one.unit).0),
                position_id: Set(id(0x9_5000)),
                rank: Set(None),
                superior_id: Set(None),
                superiors: Set("[]".to_owned()),
                capacity: Set("DEFINITIVE".to_owned()),
                leads: Set(one.leads),
                valid_from: Set(valid_from),
                valid_to: Set(valid_to),
                never_held: Set(false),
                version: Set(1),
            };
            assignment::Entity::insert(row).exec_without_returning(db).await?;
        }
        for (number, one) in self.posts.iter().enumerate() {
            assignment::Entity::update_many()
                .col_expr(
                    assignment::Column::SuperiorId,
                    Expr::value(one.superior.map(|other| post(other).0)),
                )
                .filter(assignment::Column::Id.eq(post(number).0))
                .exec(db)
                .await?;
        }
        for (number, (of, delegate, when)) in self.delegations.iter().enumerate() {
            let (valid_from, valid_to) = when.days();
            let row = delegation::ActiveModel {
                id: Set(id(0x9_6000 + number as u128)),
                agency_id: Set(AGENCY.0),
                assignment_id: Set(post(*of).0),
                delegate_id: Set(person(*delegate).0),
                capacity: Set("PLH".to_owned()),
                valid_from: Set(valid_from),
                valid_to: Set(valid_to),
                reason: Set(String::new()),
                version: Set(1),
            };
            delegation::Entity::insert(row).exec_without_returning(db).await?;
        }
        for (number, (who, role, over, revoked)) in self.roles.iter().enumerate() {
            let row = role_grant::ActiveModel {
                id: Set(id(0x9_7000 + number as u128)),
                agency_id: Set(AGENCY.0),
                staff_id: Set(person(*who).0),
                role: Set(role.to_string()),
                unit_id: Set(unit(*over).0),
                granted_at: Set(0),
                revoked_at: Set(revoked.then_some(1)),
                version: Set(1),
            };
            role_grant::Entity::insert(row).exec_without_returning(db).await?;
        }
        Ok(())
    }

    async fn insert_rows<C: ConnectionTrait>(&self, db: &C) -> Result<()> {
        let (from, _) = When::Now.days();
        let row = period::ActiveModel {
            id: Set(id(0x9_8000)),
            agency_id: Set(AGENCY.0),
            year: Set(2026),
            cycle: Set("QUARTERLY".to_owned()),
            part: Set(0),
            parent_id: Set(None),
            starts_on: Set(from),
            ends_on: Set(from),
            plan_deadline: Set(from),
            rating_from: Set(from),
            report_deadline: Set(from),
            rating_deadline: Set(from),
            status: Set("OPEN".to_owned()),
            closed_at: Set(None),
            version: Set(1),
        };
        period::Entity::insert(row).exec_without_returning(db).await?;
        for (number, one) in self.rows.iter().enumerate() {
            let of = &self.posts[one.post];
            let row = plan::ActiveModel {
                id: Set(id(0x9_9000 + number as u128)),
                agency_id: Set(if one.foreign { ELSEWHERE.0 } else { AGENCY.0 }),
                assignment_id: Set(post(one.post).0),
                staff_id: Set(person(of.staff).0),
                unit_id: Set(unit(of.unit).0),
                period_id: Set(id(0x9_8000)),
                // The database allows an assignment any number of cancelled plans.
                status: Set("CANCELLED".to_owned()),
                starts_on: Set(from),
                ends_on: Set(from),
                rater_assignment_id: Set(post(one.rater_post).0),
                rater_staff_id: Set(person(one.rater).0),
                rater: Set("{}".to_owned()),
                form: Set(None),
                kept: Set(None),
                late: Set(false),
                copied_from: Set(None),
                decision_note: Set(None),
                created_at: Set(0),
                submitted_at: Set(None),
                decided_at: Set(None),
                version: Set(1),
            };
            plan::Entity::insert(row).exec_without_returning(db).await?;
            let row = store::correction::row(&self.correction(number))?;
            correction::Entity::insert(row).exec_without_returning(db).await?;
        }
        Ok(())
    }

    /// The correction of a row: about the name if the rater has the person's own post, otherwise about the rater as
    /// superior.
    pub(super) fn correction(&self, number: usize) -> Correction {
        let one = &self.rows[number];
        let of = &self.posts[one.post];
        let recorded = match one.rater_post == one.post {
            true => Recorded::Name { name: String::new() },
            false => Recorded::Superior { assignment: None, staff: Some(person(one.rater)), name: None },
        };
        Correction {
            id: CorrectionId(id(0x9_a000 + number as u128)),
            agency: if one.foreign { ELSEWHERE } else { AGENCY },
            staff: person(of.staff),
            assignment: post(one.post),
            unit: unit(of.unit),
            recorded,
            proposed: String::new(),
            reason: String::new(),
            on: None,
            evidence: Vec::new(),
            client_key: id(0x9_b000 + number as u128),
            requested_at: Default::default(),
            due_on: Default::default(),
            // The database allows a person any number of declined corrections.
            status: CorrectionStatus::Declined,
            resolution: None,
            version: 1,
        }
    }
}
