//! What comes in, without the messages that mean nothing to a server of tools.

use std::future::Future;

use rmcp::model::{ClientNotification, ClientRequest, JsonRpcMessage};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::RoleServer;

/// Lets requests through, and cancellations once a session has begun. Anything else that arrives before a session has
/// begun would end the server, and means nothing to it afterwards.
pub(super) struct Lenient<T> {
    inner: T,
    has_begun: bool,
}

impl<T> Lenient<T> {
    pub(super) fn new(inner: T) -> Self {
        Lenient { inner, has_begun: false }
    }

    fn passes(&mut self, message: &RxJsonRpcMessage<RoleServer>) -> bool {
        if let JsonRpcMessage::Request(request) = message {
            self.has_begun |= matches!(request.request, ClientRequest::InitializeRequest(_));
            return true;
        }
        let is_cancellation = matches!(message, JsonRpcMessage::Notification(notification)
            if matches!(notification.notification, ClientNotification::CancelledNotification(_)));
        self.has_begun && is_cancellation
    }
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Lenient<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let message = self.inner.receive().await?;
            if self.passes(&message) {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}
