//! Tests the exit codes and output of `kinerja-verify`.

use crate::journal::{Journal, id, signer};
use proof::{checkpoint::Consistency, receipt::Receipt};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::{path::Path, process::Command};

fn run(arguments: &[&str], folder: &Path) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kinerja-verify"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().expect("a code"), String::from_utf8(text).expect("text"))
}

fn json(folder: &Path, name: &str, value: &impl serde::Serialize) {
    std::fs::write(folder.join(name), serde_json::to_vec_pretty(value).expect("JSON")).expect("written");
}

fn checkpoint(folder: &Path, name: &str, journal: &Journal) -> String {
    let signed = signer().sign(journal.frontier.size(), journal.frontier.root(), None).expect("signed");
    std::fs::write(folder.join(name), &signed).expect("written");
    signed
}

#[test]
fn each_result_has_its_exit_code_and_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    let mut journal = Journal::grow(&mut rng, 0);
    for _ in 0..6 {
        journal.append(&mut rng);
    }
    checkpoint(folder, "six", &journal);
    let mut forked = journal.clone();
    forked.entries[2].leaf.subject.id = id(&mut rng);
    forked.rehash();
    checkpoint(folder, "fork", &forked);
    for _ in 0..5 {
        journal.append(&mut rng);
    }
    let signed = checkpoint(folder, "eleven", &journal);
    let entry = journal.entries[1].clone();
    let receipt = Receipt::new(entry.leaf, entry.payload, 11, signed, &journal.nodes).expect("a receipt");
    json(folder, "receipt.json", &receipt);
    let mut forged = receipt.clone();
    forged.entry.subject.version += 1;
    json(folder, "forged.json", &forged);
    json(folder, "proof.json", &Consistency::new(6, 11, &journal.nodes).expect("a proof"));
    let signer = signer();
    let key = signer.public();
    std::fs::write(folder.join("keys"), format!("{key}\n\n")).expect("written");

    let assert_output = |arguments: &[&str], code: i32, words: &str| {
        let (actual, text) = run(arguments, folder);
        assert_eq!(actual, code, "{arguments:?}: {text}");
        assert!(text.contains(words), "{arguments:?}: {text}");
    };
    assert_output(&["receipt", "receipt.json", "--key", key], 0, "SAH: entri 2");
    assert_output(&["receipt", "receipt.json", "--key", "keys", "--language", "en"], 0, "VERIFIED: entry 2");
    assert_output(&["receipt", "receipt.json", "--key", key, "--checkpoint", "eleven"], 0, "cocok dengan 1");
    assert_output(&["receipt", "receipt.json", "--key", key, "--checkpoint", "six"], 4, "tidak ada bukti");
    let compared = ["receipt", "receipt.json", "--key", key, "--checkpoint", "six", "--proof", "proof.json"];
    assert_output(&compared, 0, "cocok dengan 1");
    let against = ["receipt", "receipt.json", "--key", key, "--checkpoint", "fork", "--proof", "proof.json"];
    assert_output(&against, 1, "riwayat ditulis ulang");
    assert_output(&["receipt", "forged.json", "--key", key], 1, "GAGAL");
    assert_output(&["receipt", "forged.json", "--key", key, "--language", "en"], 1, "FAILED");
    assert_output(&["receipt", "absent.json", "--key", key], 3, "absent.json");
    assert_output(&["receipt", "six", "--key", key], 3, "TIDAK TERBACA");
    assert_output(&["receipt", "receipt.json", "--key", "absent"], 3, "absent");
    assert_output(&["receipt", "receipt.json"], 2, "--key");
    assert_output(
        &["consistency", "six", "eleven", "proof.json", "--key", key],
        0,
        "6 entri berlanjut menjadi 11",
    );
    assert_output(&["consistency", "fork", "eleven", "proof.json", "--key", key], 1, "ditulis ulang");
    assert_output(&["consistency", "eleven", "six", "--key", key], 1, "menyusut");
    assert_output(&["consistency", "six", "fork", "--key", key], 1, "bercabang");
    assert_output(&["consistency", "six", "eleven", "--key", key], 4, "tidak ada bukti");
    assert_output(&["checkpoint", "eleven", "six", "--key", key, "--proof", "proof.json"], 0, "11 entri");
    assert_output(&["checkpoint", "six", "fork", "--key", key], 1, "bercabang");
    assert_output(
        &["checkpoint", "six", "--key", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
        1,
        "tidak ditandatangani",
    );
}
