//! `kinerja serve`: the server with its background tasks, until a signal stops it.

use super::{CliError, connect};
use crate::{
    config::{Config, SecondFactor},
    http::{
        self,
        app::App,
        front, operators,
        playground::DemoLogin,
        settings::{AppSettings, Introspection},
    },
};
use service::{
    Env,
    db::CLOCK_TOLERANCE,
    env::Clock,
    identity, journal,
    synthetic::{self, State},
};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

/// The interval between ticks.
const TICK: Duration = Duration::from_secs(60);
/// Maximum time that the first requests wait for the first tick, which applies everything that is due, such as the
/// scheduled changes of the day.
const FIRST_TICK: Duration = Duration::from_secs(1);
/// Grace period for units of work whose clients have disconnected, and which therefore still run after the last
/// request.
const CLOSING: Duration = Duration::from_secs(4);

pub async fn run(config: Config) -> Result<(), CliError> {
    let mut env = connect(&config, Clock::system()).await?;
    env.second_factor_required = config.second_factor == SecondFactor::Required;
    require_durability(&env, config.allow_unsafe_postgres).await?;
    // All checks that need no new schema come before the migration: a refused start changes nothing.
    config.journal_files().require_witness()?;
    match synthetic::state(&env).await? {
        State::Real => {}
        State::Empty => return Err(CliError::Empty),
        State::Synthetic | State::Unfinished => return Err(CliError::SyntheticData),
    }
    config.journal_files().require_key(&env).await?;
    env.db().migrate().await?;
    let listener = bind(config.listen).await?;
    let signals = Signals::watch()?;
    until_stopped(&config, Introspection::SignedIn, None, env, listener, signals).await
}

/// Refuses a PostgreSQL that loses acknowledged changes in a crash.
async fn require_durability(env: &Env, allow_unsafe: bool) -> Result<(), CliError> {
    let off = env.db().unsafe_settings().await?.join(", ");
    if off.is_empty() {
        return Ok(());
    }
    if !allow_unsafe {
        return Err(CliError::UnsafePostgres(off));
    }
    tracing::error!(%off, "PostgreSQL loses acknowledged changes in a crash, and the settings allow that");
    Ok(())
}

/// Maximum number of connections that wait to be accepted; the system may allow fewer. A burst of clients fills tokio's
/// default of 128. The system then ignores further clients, which try again only after a second or more.
const BACKLOG: u32 = 4096;

/// Listens on an address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listen().map_err(|cause| CliError::Bind { address, cause })
}

/// The parts of a demo besides the server.
pub struct DemoOptions {
    /// The logins that the playground offers.
    pub logins: Vec<DemoLogin>,
    /// Whether the colleagues act.
    pub colleagues: bool,
}

/// Serves until SIGTERM or ctrl-c, then shuts down gracefully.
pub async fn until_stopped(
    config: &Config,
    introspection: Introspection,
    demo: Option<DemoOptions>,
    env: Env,
    listener: TcpListener,
    signals: Signals,
) -> Result<(), CliError> {
    let colleagues = demo.as_ref().is_some_and(|demo| demo.colleagues);
    let settings = AppSettings {
        introspection: config.introspection.unwrap_or(introspection),
        limits: config.limits.clone(),
        allowed_origins: config.origins()?,
        streams: config.streams.clone(),
        max_connections: max_connections(config.max_connections)?,
        front: front::Settings {
            edition: config.edition(),
            pause: http::connections::limit(config.connections.body_ms).unwrap_or(Duration::MAX),
            ..front::Settings::default()
        },
        connections: config.connections.clone(),
        metrics: config.metrics,
        trusted_proxies: config.trusted_proxies.clone(),
        cost_per_minute: config.cost_per_minute,
        documents: config.documents()?,
        demo: demo.map(|demo| demo.logins),
    };
    let vault = identity::open_vault(&env, &config.secrets_key()).await?;
    let mut env = env.signed_by(config.journal_files().open()?).with_vault(vault);
    env.issuer = config.issuer()?;
    let app = App::new(env.clone(), &settings)?;
    let mut for_operators = Vec::new();
    if let Some(address) = config.health_listen {
        for_operators.push((bind(address).await?.into_std()?, operators::health(app.clone())));
    }
    if let Some(address) = config.metrics_listen {
        for_operators.push((bind(address).await?.into_std()?, operators::metrics(app.clone())));
    }
    check_clock(&env).await;
    operators::serve(for_operators, &app)?;
    let crashed = service::import::recover(&env).await?;
    if crashed > 0 {
        tracing::warn!(crashed, "imports were interrupted when the server last stopped");
    }
    let (done, first_tick) = oneshot::channel();
    let ticking = tokio::spawn(ticks(env.clone(), done));
    let checking = tokio::spawn(clock_checks(env.clone()));
    let numbering = tokio::spawn(journal::run_sequencer(env.clone()));
    let reading = tokio::spawn(journal::run_tail(env.clone()));
    let signing = tokio::spawn(journal::run_checkpoints(env.clone()));
    let noting = tokio::spawn(service::access::run(env.clone()));
    let acting = colleagues.then(|| tokio::spawn(generate::colleagues::run(env.clone())));
    // A tick that takes longer continues while the server answers.
    let _ = tokio::time::timeout(FIRST_TICK, first_tick).await;
    tracing::info!(address = %listener.local_addr()?, "listening");
    http::listen::serve(listener, app, signals.received()).await;
    for task in [ticking, checking, numbering, reading, signing, noting].into_iter().chain(acting) {
        task.abort();
    }
    if let Ok(Err(cause)) = tokio::time::timeout(CLOSING, last_checkpoint(&env)).await {
        tracing::error!(%cause, "the last checkpoint of the journal could not be signed");
    }
    match tokio::time::timeout(CLOSING, service::access::flush(&env)).await {
        Ok(Ok(_)) => {}
        Ok(Err(cause)) => tracing::error!(%cause, "the last entries of the access log could not be written"),
        Err(_) => tracing::error!("the last entries of the access log could not be written in time"),
    }
    match tokio::time::timeout(CLOSING, env.db().clone().close()).await {
        Ok(closed) => Ok(closed?),
        Err(_) => {
            tracing::warn!("aborting units of work that are still running after the grace period");
            Ok(())
        }
    }
}

/// Signs a last checkpoint, so that a checkpoint covers all entries of a stopped server.
async fn last_checkpoint(env: &Env) -> service::Result<()> {
    journal::sequence(env).await?;
    journal::sign_checkpoint(env).await?;
    Ok(())
}

/// Runs ticks. Closes the channel after the first one.
async fn ticks(env: Env, first: oneshot::Sender<()>) {
    let mut first = Some(first);
    let mut interval = tokio::time::interval(TICK);
    loop {
        interval.tick().await;
        if let Err(cause) = service::tick::tick(&env).await {
            tracing::error!(%cause, "a tick failed; retrying at the next one");
        }
        drop(first.take());
    }
}

async fn clock_checks(env: Env) {
    loop {
        tokio::time::sleep(TICK).await;
        check_clock(&env).await;
    }
}

/// Compares the machine's clock with the database's, for readiness and metrics.
async fn check_clock(env: &Env) {
    match env.db().check_clock().await {
        Ok(ahead) if ahead.abs() > CLOCK_TOLERANCE => {
            let seconds = ahead.num_seconds();
            tracing::error!(seconds, "the clock is too far from the database's; the server is not ready");
        }
        Ok(_) => {}
        Err(cause) => tracing::warn!(%cause, "could not read the database's clock; will retry"),
    }
}

/// Number of files that the process needs besides client connections: for the database, uploads, logs and the reserve.
const OTHER_FILES: u64 = 128;
/// Minimum number of connections; the server does not start if fewer fit.
const MIN_CONNECTIONS: u64 = 16;

/// Raises the limit of open files as far as allowed, and returns how many connections fit below it. 0 means no limit;
/// only the settings can choose that.
fn max_connections(wanted: Option<usize>) -> Result<usize, CliError> {
    let limit = rlimit::increase_nofile_limit(u64::MAX)?;
    if wanted == Some(0) {
        tracing::warn!("the number of connections has no limit: clients can use up the files of the process");
        return Ok(0);
    }
    let fitting = limit.saturating_sub(OTHER_FILES);
    if fitting < MIN_CONNECTIONS {
        return Err(CliError::FewFiles { limit, needed: OTHER_FILES + MIN_CONNECTIONS });
    }
    let fitting = usize::try_from(fitting).unwrap_or(usize::MAX);
    let max = wanted.unwrap_or(http::connections::MAX_CONNECTIONS);
    if max > fitting {
        tracing::warn!(max, fitting, limit, "the limit of open files (ulimit -n) allows fewer connections");
    }
    Ok(max.min(fitting))
}

/// The signals that stop the server. Once they are watched, they no longer end the process by themselves.
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    /// The number of clients, out of 300, that can connect within a quarter of a second each while the server accepts
    /// none.
    fn connected(listener: TcpListener) -> usize {
        let address = listener.local_addr().expect("an address");
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_millis(250));
        let clients: Vec<_> = (0..300).map_while(|number| connect(number).ok()).collect();
        drop(listener);
        clients.len()
    }

    #[tokio::test]
    async fn a_burst_of_clients_waits_to_be_accepted() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let ours = bind(any).await.expect("a listener");
        let default = TcpListener::bind(any).await.expect("a listener");
        let count = tokio::task::spawn_blocking(move || (connected(ours), connected(default))).await;
        let (ours, default) = count.expect("clients");
        assert_eq!(ours, 300);
        assert!(default < 300, "control: with tokio's default {default} are connected");
    }
}
