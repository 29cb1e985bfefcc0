//! The `kinerja` binary.

use clap::Parser;
use kinerja::cli::{Cli, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kinerja: {error}");
            ExitCode::FAILURE
        }
    }
}
