//! Fuzz targets that need the server: cursors and ids, sockets, import files. Each input is a seed after a few random
//! changes; an input whose outcome is new becomes a seed too.
//!
//! `cargo test --test fuzz` tries each for a second; `KINERJA_FUZZ_SECONDS=720 cargo test --test fuzz -- imports` one of
//! them for 12 minutes. A finding is printed, and stored as `target/fuzz-NAME`. Targets that libFuzzer steers, for crates
//! that build without the server, are in `fuzz/`.

mod city;
mod cursors;
mod imports;
mod mutate;
mod socket;

use mutate::Fuzzer;

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

/// The method would find a fault: a target that panics on an input two changes away from its seed.
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
