//! People who write, and devices that listen.

use std::time::{Duration, Instant};

use futures::future::join_all;
use tests::{Ear, Person, World};

use crate::server::Server;
use crate::side::WRITERS;
use crate::{Scale, figures};

pub(crate) async fn measure(cloud: &Server, scale: &Scale) {
    let world = World::at(cloud.url().to_owned(), None).await;
    let people: Vec<_> =
        (0..scale.audience.max(WRITERS + 1)).map(|number| format!("person{number}")).collect();
    let people = join_all(people.iter().map(|name| world.person(name))).await;
    writing(&world, &people, scale).await;
    delivering(&world, &people, scale).await;
    announcing(&world, &people, scale).await;
}

/// Each writer sends the next message once the last is acknowledged.
async fn writing(world: &World, people: &[Person], scale: &Scale) {
    let writers = &people[..WRITERS];
    let talks = join_all(writers.iter().map(|writer| writer.meets(&people[WRITERS]))).await;
    let apart: Vec<_> = writers.iter().zip(talks).collect();
    report("16 writers in 16 conversations", &write(&apart, scale.messages).await);
    world.settles().await;

    let members: Vec<_> = writers[1..].iter().collect();
    let group = writers[0].gathers("together", &members).await;
    let together: Vec<_> = writers.iter().map(|writer| (writer, group.clone())).collect();
    report("16 writers in one group", &write(&together, scale.messages / 3).await);
    world.settles().await;
}

async fn write(writers: &[(&Person, String)], messages: usize) -> (Duration, Vec<Duration>) {
    let started = Instant::now();
    let all = writers.iter().map(|(writer, talk)| async move {
        let mut times = Vec::with_capacity(messages);
        for number in 0..messages {
            let sent = Instant::now();
            let id = tests::chat::fresh();
            // As a client does it: what passes is sent again, with the same id.
            while writer.sends_as(&id, talk, &format!("message {number}")).await.is_passing() {}
            times.push(sent.elapsed());
        }
        times
    });
    let times: Vec<_> = join_all(all).await.into_iter().flatten().collect();
    (started.elapsed(), times)
}

#[expect(clippy::cast_precision_loss, reason = "there are few")]
#[expect(clippy::print_stdout, reason = "the result")]
fn report(what: &str, (elapsed, times): &(Duration, Vec<Duration>)) {
    let rate = times.len() as f64 / elapsed.as_secs_f64();
    println!("| {what}, durable | {rate:.0} messages/s; {} |", figures::tail(times));
}

/// From the sender's request to the receiver's event, one message at a time.
#[expect(clippy::print_stdout, reason = "the result")]
async fn delivering(world: &World, people: &[Person], scale: &Scale) {
    let [alice, bob] = [&people[0], &people[1]];
    let talk = alice.meets(bob).await;
    world.settles().await;
    let mut ear = bob.listens().await;
    let (mut answered, mut delivered) = (Vec::new(), Vec::new());
    for number in 0..scale.deliveries {
        let text = format!("delivery {number}");
        let started = Instant::now();
        let (answer, delivery) = futures::join!(
            async {
                alice.sends(&talk, &text).await;
                started.elapsed()
            },
            heard(&mut ear, &text, started),
        );
        answered.push(answer);
        delivered.push(delivery);
    }
    println!("| one sender, until the answer | {} |", figures::tail(&answered));
    println!("| one sender and one receiver, until the event | {} |", figures::tail(&delivered));
}

/// The same into a group in which everybody listens.
#[expect(clippy::print_stdout, reason = "the result")]
async fn announcing(world: &World, people: &[Person], scale: &Scale) {
    let members: Vec<_> = people[1..scale.audience].iter().collect();
    let group = people[0].gathers("audience", &members).await;
    world.settles().await;
    let mut ears = join_all(people[..scale.audience].iter().map(Person::listens)).await;
    let (mut each, mut last) = (Vec::new(), Vec::new());
    for number in 0..scale.announcements {
        let text = format!("announcement {number}");
        let started = Instant::now();
        let hearing = join_all(ears.iter_mut().map(|ear| heard(ear, &text, started)));
        let (_, times) = futures::join!(people[0].sends(&group, &text), hearing);
        last.extend(times.iter().max());
        each.extend(times);
        world.settles().await;
    }
    let audience = scale.audience;
    println!("| one sender and {audience} receivers, until the event | {} |", figures::tail(&each));
    println!("| the same, until the last of them | {} |", figures::tail(&last));
}

async fn heard(ear: &mut Ear, text: &str, started: Instant) -> Duration {
    ear.hears_text(text).await;
    started.elapsed()
}
