//! The `kinerja` binary. It instantiates nothing generic, so that it links in seconds; all code is in the library.

use std::process::ExitCode;

/// Faster than the system's, and it returns memory after a burst: docs/adr/0023.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    kinerja::cli::main()
}
