//! The places on this machine where ONNX Runtime may lie.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::command::{Program, PROBE_LIMIT};
use super::fetch::Installers;
use super::package::{self, Package};

/// Said where there is no cache to look in or to fetch into.
pub(super) const NO_CACHE: &str = "there is no home folder to keep a cache in; set PAPERKIN_CACHE";

/// Prints the folders of Python's `onnxruntime` without importing it, which would load the library and much
/// else. The empty entry of `sys.path` is the current folder: a folder of papers must not be able to pass off
/// code of its own as ONNX Runtime.
const FIND_PACKAGE: &str = "\
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.util, os
spec = importlib.util.find_spec('onnxruntime')
folders = spec.submodule_search_locations if spec else None
sys.stdout.buffer.write(b'\\n'.join(map(os.fsencode, folders or [])))
";

/// All that the search takes from its surroundings, in one value so that tests can make up their own.
#[derive(Debug)]
pub(super) struct Places {
    /// The library that `ORT_DYLIB_PATH` names.
    pub(super) named: Option<PathBuf>,
    /// The folder of this program's executable.
    pub(super) executable: Option<PathBuf>,
    /// The folder that Paperkin keeps fetched files in.
    pub(super) cache: Option<PathBuf>,
    /// Pythons to ask.
    pub(super) pythons: Vec<Program>,
    /// Folders with shared libraries.
    pub(super) system: Vec<PathBuf>,
    /// What can be fetched for this kind of machine, the best first.
    pub(super) packages: &'static [Package],
    /// What it can be fetched with.
    pub(super) installers: Installers,
}

/// What a place holds.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// Libraries to try, the best first.
    pub(super) paths: Vec<PathBuf>,
    /// What else there is to say about the place, for the error message.
    pub(super) notes: Vec<String>,
}

impl Candidates {
    fn note(note: impl Into<String>) -> Candidates {
        Candidates { paths: Vec::new(), notes: vec![note.into()] }
    }
}

impl Places {
    /// The surroundings of this process.
    pub(super) fn of_this_process() -> Places {
        let executable = env::current_exe().and_then(fs::canonicalize).ok();
        Places {
            named: variable("ORT_DYLIB_PATH").map(PathBuf::from),
            executable: executable.and_then(|path| path.parent().map(Path::to_path_buf)),
            cache: cache_folder(),
            pythons: ["python3", "python"].map(Program::new).to_vec(),
            system: system_folders(),
            packages: package::packages_for(env::consts::OS, env::consts::ARCH),
            installers: Installers::usual(),
        }
    }

    /// Libraries in the executable's folder.
    pub(super) fn beside_executable(&self) -> Candidates {
        match &self.executable {
            Some(folder) => libraries_among(std::slice::from_ref(folder)),
            None => Candidates::note("the system does not tell where the executable is"),
        }
    }

    /// Libraries that were fetched earlier and are undamaged.
    pub(super) fn in_cache(&self) -> Candidates {
        let Some(cache) = &self.cache else { return Candidates::note(NO_CACHE) };
        let mut candidates = Candidates::default();
        for package in self.packages {
            let path = package.path_in(cache);
            match package::verify(&path, package.library_sha256) {
                Ok(()) => candidates.paths.push(path),
                Err(_) if !path.exists() => candidates.notes.push(format!("no {}", path.display())),
                Err(error) => candidates.notes.push(error.to_string()),
            }
        }
        candidates
    }

    /// Libraries of the first Python that has the `onnxruntime` package.
    pub(super) fn in_python(&self) -> Candidates {
        let mut notes = Vec::new();
        for python in &self.pythons {
            match python.run(&["-c", FIND_PACKAGE], None, PROBE_LIMIT) {
                Err(failure) => notes.push(format!("{python}: {failure}")),
                Ok(output) if output.trim().is_empty() => notes.push(format!("{python} has no package onnxruntime")),
                Ok(output) => {
                    let folders: Vec<_> = output.lines().map(|line| Path::new(line).join("capi")).collect();
                    let mut candidates = libraries_among(&folders);
                    if !candidates.paths.is_empty() {
                        return candidates;
                    }
                    notes.append(&mut candidates.notes);
                }
            }
        }
        Candidates { paths: Vec::new(), notes }
    }

    /// Libraries in the folders where the system looks for them.
    pub(super) fn in_system(&self) -> Candidates {
        libraries_among(&self.system)
    }
}

/// An environment variable, if it is set to something.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The user's cache: `$PAPERKIN_CACHE`, or the folder `paperkin` where the system keeps caches.
fn cache_folder() -> Option<PathBuf> {
    if let Some(folder) = variable("PAPERKIN_CACHE") {
        return std::path::absolute(folder).ok();
    }
    // The XDG specification tells to ignore relative paths.
    let xdg = variable("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || env::home_dir().filter(|home| home.is_absolute());
    let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    Some(xdg.or_else(|| home().map(|home| home.join(usual)))?.join("paperkin"))
}

/// The folders where the system looks for shared libraries. Relative entries of the variables are left out: what
/// they mean changes with the current folder.
fn system_folders() -> Vec<PathBuf> {
    let (name, folders) = if cfg!(target_os = "macos") {
        ("DYLD_LIBRARY_PATH", vec!["/opt/homebrew/lib".to_owned(), "/usr/local/lib".to_owned()])
    } else {
        let triplet = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
        let folders = ["/usr/local/lib", "/usr/lib", "/usr/lib64"].map(str::to_owned);
        ("LD_LIBRARY_PATH", folders.into_iter().chain([triplet]).collect())
    };
    let value = variable(name).unwrap_or_default();
    let mut all: Vec<_> = env::split_paths(&value).filter(|folder| folder.is_absolute()).collect();
    all.extend(folders.into_iter().map(PathBuf::from));
    all
}

/// The ONNX Runtime libraries in some folders, each once: by folder, then the newest version first.
fn libraries_among(folders: &[PathBuf]) -> Candidates {
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let mut here: Vec<_> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Some((version_of(entry.file_name().to_str()?)?, entry.path())))
            .collect();
        here.sort_by(|a, b| b.cmp(a));
        for (_, path) in here {
            // libonnxruntime.so is often a link to the file with the whole version.
            let path = fs::canonicalize(&path).unwrap_or(path);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    if paths.is_empty() {
        let names: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
        return Candidates::note(format!("no ONNX Runtime library in {}", names.join(", ")));
    }
    Candidates { paths, notes: Vec::new() }
}

/// The version in the file name of an ONNX Runtime library, empty if it tells none; `None` for other files, such
/// as `libonnxruntime_providers_shared.so`.
fn version_of(name: &str) -> Option<Vec<u32>> {
    if name == "onnxruntime.dll" {
        return Some(Vec::new());
    }
    let rest = name.strip_prefix("libonnxruntime.")?;
    let version = match rest.strip_prefix("so") {
        Some(version) => version.strip_prefix('.').unwrap_or(version),
        None => rest.strip_suffix("dylib")?.trim_end_matches('.'),
    };
    version.split('.').filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_names_are_told_from_their_neighbours() {
        assert_eq!(version_of("libonnxruntime.so"), Some(vec![]));
        assert_eq!(version_of("libonnxruntime.so.1.28.0"), Some(vec![1, 28, 0]));
        assert_eq!(version_of("libonnxruntime.1.28.0.dylib"), Some(vec![1, 28, 0]));
        assert_eq!(version_of("libonnxruntime.dylib"), Some(vec![]));
        assert_eq!(version_of("onnxruntime.dll"), Some(vec![]));
        for other in ["libonnxruntime_providers_shared.so", "libonnxruntime.so.1.old", "libonnxruntime.a", "libm.so"] {
            assert_eq!(version_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_newest_version_of_a_folder_comes_first() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for name in ["libonnxruntime.so.1.9.0", "libonnxruntime.so.1.28.0", "libonnxruntime_providers_shared.so"] {
            fs::write(folder.path().join(name), "").expect("write");
        }
        let found = libraries_among(&[folder.path().to_path_buf(), folder.path().to_path_buf()]).paths;
        let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["libonnxruntime.so.1.28.0", "libonnxruntime.so.1.9.0"]);
    }

    #[test]
    fn a_python_that_fails_does_not_hide_the_next_one() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let places = Places {
            named: None,
            executable: None,
            cache: None,
            pythons: ["paperkin-no-such-python", "false"].map(Program::new).to_vec(),
            system: vec![folder.path().to_path_buf()],
            packages: &[],
            installers: Installers::usual(),
        };
        let notes = places.in_python().notes;
        assert_eq!(notes.len(), 2);
        assert!(notes[0].starts_with("paperkin-no-such-python: "), "{notes:?}");
        assert_eq!(places.in_cache().notes, [NO_CACHE]);
        assert!(places.in_system().notes[0].contains(&folder.path().display().to_string()));
    }
}
