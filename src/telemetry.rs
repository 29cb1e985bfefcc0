//! The log, on stderr. It never contains names, NIPs, texts or variables: see docs/OPERATIONS.md.

use crate::config::Config;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Starts the log.
///
/// # Errors
/// An invalid filter.
pub fn start(config: &Config) -> Result<(), String> {
    check(&config.log)?;
    let filter = EnvFilter::try_new(&config.log).map_err(|error| error.to_string())?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = if config.log_json { log.json().try_init() } else { log.with_target(false).try_init() };
    started.map_err(|error| error.to_string())
}

/// Refuses parts of a filter that `EnvFilter` would read as the name of a target, such as a misspelt level: with only
/// such a part, nothing else would be logged.
fn check(filter: &str) -> Result<(), String> {
    let is_level = |text: &str| text.parse::<LevelFilter>().is_ok() && !text.is_empty();
    for part in filter.split(',').map(str::trim).filter(|part| !part.is_empty() && !part.contains('[')) {
        let level = match part.split_once('=') {
            Some(("", _)) => "",
            Some((_, level)) => level,
            None => part,
        };
        if !is_level(level) {
            return Err(format!(
                "{part:?} is not a level (off, error, warn, info, debug, trace), nor a target with a level such as \
                 kinerja=debug"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_would_silence_the_log_is_refused() {
        let default = Config::default().log;
        for filter in
            [default.as_str(), "info", "", "off", "kinerja=debug", "info,sqlx::query=warn", "[request]=debug"]
        {
            assert_eq!(check(filter), Ok(()), "{filter}");
        }
        for filter in ["bogus=,x", "x", "kinerja", "info,kinerja=", "kinerja=loud", "=info", "INF"] {
            assert!(check(filter).is_err(), "{filter}");
        }
    }
}
