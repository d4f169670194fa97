use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::open;
use crate::dynamodb::{Location, OpenError, Position};

#[tokio::test]
async fn a_folder_keeps_everything_and_is_opened_once() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Folder(folder.path().to_owned());
    let world = open(&location).unwrap();
    world.put("open", 1).await;
    world.gate.set_checkpoint("reader", Position::START).unwrap();
    assert!(matches!(open(&location), Err(OpenError::InUse(_))));
    drop(world);
    let world = open(&location).unwrap();
    assert_eq!((world.count().await, world.stream().len()), (1, 1));
    assert_eq!(world.gate.checkpoint("reader").unwrap(), Some(Position::START));
    assert_eq!(world.gate.checkpoint("other").unwrap(), None);
}

/// The folder in which the writer, this test's own program started again, writes until it is killed.
const FOLDER: &str = "LOCAL_AWS_TEST_FOLDER";

#[tokio::test]
async fn a_kill_loses_nothing_that_was_acknowledged() {
    #[expect(clippy::disallowed_methods, reason = "how the test tells its second process where to write")]
    if let Ok(folder) = std::env::var(FOLDER) {
        return write_for_ever(folder.into()).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for _ in 0..3 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "--nocapture",
                "dynamodb::tests::folder::a_kill_loses_nothing_that_was_acknowledged",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines().map_while(Result::ok);
        let numbers = lines.filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<usize>().ok());
        let written = numbers.take(200).last().unwrap();
        writer.kill().unwrap();
        writer.wait().unwrap();
        acknowledged += 200;
        let world = open(&Location::Folder(folder.path().to_owned())).unwrap();
        let present = usize::try_from(world.count().await).unwrap();
        assert!(present >= acknowledged, "{present} of {acknowledged}, the last was {written}");
        assert_eq!(world.stream().len(), present, "the stream and the table must agree");
        acknowledged = present;
    }
}

async fn write_for_ever(folder: PathBuf) {
    let world = open(&Location::Folder(folder)).unwrap();
    let start = usize::try_from(world.count().await).unwrap();
    for n in start.. {
        assert_eq!(world.put("open", n).await.status, 200);
        println!("acknowledged {n}");
    }
}
