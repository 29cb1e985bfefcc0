//! Actions on existing objects: the names of the mutations, one enum for each topic and one for all.
//!
//! The aggregates decide which actions their state permits; `policy` decides who may run them.

use serde::{Deserialize, Serialize};

/// Calls a macro with the list of all actions, by topic. Each action has a description, and the label of its button in
/// Indonesian and in English. This file makes the enumerations of the domain from the list; `values` makes those of the
/// schema.
#[macro_export]
macro_rules! actions {
    ($with:ident) => {
        $with! {
            /// Actions on a plan.
            PlanAction {
                /// Change the contents of a plan or a revision that is not submitted.
                UpdatePlan "Ubah SKP", "Change the plan";
                /// Submit the plan to the rater.
                SubmitPlan "Ajukan SKP", "Submit the plan";
                /// Withdraw the submitted plan before the rater decides.
                WithdrawPlan "Tarik kembali SKP", "Withdraw the plan";
                /// Approve the plan, or return it with a reason.
                ReviewPlan "Tinjau SKP", "Review the plan";
                /// Start a revision of an approved plan.
                RevisePlan "Revisi SKP", "Revise the plan";
                /// Link a provisional result row to a row of the superior's plan.
                LinkPlanResult "Tautkan rencana hasil kerja", "Link a result row";
                /// Cancel the plan.
                CancelPlan "Batalkan SKP", "Cancel the plan";
                /// Close the plan.
                ClosePlan "Tutup SKP", "Close the plan";
                /// Give feedback on a row, an activity, a behaviour value or the work as a whole.
                GiveFeedback "Beri umpan balik", "Give feedback";
                /// Ask someone for feedback about the owner of the plan.
                RequestFeedback "Minta umpan balik", "Ask for feedback";
                /// Record a dialogue that was held, with its agreements.
                HoldDialogue "Catat dialog", "Record a dialogue";
            }
            /// Actions on an activity.
            ActivityAction {
                /// Correct an activity.
                RecordActivities "Catat kegiatan", "Record activities";
                /// Submit the activity to the rater.
                SubmitActivities "Ajukan kegiatan", "Submit activities";
                /// Approve the activity, or return it with a reason.
                ReviewActivities "Tinjau kegiatan", "Review activities";
                /// Discard the draft of an activity.
                DiscardActivities "Buang draf kegiatan", "Discard drafts of activities";
                /// Take back the submitted activity before the rater decides.
                WithdrawActivities "Tarik kembali kegiatan", "Withdraw activities";
                /// Take back the approval of the activity.
                ReopenActivities "Buka kembali kegiatan", "Reopen activities";
                /// Answer the marks of the activity.
                AnswerMarks "Tanggapi catatan otomatis", "Answer marks";
            }
            /// Actions on an evaluation.
            EvaluationAction {
                /// Report the realisations.
                ReportRealisation "Laporkan realisasi", "Report realisations";
                /// Save a draft of the ratings.
                RateEvaluation "Beri penilaian", "Rate";
                /// Make the ratings final.
                FinaliseEvaluation "Finalkan penilaian", "Finalise the ratings";
                /// Deliver the annual result to the employee.
                DeliverEvaluation "Serahkan hasil evaluasi", "Deliver the result";
                /// Acknowledge the annual result.
                AcknowledgeEvaluation "Terima hasil evaluasi", "Acknowledge the result";
                /// Sign the annual document.
                SignEvaluation "Tanda tangani dokumen evaluasi", "Sign the document";
                /// Close the evaluation.
                CloseEvaluation "Tutup evaluasi", "Close the evaluation";
                /// Make a final evaluation a draft again.
                ReopenEvaluation "Buka kembali evaluasi", "Reopen the evaluation";
                /// Recommend something for the person's career.
                MakeRecommendation "Buat rekomendasi", "Make a recommendation";
                /// Object to the result.
                FileObjection "Ajukan keberatan", "Object to the result";
            }
            /// Actions on an objection.
            ObjectionAction {
                /// Give the explanation of the employee or of the rater.
                AnswerObjection "Beri penjelasan", "Explain your side";
                /// Assign the decider of the objection, if it has none.
                AssignObjectionDecider "Tunjuk pemutus keberatan", "Assign who decides";
                /// Uphold the result, or change the ratings.
                DecideObjection "Putus keberatan", "Decide on the objection";
                /// Withdraw the objection.
                WithdrawObjection "Cabut keberatan", "Withdraw the objection";
            }
            /// Actions on a recommendation.
            RecommendationAction {
                /// Record what was done about it, or why nothing is.
                FollowUpRecommendation "Tindak lanjuti rekomendasi", "Follow up the recommendation";
            }
            /// Actions on a training.
            TrainingAction {
                /// Verify the training, or refuse it with a reason.
                VerifyTraining "Verifikasi pengembangan kompetensi", "Verify the training";
                /// Withdraw the training before it is verified.
                WithdrawTraining "Cabut pengembangan kompetensi", "Withdraw the training";
            }
            /// Actions on a request to correct a record.
            CorrectionAction {
                /// Answer that the record is fixed, or decline with a reason.
                ResolveCorrection "Jawab perbaikan data", "Answer the correction";
                /// Withdraw the request before it is answered.
                WithdrawCorrection "Cabut perbaikan data", "Withdraw the correction";
            }
            /// Actions on feedback.
            FeedbackAction {
                /// Reply to the feedback, as the person whom it is about.
                ReplyFeedback "Tanggapi umpan balik", "Reply to the feedback";
            }
            /// Actions on a request for feedback.
            RequestAction {
                /// Decline the request, as the person who was asked.
                DeclineFeedback "Tolak permintaan umpan balik", "Decline the request";
            }
            /// Actions on a dialogue.
            DialogueAction {
                /// Complete an agreement of the dialogue.
                CompleteAgreement "Nyatakan kesepakatan terlaksana", "Complete an agreement";
            }
            /// Actions on the organisation.
            OrganisationAction {
                /// Create a unit below another.
                CreateOrgUnit "Buat unit", "Create a unit";
                /// Change a unit.
                UpdateOrgUnit "Ubah unit", "Change the unit";
                /// Change a position.
                UpdatePosition "Ubah jabatan", "Change a position";
                /// Add a person.
                CreateStaff "Tambah pegawai", "Add a person";
                /// Change a person's data.
                UpdateStaff "Ubah data pegawai", "Change the person's data";
                /// Move a person to another unit or position.
                TransferStaff "Pindahkan pegawai", "Transfer the person";
                /// Record that a person leaves the agency.
                EndStaff "Akhiri masa kerja", "End the employment";
                /// Record that a person who has left works for the agency again.
                ReinstateStaff "Aktifkan kembali pegawai", "Reinstate the person";
                /// Cancel a change that is scheduled for a later day.
                CancelScheduledChange "Batalkan perubahan terjadwal", "Cancel the scheduled change";
                /// Change the superior of an assignment.
                AssignSuperior "Tetapkan atasan", "Assign a superior";
                /// Delegate an assignment's powers to another person for a period.
                CreateDelegation "Limpahkan wewenang", "Delegate powers";
                /// Change the days or the capacity of a delegation.
                UpdateDelegation "Ubah pelimpahan wewenang", "Change the delegation";
                /// End a delegation.
                EndDelegation "Akhiri pelimpahan wewenang", "End the delegation";
                /// Publish a criteria set, or replace the current one.
                SetCriteria "Tetapkan kriteria", "Set criteria";
                /// Set the holidays and the joint leave of a year.
                SetCalendar "Tetapkan kalender kerja", "Set the calendar";
                /// Open a year with its parts.
                OpenPeriod "Buka periode", "Open a period";
                /// Change the deadlines of a year or a part of it.
                UpdatePeriod "Ubah periode", "Change the period";
                /// Close a year or a part of it.
                ClosePeriod "Tutup periode", "Close the period";
                /// Reopen a closed year or part.
                ReopenPeriod "Buka kembali periode", "Reopen the period";
                /// Set the predicate of a unit in a period.
                SetOrgUnitPredicate "Tetapkan predikat unit", "Set the unit's predicate";
                /// Import a whole organisation.
                ImportOrganisation "Impor organisasi", "Import the organisation";
                /// Add a version of a regulation.
                AddRegulation "Tambah peraturan", "Add a regulation";
            }
        }
    };
}

macro_rules! declare {
    ($($(#[$doc:meta])* $topic:ident { $($(#[$of:meta])* $name:ident $id:literal, $en:literal;)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr)]
            #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
            #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
            pub enum $topic {$(
                $(#[$of])*
                $name,
            )*}

            impl From<$topic> for Action {
                fn from(action: $topic) -> Self {
                    match action {$(
                        $topic::$name => Self::$name,
                    )*}
                }
            }
        )*

        /// Every action of every topic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr)]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Action {$($(
            $(#[$of])*
            $name,
        )*)*}

        crate::labels! {
            Action {$($(
                $name: $id, $en;
            )*)*}
        }
    };
}

crate::actions!(declare);
