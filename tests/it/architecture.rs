//! The structure of `src/` is the one that DESIGN describes: who may import whom, where each heavy crate stays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Modules in the order of the pipeline. A module imports only from groups before its own, never within a group.
const ORDER: &[&[&str]] = &[
    &["error"],
    &["paper", "vectors"],
    &["corpus", "embed", "index", "cluster"],
    &["findings"],
    &["report", "store"],
    &["engine"],
    &["serve", "mcp"],
    &["cli"],
    &["main"],
];

/// Each heavy crate and the one place, or the two, that may name it.
const HOMES: &[(&str, &str)] = &[
    ("fastembed", "embed/"),
    ("ort", "embed/"),
    ("tokenizers", "embed/"),
    ("hnsw_rs", "index/"),
    ("linfa", "cluster/"),
    ("linfa_clustering", "cluster/"),
    ("linfa_nn", "cluster/"),
    ("ndarray", "cluster/"),
    ("rusqlite", "store/"),
    ("axum", "serve/"),
    ("tower_http", "serve/"),
    ("prometheus_client", "serve/"),
    ("rmcp", "mcp/"),
    ("schemars", "mcp/"),
    ("tokio", "mcp/ serve/"),
    ("clap", "cli/"),
    ("indicatif", "cli/"),
    ("minijinja", "report/"),
    ("comfy_table", "report/"),
];

fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("src is readable") {
            let path = entry.expect("an entry of src").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
                found.insert(name, std::fs::read_to_string(&path).expect("a source file is text"));
            }
        }
    }
    found
}

/// The first word of a path: the module a file belongs to.
fn module_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

fn level(module: &str) -> Option<usize> {
    ORDER.iter().position(|group| group.contains(&module))
}

/// Lines of code, comments left out.
fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or(line)).filter(|line| !line.trim().is_empty())
}

/// The modules named by `crate::x` or `crate::{x, y}` in a file.
fn imports(text: &str) -> Vec<String> {
    let code: String = code_lines(text).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or(list),
            None => rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or(rest),
        };
        let words = names.split(',').map(|name| name.trim().split("::").next().unwrap_or(name).trim());
        found.extend(words.filter(|name| level(name).is_some()).map(str::to_owned));
    }
    found
}

/// Every import that goes up or sideways, as `file -> module`.
fn upward_imports(sources: &BTreeMap<String, String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, text) in sources {
        let own = module_of(file);
        let Some(own_level) = level(own) else { continue };
        for import in imports(text) {
            if import != own && level(&import).is_some_and(|other| other >= own_level) {
                wrong.push(format!("{file} -> {import}"));
            }
        }
    }
    wrong
}

#[test]
fn every_module_has_a_place_in_the_order() {
    let strangers: Vec<String> =
        sources().into_keys().filter(|file| module_of(file) != "lib" && level(module_of(file)).is_none()).collect();
    assert_eq!(strangers, Vec::<String>::new());
}

#[test]
fn imports_go_down_only() {
    assert_eq!(upward_imports(&sources()), Vec::<String>::new());
}

#[test]
fn a_planted_upward_import_is_found() {
    let mut planted = sources();
    planted.insert("corpus/planted.rs".to_owned(), "//! x\nuse crate::engine::Engine;\n".to_owned());
    planted.insert("index/planted.rs".to_owned(), "//! x\nuse crate::{error::Result, cluster::fit};\n".to_owned());
    assert_eq!(upward_imports(&planted), ["corpus/planted.rs -> engine", "index/planted.rs -> cluster"]);
}

#[test]
fn heavy_crates_stay_at_home() {
    let mut strays = Vec::new();
    for (file, text) in sources() {
        for (name, home) in HOMES {
            let named = |line: &str| {
                line.match_indices(name).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    line[at + name.len()..].starts_with("::")
                        && !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
                })
            };
            if !home.split(' ').any(|home| file.starts_with(home)) && code_lines(&text).any(named) {
                strays.push(format!("{file} names {name}"));
            }
        }
    }
    assert_eq!(strays, Vec::<String>::new());
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<String> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(file, _)| file).collect();
    assert_eq!(silent, Vec::<String>::new());
}
