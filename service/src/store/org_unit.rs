//! Organisational units and their tree.

use crate::error::Result;
use domain::{
    actor::Coverage,
    id::{AgencyId, UnitId},
    time::Date,
};
use entity::{org_unit, org_unit_parent};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect,
};
use std::collections::{BTreeMap, BTreeSet};

/// The unit tree of an agency on a day: some hundred units, so that it is read whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    root: Option<UnitId>,
    children: BTreeMap<UnitId, Vec<UnitId>>,
    parents: BTreeMap<UnitId, UnitId>,
}

impl Tree {
    /// A unit and all units below it.
    pub fn subtree(&self, top: UnitId) -> BTreeSet<UnitId> {
        let mut found = BTreeSet::new();
        let mut open = vec![top];
        while let Some(unit) = open.pop() {
            if found.insert(unit) {
                open.extend(self.children.get(&unit).into_iter().flatten().copied());
            }
        }
        found
    }

    /// The parent of a unit.
    pub fn parent(&self, unit: UnitId) -> Option<UnitId> {
        self.parents.get(&unit).copied()
    }

    /// What these units cover with all units below them.
    pub fn coverage(&self, tops: impl IntoIterator<Item = UnitId>) -> Coverage {
        let tops: BTreeSet<UnitId> = tops.into_iter().collect();
        if tops.is_empty() {
            Coverage::Nothing
        } else if self.root.is_some_and(|root| tops.contains(&root)) {
            Coverage::Everything
        } else {
            Coverage::Units(tops.into_iter().flat_map(|top| self.subtree(top)).collect())
        }
    }
}

/// The tree of an agency on a day.
pub(crate) async fn tree<C: ConnectionTrait>(connection: &C, agency: AgencyId, on: Date) -> Result<Tree> {
    let edges: Vec<(uuid::Uuid, uuid::Uuid)> = org_unit_parent::Entity::find()
        .select_only()
        .column(org_unit_parent::Column::UnitId)
        .column(org_unit_parent::Column::ParentId)
        .join(
            JoinType::InnerJoin,
            org_unit_parent::Entity::belongs_to(org_unit::Entity)
                .from(org_unit_parent::Column::UnitId)
                .to(org_unit::Column::Id)
                .into(),
        )
        .filter(org_unit::Column::AgencyId.eq(agency.0))
        .filter(org_unit_parent::Column::ValidFrom.lte(on))
        .filter(
            Condition::any()
                .add(org_unit_parent::Column::ValidTo.is_null())
                .add(org_unit_parent::Column::ValidTo.gt(on)),
        )
        .into_tuple()
        .all(connection)
        .await?;
    let mut tree = Tree { root: Some(UnitId(agency.0)), ..Tree::default() };
    for (unit, parent) in edges {
        tree.children.entry(UnitId(parent)).or_default().push(UnitId(unit));
        tree.parents.insert(UnitId(unit), UnitId(parent));
    }
    Ok(tree)
}
