//! Names, academic titles and ranks of invented people. Titles and ranks match the post.

use super::dice::pick;
use domain::staff::{EmploymentKind, PositionKind};
use rand::Rng;

const FIRST: [&str; 40] = [
    "Ade", "Afrizal", "Aisyah", "Andri", "Arif", "Asmawati", "Budi", "Chairul", "Desi", "Dewi", "Edi", "Eka",
    "Elfi", "Fadli", "Fitri", "Gusti", "Hafiz", "Hendra", "Ika", "Indra", "Irma", "Jasril", "Kartini",
    "Lusi", "Mahyudin", "Marlina", "Nofri", "Nur", "Oktavia", "Putri", "Rahmi", "Ridwan", "Rina", "Roza",
    "Sari", "Syafri", "Taufik", "Wahyuni", "Yulia", "Zulfahmi",
];
const LAST: [&str; 32] = [
    "Anwar",
    "Azhari",
    "Bahar",
    "Chaniago",
    "Darwis",
    "Effendi",
    "Fauzi",
    "Guci",
    "Hamid",
    "Ilyas",
    "Jambak",
    "Koto",
    "Lubis",
    "Mahmud",
    "Malik",
    "Nasution",
    "Oktavian",
    "Piliang",
    "Putra",
    "Rasyid",
    "Sikumbang",
    "Simabur",
    "Sutan",
    "Syarif",
    "Tanjung",
    "Usman",
    "Wahid",
    "Yanti",
    "Yusuf",
    "Zainal",
    "Zein",
    "Zulkifli",
];

/// Returns a name with titles before and after it, such as `dr. Rina Koto` for a doctor.
pub(super) fn name(rng: &mut impl Rng, post: &str) -> String {
    let (first, last) = (pick(rng, &FIRST), pick(rng, &LAST));
    let (before, after) = *pick(rng, titles(post));
    format!("{before}{first} {last}{after}")
}

/// The titles of people with a post: before and after the name.
fn titles(post: &str) -> &'static [(&'static str, &'static str)] {
    match post {
        "WALIKOTA" => &[("", ", S.H."), ("", ", S.E., M.M.")],
        "SEKDA" | "KEPALA-OPD" => &[("", ", S.Sos., M.Si."), ("", ", S.E., M.M."), ("", ", S.T., M.T.")],
        "CAMAT" | "LURAH" => &[("", ", S.STP."), ("", ", S.IP."), ("", ", S.STP., M.Si.")],
        "KABID" => &[("", ", S.Sos., M.Si."), ("", ", S.E."), ("", ", S.H."), ("", ", S.T.")],
        "KASUBAG" => &[("", ", S.E."), ("", ", S.Sos."), ("", ", S.A.P.")],
        "KAPUS" => &[("dr. ", ""), ("dr. ", ", M.K.M."), ("", ", S.K.M., M.K.M.")],
        "KEPSEK" | "GURU-MA" => &[("", ", S.Pd., M.Pd."), ("", ", S.Pd.")],
        "GURU-PT" | "GURU-MU" => &[("", ", S.Pd.")],
        "DOKTER" => &[("dr. ", "")],
        "PERAWAT" => &[("", ", A.Md.Kep.")],
        "ANALIS" => &[("", ", S.E."), ("", ", S.Sos."), ("", ", S.H."), ("", ", S.A.P.")],
        "PRANATA" => &[("", ", S.Kom."), ("", ", S.T.")],
        // Clerks have a diploma or no title.
        _ => &[("", ""), ("", ""), ("", ", A.Md.")],
    }
}

/// Returns the rank (golongan) of a person with a post; none outside the civil service.
pub(super) fn rank(
    rng: &mut impl Rng,
    (post, position): (&str, PositionKind),
    employment: EmploymentKind,
) -> Option<&'static str> {
    let ranks: &[&str] = match (employment, post) {
        (EmploymentKind::NonAsn, _) => return None,
        (EmploymentKind::Pppk | EmploymentKind::PppkPartTime, "GURU-PT") => &["IX"],
        (EmploymentKind::Pppk | EmploymentKind::PppkPartTime, "PERAWAT") => &["VII"],
        (EmploymentKind::Pppk | EmploymentKind::PppkPartTime, _) => &["V", "VII"],
        (EmploymentKind::Cpns, _) => &["III/a"],
        (EmploymentKind::Pns, _) if position.is_senior_executive() => &["IV/b", "IV/c"],
        (EmploymentKind::Pns, "KEPSEK" | "GURU-MA") => &["IV/a", "IV/b"],
        (EmploymentKind::Pns, "CAMAT" | "KABID") => &["III/d", "IV/a"],
        (EmploymentKind::Pns, "KASUBAG" | "LURAH" | "KAPUS" | "GURU-MU") => &["III/c", "III/d"],
        (EmploymentKind::Pns, "GURU-PT" | "DOKTER" | "PRANATA") => &["III/a", "III/b"],
        (EmploymentKind::Pns, "PERAWAT") => &["II/c", "II/d"],
        (EmploymentKind::Pns, "ANALIS") => &["III/a", "III/b", "III/c"],
        (EmploymentKind::Pns, _) => &["II/a", "II/b", "II/c"],
    };
    Some(*pick(rng, ranks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn titles_and_ranks_match_the_post() {
        let mut rng = Dice::new(1).roll("names", 0, 0);
        for _ in 0..50 {
            assert!(name(&mut rng, "DOKTER").starts_with("dr. "));
            assert!(name(&mut rng, "GURU-MU").ends_with(", S.Pd."));
            assert!(name(&mut rng, "PERAWAT").ends_with(", A.Md.Kep."));
            assert!(!name(&mut rng, "PENGADMINISTRASI").contains("S."));
        }
    }

    #[test]
    fn every_post_has_ranks_that_exist() {
        let mut rng = Dice::new(1).roll("ranks", 0, 0);
        for (post, position) in crate::people::posts() {
            for employment in [EmploymentKind::Pns, EmploymentKind::Cpns, EmploymentKind::Pppk] {
                let rank = rank(&mut rng, (post, position), employment).expect("a rank");
                assert_eq!(domain::rank::parse(rank, employment).as_deref(), Ok(rank), "{post}");
            }
        }
        assert_eq!(rank(&mut rng, ("WALIKOTA", PositionKind::Political), EmploymentKind::NonAsn), None);
    }
}
