//! UNDERSTAND: what vectors, neighbours, clusters and words together say about papers.

pub mod agreement;
pub mod calibration;
pub mod copies;
pub mod duplicates;
pub mod evaluation;
pub mod filter;
pub mod labels;
pub mod map;
pub mod ranking;
pub mod similar;
pub mod syntax;
pub mod terms;
pub mod topics;
pub mod words;
