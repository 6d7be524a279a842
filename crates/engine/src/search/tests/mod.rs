//! Searches over small indexes whose answers are known: recorded by the service, worked out by hand, or found again by a
//! plain evaluator that keeps documents in a list.

mod naive;

mod clauses;
mod differential;
mod golden;
mod graphs;
mod order;
mod pages;
mod speed;
mod speed_order;
