//! Tools for agents: the engine over the Model Context Protocol, on standard input and output.
//!
//! One thread speaks the protocol and another answers, one question after the other, so that a long answer holds up
//! neither a ping nor the list of tools. Nothing but the protocol goes to standard output.

mod bounds;
mod clerk;
mod server;
mod session;
mod tool;
mod tools;
mod transport;

use std::sync::mpsc;
use std::thread;

use rmcp::serve_server;
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::stdio;

use crate::engine::{OnProgress, Settings};
use crate::error::{Error, Result};

use server::Server;
use session::Session;
use transport::Lenient;

/// Answers an agent until its end of standard input is closed. The library is opened when it is first asked for, and
/// again when it has changed.
///
/// # Errors
/// [`Error::Io`] if the system gives no means to wait for input.
pub fn serve(settings: &Settings, on_progress: OnProgress<'_>) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::io("standard input"))?;
    let (jobs, queue) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || clerk::work(&queue, Session::new(settings, on_progress)));
        runtime.block_on(async {
            let (input, output) = stdio();
            let transport = Lenient::new(AsyncRwTransport::new(input, output));
            // Whatever ends a session, its client has been told or is gone: that is no fault of this side.
            if let Ok(session) = serve_server(Server::new(jobs), transport).await {
                let _ = session.waiting().await;
            }
        });
        // With the last handler goes the last sender of jobs, and with it the clerk.
        runtime.shutdown_background();
    });
    Ok(())
}
