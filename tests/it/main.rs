//! Integration tests: one module per topic.

mod architecture;
mod embedding;
mod search;
