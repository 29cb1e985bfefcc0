//! A teacher records one certificate twice, and the demo's employee has a training that waits for the performance team.

use super::{Stage, evidence::sent};
use crate::people::Persona;
use domain::{
    activity::GivenEvidence,
    id::{PlanId, UploadId},
    plan::Plan,
    time::Date,
    training::{SupportAbout, TrainingInput},
};
use service::{
    Error, IdempotencyKey, Result, criteria,
    env::fresh_id,
    training::{RecordTraining, VerifyTraining, record_training, verify_training},
};

/// A scan of a certificate, in a few bytes.
const SCAN: &[u8] = b"%PDF-1.4\n% Sertifikat lokakarya\n%%EOF\n";

impl Stage<'_> {
    /// The teacher records a workshop for a result row, and again for a behaviour value. Both are verified; one counts.
    pub(super) async fn trained(&self, teacher: usize) -> Result<()> {
        let plan = self.plan(teacher).await?;
        let env = self.on(9, 21);
        let me = self.actor(&env, teacher).await?;
        let value = criteria::in_force(&env, self.city.agency, env.today(&me)).await?;
        let value = value.first().map(|value| SupportAbout::Behaviour(value.id)).ok_or(Error::NotFound)?;
        let days = self.days(9, (14, 15))?;
        let scan = sent(&env, &me, "sertifikat-lokakarya.pdf", SCAN).await?;
        for (about, number) in [(row(&plan)?, Some("118/BGP/LK")), (value, None)] {
            let input = workshop(days, (plan.id, about), (scan, number));
            let training = record_training(&env, &me, IdempotencyKey::NONE, input).await?;
            let later = self.on(9, 23);
            let verify = VerifyTraining { training, expected_version: 1, verified: true, reason: None };
            verify_training(&later, &self.admin(&later).await?, IdempotencyKey::NONE, verify).await?;
        }
        Ok(())
    }

    /// The demo's employee records a training, which nobody has verified yet.
    pub(super) async fn waits_for_the_team(&self) -> Result<()> {
        let employee = self.city.persona(Persona::Employee);
        let (plan, env) = (self.plan(employee).await?, self.on(10, 12));
        let me = self.actor(&env, employee).await?;
        let scan = sent(&env, &me, "sertifikat.pdf", SCAN).await?;
        let input = workshop(self.days(10, (7, 8))?, (plan.id, row(&plan)?), (scan, Some("045/LAN/2")));
        record_training(&env, &me, IdempotencyKey::NONE, input).await?;
        Ok(())
    }

    fn days(&self, month: u32, (first, last): (u32, u32)) -> Result<(Date, Date)> {
        let day = |day| Date::from_ymd_opt(self.periods[0].year, month, day).ok_or(Error::NotFound);
        Ok((day(first)?, day(last)?))
    }
}

fn row(plan: &Plan) -> Result<SupportAbout> {
    let row = plan.effective().and_then(|revision| revision.content.results.first());
    row.map(|row| SupportAbout::Result(row.id)).ok_or(Error::NotFound)
}

fn workshop(
    (starts_on, ends_on): (Date, Date),
    supports: (PlanId, SupportAbout),
    (scan, number): (UploadId, Option<&str>),
) -> RecordTraining {
    RecordTraining {
        client_key: fresh_id(),
        input: TrainingInput {
            kind: "WORKSHOP".to_owned(),
            title: "Lokakarya penyusunan laporan berbasis data".to_owned(),
            organiser: "Balai Guru Penggerak Sumatera Barat".to_owned(),
            hours: Some(12),
            starts_on,
            ends_on,
            certificate_number: number.map(str::to_owned),
            evidence: vec![GivenEvidence {
                url: None,
                upload: Some(scan),
                label: Some("Sertifikat".to_owned()),
            }],
            supports: Some(supports),
            recommendation: None,
        },
    }
}
