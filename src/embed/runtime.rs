//! ONNX Runtime: finds its shared library, or fetches it once, and starts it for this process.
//!
//! The library is not linked in: it is 20 MB of C++ that many machines already have, and a build that
//! downloaded it would not work offline. The places are tried in a fixed order (see [`Origin`]); one that holds
//! a library which does not load is remembered with its reason and the search goes on, so that the error at the
//! end tells the whole story.

mod command;
mod fetch;
mod package;
mod places;
#[cfg(all(test, unix))]
mod tests;

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::{Environment, EnvironmentBuilder};
use ort::LoadDynamicError;

use crate::error::{Error, Result};
use package::{Package, VERSION};
use places::{Candidates, Places};

/// How the runtime may be looked for.
pub(crate) struct RuntimeOptions<'a> {
    /// Never use the network; what is not on this machine is an error.
    pub(crate) offline: bool,
    /// Takes one-line messages for the user, such as that the library is being fetched.
    pub(crate) notice: &'a dyn Fn(&str),
}

/// ONNX Runtime, loaded and started. Clones share the one environment of the process.
#[derive(Debug, Clone)]
pub(crate) struct Runtime {
    /// The environment that sessions are created in.
    pub(crate) environment: Environment,
    /// The shared library that was loaded.
    pub(crate) path: PathBuf,
    /// Where it was found.
    pub(crate) origin: Origin,
}

/// Where a library comes from, in the order of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The user named it in `ORT_DYLIB_PATH`.
    Named,
    /// It lies beside this program's executable.
    Executable,
    /// It was fetched earlier.
    Cache,
    /// It belongs to the `onnxruntime` package of the active Python.
    Python,
    /// It lies in a folder where the system looks for shared libraries.
    System,
    /// It was fetched just now.
    Fetched,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origin::Named => "ORT_DYLIB_PATH",
            Origin::Executable => "beside the executable",
            Origin::Cache => "the cache",
            Origin::Python => "the active Python",
            Origin::System => "the system's library path",
            Origin::Fetched => "fetched",
        })
    }
}

/// The runtime of this process. ONNX Runtime allows one environment a process and `ort` keeps only a weak
/// reference to it: were it dropped, no second one could be made.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

/// Finds ONNX Runtime, loads it and starts its environment with telemetry off; later calls return the same one.
///
/// # Errors
///
/// [`Error::RuntimeMissing`] when no library loads, with every place looked in, what was found there, and the
/// ways out. A library named in `ORT_DYLIB_PATH` that does not load is such an error at once: whoever named it
/// does not want another one.
pub(crate) fn load(options: &RuntimeOptions) -> Result<Runtime> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = &*loaded {
        return Ok(runtime.clone());
    }
    let places = Places::of_this_process();
    let found = search(&places, options, &open)?;
    let environment = found.opened.with_name("paperkin").with_telemetry(false).build().map_err(|error| {
        let line = format!("{}: {} loads but does not start: {error}", found.origin, found.path.display());
        missing(vec![line], &places, options)
    })?;
    let runtime = Runtime { environment, path: found.path, origin: found.origin };
    *loaded = Some(runtime.clone());
    Ok(runtime)
}

/// Loads a library into the process, or says in short why that is impossible.
fn open(path: &Path) -> Result<EnvironmentBuilder, String> {
    ort::init_from(path).map_err(|error| match error {
        LoadDynamicError::Dlopen { error, .. } => {
            let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            let doubled = format!("{}: ", path.display());
            format!("does not load: {}", reason.strip_prefix(&doubled).unwrap_or(&reason))
        }
        LoadDynamicError::MissingApi { .. } => "is not ONNX Runtime: it has no OrtGetApiBase".to_owned(),
        LoadDynamicError::InvalidVersionString => "does not tell its version".to_owned(),
        LoadDynamicError::BadVersion { version_str, .. } => {
            format!("is version {version_str}; 1.{} or newer is needed", ort::MINOR_VERSION)
        }
    })
}

/// A library that loads.
#[derive(Debug)]
struct Found<T> {
    opened: T,
    path: PathBuf,
    origin: Origin,
}

/// Looks into one place.
type Look = fn(&Places) -> Candidates;

/// The places on this machine after `ORT_DYLIB_PATH`, in order. Each is asked only when those before it failed,
/// since asking Python costs a process.
const ORDER: [(Origin, Look); 4] = [
    (Origin::Executable, Places::beside_executable),
    (Origin::Cache, Places::in_cache),
    (Origin::Python, Places::in_python),
    (Origin::System, Places::in_system),
];

/// Goes through the places until `open` accepts a library.
fn search<T>(places: &Places, options: &RuntimeOptions, open: &dyn Fn(&Path) -> Result<T, String>) -> Result<Found<T>> {
    let mut search = Search { open, looked: Vec::new() };
    let found = match &places.named {
        Some(path) => search.attempt(Origin::Named, path.clone()),
        None => search.among_installed(places).or_else(|| search.by_fetching(places, options)),
    };
    found.ok_or_else(|| missing(search.looked, places, options))
}

/// A search under way.
struct Search<'a, T> {
    open: &'a dyn Fn(&Path) -> Result<T, String>,
    /// The places looked in so far, each with what was found there.
    looked: Vec<String>,
}

impl<T> Search<'_, T> {
    /// Opens a library, or remembers why it does not open.
    fn attempt(&mut self, origin: Origin, path: PathBuf) -> Option<Found<T>> {
        match (self.open)(&path) {
            Ok(opened) => Some(Found { opened, path, origin }),
            Err(reason) => {
                self.looked.push(format!("{origin}: {} {reason}", path.display()));
                None
            }
        }
    }

    /// Looks for a library that is on this machine already.
    fn among_installed(&mut self, places: &Places) -> Option<Found<T>> {
        for (origin, candidates) in ORDER {
            let Candidates { paths, notes } = candidates(places);
            self.looked.extend(notes.iter().map(|note| format!("{origin}: {note}")));
            for path in paths {
                let found = self.attempt(origin, path);
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// Fetches one package after the other, except what lies in the cache undamaged and was tried from there:
    /// a library that this system cannot load would otherwise be fetched at every start.
    fn by_fetching(&mut self, places: &Places, options: &RuntimeOptions) -> Option<Found<T>> {
        let cache = match fetchable(places, options) {
            Ok(cache) => cache,
            Err(reason) => {
                self.looked.push(format!("not fetched: {reason}"));
                return None;
            }
        };
        for package in places.packages.iter().filter(|package| !package.is_sound_in(cache)) {
            match fetch::fetch(package, cache, &places.installers, options.notice) {
                Err(reason) => self.looked.push(format!("not fetched with {}: {reason}", package.source)),
                Ok(path) => {
                    let found = self.attempt(Origin::Fetched, path);
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
        None
    }
}

/// The cache to fetch into, or why nothing can be fetched.
fn fetchable<'a>(places: &'a Places, options: &RuntimeOptions) -> Result<&'a Path, String> {
    use std::env::consts::{ARCH, OS};
    if options.offline {
        Err("--offline was given".to_owned())
    } else if places.packages.is_empty() {
        Err(format!("no package is known for {OS} on {ARCH}"))
    } else {
        places.cache.as_deref().ok_or_else(|| places::NO_CACHE.to_owned())
    }
}

/// The error that tells what was looked at and what the user can do.
fn missing(looked: Vec<String>, places: &Places, options: &RuntimeOptions) -> Error {
    let library = places.packages.first().map_or("the ONNX Runtime library", Package::library);
    let needed = format!("version 1.{} or newer", ort::MINOR_VERSION);
    let mut ways = Vec::new();
    if places.named.is_some() {
        ways.push(format!("correct ORT_DYLIB_PATH: the path of {library}, {needed}"));
        ways.push("unset ORT_DYLIB_PATH to have the other places searched".to_owned());
    } else {
        ways.push(format!("set ORT_DYLIB_PATH to the path of {library}, {needed}"));
        ways.push(format!("pip install onnxruntime=={VERSION}"));
        if options.offline && !places.packages.is_empty() {
            ways.push("run once online, without --offline, to have it fetched and kept".to_owned());
        }
        let folder = places.executable.as_deref().map_or(OsStr::new("its folder"), Path::as_os_str);
        ways.push(format!("put {library} beside the executable, in {}", folder.display()));
    }
    Error::RuntimeMissing { version: VERSION, looked, ways }
}
