//! What tests share: the binary, a fresh folder, small collections.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder of its own, in which the binary runs with a library of its own.
pub(crate) struct Desk {
    folder: TempDir,
}

/// What the binary said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).expect("JSON on standard output")
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Said {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Desk { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        std::fs::write(&path, text).expect("a written file");
        path
    }

    /// The binary, about to run here without the surroundings' settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paperkin"));
        command.current_dir(self.folder.path()).args(arguments).env_remove("PAPERKIN_LIBRARY");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().expect("the binary runs").into()
    }

    /// Indexes with the model that needs no files.
    pub(crate) fn index(&self, paths: &[&str]) -> Value {
        let arguments = [&["index", "--model", "hashed", "--format", "json"], paths].concat();
        self.run(&arguments).json()
    }
}

/// The four pages that come with the project.
pub(crate) fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// One paper a line.
pub(crate) fn jsonl(papers: &[(&str, &str, &str)]) -> String {
    let line = |(id, title, text): &(&str, &str, &str)| {
        format!("{}\n", serde_json::json!({ "id": id, "title": title, "abstract": text }))
    };
    papers.iter().map(line).collect()
}

/// Six papers on three subjects, two of each.
pub(crate) const SIX: &[(&str, &str, &str)] = &[
    (
        "moe1",
        "Sparse mixture of experts",
        "A gate routes each token to a few experts of a sparse language model, which saves compute.",
    ),
    (
        "moe2",
        "Routing tokens to experts",
        "The gate of a sparse language model learns which experts a token needs, at less compute.",
    ),
    (
        "reef1",
        "Coral bleaching in warm seas",
        "Coral reefs bleach after warm summers; sea temperature explains most of the loss of coral cover.",
    ),
    (
        "reef2",
        "Sea temperature and coral reefs",
        "Warm sea temperature in summers bleaches coral; reefs lose cover and recover slowly.",
    ),
    (
        "bread1",
        "Fermentation of sourdough",
        "Lactic bacteria and wild yeast ferment sourdough; flour and time decide the taste of bread.",
    ),
    (
        "bread2",
        "Wild yeast in bread making",
        "The taste of sourdough bread comes from lactic bacteria and wild yeast that ferment the flour.",
    ),
];
