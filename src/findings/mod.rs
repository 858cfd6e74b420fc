//! UNDERSTAND: what vectors, neighbours, clusters and words together say about papers.

pub mod copies;
pub mod duplicates;
pub mod labels;
pub mod map;
pub mod similar;
pub mod terms;
pub mod topics;
