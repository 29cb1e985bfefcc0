//! The kinds of objects that the journal records. The other lists of kinds are made from this list.
//!
//! `event` makes the names of objects and events and their labels, `id` the types of ids, `values` the enumerations of
//! the schema and the global ids. `service/src/journal/verify/objects.rs` is the second list: it names the Rust type,
//! the table and the rows of each kind, and does not compile if a kind is missing.

/// Calls a macro with the list of all kinds, after further arguments if there are any.
///
/// An entry lists in this order: the kind with its description; the type of its ids, the number in global ids and the
/// input field for ids (a kind without a global id omits these three); who can see its journal entries ([`Sight`]); its
/// label in Indonesian and in English; and the events that are named after it, with their labels. An event can also be
/// about other kinds: `RATER_RENEWED` is about plans, activities and evaluations.
///
/// Names are stored, and numbers are in ids that clients keep: neither is ever reused with another meaning.
///
/// [`Sight`]: crate::event::Sight
#[macro_export]
macro_rules! kinds {
    ($with:ident $(, $more:tt)*) => {
        $with! {
            $($more)*
            /// A granted role.
            RoleGrant (RoleGrantId 21 "roleGrantId") Access "Pemberian peran", "Role grant" {
                /// A role was granted to a person.
                RoleGranted "Peran diberikan", "Role granted";
                /// A granted role was revoked.
                RoleRevoked "Peran dicabut", "Role revoked";
            }
            /// The account of a person. Its entries have neither `before` nor `after`.
            Account (AccountId 34 "accountId") Access "Akun", "Account" {
                /// A one-time activation code was issued to a person; earlier ones stopped working.
                ActivationCodeIssued "Kode aktivasi diterbitkan", "Activation code issued";
                /// A person set their first password with a code.
                AccountActivated "Akun diaktifkan", "Account activated";
                /// A person changed their password, or replaced it with a code.
                PasswordChanged "Kata sandi diganti", "Password changed";
                /// The password of a person who returned was removed; they need a new code.
                AccountReset "Kata sandi dicabut", "Password removed";
                /// A person gained power over the results of others by a change that another person made. Recorded only
                /// with the setting `KINERJA_FOUR_EYES`.
                RatingPowerGiven "Wewenang menilai diberikan", "Power to rate given";
                /// A person added a second factor to their account.
                SecondFactorAdded "Faktor kedua ditambahkan", "Second factor added";
                /// A second factor was removed, by the person or by an admin.
                SecondFactorRemoved "Faktor kedua dihapus", "Second factor removed";
                /// A recovery code replaced the second factor once.
                RecoveryCodeUsed "Kode pemulihan dipakai", "Recovery code used";
                /// A person logged in for the first time with a token of an issuer. The subject of the token is now
                /// linked to their account.
                LoginLinked "Login instansi ditautkan", "Agency login linked";
                /// An admin removed the link between a person and an issuer.
                LoginUnlinked "Tautan login instansi dihapus", "Agency login unlinked";
            }
            /// An API key. Its entries have neither `before` nor `after`.
            ApiKey (ApiKeyId 23 "apiKeyId") Access "Kunci API", "API key" {
                /// An API key was created.
                ApiKeyCreated "Kunci API dibuat", "API key created";
                /// An admin took over an API key: it works with the rights of this admin.
                ApiKeyTakenOver "Kunci API diambil alih", "API key taken over";
                /// An API key was revoked.
                ApiKeyRevoked "Kunci API dicabut", "API key revoked";
            }
            /// A unit.
            OrgUnit (UnitId 1 "orgUnitId") Agency "Unit", "Unit" {
                /// A unit was created.
                OrgUnitCreated "Unit dibuat", "Unit created";
                /// A unit's name, kind, parent or validity changed.
                OrgUnitUpdated "Unit diubah", "Unit updated";
            }
            /// The predicate of a unit in a period.
            UnitPredicate (UnitPredicateId 10 "unitPredicateId") Covered "Predikat unit", "Unit predicate" {
                /// The predicate of a unit in a period was set or changed.
                OrgUnitPredicateSet "Predikat unit ditetapkan", "Unit predicate set";
            }
            /// A position.
            Position (PositionId 2 "positionId") Agency "Jabatan", "Position" {
                /// A position was created.
                PositionCreated "Jabatan dibuat", "Position created";
                /// A position's data changed.
                PositionUpdated "Jabatan diubah", "Position updated";
            }
            /// A person.
            Staff (StaffId 3 "staffId") People "Pegawai", "Person" {
                /// A person was added.
                StaffCreated "Pegawai ditambahkan", "Person added";
                /// A person's data changed.
                StaffUpdated "Data pegawai diubah", "Person updated";
                /// A person moved to another unit or position.
                StaffTransferred "Pegawai dipindahkan", "Person transferred";
                /// A person left the agency.
                StaffEnded "Pegawai berhenti", "Person left";
                /// A person who had left works for the agency again.
                StaffReinstated "Pegawai diaktifkan kembali", "Person reinstated";
            }
            /// An assignment.
            Assignment (AssignmentId 4 "assignmentId") People "Penempatan", "Assignment" {
                /// An assignment started.
                AssignmentOpened "Penempatan dimulai", "Assignment opened";
                /// An assignment's rank, or whether it leads its unit, changed.
                AssignmentUpdated "Penempatan diubah", "Assignment updated";
                /// An assignment ended.
                AssignmentClosed "Penempatan berakhir", "Assignment closed";
                /// An ended assignment continues, because its end was recorded by mistake.
                AssignmentReopened "Penempatan dilanjutkan", "Assignment reopened";
                /// The superior of an assignment changed.
                SuperiorAssigned "Atasan ditetapkan", "Superior assigned";
            }
            /// A delegation.
            Delegation (DelegationId 5 "delegationId") People "Pelimpahan wewenang", "Delegation" {
                /// The powers of an assignment were delegated to another person.
                Delegated "Wewenang dilimpahkan", "Powers delegated";
                /// The days or the capacity of a delegation changed.
                DelegationUpdated "Pelimpahan diubah", "Delegation changed";
                /// A delegation ended before its end date.
                DelegationEnded "Pelimpahan berakhir", "Delegation ended";
            }
            /// A change of the organisation that comes into force on a later day.
            ScheduledChange (ScheduledChangeId 33 "scheduledChangeId") Personal "Perubahan terjadwal", "Scheduled change" {
                /// A change of the organisation was scheduled for a later day.
                ChangeScheduled "Perubahan dijadwalkan", "Change scheduled";
                /// A scheduled change came into force.
                ScheduledChangeApplied "Perubahan terjadwal berlaku", "Scheduled change in force";
                /// A scheduled change was cancelled.
                ScheduledChangeCancelled "Perubahan terjadwal dibatalkan", "Scheduled change cancelled";
                /// A scheduled change was refused on its day.
                ScheduledChangeFailed "Perubahan terjadwal gagal", "Scheduled change failed";
            }
            /// A criteria set with its criteria.
            CriteriaSet (CriteriaSetId 6 "criteriaSetId") Agency "Kriteria", "Criteria" {
                /// A criteria set was published or replaced.
                CriteriaSet "Kriteria ditetapkan", "Criteria set";
            }
            /// The holidays and the joint leave of an agency in a year.
            Calendar (CalendarId 35 "calendarId") Agency "Kalender kerja", "Calendar" {
                /// The days off of a year were set or changed.
                CalendarSet "Kalender kerja ditetapkan", "Calendar set";
            }
            /// A year or a part of a year.
            Period (PeriodId 9 "periodId") Agency "Periode", "Period" {
                /// A year or a part of it was opened.
                PeriodOpened "Periode dibuka", "Period opened";
                /// The deadlines of a year or a part of it changed.
                PeriodUpdated "Periode diubah", "Period changed";
                /// A year or a part of it was closed.
                PeriodClosed "Periode ditutup", "Period closed";
                /// A closed year or part was reopened.
                PeriodReopened "Periode dibuka kembali", "Period reopened";
            }
            /// A plan with its revisions.
            Plan (PlanId 11 "planId") Object "SKP", "Plan" {
                /// A plan was created.
                PlanCreated "SKP dibuat", "Plan created";
                /// A plan's contents changed.
                PlanUpdated "SKP diubah", "Plan updated";
                /// A plan, or a revision of it, was submitted to the rater.
                PlanSubmitted "SKP diajukan", "Plan submitted";
                /// A submitted plan, or a revision of it, was withdrawn.
                PlanWithdrawn "SKP ditarik kembali", "Plan withdrawn";
                /// The rater approved or returned a plan or a revision of it.
                PlanReviewed "SKP ditinjau", "Plan reviewed";
                /// A revision of an approved plan was started.
                PlanRevised "Revisi SKP dimulai", "Revision started";
                /// A provisional row was linked to the superior's row.
                PlanResultLinked "Rencana hasil kerja ditautkan", "Result row linked";
                /// A plan was cancelled.
                PlanCancelled "SKP dibatalkan", "Plan cancelled";
                /// A plan was closed at the year's end or by a transfer.
                PlanClosed "SKP ditutup", "Plan closed";
                /// A plan closed with its assignment is in force again.
                PlanReopened "SKP berlaku kembali", "Plan reopened";
                /// The rater of an open plan, or of its open evaluations or activities, changed.
                RaterRenewed "Pejabat penilai diperbarui", "Rater changed";
            }
            /// An activity with its evidence.
            Activity (ActivityId 16 "activityId") Object "Kegiatan", "Activity" {
                /// An activity was reported.
                ActivityRecorded "Kegiatan dicatat", "Activity recorded";
                /// An activity was corrected.
                ActivityUpdated "Kegiatan diperbaiki", "Activity corrected";
                /// An activity was submitted to the rater.
                ActivitySubmitted "Kegiatan diajukan", "Activity submitted";
                /// The rater approved or returned an activity.
                ActivityReviewed "Kegiatan ditinjau", "Activity reviewed";
                /// A draft of an activity was discarded.
                ActivityDiscarded "Draf kegiatan dibuang", "Draft of an activity discarded";
                /// A submitted activity was taken back.
                ActivityWithdrawn "Kegiatan ditarik kembali", "Activity withdrawn";
                /// The rater took the approval of an activity back.
                ActivityReopened "Kegiatan dibuka kembali", "Activity reopened";
                /// The person answered the marks of an activity.
                ActivityMarksAnswered "Catatan otomatis ditanggapi", "Marks of an activity answered";
            }
            /// An evaluation.
            Evaluation (EvaluationId 18 "evaluationId") Object "Evaluasi", "Evaluation" {
                /// An evaluation was created when its plan was approved.
                EvaluationOpened "Evaluasi dibuka", "Evaluation opened";
                /// The employee reported the realisations.
                RealisationReported "Realisasi dilaporkan", "Realisation reported";
                /// The rater saved a draft of the ratings.
                EvaluationRated "Draf penilaian disimpan", "Draft of ratings saved";
                /// The rater made the ratings final.
                EvaluationFinalised "Penilaian difinalkan", "Evaluation finalised";
                /// The annual result was delivered; the objection period started.
                EvaluationDelivered "Hasil diserahkan", "Result delivered";
                /// A change of the calendar made the objection period longer.
                ObjectionExtended "Masa keberatan diperpanjang", "Objection period extended";
                /// The employee acknowledged the annual result.
                EvaluationAcknowledged "Hasil diterima", "Result acknowledged";
                /// The objection period ended without an objection.
                EvaluationDeemedAccepted "Hasil dianggap diterima", "Result deemed accepted";
                /// The employee objected to the result.
                EvaluationObjected "Keberatan atas hasil diajukan", "Result objected to";
                /// The objection to the result was withdrawn; the evaluation has its earlier status.
                EvaluationObjectionWithdrawn "Keberatan atas hasil dicabut", "Objection to the result withdrawn";
                /// The objection to the result was decided: the ratings stayed or changed.
                EvaluationDecided "Keberatan atas hasil diputus", "Objection to the result decided";
                /// A party signed the annual document.
                EvaluationSigned "Dokumen ditandatangani", "Document signed";
                /// An evaluation was closed.
                EvaluationClosed "Evaluasi ditutup", "Evaluation closed";
                /// A final or delivered result became a draft again.
                EvaluationReopened "Evaluasi dibuka kembali", "Evaluation reopened";
                /// An unfinished evaluation was cancelled: its plan was cancelled, or it ended and no month of the part
                /// belongs to it.
                EvaluationCancelled "Evaluasi dibatalkan", "Evaluation cancelled";
                /// A cancelled evaluation has its earlier status again.
                EvaluationRestored "Evaluasi dipulihkan", "Evaluation restored";
            }
            /// An objection to a result.
            Objection (ObjectionId 36 "objectionId") Object "Keberatan", "Objection" {
                /// A person objected to their result.
                ObjectionFiled "Keberatan diajukan", "Objection filed";
                /// A person objected after the last day; the objection is inadmissible.
                ObjectionInadmissible "Keberatan tidak dapat diterima", "Objection inadmissible";
                /// The performance team assigned the decider of an objection.
                ObjectionDeciderAssigned "Pemutus keberatan ditunjuk", "Decider of the objection assigned";
                /// The employee or the rater gave their explanation.
                ObjectionAnswered "Penjelasan keberatan diberikan", "Objection answered";
                /// The days for explanations ended without an explanation.
                ObjectionSilenceRecorded "Penjelasan keberatan tidak diberikan", "Silence on the objection recorded";
                /// An objection was decided.
                ObjectionDecided "Keberatan diputus", "Objection decided";
                /// A person withdrew their objection.
                ObjectionWithdrawn "Keberatan dicabut", "Objection withdrawn";
            }
            /// Feedback.
            Feedback (FeedbackId 19 "feedbackId") Object "Umpan balik", "Feedback" {
                /// Feedback was given.
                FeedbackGiven "Umpan balik diberikan", "Feedback given";
                /// Feedback in confidence was released at the end of a part of the year.
                FeedbackReleased "Umpan balik dibuka", "Feedback released";
                /// The person replied to feedback.
                FeedbackReplied "Umpan balik ditanggapi", "Feedback replied to";
            }
            /// A dialogue of a superior with an employee.
            Dialogue (DialogueId 39 "dialogueId") Object "Dialog", "Dialogue" {
                /// A superior held a dialogue with an employee.
                DialogueHeld "Dialog diadakan", "Dialogue held";
                /// An agreement of a dialogue was completed.
                AgreementCompleted "Kesepakatan dilaksanakan", "Agreement completed";
            }
            /// A training of a person.
            Training (TrainingId 37 "trainingId") Object "Pengembangan kompetensi", "Training" {
                /// A person recorded a training.
                TrainingRecorded "Pengembangan kompetensi dicatat", "Training recorded";
                /// The performance team or an admin verified a training.
                TrainingVerified "Pengembangan kompetensi diverifikasi", "Training verified";
                /// The performance team or an admin refused a training.
                TrainingRefused "Pengembangan kompetensi ditolak", "Training refused";
                /// A person withdrew a training before it was verified.
                TrainingWithdrawn "Pengembangan kompetensi dicabut", "Training withdrawn";
            }
            /// A request to correct a person's record.
            Correction (CorrectionId 40 "correctionId") Object "Perbaikan data", "Correction" {
                /// A person requested a correction of their record.
                CorrectionRequested "Perbaikan data diminta", "Correction requested";
                /// An admin answered that the record is fixed.
                CorrectionFixed "Data diperbaiki", "Record fixed";
                /// An admin declined a correction, with a reason.
                CorrectionDeclined "Perbaikan data ditolak", "Correction declined";
                /// A person withdrew their request before it was answered.
                CorrectionWithdrawn "Permintaan perbaikan data dicabut", "Correction withdrawn";
            }
            /// A recommendation.
            Recommendation (RecommendationId 20 "recommendationId") Personal "Rekomendasi", "Recommendation" {
                /// A career recommendation was made.
                RecommendationMade "Rekomendasi dibuat", "Recommendation made";
                /// A recommendation was followed up, or a training that answers it was verified.
                RecommendationFollowedUp "Rekomendasi ditindaklanjuti", "Recommendation followed up";
                /// A recommendation is not followed up, with a reason.
                RecommendationDeclined "Rekomendasi tidak ditindaklanjuti", "Recommendation declined";
            }
            /// A version of a regulation.
            Regulation (RegulationId 8 "regulationId") Agency "Peraturan", "Regulation" {
                /// A version of a regulation was added.
                RegulationAdded "Peraturan ditambahkan", "Regulation added";
            }
            /// A journal entry.
            Entry () Covered "Entri jurnal", "Journal entry" {
                /// Personal data in an earlier journal entry was erased, as the law may require.
                EntryErased "Isi entri dihapus", "Entry content erased";
            }
        }
    };
}
