//! `cargo run`: the local cloud on a port of this machine, until Ctrl-C.

use std::process::ExitCode;

use clap::Parser as _;
use local::cli::Arguments;
use local::{Cloud, Endpoints, Options, People, StartError, people};
use mimalloc::MiMalloc;
use tracing_subscriber::EnvFilter;

/// A quarter of the time of a busy local cloud went into the system's allocator, which also gave little memory back.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
    progress(&format!("Starting {} …", options.template.display()));
    let cloud = Cloud::start(options).await?;
    announce(cloud.endpoints(), with_people.then(people::introduction));
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "Ctrl-C cannot be awaited");
    }
    progress("Ending …");
    cloud.shut_down().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what a person needs to go on")]
fn announce(endpoints: &Endpoints, people: Option<String>) {
    let Endpoints { endpoint, graphql_url, realtime_url, user_pool_id, user_pool_client_id, api_key, .. } =
        endpoints;
    println!("The local cloud is ready at {endpoint}\n");
    println!("  GraphQL        {graphql_url}");
    println!("  Subscriptions  {realtime_url}");
    if !user_pool_id.is_empty() {
        println!("  Cognito        {endpoint}/   user pool {user_pool_id}, client {user_pool_client_id}");
    }
    if !api_key.is_empty() {
        println!("  API key        {api_key}");
    }
    println!("  Amplify        {endpoint}/_local/amplify   is the argument of Amplify.configure");
    println!("  Codes, mails   {endpoint}/outbox");
    println!("  Requests       {endpoint}/requests\n");
    if let Some(people) = people {
        println!("{people}\n");
    }
    println!("Ctrl-C ends it.");
}

/// On the standard error, so that whoever reads the endpoints from the standard output reads nothing else.
#[expect(clippy::print_stderr, reason = "so that a person knows what is awaited")]
fn progress(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stderr, reason = "why it does not start")]
fn complain(text: &str) {
    eprintln!("{text}");
}
