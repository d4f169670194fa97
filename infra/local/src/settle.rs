//! Waiting until nothing is under way.

use std::sync::Arc;

use futures::FutureExt as _;
use local_appsync::Api;
use local_aws::dynamodb::Gate;
use local_aws::events::Bus;
use local_aws::objects::Objects;
use local_aws::schedules::Scheduler;
use local_aws::streams::Pump;

/// The parts that work on after a request is answered.
#[derive(Clone)]
pub(crate) struct Settle {
    pub(crate) pump: Arc<Pump>,
    pub(crate) bus: Bus,
    pub(crate) api: Api,
    pub(crate) objects: Objects,
    pub(crate) gate: Gate,
    pub(crate) scheduler: Scheduler,
}

impl Settle {
    /// Waits until streams are read, events are handled and messages are handed to their sockets.
    ///
    /// A function may write, and so feed the stream anew: the round is repeated until nobody had anything to do. What
    /// is due by the clock is done first.
    pub(crate) async fn settle(&self) {
        if let Err(error) = self.objects.sweep() {
            tracing::error!(%error, "objects that are over cannot be removed");
        }
        self.gate.sweep_expired().await;
        if let Err(error) = self.scheduler.fire_due() {
            tracing::error!(%error, "schedules that are due cannot be started");
        }
        loop {
            self.pump.settle().await;
            self.bus.settle().await;
            self.api.settle().await;
            let bus_is_idle = self.bus.settle().now_or_never().is_some();
            if bus_is_idle && self.pump.progress().iter().all(|progress| progress.settled) {
                return;
            }
        }
    }
}
