//! What the README shows is what happens.

use std::path::Path;
use std::process::Command;

use crate::support::{seeds, Desk};

/// Commands with the lines they print, from the README's `console` blocks.
fn transcripts() -> Vec<(String, Vec<String>)> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README");
    let blocks = readme.split("```console\n$ ").skip(1);
    let parts = blocks.map(|block| block.split("\n```").next().expect("a closed block"));
    parts
        .map(|part| {
            let (command, output) = part.split_once('\n').expect("a command and its output");
            (command.to_owned(), output.lines().map(shape).collect())
        })
        .collect()
}

/// A line without what differs between processors: the digits of similarities, and with them the exact column widths.
fn shape(line: &str) -> String {
    let words = line.split_whitespace();
    words
        .map(|word| if word.parse::<f64>().is_ok() && word.contains('.') { "#" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn transcripts_are_what_the_commands_print() {
    let desk = Desk::new();
    let done = desk.run(&["index", &seeds().to_string_lossy()]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let transcripts = transcripts();
    assert!(transcripts.len() >= 2, "the README shows how it looks");
    let folder = Path::new(env!("CARGO_BIN_EXE_paperkin")).parent().expect("a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").expect("a PATH"));
    for (command, wanted) in transcripts {
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(desk.path(""))
            .env("PATH", &path)
            .env_remove("PAPERKIN_LIBRARY")
            .output()
            .expect("a shell");
        let got: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(shape).collect();
        assert_eq!(got, wanted, "{command}");
    }
}
