//! The `kinerja` binary. It instantiates nothing generic, so that it links in seconds; all code is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    kinerja::cli::main()
}
