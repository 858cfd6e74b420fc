//! The search with made-up surroundings: no network, no Python, and libraries that are files saying "good".

use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::command::Program;
use super::fetch::Installers;
use super::package::{Package, Source};
use super::places::Places;
use super::{search, Found, Origin, RuntimeOptions};
use crate::error::{Error, Result};

const WHEEL_MEMBER: &str = "onnxruntime/capi/libonnxruntime.so.1.28.0";
const TARBALL_MEMBER: &str = "package/bin/libonnxruntime.so.1";

/// A machine of its own in a temporary folder.
struct Machine {
    root: TempDir,
    places: Places,
    notices: RefCell<Vec<String>>,
}

impl Machine {
    /// Nothing is installed; pip and npm copy small archives that match the pinned checksums and are logged.
    fn new() -> Machine {
        let root = tempfile::tempdir().expect("temporary folder");
        let at = |name: &str| root.path().join(name);
        for folder in ["executable", "cache", "python/capi", "system"] {
            fs::create_dir_all(at(folder)).expect("folder");
        }
        fs::write(at("wheel"), wheel("good library")).expect("wheel");
        fs::write(at("tarball"), tarball("good library")).expect("tarball");
        let packages = vec![
            package(Source::Pip("some_platform"), "1.28.0", WHEEL_MEMBER, &at("wheel")),
            package(Source::Npm, "1.27.0", TARBALL_MEMBER, &at("tarball")),
        ];
        let places = Places {
            named: None,
            executable: Some(at("executable")),
            cache: Some(at("cache")),
            pythons: vec![script(&at("python.sh"), &format!("echo {}", at("python").display()))],
            system: vec![at("system")],
            packages: Vec::leak(packages),
            installers: Installers {
                pip: vec![installer(root.path(), "pip", "cp ROOT/wheel some.whl")],
                npm: vec![installer(root.path(), "npm", "cp ROOT/tarball some.tgz")],
            },
        };
        Machine { root, places, notices: RefCell::default() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn put(&self, name: &str, content: &str) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("folder");
        fs::write(&path, content).expect("library");
        fs::canonicalize(path).expect("is there")
    }

    fn search(&self, offline: bool) -> Result<Found<()>> {
        let notice = |line: &str| self.notices.borrow_mut().push(line.to_owned());
        search(&self.places, &RuntimeOptions { offline, notice: &notice }, &|path| {
            let content = fs::read_to_string(path).map_err(|error| error.to_string())?;
            content.starts_with("good").then_some(()).ok_or_else(|| format!("does not load: it is {content}"))
        })
    }

    /// The text of the error that the search ends with.
    fn complaint(&self, offline: bool) -> String {
        let error = self.search(offline).expect_err("nothing loads");
        assert!(matches!(error, Error::RuntimeMissing { version: "1.28.0", .. }));
        error.to_string()
    }

    /// How often an installer was used.
    fn calls(&self, name: &str) -> usize {
        fs::read_to_string(self.at(&format!("{name}.log"))).map_or(0, |log| log.lines().count())
    }

    fn fails_with(&self, name: &str, stderr: &str) -> Vec<Program> {
        vec![installer(self.root.path(), name, &format!("printf '{stderr}' >&2; exit 1"))]
    }
}

fn script(path: &Path, text: &str) -> Program {
    fs::write(path, text).expect("script");
    Program::new(&format!("sh {}", path.display()))
}

fn installer(root: &Path, name: &str, work: &str) -> Program {
    let text = format!("if [ $1 = --version ]; then exit 0; fi\necho \"$@\" >> ROOT/{name}.log\n{work}\n");
    script(&root.join(format!("{name}.sh")), &text.replace("ROOT", &root.display().to_string()))
}

fn package(source: Source, version: &'static str, member: &'static str, archive: &Path) -> Package {
    let sha256 = |bytes: &[u8]| -> &'static str {
        let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        digits.leak()
    };
    let archive_sha256 = sha256(&fs::read(archive).expect("archive"));
    Package { source, version, megabytes: 1, archive_sha256, member, library_sha256: sha256(b"good library") }
}

fn wheel(library: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("onnxruntime/__init__.py", options).expect("file");
    zip.start_file(WHEEL_MEMBER, options).expect("file");
    zip.write_all(library.as_bytes()).expect("content");
    zip.finish().expect("zip").into_inner()
}

fn tarball(library: &str) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut tar = tar::Builder::new(gzip);
    let mut header = tar::Header::new_gnu();
    header.set_size(library.len() as u64);
    tar.append_data(&mut header, TARBALL_MEMBER, library.as_bytes()).expect("file");
    tar.into_inner().expect("tar").finish().expect("gzip")
}

#[test]
fn places_are_searched_in_order_and_the_network_comes_last() {
    let machine = Machine::new();
    let in_cache = "cache/onnxruntime/1.28.0/libonnxruntime.so.1.28.0";
    let installed = [
        (Origin::Executable, machine.put("executable/libonnxruntime.so", "good")),
        (Origin::Cache, machine.put(in_cache, "good library")),
        (Origin::Python, machine.put("python/capi/libonnxruntime.so.1.30.0", "good")),
        (Origin::System, machine.put("system/libonnxruntime.so.1", "good")),
    ];
    for (origin, path) in installed {
        let found = machine.search(false).expect("is found");
        assert_eq!((found.origin, fs::canonicalize(found.path).expect("exists")), (origin, path.clone()));
        fs::remove_file(path).expect("remove");
    }
    assert!(machine.notices.borrow().is_empty());
    assert_eq!(machine.search(false).expect("is fetched").origin, Origin::Fetched);
}

#[test]
fn a_named_library_is_the_only_one_tried() {
    let mut machine = Machine::new();
    machine.put("executable/libonnxruntime.so", "good");
    machine.places.named = Some(machine.put("mine/libonnxruntime.so", "broken"));
    let text = machine.complaint(false);
    assert!(text.contains("ORT_DYLIB_PATH: ") && text.contains("mine/libonnxruntime.so does not load: it is broken"));
    assert!(text.contains("unset ORT_DYLIB_PATH") && !text.contains("executable"), "{text}");
    machine.put("mine/libonnxruntime.so", "good");
    assert_eq!(machine.search(false).expect("is found").origin, Origin::Named);
}

#[test]
fn a_library_that_does_not_load_is_passed_over_and_remembered() {
    let machine = Machine::new();
    machine.put("executable/libonnxruntime.so", "too old");
    machine.put("system/libonnxruntime.so", "good");
    assert_eq!(machine.search(true).expect("is found").origin, Origin::System);
    machine.put("system/libonnxruntime.so", "broken");
    let text = machine.complaint(true);
    assert!(text.contains("executable/libonnxruntime.so does not load: it is too old"), "{text}");
    assert!(text.contains("system/libonnxruntime.so does not load: it is broken"), "{text}");
}

#[test]
fn a_fetched_library_is_verified_kept_and_found_again() {
    let machine = Machine::new();
    let found = machine.search(false).expect("is fetched");
    assert_eq!(found.path, machine.at("cache/onnxruntime/1.28.0/libonnxruntime.so.1.28.0"));
    assert_eq!(fs::read_to_string(&found.path).expect("library"), "good library");
    let kept = fs::read_dir(found.path.parent().expect("folder")).expect("folder").count();
    assert_eq!(kept, 1, "no temporary files are left");
    assert!(machine.notices.borrow()[0].starts_with("fetching ONNX Runtime 1.28.0 once with pip (1 MB) into "));
    let log = fs::read_to_string(machine.at("pip.log")).expect("log");
    assert!(log.contains("--no-deps") && log.ends_with("--platform some_platform onnxruntime==1.28.0\n"), "{log}");
    assert_eq!(machine.search(false).expect("is found").origin, Origin::Cache);
    assert_eq!((machine.calls("pip"), machine.calls("npm")), (1, 0));
}

#[test]
fn a_damaged_cache_is_noticed_and_fetched_again() {
    let machine = Machine::new();
    let path = machine.put("cache/onnxruntime/1.28.0/libonnxruntime.so.1.28.0", "good librarx");
    let text = machine.complaint(true);
    assert!(text.contains("libonnxruntime.so.1.28.0 is damaged: its checksum is "), "{text}");
    assert_eq!(machine.search(false).expect("is fetched").origin, Origin::Fetched);
    assert_eq!(fs::read_to_string(path).expect("library"), "good library");
}

#[test]
fn an_archive_with_another_checksum_is_not_unpacked() {
    let machine = Machine::new();
    fs::write(machine.at("wheel"), wheel("good but another")).expect("wheel");
    fs::write(machine.at("tarball"), tarball("good but another")).expect("tarball");
    let text = machine.complaint(false);
    assert!(text.contains("not fetched with pip: ") && text.contains("some.whl is damaged: its checksum is "));
    assert!(text.contains("not fetched with npm: ") && text.contains("some.tgz is damaged: its checksum is "));
    assert!(!machine.at("cache/onnxruntime/1.28.0/libonnxruntime.so.1.28.0").exists());
}

#[test]
fn npm_helps_when_pip_is_missing_or_fails() {
    let mut machine = Machine::new();
    machine.places.installers.pip = vec![Program::new("paperkin-no-such-pip")];
    let found = machine.search(false).expect("is fetched");
    assert_eq!(found.path, machine.at("cache/onnxruntime/1.27.0/libonnxruntime.so.1"));
    assert_eq!(machine.search(false).expect("is found").origin, Origin::Cache);
    assert_eq!(machine.calls("npm"), 1);
}

#[test]
fn failures_of_the_installers_are_shown_in_short() {
    let mut machine = Machine::new();
    machine.places.installers.pip = machine.fails_with("pip", "WARNING: retrying\\nERROR: no route to host\\n");
    machine.places.installers.npm = machine.fails_with("npm", "npm error code E404\\nnpm error much advice\\n");
    let text = machine.complaint(false);
    assert!(text.contains("\n  - not fetched with pip: ERROR: no route to host\n"), "{text}");
    assert!(text.contains("\n  - not fetched with npm: npm error code E404\n"), "{text}");
    machine.places.installers.pip = machine.fails_with("pip", "WARNING: connection broken by x\\nERROR: none found\\n");
    assert!(machine.complaint(false).contains("with pip: it could not connect: ERROR: none found\n"));
    machine.places.installers.pip = ["no-such-pip", "no-such-pip3"].map(Program::new).to_vec();
    assert!(machine.complaint(false).contains("with pip: there is no 'no-such-pip' and no 'no-such-pip3'\n"));
}

#[test]
fn a_cache_that_cannot_be_written_costs_no_download() {
    let mut machine = Machine::new();
    machine.places.cache = Some(machine.put("a-file", ""));
    assert!(machine.complaint(false).contains("not fetched with pip: cannot write to "));
    machine.places.cache = None;
    assert!(machine.complaint(false).contains("not fetched: there is no home folder"));
    assert_eq!((machine.calls("pip"), machine.calls("npm")), (0, 0));
}

#[test]
fn offline_nothing_is_fetched_and_the_error_names_places_and_ways_out() {
    let machine = Machine::new();
    let text = machine.complaint(true).replace(&machine.root.path().display().to_string(), "ROOT");
    let expected = "\
ONNX Runtime 1.28.0 was not found; looked in:
  - beside the executable: no ONNX Runtime library in ROOT/executable
  - the cache: no ROOT/cache/onnxruntime/1.28.0/libonnxruntime.so.1.28.0
  - the cache: no ROOT/cache/onnxruntime/1.27.0/libonnxruntime.so.1
  - the active Python: no ONNX Runtime library in ROOT/python/capi
  - the system's library path: no ONNX Runtime library in ROOT/system
  - not fetched: --offline was given
ways out:
  - set ORT_DYLIB_PATH to the path of libonnxruntime.so.1.28.0, version 1.24 or newer
  - pip install onnxruntime==1.28.0
  - run once online, without --offline, to have it fetched and kept
  - put libonnxruntime.so.1.28.0 beside the executable, in ROOT/executable";
    assert_eq!(text, expected);
    assert_eq!((machine.calls("pip"), machine.calls("npm")), (0, 0));
}

#[test]
fn a_library_that_this_system_cannot_load_is_not_fetched_again() {
    let machine = Machine::new();
    let options = RuntimeOptions { offline: false, notice: &|_| () };
    for _ in 0..2 {
        let found: Result<Found<()>> = search(&machine.places, &options, &|_| Err("needs a newer glibc".to_owned()));
        let text = found.expect_err("nothing loads").to_string();
        assert!(text.contains("libonnxruntime.so.1.28.0 needs a newer glibc"), "{text}");
    }
    assert_eq!((machine.calls("pip"), machine.calls("npm")), (1, 1));
}

#[test]
fn on_an_unknown_platform_the_error_says_so() {
    let mut machine = Machine::new();
    machine.places.packages = &[];
    let text = machine.complaint(false);
    assert!(text.contains("not fetched: no package is known for ") && !text.contains("without --offline"), "{text}");
}

#[test]
fn processes_that_fetch_at_once_do_not_disturb_each_other() {
    let machine = Machine::new();
    let (packages, cache) = (machine.places.packages, machine.at("cache"));
    let installers = &machine.places.installers;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| super::fetch::fetch(&packages[0], &cache, installers, &|_| ()).expect("fetches"));
        }
    });
    assert!(packages[0].is_sound_in(&cache));
    assert_eq!(fs::read_dir(packages[0].folder_in(&cache)).expect("folder").count(), 1);
}
