//! The `kinerja` binary. All code is in the library, and the binary instantiates no generic code, so that it links in
//! seconds.

use std::process::ExitCode;

/// Faster than the system's allocator, and returns memory after a burst: docs/adr/0023.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    kinerja::cli::main()
}
