//! The function over the embedded services: nights begun by ticks, runs worked off from messages.

mod house;
mod nights;
mod runs;
