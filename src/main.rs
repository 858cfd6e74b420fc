//! The `paperkin` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Official builds of ONNX Runtime from 1.29 on report their use unless this is set before they are loaded.
    std::env::set_var("ORT_DISABLE_TELEMETRY", "1");
    paperkin::cli::run()
}
