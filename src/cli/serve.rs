//! `kinerja serve`: the server, with the tick, until it is told to stop.

use super::{ready, text};
use crate::{
    config::Config,
    http::{
        self,
        app::{App, AppSettings, Introspection},
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

/// Between two ticks.
const TICK: Duration = Duration::from_secs(60);
/// How long units of work may still take after the last request; they run on when a client has hung up.
const CLOSING: Duration = Duration::from_secs(4);

pub async fn run(config: Config) -> Result<(), String> {
    let env = ready(&config, Clock::system()).await?;
    if synthetic::state(&env).await.map_err(text)? != State::Real {
        return Err("this database is synthetic (made by demo or generate); serve refuses it".to_owned());
    }
    let listener = bind(&config).await?;
    let signals = Signals::watch()?;
    tracing::info!(address = %config.listen, "listening");
    until_stopped(&config, Introspection::SignedIn, env, listener, signals).await
}

pub async fn bind(config: &Config) -> Result<TcpListener, String> {
    TcpListener::bind(config.listen).await.map_err(|error| format!("{}: {error}", config.listen))
}

/// Serves until SIGTERM or ctrl-c, then lets running requests end.
pub async fn until_stopped(
    config: &Config,
    introspection: Introspection,
    env: Env,
    listener: TcpListener,
    signals: Signals,
) -> Result<(), String> {
    let settings = AppSettings {
        introspection: config.introspection.unwrap_or(introspection),
        limits: config.limits.clone(),
        allowed_origins: config.origins()?,
        streams: config.streams.clone(),
        metrics: config.metrics,
        documents: config.documents()?,
        ..AppSettings::default()
    };
    let notary = journal::Notary::open(&config.journal_key(), &config.journal_origin).map_err(text)?;
    let env = env.signed_by(notary);
    let app = App::new(env.clone(), &settings).map_err(text)?;
    let crashed = service::import::recover(&env).await.map_err(text)?;
    if crashed > 0 {
        tracing::warn!(crashed, "imports were cut off when the server last stopped");
    }
    let ticking = tokio::spawn(ticks(env.clone()));
    let numbering = tokio::spawn(journal::run_sequencer(env.clone()));
    let reading = tokio::spawn(journal::run_tail(env.clone()));
    let signing = tokio::spawn(journal::run_checkpoints(env.clone()));
    http::listen::serve(listener, app, signals.told()).await.map_err(text)?;
    for task in [ticking, numbering, reading, signing] {
        task.abort();
    }
    if let Ok(Err(cause)) = tokio::time::timeout(CLOSING, sealed(&env)).await {
        tracing::error!(%cause, "the last checkpoint of the journal could not be signed");
    }
    match tokio::time::timeout(CLOSING, env.db().clone().close()).await {
        Ok(closed) => closed.map_err(text),
        Err(_) => {
            tracing::warn!("units of work were still running and are cut off");
            Ok(())
        }
    }
}

/// A checkpoint of all that was done: what a stopped server leaves is proven too.
async fn sealed(env: &Env) -> service::Result<()> {
    journal::sequence(env).await?;
    journal::sign_checkpoint(env).await?;
    Ok(())
}

async fn ticks(env: Env) {
    let mut interval = tokio::time::interval(TICK);
    loop {
        interval.tick().await;
        if let Err(cause) = service::tick::tick(&env).await {
            tracing::error!(%cause, "a tick failed; the next one tries again");
        }
    }
}

/// The signals that tell the server to stop; from here on they don't end the process by themselves.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub fn watch() -> Result<Self, String> {
        let watch = |kind| signal(kind).map_err(text);
        Ok(Self { interrupt: watch(SignalKind::interrupt())?, terminate: watch(SignalKind::terminate())? })
    }

    async fn told(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
