//! The one who answers: takes jobs in the order they came and owns the open library.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::mpsc::Receiver;

use rmcp::model::{CallToolResult, JsonObject};
use tokio::sync::oneshot;

use super::session::Session;
use super::tool::{failed, Entry};

/// A call of a tool.
pub(super) struct Job {
    pub(super) tool: &'static Entry,
    pub(super) arguments: JsonObject,
    pub(super) reply: oneshot::Sender<CallToolResult>,
}

/// Answers until nobody can ask any more.
pub(super) fn work(queue: &Receiver<Job>, mut session: Session<'_>) {
    for job in queue {
        // Who has cancelled waits no longer.
        if job.reply.is_closed() {
            continue;
        }
        let answer = catch_unwind(AssertUnwindSafe(|| (job.tool.call)(&job.arguments, &mut session)));
        let answer = answer.unwrap_or_else(|_| {
            session.close();
            failed(&format!("{} failed by a fault of paperkin; standard error says where", job.tool.name))
        });
        // Nobody may be waiting by now.
        let _ = job.reply.send(answer);
    }
}
