//! The assignments of a person in a past state.

use crate::{
    context::ContextExt,
    enums::Capacity,
    labels::{Locale, label},
    organisation::{Assignment, OrgUnit, Position, SuperiorOfAssignment},
    scalars::Date,
};
use async_graphql::{ComplexObject, Context, SimpleObject};
use domain::id::{AssignmentId, PositionId, UnitId};

/// An assignment in a past state of its person.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RecordedAssignment {
    #[graphql(skip)]
    assignment: AssignmentId,
    #[graphql(skip)]
    unit: UnitId,
    #[graphql(skip)]
    position: PositionId,
    /// Rank (golongan/ruang), such as `III/c`; null if none.
    rank: Option<String>,
    /// Definitive or acting.
    capacity: Capacity,
    /// Whether the person headed the unit.
    leads: bool,
    /// Start date (inclusive).
    valid_from: Date,
    /// End date (exclusive); null while current.
    valid_to: Option<Date>,
    /// The direct superiors with their first and end days, as recorded at that time, oldest first.
    superiors: Vec<SuperiorOfAssignment>,
}

#[ComplexObject]
impl RecordedAssignment {
    /// The assignment as it is now.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        Ok(ctx.loaders()?.assignments.find(ctx, self.assignment).await?.map(Assignment))
    }
    /// The unit as it is now.
    async fn unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.unit).await?.map(OrgUnit))
    }
    /// The position as it is now.
    async fn position(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Position>> {
        Ok(ctx.loaders()?.positions.find(ctx, self.position).await?.map(Position))
    }
    /// Label of `capacity` in the requested language.
    async fn capacity_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::assignment::Capacity::from(self.capacity))
    }
}

impl From<&domain::assignment::Assignment> for RecordedAssignment {
    fn from(one: &domain::assignment::Assignment) -> Self {
        Self {
            assignment: one.id,
            unit: one.unit,
            position: one.position,
            rank: one.rank.clone(),
            capacity: one.capacity.into(),
            leads: one.leads,
            valid_from: Date(one.valid_from),
            valid_to: one.valid_to.map(Date),
            superiors: one.superiors_by_day().map(SuperiorOfAssignment::from).collect(),
        }
    }
}
