//! The `kinerja` binary.

fn main() {}
