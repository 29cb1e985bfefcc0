//! Fuzz targets: the document front, cursors and ids, sockets, import files, the verifier of receipts. Each input is a
//! seed after a few random changes; an input whose outcome is new becomes a seed too.
//!
//! `cargo test --test fuzz` tries each for a second; `KINERJA_FUZZ_SECONDS=720 cargo test --test fuzz -- imports` one of
//! them for 12 minutes. A finding is printed, and stored as `target/fuzz-NAME`.

mod city;
mod cursors;
mod document;
mod imports;
mod mutate;
mod receipt;
mod socket;

use mutate::Fuzzer;

#[test]
fn document() {
    Fuzzer::new("document", &document::seeds(), document::WORDS).run(document::try_input);
}

#[test]
fn receipt() {
    Fuzzer::new("receipt", &receipt::seeds(), receipt::WORDS).run(receipt::try_input);
}

#[test]
fn cursors() {
    let target = cursors::Target::new();
    Fuzzer::new("cursors", &target.seeds(), cursors::WORDS).run(|input| target.try_input(input));
}

#[test]
fn socket() {
    let target = socket::Target::new();
    Fuzzer::new("socket", &socket::seeds(), socket::WORDS).run(|input| target.try_input(input));
}

#[test]
fn imports() {
    let target = imports::Target::new();
    Fuzzer::new("imports", &imports::seeds(), imports::WORDS).run(|input| target.try_input(input));
}

/// Negative control: the fuzzer finds a target that panics on an input two changes away from its seed.
#[test]
fn control() {
    let found = std::panic::catch_unwind(|| {
        Fuzzer::new("control", &[b"pegawai;atasan".to_vec()], &["\0"]).run(|input| {
            assert!(input.iter().filter(|byte| **byte == 0).count() < 2);
            input.len().to_string()
        });
    });
    assert!(found.is_err());
}
