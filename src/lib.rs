//! Paperkin finds the kin of a paper: similar papers, topics and duplicates in collections of abstracts, offline.
//!
//! Papers become rows; row *i* of the corpus is row *i* of the vectors, of the index and of the clusters.

pub mod cluster;
pub mod corpus;
pub mod embed;
pub mod error;
pub mod index;
pub mod paper;
pub mod store;
pub mod vectors;
