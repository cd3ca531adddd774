//! What a manager and the house do with a proposal: look at it, check it, edit it, approve it, recall it, retry it.
//!
//! One use case, one function: the HTTP handlers, the sweep and the command line all come here. No HTTP, no clock.

pub mod view;
