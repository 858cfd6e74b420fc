//! Integration tests: one module per topic.

mod architecture;
mod browser;
mod cli;
mod duplicates;
mod embedding;
mod mcp;
mod readme;
mod search;
mod serve;
mod similar;
mod support;
mod topics;
mod upkeep;
mod whole_path;
