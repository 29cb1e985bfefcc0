//! `kinerja serve`: the server with its background tasks, until a signal stops it.

use super::{CliError, ready};
use crate::{
    config::Config,
    http::{
        self,
        app::{App, AppSettings, Introspection},
        front,
    },
};
use service::{
    Env,
    env::Clock,
    journal,
    synthetic::{self, State},
};
use std::time::Duration;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

/// The interval between ticks.
const TICK: Duration = Duration::from_secs(60);
/// The grace period of units of work after the last request; they continue when a client has disconnected.
const CLOSING: Duration = Duration::from_secs(4);

pub async fn run(config: Config) -> Result<(), CliError> {
    let env = ready(&config, Clock::system()).await?;
    if synthetic::state(&env).await? != State::Real {
        return Err(CliError::SyntheticData);
    }
    let listener = bind(&config).await?;
    let signals = Signals::watch()?;
    tracing::info!(address = %config.listen, "listening");
    until_stopped(&config, Introspection::SignedIn, env, listener, signals).await
}

pub async fn bind(config: &Config) -> Result<TcpListener, CliError> {
    let address = config.listen;
    TcpListener::bind(address).await.map_err(|cause| CliError::Bind { address, cause })
}

/// Serves until SIGTERM or ctrl-c, then shuts down gracefully.
pub async fn until_stopped(
    config: &Config,
    introspection: Introspection,
    env: Env,
    listener: TcpListener,
    signals: Signals,
) -> Result<(), CliError> {
    let settings = AppSettings {
        introspection: config.introspection.unwrap_or(introspection),
        limits: config.limits.clone(),
        allowed_origins: config.origins()?,
        streams: config.streams.clone(),
        metrics: config.metrics,
        trusted_proxies: config.trusted_proxies.clone(),
        documents: config.documents()?,
        front: front::Settings { edition: config.edition(), ..front::Settings::default() },
        ..AppSettings::default()
    };
    let notary = journal::Notary::open(&config.journal_key(), &config.journal_origin)?;
    let env = env.signed_by(notary);
    let app = App::new(env.clone(), &settings)?;
    let crashed = service::import::recover(&env).await?;
    if crashed > 0 {
        tracing::warn!(crashed, "imports were interrupted when the server last stopped");
    }
    let ticking = tokio::spawn(ticks(env.clone()));
    let numbering = tokio::spawn(journal::run_sequencer(env.clone()));
    let reading = tokio::spawn(journal::run_tail(env.clone()));
    let signing = tokio::spawn(journal::run_checkpoints(env.clone()));
    http::listen::serve(listener, app, signals.received()).await?;
    for task in [ticking, numbering, reading, signing] {
        task.abort();
    }
    if let Ok(Err(cause)) = tokio::time::timeout(CLOSING, last_checkpoint(&env)).await {
        tracing::error!(%cause, "the last checkpoint of the journal could not be signed");
    }
    match tokio::time::timeout(CLOSING, env.db().clone().close()).await {
        Ok(closed) => Ok(closed?),
        Err(_) => {
            tracing::warn!("aborting units of work that are still running after the grace period");
            Ok(())
        }
    }
}

/// Signs a last checkpoint, so that all entries of a stopped server are proven.
async fn last_checkpoint(env: &Env) -> service::Result<()> {
    journal::sequence(env).await?;
    journal::sign_checkpoint(env).await?;
    Ok(())
}

async fn ticks(env: Env) {
    let mut interval = tokio::time::interval(TICK);
    loop {
        interval.tick().await;
        if let Err(cause) = service::tick::tick(&env).await {
            tracing::error!(%cause, "a tick failed; retrying at the next one");
        }
    }
}

/// The signals that stop the server; once watched, they no longer end the process by themselves.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub fn watch() -> Result<Self, CliError> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
