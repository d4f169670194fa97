//! The order in which the parts come up.

use std::sync::Arc;
use std::time::Duration;

use local_appsync::Api;
use local_aws::credentials::CredentialStore;
use local_aws::dynamodb::{self, Faults, Gate};
use local_aws::events::{self, Bus};
use local_aws::http::Authorizer;
use local_aws::mail::{Outbox, Ses};
use local_aws::objects::{self, Objects};
use local_aws::policy::Policies;
use local_aws::push::Sns;
use local_aws::queues::Queues;
use local_aws::schedules::{self, Scheduler};
use local_aws::signature::Verifier;
use local_aws::streams::{self, Pump};
use local_aws::template::{self, Deployment, FileSecrets, MemorySecrets, Secrets};
use local_cognito::Cognito;
use local_core::clock::Clock;
use local_core::invoke::Invoker;
use local_core::journal::Journal;
use local_core::verify::Signatures;
use serde_json::json;

use super::{Background, Cloud};
use crate::config::Endpoints;
use crate::control::{Control, Inner};
use crate::error::StartError;
use crate::gateway::{self, Services};
use crate::invoke::{InProcess, Limited, Loopback, Remote, Split};
use crate::net::{Certificates, Listener};
use crate::options::{Functions, Options, People, Storage};
use crate::people;
use crate::settle::Settle;
use crate::wiring;
use crate::wiring::adapters::{ByPolicy, CodesByMail, FromStore, NoUserPool, ThroughGate};
use crate::wiring::functions::Surroundings;

/// How often expired items are deleted; AWS takes hours.
const SWEEP: Duration = Duration::from_secs(5);

/// How often schedules are looked at; a run is late by so much at most.
const TICK: Duration = Duration::from_secs(1);

/// The pause before a stream's batch is tried again; it doubles.
const RETRY: Duration = Duration::from_millis(100);

/// The name under which the secret behind temporary credentials is kept.
const MASTER: &str = "local/credentials";

/// What everything else is built on.
struct Ground {
    deployment: Deployment,
    endpoints: Endpoints,
    clock: Clock,
    journal: Journal,
    policies: Arc<Policies>,
    credentials: Arc<CredentialStore>,
    verifier: Arc<Verifier>,
    loopback: Loopback,
    invoker: Arc<dyn Invoker>,
    outbox: Outbox,
    faults: Faults,
}

impl Ground {
    fn authorizer(&self) -> Arc<dyn Authorizer> {
        Arc::new(ByPolicy::new(Arc::clone(&self.policies)))
    }

    fn signatures(&self) -> Arc<dyn Signatures> {
        Arc::clone(&self.verifier) as Arc<dyn Signatures>
    }

    fn control(&self, gate: &Gate, sns: &Sns, queues: Queues, settle: Settle, ca_pem: String) -> Inner {
        let Ground { deployment, endpoints, credentials, .. } = self;
        Inner {
            config: json!(endpoints),
            amplify: endpoints.amplify(),
            functions: wiring::functions::described(deployment, credentials, &endpoints.endpoint),
            env: wiring::functions::common_env(deployment, &credentials.developer(), &endpoints.endpoint),
            ca_pem,
            clock: self.clock.clone(),
            journal: self.journal.clone(),
            policies: Arc::clone(&self.policies),
            gate: gate.clone(),
            outbox: self.outbox.clone(),
            sns: sns.clone(),
            queues,
            settle,
        }
    }
}

pub(super) async fn start(options: Options) -> Result<Cloud, StartError> {
    let listener = Listener::bind(options.port).await;
    let listener = listener.map_err(|source| StartError::Port { port: options.port, source })?;
    let port = listener.port();
    let ground = lay_ground(&options, &format!("http://localhost:{port}"))?;
    let certificates = Certificates::open(options.storage.directory(), ground.clock.now())?;

    let gate = tables(&ground, &options.storage)?;
    let cognito = pools(&ground, &options.storage)?;
    let api = api(&ground, cognito.as_ref(), &gate)?;
    let queues = Queues::open(&location(&options.storage), ground.clock.clone())?;
    let pump = pump(&ground, &gate, &queues)?;

    let bus = bus(&ground, &queues)?;
    let sns = Sns::new(&queues, ground.clock.clone(), ground.authorizer());
    let objects = buckets(&ground, &queues, &bus);
    let scheduler = scheduler(&ground, &queues, &bus)?;

    let settle = Settle {
        pump: Arc::new(pump),
        bus: bus.clone(),
        api: api.clone(),
        objects: objects.clone(),
        gate: gate.clone(),
        scheduler: scheduler.clone(),
    };
    let inner = ground.control(&gate, &sns, queues, settle, certificates.ca_pem);
    let control = Control { inner: Arc::new(inner) };
    let services = Services {
        signatures: ground.signatures(),
        cognito: cognito.clone(),
        gate: gate.clone(),
        bus,
        ses: Ses::new(ground.outbox.clone(), ground.authorizer()),
        sns,
        objects: objects.clone(),
        scheduler: scheduler.clone(),
    };
    let router = gateway::router(services, &api, control.clone());
    ground.loopback.connect(router.clone());
    let serving = listener.serve(router, certificates.server);
    let sweeping = vec![
        tokio::spawn(gate.keep_sweeping(SWEEP)),
        tokio::spawn(objects.keep_sweeping(SWEEP)),
        tokio::spawn(scheduler.keep_firing(TICK)),
    ];
    let Ground { deployment, endpoints, outbox, loopback, .. } = ground;
    let background = Background { sweeping, loopback };
    let cloud = Cloud { endpoints, deployment, control, serving, background, port };
    if options.people == People::Seeded {
        let terms = terms(&cloud.deployment);
        let cognito = cognito.as_ref().ok_or(StartError::Absent("user pool"))?;
        people::seed(cognito, &outbox, &cloud.endpoints.user_pool_client_id, &terms).await?;
    }
    Ok(cloud)
}

fn lay_ground(options: &Options, endpoint: &str) -> Result<Ground, StartError> {
    let secrets = secrets(&options.storage)?;
    let template_options = template::Options {
        endpoint: endpoint.to_owned(),
        parameters: options.parameters.clone(),
        schema: options.schema.clone(),
        stack_name: options.stack_name.clone(),
        ..template::Options::default()
    };
    let deployment = Deployment::read(&options.template, &template_options, &*secrets)?;
    let endpoints = Endpoints::of(&deployment, endpoint);
    warn_of_what_means_nothing(&deployment);
    let clock = Clock::default();
    let policies = Arc::new(deployment.policies());
    let credentials = Arc::new(CredentialStore::new(clock.clone(), &master(&*secrets)?));
    let verifier = Verifier::new(Arc::clone(&credentials), Arc::clone(&policies), clock.clone());
    let loopback = Loopback::default();
    let faults = Faults::default();
    faults.set(options.faults.clone());
    let surroundings = Surroundings {
        credentials: &credentials,
        loopback: &loopback,
        endpoint,
        clock: &clock,
        faults: &faults,
    };
    let here = || {
        let functions = wiring::functions::prepare(&deployment, &surroundings);
        Arc::new(InProcess::new(functions, faults.clone()))
    };
    let invoker: Arc<dyn Invoker> = match &options.functions {
        Functions::Here => here(),
        Functions::At(url) => Arc::new(Remote::new(url, &deployment)),
        Functions::Some { at, names } => {
            if let Some(unknown) = names.iter().find(|name| deployment.function(name).is_none()) {
                return Err(StartError::Unsupported(format!("--live {unknown}: no function has this name")));
            }
            Arc::new(Split::new(here(), Arc::new(Remote::new(at, &deployment)), names))
        }
    };
    let invoker: Arc<dyn Invoker> = Arc::new(Limited::new(invoker));
    Ok(Ground {
        endpoints,
        journal: Journal::default(),
        policies,
        verifier: Arc::new(verifier),
        invoker,
        outbox: Outbox::new(clock.clone()),
        deployment,
        clock,
        credentials,
        loopback,
        faults,
    })
}

/// A project that relies on something that is not here should learn it from the start.
fn warn_of_what_means_nothing(deployment: &Deployment) {
    for kind in deployment.kinds_without_meaning() {
        tracing::warn!(kind, "resources of this type are read and otherwise ignored");
    }
}

fn secrets(storage: &Storage) -> Result<Box<dyn Secrets>, StartError> {
    let Storage::Directory(path) = storage else { return Ok(Box::new(MemorySecrets::default())) };
    std::fs::create_dir_all(path).map_err(|source| StartError::Data { path: path.clone(), source })?;
    Ok(Box::new(FileSecrets::new(path.join("secrets.json"))))
}

/// The secret behind temporary credentials: kept, so that those of a browser outlive a restart.
fn master(secrets: &dyn Secrets) -> Result<Vec<u8>, StartError> {
    if let Some(kept) = secrets.load(MASTER).map_err(StartError::Secrets)? {
        return Ok(kept.into_bytes());
    }
    let fresh = uuid::Uuid::new_v4().simple().to_string() + &uuid::Uuid::new_v4().simple().to_string();
    secrets.store(MASTER, &fresh).map_err(StartError::Secrets)?;
    Ok(fresh.into_bytes())
}

fn location(storage: &Storage) -> dynamodb::Location {
    match storage {
        Storage::Directory(path) => dynamodb::Location::Folder(path.clone()),
        Storage::Memory => dynamodb::Location::Memory,
    }
}

fn tables(ground: &Ground, storage: &Storage) -> Result<Gate, StartError> {
    let gate = Gate::open(
        &location(storage),
        dynamodb::Parts {
            clock: ground.clock.clone(),
            authorizer: ground.authorizer(),
            faults: ground.faults.clone(),
        },
    )?;
    for table in &ground.deployment.tables {
        gate.ensure_table(&table.create, table.ttl_attribute.as_deref())?;
    }
    Ok(gate)
}

fn pools(ground: &Ground, storage: &Storage) -> Result<Option<Cognito>, StartError> {
    let Some(pool) = ground.deployment.user_pools.first() else { return Ok(None) };
    let config = wiring::pools::config(&ground.deployment, pool, &ground.endpoints.endpoint)?;
    let parts = local_cognito::Parts {
        invoker: Arc::clone(&ground.invoker),
        mailer: Arc::new(CodesByMail::new(ground.outbox.clone())),
        issuer: Arc::new(FromStore::new(Arc::clone(&ground.credentials))),
        signatures: ground.signatures(),
        clock: ground.clock.clone(),
    };
    let location = match storage {
        Storage::Directory(path) => local_cognito::Location::Directory(path.clone()),
        Storage::Memory => local_cognito::Location::Memory,
    };
    Ok(Some(Cognito::open(config, parts, location)?))
}

fn api(ground: &Ground, cognito: Option<&Cognito>, gate: &Gate) -> Result<Api, StartError> {
    let spec = ground.deployment.apis.first().ok_or(StartError::Absent("API"))?;
    let config = wiring::api::config(&ground.deployment, spec)?;
    let parts = local_appsync::Parts {
        invoker: Arc::clone(&ground.invoker),
        tables: Arc::new(ThroughGate::new(gate.clone())),
        tokens: match cognito {
            Some(cognito) => Arc::new(cognito.clone()),
            None => Arc::new(NoUserPool),
        },
        signatures: ground.signatures(),
        clock: ground.clock.clone(),
        journal: ground.journal.clone(),
    };
    Ok(Api::new(config, parts)?)
}

fn pump(ground: &Ground, gate: &Gate, queues: &Queues) -> Result<Pump, StartError> {
    let parts = streams::Parts {
        gate: gate.clone(),
        invoker: Arc::clone(&ground.invoker),
        queues: queues.clone(),
        journal: ground.journal.clone(),
        retry_delay: RETRY,
    };
    Ok(Pump::start(wiring::streams::mappings(&ground.deployment)?, parts)?)
}

fn bus(ground: &Ground, queues: &Queues) -> Result<Bus, StartError> {
    let parts = events::Parts {
        clock: ground.clock.clone(),
        authorizer: ground.authorizer(),
        invoker: Arc::clone(&ground.invoker),
        queues: queues.clone(),
        journal: ground.journal.clone(),
        retry_delay: RETRY,
    };
    Ok(Bus::open(wiring::rules::routes(&ground.deployment)?, parts)?)
}

fn scheduler(ground: &Ground, queues: &Queues, bus: &Bus) -> Result<Scheduler, StartError> {
    let parts = schedules::Parts {
        clock: ground.clock.clone(),
        authorizer: ground.authorizer(),
        queues: queues.clone(),
        bus: bus.clone(),
        functions: ground.deployment.functions.clone(),
        roles: ground.deployment.roles.clone(),
    };
    Ok(Scheduler::open(&wiring::rules::recurring(&ground.deployment)?, parts)?)
}

fn buckets(ground: &Ground, queues: &Queues, bus: &Bus) -> Objects {
    let parts = objects::Parts {
        clock: ground.clock.clone(),
        verifier: Arc::clone(&ground.verifier),
        authorizer: ground.authorizer(),
        queues: queues.clone(),
        bus: bus.clone(),
    };
    Objects::new(ground.deployment.buckets.clone(), parts)
}

/// The terms that new people accept, as the sign-up trigger wants them.
fn terms(deployment: &Deployment) -> String {
    let wanted =
        deployment.function("on-pre-sign-up").and_then(|function| function.environment.get("TERMS_VERSION"));
    wanted.cloned().unwrap_or_else(|| "1".to_owned())
}
