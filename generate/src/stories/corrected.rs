//! A teacher's name was wrong and is corrected, and the demo's employee has a correction that waits for an admin.

use super::Stage;
use crate::people::Persona;
use domain::{
    Edit,
    activity::GivenEvidence,
    correction::{CorrectionInput, CorrectionOutcome, CorrectionSubject},
    staff::StaffChanges,
    time::Date,
};
use service::{
    Error, IdempotencyKey, Result,
    correction::{RequestCorrection, ResolveCorrection, request_correction, resolve_correction},
    env::fresh_id,
    organisation::{UpdateStaff, update_staff},
};

impl Stage<'_> {
    /// The teacher's new degree is missing in their name. The admin adds it and answers two days later.
    pub(super) async fn corrected(&self, teacher: usize) -> Result<()> {
        let (env, person) = (self.on(10, 5), &self.city.people[teacher].staff);
        let me = self.actor(&env, teacher).await?;
        let name = format!("{}, M.Pd.", person.name);
        let reason = "Gelar magister belum tercantum; ijazah terlampir.";
        let input = wrong(CorrectionSubject::Name, (name.as_str(), reason), None, "ijazah");
        let correction = request_correction(&env, &me, IdempotencyKey::NONE, input).await?;
        let later = self.on(10, 7);
        let admin = self.admin(&later).await?;
        let update = UpdateStaff {
            staff: person.id,
            expected_version: person.version,
            changes: StaffChanges { name: Some(name), ..StaffChanges::default() },
            rank: Edit::Keep,
            leads: None,
        };
        update_staff(&later, &admin, IdempotencyKey::NONE, update).await?;
        let resolve = ResolveCorrection {
            correction,
            expected_version: 1,
            outcome: CorrectionOutcome::Fixed,
            answer: Some("Nama sudah sesuai ijazah.".to_owned()),
        };
        resolve_correction(&later, &admin, IdempotencyKey::NONE, resolve).await?;
        Ok(())
    }

    /// The demo's employee was promoted on 1 October, and the record has the earlier rank. Nobody has answered yet.
    pub(super) async fn waits_for_an_admin(&self) -> Result<()> {
        let (employee, env) = (self.city.persona(Persona::Employee), self.on(10, 13));
        let me = self.actor(&env, employee).await?;
        let from = Date::from_ymd_opt(self.periods[0].year, 10, 1).ok_or(Error::NotFound)?;
        let reason = "Kenaikan pangkat berlaku sejak 1 Oktober.";
        let input = wrong(CorrectionSubject::Rank, ("III/d", reason), Some(from), "kenaikan-pangkat");
        request_correction(&env, &me, IdempotencyKey::NONE, input).await?;
        Ok(())
    }
}

fn wrong(
    subject: CorrectionSubject,
    (proposed, reason): (&str, &str),
    on: Option<Date>,
    proof: &str,
) -> RequestCorrection {
    RequestCorrection {
        client_key: fresh_id(),
        input: CorrectionInput {
            subject,
            proposed: proposed.to_owned(),
            reason: reason.to_owned(),
            on,
            evidence: vec![GivenEvidence {
                url: Some(format!("https://contoh.invalid/{proof}")),
                upload: None,
                label: Some("Bukti".to_owned()),
            }],
        },
    }
}
