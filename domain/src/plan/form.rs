//! The people that the official form of a plan or an evaluation names.

use crate::id::StaffId;
use serde::{Deserialize, Serialize};

/// A person as printed on a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPerson {
    /// The person.
    pub staff: StaffId,
    /// The name with titles.
    pub name: String,
    /// The NIP; a person from outside has none.
    pub nip: Option<String>,
    /// The rank (pangkat, golongan/ruang), such as `III/c`.
    pub rank: Option<String>,
    /// The name of the position.
    pub position: String,
    /// The name of the unit.
    pub unit_name: String,
}

/// The data on the form in addition to the snapshot of the rater. It is stored once the form is finished: with a final
/// evaluation, and with a closed or cancelled plan. Until then the directory's current data applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The ratee (pegawai yang dinilai).
    pub ratee: FormPerson,
    /// The rank of the rater.
    pub rater_rank: Option<String>,
    /// The rater's superior (atasan pejabat penilai kinerja); none at the top of the hierarchy.
    pub superior: Option<FormPerson>,
}
