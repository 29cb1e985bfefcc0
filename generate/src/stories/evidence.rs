//! People who report with files: a photo that two of them use, a list as text, a late report.

use super::Stage;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Duration;
use domain::{
    activity::{ActivityInput, GivenEvidence},
    actor::Actor,
    id::{ActivityId, UploadId},
};
use service::{
    activity::{
        ActivityRow, ActivityVersion, AnswerMarks, RecordActivities, SubmitActivities, answer_marks,
        record_activities, submit_activities,
    },
    batch::{Row, RowOutcome},
    db::IdempotencyKey,
    env::{Env, fresh_id},
    error::{Error, Result},
    evidence::{CreateUpload, create_upload, receive},
};

/// A picture of one pixel in place of a photo.
const PHOTO: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const LIST: &str = "nama;hadir\nKelompok 1;24\nKelompok 2;22\n";
const TOGETHER: &str = "Posyandu balita di kelurahan: penimbangan, imunisasi, dan penyuluhan gizi";

impl Stage<'_> {
    /// The person reports an activity with a file and submits it; the second person also answers the marks.
    pub(super) async fn evidence(&self, who: usize, number: usize) -> Result<()> {
        let plan = self.plan(who).await?;
        // A late report: more than seven days after its day, which still belongs to the open quarter.
        let (day, days) = if number % 4 == 3 { (14, 12) } else { (6, 1) };
        let env = self.on(10, day);
        let actor = self.actor(&env, who).await?;
        let (name, bytes, description) = match number % 4 {
            0 | 1 => ("foto-posyandu.png", STANDARD.decode(PHOTO).map_err(Error::internal)?, TOGETHER),
            2 => ("daftar-hadir.csv", LIST.as_bytes().to_vec(), "Menyusun daftar hadir penyuluhan"),
            _ => ("rekap.txt", b"Rekap kunjungan rumah".to_vec(), "Kunjungan rumah pasien"),
        };
        let upload = sent(&env, &actor, name, &bytes).await?;
        let ended_at = env.now() - Duration::days(days);
        let link = GivenEvidence {
            url: Some("https://contoh.invalid/bukti/folder".to_owned()),
            upload: None,
            label: Some("Folder kegiatan".to_owned()),
        };
        let file = GivenEvidence { url: None, upload: Some(upload), label: None };
        let input = ActivityInput {
            result: None,
            action_plan: None,
            started_at: ended_at - Duration::hours(2),
            ended_at,
            description: description.to_owned(),
            realisation: None,
            measure: None,
            evidence: if number % 4 == 2 { vec![file, link] } else { vec![file] },
            claimed_at: Some(ended_at),
        };
        let rows = vec![Row::well_formed(ActivityRow { edit: None, client_key: Some(fresh_id()), input })];
        let record = RecordActivities { plan: plan.id, rows };
        let recorded = record_activities(&env, &actor, IdempotencyKey::NONE, record).await?;
        let activity = first(recorded)?;
        let mut version = 1;
        if number % 4 == 1 {
            let answer = AnswerMarks {
                activity,
                expected_version: version,
                text: "Kami berdua bertugas di posyandu yang sama; fotonya satu.".to_owned(),
            };
            answer_marks(&env, &actor, IdempotencyKey::NONE, answer).await?;
            version += 1;
        }
        let rows = vec![Row::well_formed(ActivityVersion { activity, expected_version: version })];
        first(submit_activities(&env, &actor, IdempotencyKey::NONE, SubmitActivities { rows }).await?)?;
        Ok(())
    }
}

/// Uploads a file as an app does.
pub(super) async fn sent(env: &Env, actor: &Actor, name: &str, bytes: &[u8]) -> Result<UploadId> {
    let size = i64::try_from(bytes.len()).map_err(Error::internal)?;
    let create = CreateUpload::new(name.to_owned(), size);
    let upload = create_upload(env, actor, IdempotencyKey::NONE, create).await?;
    let mut file = receive(env, upload.id, &upload.token).await?;
    file.write(bytes).await?;
    file.finish().await?;
    Ok(upload.id)
}

/// The activity of a batch of one row.
fn first(outcomes: Vec<RowOutcome<service::activity::Recorded>>) -> Result<ActivityId> {
    let outcome = outcomes.into_iter().next().ok_or(Error::NotFound)?;
    match outcome.done {
        Some(done) if outcome.refusals.is_empty() => Ok(done.activity),
        _ => Err(outcome.refusals.into()),
    }
}
