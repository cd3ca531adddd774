//! The reading routes of review over the embedded services.

mod house;
mod looking;
mod proposals;
mod way_to_crossmark;
