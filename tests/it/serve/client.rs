//! A server of its own, and requests to it as a client on a socket makes them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::Desk;

/// How long a test waits for what comes soon.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server, stopped when dropped.
pub(super) struct Server {
    child: Child,
    pub(super) address: String,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The kind of the error that it tells.
    pub(super) fn kind(&self) -> String {
        let kind = self.json()["error"]["kind"].as_str().map(str::to_owned);
        kind.unwrap_or_else(|| panic!("no kind of error in {self:?}"))
    }
}

impl Server {
    pub(super) fn start(desk: &Desk, options: &[&str]) -> Self {
        let arguments = [&["serve", "--port", "0"], options].concat();
        let mut command = desk.command(&arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let address = lines.find_map(|line| Some(line.ok()?.split_once("http://")?.1.trim_end_matches('/').to_owned()));
        // It must always find somebody to tell.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address: address.expect("a line with the address") }
    }

    /// Sends a request with these lines of headers.
    pub(super) fn send(&self, request: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        let has_host = headers.iter().any(|line| line.to_lowercase().starts_with("host:"));
        let host = if has_host { String::new() } else { format!("Host: {}\r\n", self.address) };
        let others: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!("{request} HTTP/1.1\r\n{host}{others}{length}Connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("a sent head");
        // A server that refuses a body need not read it.
        let _ = stream.write_all(body.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        parsed(&answer)
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], "")
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&format!("POST {path}"), &["Content-Type: application/json"], &body.to_string())
    }

    /// Asks until the answer is as wanted.
    pub(super) fn wait_for(&self, path: &str, is_wanted: impl Fn(&Value) -> bool) {
        let begun = Instant::now();
        loop {
            let answer = self.get(path).json();
            if is_wanted(&answer) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "still {answer}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Tells it to stop, and waits: whether it ended well.
    pub(super) fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        let told = std::process::Command::new("kill").args(["-TERM", &id]).status().expect("a signal");
        assert!(told.success());
        self.child.wait().expect("an end").success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn parsed(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    Answer {
        status: status.unwrap_or_else(|| panic!("no answer but {text:?}")),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: body.to_owned(),
    }
}
