//! Paperkin finds the kin of a paper: it embeds abstracts with a local model, keeps the vectors in an index, groups them
//! into topics, and answers which papers are similar, what a collection is about, and which records are duplicates.
//!
//! Papers become rows; row *i* of the corpus is row *i* of the vectors, of the index and of the clusters. A paper passes
//! through these modules in this order, and each imports only from those before it:
//!
//! [`corpus`] reads it, [`embed`] gives it a vector, [`index`] finds its neighbours, [`cluster`] groups it, [`findings`]
//! understand it, [`report`] tells of it, [`store`] keeps it; the [`engine`] alone knows the order, and [`serve`],
//! [`mcp`] and [`cli`] are thin skins over the engine.
//!
//! ```
//! use paperkin::engine::{self, Engine, IndexParams, Query, Settings, SimilarParams};
//!
//! let folder = tempfile::tempdir()?;
//! let papers = folder.path().join("papers.jsonl");
//! std::fs::write(&papers, concat!(
//!     r#"{"id": "a", "title": "Mixture of experts", "abstract": "Experts are routed by a gate."}"#, "\n",
//!     r#"{"id": "b", "title": "Routing experts", "abstract": "A gate picks experts for a token."}"#, "\n",
//!     r#"{"id": "c", "title": "Coral reefs", "abstract": "Bleaching follows warm summers."}"#, "\n"))?;
//! let settings = Settings { library: folder.path().join("library"), offline: true, threads: 1 };
//! // "hashed" needs no model files; leave it out for real meaning.
//! let params = IndexParams { paths: vec![papers], model: Some("hashed".into()), ..IndexParams::default() };
//! engine::index(&settings, &params, &|_| ())?;
//! let engine = Engine::open(&settings, &|_| ())?;
//! let answer = engine.similar(&Query::papers(["a"]), &SimilarParams { k: 1, ..SimilarParams::default() })?;
//! assert_eq!(answer.results[0].id, "b");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod error;
pub mod paper;
pub mod vectors;

pub mod cluster;
pub mod corpus;
pub mod embed;
pub mod index;

pub mod findings;
pub mod report;
pub mod store;

pub mod engine;

pub mod mcp;
pub mod serve;

pub mod cli;
