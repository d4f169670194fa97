//! The local cloud as a process that a test can kill: `cloud DIRECTORY PORT`.
//!
//! It ends with the one who started it, when its standard input does.

use std::io::Read as _;

use local::{Cloud, Options, Storage};
use tests::house::root;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(port)) = (arguments.next(), arguments.next()) else {
        return Err("cloud DIRECTORY PORT".into());
    };
    let storage = Storage::Directory(data.into());
    let options =
        Options { port: port.parse()?, storage, ..Options::for_tests(root().join("template.yaml")) };
    let _cloud = Cloud::start(options).await?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
