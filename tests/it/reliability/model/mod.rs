//! Random lives of a few people, in a small model and in the cloud: both must agree, step by step and at the end.

mod reference;
mod stage;
mod step;

use proptest::collection::vec;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::scale;
use stage::Theatre;
use step::{Place, Role, Step, step};

#[test]
fn the_cloud_does_what_the_model_says() {
    let (cases, steps) = scale((40, 30), (2_000, 60));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let theatre = runtime.block_on(Theatre::open());
    let config = Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let lives = vec(step(), steps / 2..=steps);
    let outcome = TestRunner::new(config).run(&lives, |steps| {
        let played = runtime.block_on(theatre.play(&steps));
        played.map_err(TestCaseError::fail)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(runtime.block_on(theatre.finds_a_lie()), "the comparison can fail");
}

/// What random lives come to too rarely.
#[tokio::test]
async fn what_somebody_deleted_for_themself_stays_so_when_they_come_back() {
    let theatre = Theatre::open().await;
    let steps = [
        Step::Send(0, Place::Group),
        Step::Hide(1, Place::Group, 0),
        Step::ShowHistory(0, true),
        Step::Leave(1),
        Step::Add(0, 1),
        Step::React(1, Place::Group, 0, 0),
        Step::Hide(1, Place::Group, 0),
        Step::React(1, Place::Group, 0, 1),
    ];
    theatre.play(&steps).await.expect("the cloud and the model agree");
}

/// The creator, once no owner any more, is the heir before those who were added at first, whatever their ids.
#[tokio::test]
async fn who_made_a_group_stands_longest_in_it() {
    let theatre = Theatre::open().await;
    let steps = [Step::SetRole(0, 1, Role::Owner), Step::SetRole(1, 0, Role::Member), Step::Leave(1)];
    for _ in 0..8 {
        theatre.play(&steps).await.expect("the cloud and the model agree");
    }
}
