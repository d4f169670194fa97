//! `cargo run`: the local cloud on a port of this machine, until Ctrl-C.

use std::process::ExitCode;

use clap::Parser as _;
use local::cli::Arguments;
use local::{Cloud, Endpoints, Options, People, StartError, people};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(arguments.log_filter()))
        .with_writer(std::io::stderr)
        .compact()
        .init();
    match run(arguments.options()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(options: Options) -> Result<(), StartError> {
    let with_people = options.people == People::Seeded;
    let cloud = Cloud::start(options).await?;
    announce(cloud.endpoints(), with_people.then(people::introduction));
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "Ctrl-C cannot be awaited");
    }
    cloud.shut_down().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what a person needs to go on")]
fn announce(endpoints: &Endpoints, people: Option<String>) {
    let Endpoints { endpoint, graphql_url, realtime_url, user_pool_id, user_pool_client_id, .. } = endpoints;
    println!(
        "SmartChat is ready at {endpoint}

  GraphQL        {graphql_url}
  Subscriptions  {realtime_url}
  Cognito        {endpoint}/   user pool {user_pool_id}, client {user_pool_client_id}
  Amplify        {endpoint}/_local/amplify   is the argument of Amplify.configure
  Codes, mails   {endpoint}/outbox
  Requests       {endpoint}/requests
"
    );
    if let Some(people) = people {
        println!("{people}\n");
    }
    println!("Ctrl-C ends it.");
}

#[expect(clippy::print_stderr, reason = "why it does not start")]
fn complain(text: &str) {
    eprintln!("{text}");
}
