//! HTTP API and web page: the engine's answers as JSON, bounded in time and number, for programs and for the page.

mod answer;
mod api;
mod duplicates;
mod guard;
mod kept;
mod library;
mod metrics;
mod openapi;
mod page;
mod papers;
mod refusal;
mod service;
mod similar;
mod topics;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{signal, SignalKind};

use crate::engine::Engine;
use crate::error::{Error, Result};

use service::Service;

/// How often the library is looked at where nobody asks.
const LOOK: Duration = Duration::from_secs(1);

/// How long requests under way may take after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// How a library is served.
#[derive(Debug, Clone)]
pub struct ServeParams {
    /// Address and port; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// What clients must know; needed on every address but the machine's own.
    pub token: Option<String>,
    /// Names that the server goes by beside its addresses.
    pub names: Vec<String>,
    /// Questions answered at the same time, at least 1.
    pub workers: usize,
}

impl ServeParams {
    /// Whether they can be used.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for an address that others can reach without a token.
    pub fn check(&self) -> Result<()> {
        if self.listen.ip().is_loopback() || self.token.is_some() {
            return Ok(());
        }
        let expected = "an address of this machine alone, or --token-file FILE beside it".to_owned();
        Err(Error::InvalidParameter { name: "--listen", value: self.listen.to_string(), expected })
    }
}

/// Serves a library until the process is told to stop. `ready` is told the address once the server listens.
///
/// # Errors
/// [`Error::InvalidParameter`] for an address of others without a token, [`Error::Listen`] if the address cannot be
/// had; [`Error::NoLibrary`] and its like if the library cannot be opened again.
pub fn serve(engine: &Engine<'_>, params: &ServeParams, ready: &dyn Fn(SocketAddr)) -> Result<()> {
    params.check()?;
    let cause = |source: std::io::Error| Error::Listen { address: params.listen, source };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(params.workers)
        .enable_all()
        .build()
        .map_err(cause)?;
    let done = runtime.block_on(async {
        let listener = TcpListener::bind(params.listen).await.map_err(cause)?;
        let address = listener.local_addr().map_err(cause)?;
        let service = Arc::new(Service::new(engine, params)?);
        let mut stop = signal(SignalKind::terminate()).map_err(cause)?;
        let (stopped, stopping) = tokio::sync::oneshot::channel();
        let told = async move {
            tokio::select! {
                _ = stop.recv() => {}
                // Without a way to be interrupted the other signal is left.
                _ = tokio::signal::ctrl_c() => {}
            }
            let _ = stopped.send(());
        };
        tokio::spawn(look_after(Arc::clone(&service)));
        ready(address);
        let serving = axum::serve(listener, app(service, params)).with_graceful_shutdown(told);
        let farewell = async {
            // The sender is dropped only after it has sent.
            let _ = stopping.await;
            tokio::time::sleep(FAREWELL).await;
        };
        tokio::select! {
            done = serving => done.map_err(cause),
            () = farewell => Ok(()),
        }
    });
    // Work that nobody waits for any more must not keep the process.
    runtime.shutdown_background();
    done
}

/// Everything that is served.
fn app(service: Arc<Service>, params: &ServeParams) -> Router {
    let guard = Arc::new(guard::Guard::new(params));
    guard::guarded(api::routes(), service, guard)
}

/// Follows changes that other processes make.
async fn look_after(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let service = Arc::clone(&service);
        // A look that failed is tried again at the next tick, and told by the requests that fail with it.
        let _ = tokio::task::spawn_blocking(move || service.library.follow()).await;
    }
}
