//! The local cloud as a value: started, looked at, settled, shut down.

mod start;
#[cfg(test)]
mod tests;

use local_aws::events::Bus;
use local_aws::mail::Mail;
use local_aws::objects::Objects;
use local_aws::push::{Push, Sns};
use local_aws::template::Deployment;
use local_core::clock::Clock;
use local_core::journal::Journal;
use tokio::task::JoinHandle;

use crate::config::Endpoints;
use crate::control::Control;
use crate::error::StartError;
use crate::invoke::Loopback;
use crate::net::Serving;
use crate::options::Options;

/// A running local cloud. [`Cloud::shut_down`] ends it politely, dropping it at once.
pub struct Cloud {
    endpoints: Endpoints,
    deployment: Deployment,
    control: Control,
    serving: Serving,
    background: Background,
    port: u16,
}

impl Cloud {
    /// Starts everything and answers when it is ready. Must be called within a Tokio runtime.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        start::start(options).await
    }

    /// The port on `127.0.0.1`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Endpoints and ids.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// What the templates say.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// Waits until streams are read, events are handled and messages are handed to their sockets.
    pub async fn settle(&self) {
        self.control.inner.settle.settle().await;
    }

    /// The clock of everything here; moving it moves all of it.
    pub fn clock(&self) -> &Clock {
        &self.control.inner.clock
    }

    /// What happened and what it cost.
    pub fn journal(&self) -> &Journal {
        &self.control.inner.journal
    }

    /// DynamoDB, with its faults.
    pub fn dynamodb(&self) -> &local_aws::dynamodb::Gate {
        &self.control.inner.gate
    }

    /// The grants of the template, and their use.
    pub fn policies(&self) -> &local_aws::policy::Policies {
        &self.control.inner.policies
    }

    /// The dead-letter queues.
    pub fn dead_letters(&self) -> &local_aws::queues::Queues {
        &self.control.inner.queues
    }

    /// The mails sent so far, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.control.inner.outbox.list()
    }

    /// The push messages sent so far, oldest first.
    pub fn pushes(&self) -> Vec<Push> {
        self.control.inner.sns.list()
    }

    /// SNS, with the devices that registered.
    pub fn push_service(&self) -> &Sns {
        &self.control.inner.sns
    }

    /// The event bus, with the events so far.
    pub fn bus(&self) -> &Bus {
        &self.control.inner.settle.bus
    }

    /// S3, with the objects so far.
    pub fn objects(&self) -> &Objects {
        &self.control.inner.settle.objects
    }

    /// The certificate of the authority behind TLS, as PEM.
    pub fn ca_pem(&self) -> &str {
        &self.control.inner.ca_pem
    }

    /// Takes no more requests, and gives those under way two seconds.
    pub async fn shut_down(self) {
        self.serving.shut_down().await;
        drop(self.background);
    }
}

/// What would go on for ever by itself.
struct Background {
    sweeping: Vec<JoinHandle<()>>,
    loopback: Loopback,
}

impl Drop for Background {
    fn drop(&mut self) {
        self.sweeping.iter().for_each(JoinHandle::abort);
        // Functions reach the services, which invoke functions: one of the two ways has to be cut.
        self.loopback.close();
    }
}
