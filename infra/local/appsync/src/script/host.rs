//! The JavaScript engine of one thread.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{CatchResultExt, Context, Ctx, Function, Module, Object, Persistent, Runtime};

use crate::script::thread::NOW;
use crate::script::{Handler, Source};

/// The module that every script has.
const UTILS_NAME: &str = "@aws-appsync/utils";
/// The modules that there are. Scripts import those that [`crate::script::rules`] lets through.
const MODULES: [(&str, &str); 3] = [
    (UTILS_NAME, include_str!("utils.js")),
    ("@aws-appsync/utils/dynamodb", include_str!("dynamodb.js")),
    ("@aws-appsync/utils/internal", include_str!("expressions.js")),
];
/// How long one function of a script may run.
const LONGEST_RUN: Duration = Duration::from_secs(1);
/// How much memory the scripts of a thread may hold, in bytes.
const MEMORY: usize = 256 * 1024 * 1024;
/// How deep a script may nest calls, in bytes of stack.
const STACK: usize = 512 * 1024;

/// A JavaScript engine with the scripts that it has loaded.
pub(super) struct Host {
    // The order matters: contexts must go before their runtime.
    scripts: HashMap<u64, Loaded>,
    deadline: Rc<Cell<Instant>>,
    runtime: Runtime,
}

struct Loaded {
    run: Persistent<Function<'static>>,
    request: Persistent<Function<'static>>,
    response: Persistent<Function<'static>>,
    context: Context,
}

impl Host {
    pub(super) fn new() -> rquickjs::Result<Self> {
        let runtime = Runtime::new()?;
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        runtime.set_loader(Modules, Modules);
        let deadline = Rc::new(Cell::new(Instant::now()));
        let until = Rc::clone(&deadline);
        runtime.set_interrupt_handler(Some(Box::new(move || Instant::now() > until.get())));
        Ok(Host { scripts: HashMap::new(), deadline, runtime })
    }

    /// Loads a script in a context of its own.
    pub(super) fn load(&mut self, source: &Source) -> Result<(), String> {
        self.deadline.set(Instant::now() + LONGEST_RUN);
        let context = Context::full(&self.runtime).map_err(|error| error.to_string())?;
        let loaded = context.with(|ctx| {
            let functions = functions(&ctx, source).catch(&ctx).map_err(|error| error.to_string());
            let (run, request, response) = functions?;
            Ok::<_, String>(Loaded {
                run: Persistent::save(&ctx, run),
                request: Persistent::save(&ctx, request),
                response: Persistent::save(&ctx, response),
                context: context.clone(),
            })
        })?;
        self.scripts.insert(source.id, loaded);
        Ok(())
    }

    /// Runs a function; the answer is the JSON that the module of scripts writes.
    pub(super) fn run(
        &mut self,
        source: &Source,
        handler: Handler,
        ctx_text: &str,
    ) -> Result<String, String> {
        let loaded = self.scripts.get(&source.id).ok_or("the script is not loaded")?;
        self.deadline.set(Instant::now() + LONGEST_RUN);
        loaded.context.with(|ctx| {
            let handler = match handler {
                Handler::Request => loaded.request.clone(),
                Handler::Response => loaded.response.clone(),
            };
            let ran = loaded.run.clone().restore(&ctx).and_then(|run| {
                let handler = handler.restore(&ctx)?;
                run.call::<_, String>((handler, ctx_text))
            });
            ran.catch(&ctx).map_err(|error| error.to_string())
        })
    }

    pub(super) fn forget(&mut self, id: u64) {
        self.scripts.remove(&id);
    }
}

type Functions<'js> = (Function<'js>, Function<'js>, Function<'js>);

/// The way in, and the script's own two functions.
fn functions<'js>(ctx: &Ctx<'js>, source: &Source) -> rquickjs::Result<Functions<'js>> {
    ctx.globals().set("__host", services(ctx, &source.name)?)?;
    // Evaluated first even if the script imports nothing: it takes away what AppSync does not have.
    Module::import(ctx, UTILS_NAME)?.finish::<()>().or_else(ignore_namespace)?;
    let run: Function<'js> = ctx.globals().get("__run")?;
    ctx.globals().remove("__run")?;
    let (module, evaluated) =
        Module::declare(ctx.clone(), source.name.as_str(), source.code.as_str())?.eval()?;
    evaluated.finish::<()>()?;
    Ok((run, module.get("request")?, module.get("response")?))
}

/// An import resolves to the module's namespace, of which nothing is needed here.
fn ignore_namespace(error: rquickjs::Error) -> rquickjs::Result<()> {
    if error.is_from_js() { Ok(()) } else { Err(error) }
}

/// What the module of scripts cannot do itself.
fn services<'js>(ctx: &Ctx<'js>, script: &str) -> rquickjs::Result<Object<'js>> {
    let services = Object::new(ctx.clone())?;
    services.set("now", Function::new(ctx.clone(), || NOW.get() as f64)?)?;
    services.set("random", Function::new(ctx.clone(), random)?)?;
    let script = script.to_owned();
    let log = move |text: String| tracing::info!(script, "{text}");
    services.set("log", Function::new(ctx.clone(), log)?)?;
    Ok(services)
}

/// So many random bytes, in hexadecimal.
fn random(bytes: usize) -> rquickjs::Result<String> {
    let mut buffer = vec![0; bytes.min(64)];
    getrandom::fill(&mut buffer).map_err(|_| rquickjs::Error::Unknown)?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Knows the modules of AppSync.
struct Modules;

impl Resolver for Modules {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        let known = MODULES.iter().any(|(known, _)| *known == name);
        if known { Ok(name.to_owned()) } else { Err(rquickjs::Error::new_resolving(base, name)) }
    }
}

impl Loader for Modules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        let module = MODULES.iter().find(|(known, _)| *known == name);
        let (_, text) = module.ok_or_else(|| rquickjs::Error::new_loading(name))?;
        Module::declare(ctx.clone(), name, *text)
    }
}
