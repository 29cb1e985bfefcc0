//! The demo's employee and their superior talk twice: a coaching with agreements, of which one is done and two are open, and a
//! counselling that nobody but the two can read.

use super::Stage;
use crate::people::Persona;
use domain::{
    dialogue::{AgreementInput, DialogueInput, DialogueKind, DialogueParty},
    time::Date,
};
use service::{
    Error, IdempotencyKey, Result,
    dialogue::{CompleteAgreement, HoldDialogue, complete_agreement, hold_dialogue},
};

impl Stage<'_> {
    pub(super) async fn talked(&self) -> Result<()> {
        let employee = self.city.persona(Persona::Employee);
        let plan = self.plan(employee).await?;
        let superior = self.superior(employee)?;
        let env = self.on(9, 10);
        let rater = self.actor(&env, superior).await?;
        let coaching = DialogueInput {
            kind: DialogueKind::Coaching,
            held_on: self.day(9, 10)?,
            text: "Laporan bulanan sering terlambat karena data dikumpulkan pada hari terakhir. Kami membahas cara \
                mengumpulkannya setiap pekan."
                .to_owned(),
            agreements: vec![
                self.agreement(DialogueParty::Employee, (9, 19), "Membuat lembar pengumpulan data mingguan")?,
                self.agreement(DialogueParty::Employee, (12, 5), "Mengumpulkan data setiap Jumat sampai November")?,
                self.agreement(DialogueParty::Superior, (11, 28), "Meminta bidang lain mengirim data paling lambat Kamis")?,
            ],
        };
        let hold = HoldDialogue { plan: plan.id, dialogue: coaching };
        let dialogue = hold_dialogue(&env, &rater, IdempotencyKey::NONE, hold).await?;
        let env = self.on(9, 18);
        let me = self.actor(&env, employee).await?;
        let done = CompleteAgreement {
            dialogue,
            expected_version: 1,
            number: 1,
            note: Some("Lembar sudah dipakai sejak pekan ini.".to_owned()),
        };
        complete_agreement(&env, &me, IdempotencyKey::NONE, done).await?;
        let env = self.on(10, 9);
        let rater = self.actor(&env, superior).await?;
        let counselling = DialogueInput {
            kind: DialogueKind::Counselling,
            held_on: self.day(10, 9)?,
            text: "Jam kerja selama merawat orang tua yang sakit.".to_owned(),
            agreements: Vec::new(),
        };
        let hold = HoldDialogue { plan: plan.id, dialogue: counselling };
        hold_dialogue(&env, &rater, IdempotencyKey::NONE, hold).await?;
        Ok(())
    }

    fn agreement(&self, doer: DialogueParty, (month, day): (u32, u32), text: &str) -> Result<AgreementInput> {
        Ok(AgreementInput { text: text.to_owned(), doer, due_on: self.day(month, day)? })
    }

    fn day(&self, month: u32, day: u32) -> Result<Date> {
        Date::from_ymd_opt(self.periods[0].year, month, day).ok_or(Error::NotFound)
    }
}
