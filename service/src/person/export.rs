//! Exports everything that the server stores about a person.

use super::{
    held::{Section, for_people, of_rows, section},
    journalled,
};
use crate::{db::any_of, env::Env, error::Result, identity, store};
use domain::id::StaffId;
use entity::{
    access_log, account, activation_code, activity, api_key, assignment, assignment_superior, correction,
    delegation, dialogue, evaluation, evidence_file, feedback, feedback_author, feedback_request,
    idempotency, import_run, known_device, login_attempt, login_block, objection, plan, plan_result,
    plan_revision, recommendation, role_grant, scheduled_change, session, staff, training, unit_predicate,
    upload, waiting_feedback,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::IntoCondition};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// The data of a person.
#[derive(Debug, Serialize)]
pub struct Export {
    /// The person's id.
    staff: StaffId,
    exported_at: String,
    /// The data that is left out, and why.
    left_out: [&'static str; 5],
    sections: Vec<Section>,
}

const LEFT_OUT: [&str; 5] = [
    "Rahasia (kata sandi, kode, token, kunci) dan sidik hash-nya. / Secrets (passwords, codes, tokens, keys) and their hashes.",
    "Nilai yang masih draf: hanya pejabat penilai yang boleh melihatnya. / Ratings that are a draft: only the rater may see them.",
    "Data orang lain yang dinilai atau diubah orang ini: hanya ID objeknya. / Data of others whom this person rated or whose data they changed: only the ids of the objects.",
    "Umpan balik rahasia tentang orang ini yang belum dibuka, dan nama penulisnya. / Feedback in confidence about this person that is not released, and who wrote it.",
    "Isi berkas yang diunggah dan baris impor: berkas itu memuat data banyak orang. / The contents of uploaded files and rows of imports: these files contain the data of many people.",
];

/// Exports the data that is stored about a person: rows, the journal entries about them and by them, and the access
/// log.
pub async fn export(env: &Env, person: StaffId) -> Result<Export> {
    let backend = env.db.backend();
    let me = person.0;
    let all = |condition: sea_orm::sea_query::SimpleExpr| condition.into_condition();
    let assignments: Vec<Uuid> = assignment::Entity::find()
        .filter(assignment::Column::StaffId.eq(me))
        .all(env.db.reader())
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let plans: Vec<Uuid> = plan::Entity::find()
        .filter(plan::Column::StaffId.eq(me))
        .all(env.db.reader())
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let accounts =
        account::Entity::find().filter(account::Column::StaffId.eq(me)).all(env.db.reader()).await?;
    let account_ids: Vec<Uuid> = accounts.iter().map(|account| account.id).collect();
    let user_keys: Vec<String> =
        accounts.iter().map(|account| identity::hash_of(&account.user_name)).collect();
    let of_assignments = |column: assignment_superior::Column| {
        all(any_of(backend, (assignment_superior::Entity, column), assignments.clone()))
    };
    let mut sections = vec![
        section::<staff::Entity>(env, "staff", ("Data diri", "Person"), all(staff::Column::Id.eq(me)))
            .await?,
        section::<assignment::Entity>(
            env,
            "assignment",
            ("Penempatan", "Assignments"),
            all(assignment::Column::StaffId.eq(me)),
        )
        .await?,
        section::<assignment_superior::Entity>(
            env,
            "assignment_superior",
            ("Atasan menurut tanggal", "Superiors by day"),
            of_assignments(assignment_superior::Column::AssignmentId),
        )
        .await?,
        section::<delegation::Entity>(
            env,
            "delegation",
            ("Pelimpahan wewenang", "Delegations"),
            Condition::any().add(delegation::Column::DelegateId.eq(me)).add(any_of(
                backend,
                (delegation::Entity, delegation::Column::AssignmentId),
                assignments.clone(),
            )),
        )
        .await?,
        section::<scheduled_change::Entity>(
            env,
            "scheduled_change",
            ("Perubahan terjadwal", "Scheduled changes"),
            all(scheduled_change::Column::StaffId.eq(me)),
        )
        .await?,
        section::<role_grant::Entity>(
            env,
            "role_grant",
            ("Peran", "Granted roles"),
            all(role_grant::Column::StaffId.eq(me)),
        )
        .await?,
        section::<plan::Entity>(env, "plan", ("SKP", "Plans"), all(plan::Column::StaffId.eq(me))).await?,
        section::<plan_revision::Entity>(
            env,
            "plan_revision",
            ("Isi SKP menurut revisi", "Contents of plans by revision"),
            all(any_of(backend, (plan_revision::Entity, plan_revision::Column::PlanId), plans.clone())),
        )
        .await?,
        section::<plan_result::Entity>(
            env,
            "plan_result",
            ("Rencana hasil kerja", "Results of plans"),
            all(any_of(backend, (plan_result::Entity, plan_result::Column::PlanId), plans.clone())),
        )
        .await?,
        section::<activity::Entity>(
            env,
            "activity",
            ("Kegiatan dan bukti dukung", "Activities and evidence"),
            all(activity::Column::StaffId.eq(me)),
        )
        .await?,
        evaluations(env, me).await?,
        section::<feedback::Entity>(
            env,
            "feedback",
            ("Umpan balik, diterima dan diberikan", "Feedback, received and given"),
            Condition::any().add(feedback::Column::StaffId.eq(me)).add(feedback::Column::AuthorId.eq(me)),
        )
        .await?,
        section::<waiting_feedback::Entity>(
            env,
            "waiting_feedback",
            ("Umpan balik yang diberikan dan belum dibuka", "Feedback given that is not released"),
            all(waiting_feedback::Column::AuthorId.eq(me)),
        )
        .await?,
        given_in_confidence(env, me).await?,
        section::<feedback_request::Entity>(
            env,
            "feedback_request",
            ("Permintaan umpan balik kepada orang ini", "Requests for feedback to this person"),
            all(feedback_request::Column::ToId.eq(me)),
        )
        .await?,
        requests_made(env, me).await?,
        section::<dialogue::Entity>(
            env,
            "dialogue",
            ("Dialog dengan atasan dan kesepakatannya", "Dialogues with superiors and what was agreed"),
            all(dialogue::Column::StaffId.eq(me)),
        )
        .await?,
        dialogues_held(env, me).await?,
        section::<recommendation::Entity>(
            env,
            "recommendation",
            ("Rekomendasi", "Recommendations"),
            all(recommendation::Column::StaffId.eq(me)),
        )
        .await?,
        section::<unit_predicate::Entity>(
            env,
            "unit_predicate",
            ("Predikat unit yang ditetapkan", "Predicates of units set"),
            all(unit_predicate::Column::SetBy.eq(me)),
        )
        .await?,
        section::<account::Entity>(env, "account", ("Akun", "Account"), all(account::Column::StaffId.eq(me)))
            .await?,
        section::<activation_code::Entity>(
            env,
            "activation_code",
            ("Kode aktivasi", "Activation codes"),
            all(any_of(
                backend,
                (activation_code::Entity, activation_code::Column::AccountId),
                account_ids.clone(),
            )),
        )
        .await?,
        section::<session::Entity>(
            env,
            "session",
            ("Sesi", "Sessions"),
            all(any_of(backend, (session::Entity, session::Column::AccountId), account_ids.clone())),
        )
        .await?,
        section::<known_device::Entity>(
            env,
            "known_device",
            ("Perangkat yang dikenal", "Known devices"),
            all(any_of(
                backend,
                (known_device::Entity, known_device::Column::AccountId),
                account_ids.clone(),
            )),
        )
        .await?,
        section::<login_block::Entity>(
            env,
            "login_block",
            ("Blok alamat tempat masuk", "Address blocks of logins"),
            all(any_of(backend, (login_block::Entity, login_block::Column::AccountId), account_ids)),
        )
        .await?,
        section::<login_attempt::Entity>(
            env,
            "login_attempt",
            ("Percobaan masuk yang gagal", "Failed logins"),
            all(login_attempt::Column::UserKey.is_in(user_keys)),
        )
        .await?,
        section::<api_key::Entity>(
            env,
            "api_key",
            ("Kunci API yang dibuat", "API keys created"),
            all(api_key::Column::CreatedBy.eq(me)),
        )
        .await?,
        section::<upload::Entity>(
            env,
            "upload",
            ("Unggahan", "Uploads"),
            all(upload::Column::StaffId.eq(me)),
        )
        .await?,
        section::<objection::Entity>(
            env,
            "objection",
            ("Keberatan", "Objections"),
            all(objection::Column::StaffId.eq(me)),
        )
        .await?,
        section::<training::Entity>(
            env,
            "training",
            ("Pengembangan kompetensi", "Trainings"),
            all(training::Column::StaffId.eq(me)),
        )
        .await?,
        section::<correction::Entity>(
            env,
            "correction",
            ("Permintaan perbaikan data", "Corrections"),
            all(correction::Column::StaffId.eq(me)),
        )
        .await?,
        section::<evidence_file::Entity>(
            env,
            "evidence_file",
            ("Berkas bukti dukung", "Files of evidence"),
            all(evidence_file::Column::StaffId.eq(me)),
        )
        .await?,
        section::<import_run::Entity>(
            env,
            "import_run",
            ("Impor yang dijalankan", "Imports run"),
            all(import_run::Column::CreatedBy.eq(me)),
        )
        .await?,
        section::<idempotency::Entity>(
            env,
            "idempotency",
            ("Permintaan terakhir", "Recent requests"),
            all(idempotency::Column::ActorId.eq(me)),
        )
        .await?,
    ];
    sections.push(rated_by(env, me).await?);
    sections.extend(journalled::sections(env, me).await?);
    sections.push(
        section::<access_log::Entity>(
            env,
            "access_log",
            (
                "Jejak akses: siapa membaca data ini, dan yang dibaca orang ini",
                "Access log: who read this data, and what this person read",
            ),
            Condition::any().add(access_log::Column::StaffId.eq(me)).add(access_log::Column::ActorId.eq(me)),
        )
        .await?,
    );
    let exported_at = env.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    Ok(Export { staff: person, exported_at, left_out: LEFT_OUT, sections })
}

/// The person's evaluations, without ratings that are a draft.
async fn evaluations(env: &Env, me: Uuid) -> Result<Section> {
    let found =
        evaluation::Entity::find().filter(evaluation::Column::StaffId.eq(me)).all(env.db.reader()).await?;
    let rows = found.into_iter().map(|row| {
        let evaluation = store::evaluation::value(row)?;
        for_people("evaluation", serde_json::to_value(journalled::for_ratee(evaluation))?)
    });
    Ok(of_rows("evaluation", ("Evaluasi", "Evaluations"), rows.collect::<Result<_>>()?))
}

/// The evaluations of others that the person rates or rated. The export has only their ids, because they are data of
/// others.
async fn rated_by(env: &Env, me: Uuid) -> Result<Section> {
    let found = evaluation::Entity::find()
        .filter(evaluation::Column::RaterStaffId.eq(me))
        .all(env.db.reader())
        .await?;
    let rows = found.iter().map(|row| json!({ "id": row.id, "period_id": row.period_id })).collect();
    Ok(of_rows("rated", ("Evaluasi yang dinilai orang ini", "Evaluations that this person rates"), rows))
}

/// The requests that the person made, without the answers, because answers in confidence are data of the people who
/// were asked.
async fn requests_made(env: &Env, me: Uuid) -> Result<Section> {
    let which = feedback_request::Column::FromId.eq(me);
    let found = feedback_request::Entity::find().filter(which).all(env.db.reader()).await?;
    let rows = found.iter().map(|row| {
        let made = json!({ "id": row.id, "plan_id": row.plan_id, "staff_id": row.staff_id, "to_id": row.to_id,
            "about_kind": row.about_kind, "about_id": row.about_id, "message": row.message, "due_on": row.due_on,
            "requested_at": row.requested_at });
        for_people("feedback_request", made)
    });
    let label = ("Permintaan umpan balik oleh orang ini", "Requests for feedback by this person");
    Ok(of_rows("feedback_request_made", label, rows.collect::<Result<_>>()?))
}

/// The dialogues that the person held with others. The export has only their ids, kinds and days, because their text is
/// data of others.
async fn dialogues_held(env: &Env, me: Uuid) -> Result<Section> {
    let which = dialogue::Column::SuperiorId.eq(me);
    let found = dialogue::Entity::find().filter(which).all(env.db.reader()).await?;
    let rows = found.iter().map(|row| {
        let held =
            json!({ "id": row.id, "staff_id": row.staff_id, "kind": row.kind, "held_on": row.held_on });
        for_people("dialogue", held)
    });
    let label = ("Dialog yang diadakan orang ini", "Dialogues that this person held");
    Ok(of_rows("dialogue_held", label, rows.collect::<Result<_>>()?))
}

/// The released feedback that the person wrote in confidence. Leaves out the ids of the feedback. With them, anyone who
/// gets this export could find the author of feedback on another person's plan.
async fn given_in_confidence(env: &Env, me: Uuid) -> Result<Section> {
    let which = feedback_author::Column::AuthorId.eq(me);
    let found = feedback_author::Entity::find().filter(which).all(env.db.reader()).await?;
    let column = (feedback::Entity, feedback::Column::Id);
    let which = any_of(env.db.backend(), column, found.iter().map(|row| row.feedback_id));
    let found = feedback::Entity::find().filter(which).all(env.db.reader()).await?;
    let rows = found.iter().map(|row| {
        let given = json!({ "staff_id": row.staff_id, "direction": row.direction, "text": row.text });
        for_people("feedback", given)
    });
    let label = ("Umpan balik rahasia yang diberikan", "Feedback given in confidence");
    Ok(of_rows("feedback_in_confidence", label, rows.collect::<Result<_>>()?))
}
