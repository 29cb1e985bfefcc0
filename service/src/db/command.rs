//! Commands: what a mutation asks for, which runs at most once for an idempotency key.

use super::Tx;
use crate::{
    env::{Env, machine_now},
    error::{Error, Result},
};
use domain::{
    actor::{Actor, Identity},
    time::to_micros,
};
use entity::idempotency::{ActiveModel, Entity};
use sea_orm::{EntityTrait, Set, Unchanged, sea_query::OnConflict};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The input of one mutation, as its use case takes it. Its JSON is what an idempotency key is bound to.
pub(crate) trait Command: Serialize + Send + 'static {
    /// The name of the mutation in the schema.
    const OPERATION: &'static str;
}

/// Makes a mutation safe to resend: a replay with the same key returns the stored outcome. Without a key of the client
/// there is no replay.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey(pub Option<Uuid>);

impl IdempotencyKey {
    /// For a request that nobody sends again.
    pub const NONE: Self = Self(None);
}

impl Env {
    /// Like [`Env::write`], but runs a command at most once for a key: a replay returns the stored outcome.
    ///
    /// The outcome contains ids, never objects: the caller reads the objects by id, so a replay is authorised by the
    /// current rights. The outcome is stored in the same transaction as the change.
    pub(crate) async fn write_once<C, T, F, W>(
        &self,
        actor: &Actor,
        idempotency: IdempotencyKey,
        command: C,
        work: W,
    ) -> Result<T>
    where
        C: Command,
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx, C) -> F + Send + 'static,
    {
        let owner = match actor.identity {
            Identity::Staff(staff) => Some(staff.0),
            Identity::ApiKey(api_key) => Some(api_key.0),
            Identity::System => None,
        };
        let (Some(key), Some(owner)) = (idempotency.0, owner) else {
            return self.write(actor, move |tx| work(tx, command)).await;
        };
        let hash = fingerprint(&command)?;
        self.write(actor, move |tx| async move {
            // Inserting the key first makes a replay wait until the first request ends.
            let row = ActiveModel {
                actor_id: Set(owner),
                key: Set(key),
                operation: Set(C::OPERATION.to_owned()),
                input_hash: Set(hash.clone()),
                outcome: Set(String::new()),
                created_at: Set(to_micros(machine_now())),
            };
            let taken = Entity::insert(row)
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(tx.connection())
                .await?;
            if taken == 0 {
                return replay(&tx, owner, key, &hash).await;
            }
            let outcome = work(tx.clone(), command).await?;
            Entity::update(ActiveModel {
                actor_id: Unchanged(owner),
                key: Unchanged(key),
                outcome: Set(serde_json::to_string(&outcome)?),
                ..Default::default()
            })
            .exec(tx.connection())
            .await?;
            Ok(outcome)
        })
        .await
    }
}

async fn replay<T: DeserializeOwned>(tx: &Tx, owner: Uuid, key: Uuid, hash: &str) -> Result<T> {
    let stored = Entity::find_by_id((owner, key)).one(tx.connection()).await?.ok_or(Error::InProgress)?;
    if stored.input_hash != hash {
        return Err(Error::KeyReused);
    }
    Ok(serde_json::from_str(&stored.outcome)?)
}

/// Hashes a command with the name of its operation; a key may not be reused with another hash.
fn fingerprint<C: Command>(command: &C) -> Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(C::OPERATION);
    hasher.update([0]);
    hasher.update(serde_json::to_vec(command)?);
    Ok(format!("{:x}", hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        activity::{ActivityRow, RecordActivities},
        batch::Row,
        evaluation::{DeliverEvaluation, EvaluationVersion, FinaliseEvaluation, RateEvaluation},
        identity::RevokeRole,
        period::OpenPeriod,
    };
    use domain::{
        activity::{ActivityInput, EvidenceLink},
        evaluation::{Finalisation, Rating},
        id::{EvaluationId, PlanId, RoleGrantId},
        period::{Cycle, NewYear},
        time::Instant,
    };

    fn json(command: &impl Serialize) -> String {
        serde_json::to_string(command).expect("JSON")
    }

    /// Commands embed inputs of the domain. A replay compares their JSON with that of the stored request, so it has the
    /// fields in this order.
    #[test]
    fn the_json_of_a_command_stays_the_same() {
        let nil = "00000000-0000-0000-0000-000000000000";
        let evaluation = EvaluationId(Uuid::nil());
        let rating = RateEvaluation { evaluation, expected_version: 2, rating: Rating::default() };
        assert_eq!(
            json(&rating),
            format!(
                r#"{{"evaluation":"{nil}","expected_version":2,"result_rating":null,"behaviour_rating":null,"result_reason":null,"behaviour_reason":null,"result_ratings":[],"behaviour_ratings":[],"unrated_report_reason":null}}"#
            )
        );
        let last =
            FinaliseEvaluation { evaluation, expected_version: 2, finalisation: Finalisation::default() };
        assert_eq!(
            json(&last),
            format!(
                r#"{{"evaluation":"{nil}","expected_version":2,"missing_unit_predicate_reason":null,"gap_reasons":[]}}"#
            )
        );
        let one = DeliverEvaluation(EvaluationVersion { evaluation, expected_version: 2 });
        let row = Row { input: one, malformed: Vec::new(), can_be_checked: true };
        let expected = format!(r#"{{"evaluation":"{nil}","expected_version":2}}"#);
        assert_eq!((json(&one), json(&row)), (expected.clone(), expected));
        assert_eq!(json(&RevokeRole { grant: RoleGrantId(Uuid::nil()) }), format!(r#""{nil}""#));
        let year = NewYear {
            year: 2026,
            cycle: Cycle::Quarterly,
            plan_deadline: None,
            report_days: None,
            rating_days: None,
        };
        assert_eq!(
            json(&OpenPeriod(year)),
            r#"{"year":2026,"cycle":"QUARTERLY","plan_deadline":null,"report_days":null,"rating_days":null}"#
        );
        let input = ActivityInput {
            result: None,
            action_plan: None,
            started_at: Instant::default(),
            ended_at: Instant::default(),
            description: "Mengajar".to_owned(),
            realisation: None,
            measure: None,
            evidence: vec![EvidenceLink { url: "https://a".to_owned(), label: None }],
            claimed_at: None,
        };
        let input = ActivityRow { edit: None, client_key: None, input };
        let rows = vec![Row { input, malformed: Vec::new(), can_be_checked: true }];
        assert_eq!(
            json(&RecordActivities { plan: PlanId(Uuid::nil()), rows }),
            format!(
                r#"{{"plan":"{nil}","rows":[{{"edit":null,"client_key":null,"result":null,"action_plan":null,"started_at":"1970-01-01T00:00:00Z","ended_at":"1970-01-01T00:00:00Z","description":"Mengajar","realisation":null,"measure":null,"evidence":[{{"url":"https://a","label":null}}],"claimed_at":null}}]}}"#
            )
        );
    }
}
