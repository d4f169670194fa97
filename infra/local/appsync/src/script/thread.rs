//! Scripts run on threads of their own.
//!
//! The JavaScript engine belongs to one thread and watches the depth of that thread's stack,
//! which would differ from call to call on the threads of the server.

use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock};

use tokio::sync::oneshot;

use crate::script::host::Host;
use crate::script::{Handler, Source};

/// How many threads run scripts. A script always runs on the same one.
const THREADS: usize = 2;

thread_local! {
    /// The time of the run under way, in milliseconds since the epoch.
    pub(super) static NOW: Cell<i64> = const { Cell::new(0) };
}

enum Message {
    Load { source: Arc<Source>, reply: Sender<Result<(), String>> },
    Run(Run),
    Forget { id: u64 },
}

struct Run {
    source: Arc<Source>,
    handler: Handler,
    ctx: String,
    now: i64,
    reply: oneshot::Sender<Result<String, String>>,
}

static POOL: LazyLock<Vec<Sender<Message>>> = LazyLock::new(|| (0..THREADS).map(start).collect());

fn start(index: usize) -> Sender<Message> {
    let (sender, receiver) = channel();
    let named = std::thread::Builder::new().name(format!("resolver-scripts-{index}"));
    if let Err(error) = named.spawn(move || serve(&receiver)) {
        tracing::error!(%error, "no thread for resolver scripts");
    }
    sender
}

fn serve(receiver: &Receiver<Message>) {
    let mut host = match Host::new() {
        Ok(host) => host,
        Err(error) => return tracing::error!(%error, "no JavaScript engine"),
    };
    while let Ok(message) = receiver.recv() {
        match message {
            // Whoever asked may have gone; then nobody needs the answer.
            Message::Load { source, reply } => drop(reply.send(host.load(&source))),
            Message::Run(run) => {
                NOW.set(run.now);
                drop(run.reply.send(host.run(&run.source, run.handler, &run.ctx)));
            }
            Message::Forget { id } => host.forget(id),
        }
    }
}

fn thread_of(id: u64) -> &'static Sender<Message> {
    let index = usize::try_from(id).unwrap_or_default() % THREADS;
    &POOL[index]
}

const GONE: &str = "the thread of resolver scripts has ended";

/// Loads a script, and says why it cannot be loaded.
pub(super) fn load(source: &Arc<Source>) -> Result<(), String> {
    let (reply, answer) = channel();
    let sent = thread_of(source.id).send(Message::Load { source: Arc::clone(source), reply });
    sent.map_err(|_| GONE.to_owned())?;
    answer.recv().map_err(|_| GONE.to_owned())?
}

/// Runs a function of a script with a context in JSON.
pub(super) async fn run(
    source: &Arc<Source>,
    handler: Handler,
    ctx: String,
    now: i64,
) -> Result<String, String> {
    let (reply, answer) = oneshot::channel();
    let run = Run { source: Arc::clone(source), handler, ctx, now, reply };
    thread_of(source.id).send(Message::Run(run)).map_err(|_| GONE.to_owned())?;
    answer.await.map_err(|_| GONE.to_owned())?
}

/// Frees what a script holds.
pub(super) fn forget(id: u64) {
    // Without a thread there is nothing to free.
    drop(thread_of(id).send(Message::Forget { id }));
}
