//! A headless Chromium, driven through chromedriver: steps that wait for what they expect, never for a time.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fantoccini::key::Key;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{json, Value};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Milliseconds within which what is expected must be there: much more than it takes, also on a busy machine.
const PATIENCE: u32 = 60_000;

/// Switches under which Chromium runs as root, in a container, and without asking the network for anything.
const SWITCHES: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,900",
];

/// A browser with one page.
pub(super) struct Browser {
    client: Client,
    runtime: Runtime,
    driver: Child,
    _profile: TempDir,
}

/// A command of chromedriver that WebDriver does not know.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let places = names.iter().flat_map(|name| std::env::split_paths(&folders).map(move |folder| folder.join(name)));
    places.into_iter().find(|path| path.is_file())
}

impl Browser {
    /// `None`, and a line that says so, where no browser is installed; with `PAPERKIN_BROWSER=required` that is a failure.
    #[allow(clippy::print_stderr)]
    pub(super) fn open() -> Option<Self> {
        let programs = program(&["chromedriver"]).zip(program(&["chromium", "chromium-browser", "google-chrome"]));
        let is_required = std::env::var_os("PAPERKIN_BROWSER").is_some_and(|value| value == "required");
        match programs {
            Some((driver, browser)) => Some(Self::start(&driver, &browser)),
            None if is_required => panic!("chromium and chromedriver are required, and not installed"),
            None => {
                eprintln!("skipped: chromium or chromedriver is not installed");
                None
            }
        }
    }

    fn start(driver: &Path, browser: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver runs");
        let mut lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let started = lines.find(|line| line.contains("started successfully on port")).expect("chromedriver's port");
        let port: u16 = started.trim_end_matches('.').rsplit(' ').next().expect("a word").parse().expect("a port");
        // The pipe is read to its end, lest chromedriver waits for it.
        std::thread::spawn(move || lines.count());
        let mut switches: Vec<String> = SWITCHES.iter().map(|&switch| switch.to_owned()).collect();
        switches.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": browser, "args": switches },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": PATIENCE * 2 },
        });
        let Value::Object(wanted) = wanted else { unreachable!("an object") };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(Capabilities::from_iter(wanted));
            builder.connect(&format!("http://127.0.0.1:{port}")).await.expect("a session")
        });
        Browser { client, runtime, driver, _profile: profile }
    }

    fn extra(&self, path: &'static str, body: Value) -> Value {
        self.runtime.block_on(self.client.issue_cmd(Extra { path, body })).expect(path)
    }

    fn devtools(&self, command: &str, parameters: &Value) {
        self.extra("goog/cdp/execute", json!({ "cmd": command, "params": parameters }));
    }

    /// Opens a page anew, also if only what follows `#` has changed, and waits until it is ready.
    pub(super) fn go(&self, address: &str) {
        self.runtime.block_on(async {
            self.client.goto("about:blank").await.expect("an empty page");
            self.client.goto(address).await.expect("a page");
        });
        self.until("document.body.classList.contains('ready')");
    }

    /// The value of an expression in the page.
    pub(super) fn value(&self, expression: &str) -> Value {
        self.run(&format!("return ({expression});"))
    }

    /// The text that an expression is.
    pub(super) fn text(&self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_default().to_owned()
    }

    /// Runs statements in the page.
    pub(super) fn run(&self, script: &str) -> Value {
        self.runtime.block_on(self.client.execute(script, Vec::new())).unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Runs statements that call `done` in the end.
    pub(super) fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        self.runtime
            .block_on(self.client.execute_async(&script, Vec::new()))
            .unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Waits until an expression is true, at most as long as [`PATIENCE`].
    pub(super) fn until(&self, expression: &str) {
        let look = format!(
            "const end = performance.now() + {PATIENCE};
             const look = () => {{
               let is_so = false;
               try {{ is_so = Boolean({expression}); }} catch {{ /* not yet */ }}
               if (is_so || performance.now() > end) done(is_so); else requestAnimationFrame(look);
             }};
             look();"
        );
        let is_so = self.run_until_done(&look).as_bool().unwrap_or_default();
        assert!(is_so, "never came true: {expression}\nthe page says: {:?}", self.console());
    }

    /// Clicks what a selector finds first, as soon as it is there and to be seen.
    pub(super) fn click(&self, selector: &str) {
        self.until(&format!("document.querySelector({selector:?}).getClientRects().length"));
        self.run(&format!("document.querySelector({selector:?}).click();"));
    }

    /// Types into what has the focus.
    pub(super) fn keys(&self, text: &str) {
        self.runtime.block_on(async {
            let focused = self.client.active_element().await.expect("something has the focus");
            focused.send_keys(text).await.expect("keys");
        });
    }

    pub(super) fn key(&self, key: Key) {
        self.keys(&char::from(key).to_string());
    }

    /// Width and height of the window, and whether the system likes it dark. Nothing moves, so that pictures are alike.
    pub(super) fn look(&self, width: u32, height: u32, is_dark: bool) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &screen);
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// What the page has complained about since it was last asked.
    pub(super) fn console(&self) -> Vec<String> {
        let log = self.extra("se/log", json!({ "type": "browser" }));
        let lines = log.as_array().cloned().unwrap_or_default();
        lines.iter().map(|line| format!("{}: {}", line["level"], line["message"])).collect()
    }

    /// A picture of the window.
    pub(super) fn picture(&self, path: &Path) {
        // Two frames on, everything that was asked for is drawn.
        self.run_until_done("requestAnimationFrame(() => requestAnimationFrame(() => done(true)));");
        let png = self.runtime.block_on(self.client.screenshot()).expect("a picture");
        std::fs::write(path, png).expect("a written picture");
    }

    /// Prints the page, which draws it anew.
    pub(super) fn print(&self) -> usize {
        let printed = self.extra("print", json!({}));
        printed.as_str().map_or(0, str::len)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that is gone already needs no closing.
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
