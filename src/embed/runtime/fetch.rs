//! Fetches a package with an installer that is already there, and takes the library out of it into the cache.
//!
//! Paperkin has no HTTP client of its own: pip and npm know the user's proxy, mirror and certificates.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::GzDecoder;

use super::command::{Failure, Program, PROBE_LIMIT};
use super::package::{verify, Package, Source};

/// How long a download may take: 100 MB at 1.5 Mbit/s. Both installers give up on a silent network sooner.
const FETCH_LIMIT: Duration = Duration::from_secs(10 * 60);

/// Arguments for pip. The wheel is chosen by tags, not by the Python that runs pip; its library is the same in
/// the wheels for every Python. Quiet leaves only errors on stderr, and `--no-input` never waits for a password.
const PIP_ARGUMENTS: &str = "download --quiet --no-input --disable-pip-version-check --retries 2 --no-deps \
    --only-binary=:all: --python-version 3.12 --implementation cp --abi cp312";

/// Arguments for npm. Packing only downloads: nothing of the package is run.
const NPM_ARGUMENTS: &str = "pack --ignore-scripts --loglevel error --fetch-retries 1";

/// The programs that can fetch packages.
#[derive(Debug)]
pub(super) struct Installers {
    /// Ways to start pip, tried in order.
    pub(super) pip: Vec<Program>,
    /// Ways to start npm, tried in order.
    pub(super) npm: Vec<Program>,
}

impl Installers {
    /// The names that the installers usually have.
    pub(super) fn usual() -> Installers {
        Installers {
            pip: ["python3 -m pip", "python -m pip", "pip3", "pip"].map(Program::new).to_vec(),
            npm: vec![Program::new("npm")],
        }
    }

    /// The first installer for a source that runs at all. It runs in `folder`, since `python -m` and npm take
    /// code and settings from the current one, which may be a stranger's folder of papers.
    fn first_for(&self, source: Source, folder: &Path) -> Result<&Program, String> {
        let programs = match source {
            Source::Pip(_) => &self.pip,
            Source::Npm => &self.npm,
        };
        let runs = |program: &&Program| program.run(&["--version"], Some(folder), PROBE_LIMIT).is_ok();
        programs.iter().find(runs).ok_or_else(|| {
            let names: Vec<_> = programs.iter().map(|program| format!("'{program}'")).collect();
            format!("there is no {}", names.join(" and no "))
        })
    }
}

/// Fetches a package and returns the path of its library in the cache, or says in short why that failed.
///
/// The library appears under its name only when it is whole and its checksum is right, by renaming. Two processes
/// that fetch at once therefore write the same file, one after the other, and neither can see half of it.
pub(super) fn fetch(
    package: &Package,
    cache: &Path,
    installers: &Installers,
    notice: &dyn Fn(&str),
) -> Result<PathBuf, String> {
    let folder = package.folder_in(cache);
    // Made before anything is downloaded, so that a cache that cannot be written costs no download. A folder, not
    // a temporary file, since those are for their owner's eyes only and a cache may be shared.
    let fresh = fs::create_dir_all(&folder)
        .and_then(|()| tempfile::Builder::new().prefix(".fetch-").tempdir_in(&folder))
        .map_err(|error| format!("cannot write to {}: {error}", folder.display()))?;
    let downloads = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let installer = installers.first_for(package.source, downloads.path())?;
    let (version, megabytes, source) = (package.version, package.megabytes, package.source);
    notice(&format!("fetching ONNX Runtime {version} once with {source} ({megabytes} MB) into {}", folder.display()));
    let archive = download(package, installer, downloads.path())?;
    verify(&archive, package.archive_sha256).map_err(|error| error.to_string())?;
    let library = fresh.path().join(package.library());
    unpack(package, &archive, &library).map_err(|error| format!("cannot unpack {}: {error}", archive.display()))?;
    verify(&library, package.library_sha256).map_err(|error| error.to_string())?;
    let path = package.path_in(cache);
    fs::rename(&library, &path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(path)
}

/// Has the installer put the package's archive into an empty folder, and finds it there.
fn download(package: &Package, installer: &Program, folder: &Path) -> Result<PathBuf, String> {
    let (fixed, platform, wanted, extension) = match package.source {
        Source::Pip(tag) => (PIP_ARGUMENTS, Some(["--platform", tag]), "onnxruntime==", "whl"),
        Source::Npm => (NPM_ARGUMENTS, None, "onnxruntime-node@", "tgz"),
    };
    let mut arguments: Vec<OsString> = fixed.split_whitespace().map(OsString::from).collect();
    arguments.extend(platform.into_iter().flatten().map(OsString::from));
    arguments.push(format!("{wanted}{}", package.version).into());
    installer.run(&arguments, Some(folder), FETCH_LIMIT).map_err(|failure| short(package.source, &failure))?;
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = entries.flatten().map(|entry| entry.path());
    paths
        .find(|path| path.extension().is_some_and(|found| found == extension))
        .ok_or_else(|| format!("'{installer}' ended well but left no .{extension} file"))
}

/// The line of an installer's complaint that names the fault: the last one of pip, but the first one of npm,
/// which goes on with advice. Pip ends with "no matching distribution" also when there is no network.
fn short(source: Source, failure: &Failure) -> String {
    match (source, failure) {
        (Source::Npm, Failure::Failed { stderr }) if !stderr.trim().is_empty() => {
            stderr.trim_start().lines().take(1).collect()
        }
        (Source::Pip(_), Failure::Failed { stderr }) if stderr.contains("connection broken") => {
            format!("it could not connect: {failure}")
        }
        _ => failure.to_string(),
    }
}

/// Copies the library out of an archive: wheels are zip files, npm's packages gzipped tar files.
fn unpack(package: &Package, archive: &Path, library: &Path) -> io::Result<()> {
    let archive = File::open(archive)?;
    let mut library = File::create(library)?;
    match package.source {
        Source::Pip(_) => {
            let mut wheel = zip::ZipArchive::new(archive)?;
            io::copy(&mut wheel.by_name(package.member)?, &mut library)?;
        }
        Source::Npm => {
            for entry in tar::Archive::new(GzDecoder::new(archive)).entries()? {
                let mut entry = entry?;
                if entry.path()? == Path::new(package.member) {
                    io::copy(&mut entry, &mut library)?;
                    return Ok(());
                }
            }
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("no {} in it", package.member)));
        }
    }
    Ok(())
}
