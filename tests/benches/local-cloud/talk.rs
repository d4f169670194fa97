//! One writer, and those who listen.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures::future::join_all;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::figures;
use crate::wire::{Access, Listener, Mark, Writer};

/// How long after the last answer a message may still come before it counts as lost.
const GRACE: Duration = Duration::from_secs(10);

/// Who writes where, and who listens.
#[derive(Clone)]
pub(crate) struct Talk {
    /// Where.
    pub(crate) conversation: String,
    /// Who writes.
    pub(crate) writer: Access,
    /// Who listens.
    pub(crate) listeners: Vec<Access>,
}

/// What came of many messages.
#[derive(Default)]
pub(crate) struct Outcome {
    /// From the first message to the last delivery.
    pub(crate) elapsed: Duration,
    /// How many were sent.
    pub(crate) sent: usize,
    /// From the request to the event, for each message and listener.
    pub(crate) deliveries: Vec<Duration>,
    /// Deliveries that never came.
    pub(crate) lost: usize,
    /// Deliveries that came once more.
    pub(crate) doubled: usize,
    /// Deliveries that came after a later message of the same writer.
    pub(crate) reordered: usize,
}

impl Outcome {
    /// Messages per second, until everybody had them.
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    pub(crate) fn rate(&self) -> f64 {
        self.sent as f64 / self.elapsed.as_secs_f64()
    }

    /// The time that 99 of 100 deliveries stay below, in milliseconds.
    pub(crate) fn p99(&self) -> f64 {
        figures::quantile(&self.deliveries, 0.99).as_secs_f64() * 1_000.0
    }
}

/// What one listener heard: numbers, in the order and at the time in which they came.
type Heard = Vec<(usize, Instant)>;

/// In every talk at the same time, the writer sends the next message once the last is acknowledged.
pub(crate) async fn run(talks: &[Talk], subscription: &str, messages: usize, run: u32) -> Outcome {
    let listeners = talks.iter().map(|talk| {
        let open = |access| Listener::open(access, subscription, &talk.conversation);
        join_all(talk.listeners.iter().map(open))
    });
    let listeners = join_all(listeners).await;
    let (tell, told) = watch::channel(false);
    let hearing: Vec<Vec<_>> = listeners
        .into_iter()
        .enumerate()
        .map(|(talk, listeners)| {
            let first = Mark { run, talk, number: 0 };
            let hear = |listener| tokio::spawn(hear(listener, first, messages, told.clone()));
            listeners.into_iter().map(hear).collect()
        })
        .collect();

    let started = Instant::now();
    let writing = talks
        .iter()
        .enumerate()
        .map(|(talk, each)| tokio::spawn(write(each.clone(), Mark { run, talk, number: 0 }, messages)));
    let sent = join_all(writing.collect::<Vec<_>>()).await;
    tell.send_replace(true);

    let mut outcome = Outcome { sent: talks.len() * messages, ..Outcome::default() };
    let mut last = started;
    for (sent, hearing) in sent.into_iter().zip(hearing) {
        let sent = sent.expect("the writer writes");
        for heard in join_all(hearing).await {
            let heard = heard.expect("the listener listens");
            last = heard.iter().map(|(_, at)| *at).fold(last, Instant::max);
            judge(&mut outcome, &sent, &heard);
        }
    }
    outcome.elapsed = last - started;
    outcome
}

async fn write(talk: Talk, first: Mark, messages: usize) -> Vec<Instant> {
    let writer = Writer::new(talk.writer);
    let mut sent = Vec::with_capacity(messages);
    for number in 0..messages {
        sent.push(Instant::now());
        writer.sends(&talk.conversation, Mark { number, ..first }).await;
    }
    sent
}

async fn hear(mut listener: Listener, first: Mark, messages: usize, told: watch::Receiver<bool>) -> Heard {
    let mut heard = Vec::with_capacity(messages);
    let mut known = HashSet::new();
    let over = async move {
        let mut told = told;
        // An error means that nobody writes any more.
        drop(told.wait_for(|written| *written).await);
        sleep(GRACE).await;
    };
    tokio::pin!(over);
    while known.len() < messages {
        tokio::select! {
            () = &mut over => break,
            marks = listener.hears() => {
                let at = Instant::now();
                let ours = marks.into_iter().filter(|mark| mark.run == first.run && mark.talk == first.talk);
                for mark in ours {
                    known.insert(mark.number);
                    heard.push((mark.number, at));
                }
            }
        }
    }
    heard
}

fn judge(outcome: &mut Outcome, sent: &[Instant], heard: &[(usize, Instant)]) {
    let mut known = HashSet::new();
    let mut highest = None;
    for (number, at) in heard {
        if !known.insert(*number) {
            outcome.doubled += 1;
            continue;
        }
        if highest > Some(*number) {
            outcome.reordered += 1;
        }
        highest = highest.max(Some(*number));
        outcome.deliveries.push(*at - sent[*number]);
    }
    outcome.lost += sent.len() - known.len();
}
