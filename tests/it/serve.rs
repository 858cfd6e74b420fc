//! The server: the commands' answers over HTTP, for those who may ask, while the library changes.

mod answers;
mod client;
mod refusals;
mod state;
