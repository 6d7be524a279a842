//! What Lazuli takes from the machine it runs on: time, chance, files, threads, limits.
//!
//! Nothing else in the workspace asks the operating system for the time or for random numbers, so that a test can
//! turn the clock and replay the dice. Each component that decides something is a trait with the real one and a
//! double beside it: [`clock::ManualClock`], [`random::SeededRandom`], [`files::PowerlossFiles`].
//!
//! In reading order: [`clock`], [`random`], [`cancel`], [`pool`], [`files`], [`lock`], [`limits`].

pub mod clock;
pub mod random;

pub mod cancel;
pub mod pool;

pub mod files;
pub mod lock;

pub mod limits;
