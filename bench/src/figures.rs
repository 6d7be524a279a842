//! Durations of many requests and what is said of them.

use std::time::{Duration, Instant};

/// Samples of one measurement.
#[derive(Debug, Default, Clone)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Measures `call` `count` times and stops at its first error.
    pub(crate) fn of<E>(count: usize, mut call: impl FnMut(usize) -> Result<(), E>) -> Result<Self, E> {
        let mut samples = Vec::with_capacity(count);
        for number in 0..count {
            let since = Instant::now();
            call(number)?;
            samples.push(since.elapsed());
        }
        Ok(Self::from(samples))
    }

    /// Measures two calls in turns, so that whatever else the machine does takes its share of both.
    pub(crate) fn of_both<E>(
        count: usize,
        mut one: impl FnMut(usize) -> Result<(), E>,
        mut other: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(Self, Self), E> {
        let (mut ones, mut others) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for number in 0..count {
            let since = Instant::now();
            one(number)?;
            let between = Instant::now();
            other(number)?;
            others.push(between.elapsed());
            ones.push(between - since);
        }
        Ok((Self::from(ones), Self::from(others)))
    }

    /// The sample below which `percent` of all lie, in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let at = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        self.0.get(at).map_or(f64::NAN, Duration::as_secs_f64) * 1e3
    }

    /// The median, in milliseconds.
    pub(crate) fn p50(&self) -> f64 {
        self.percentile_ms(50)
    }

    /// The 99th percentile, in milliseconds.
    pub(crate) fn p99(&self) -> f64 {
        self.percentile_ms(99)
    }

    /// The mean, in milliseconds.
    pub(crate) fn mean(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64() * 1e3 / self.0.len() as f64
    }

    /// `0.12 / 0.34 ms`: p50 and p99.
    pub(crate) fn both(&self) -> String {
        format!("{} / {} ms", short(self.p50()), short(self.p99()))
    }
}

impl From<Vec<Duration>> for Samples {
    fn from(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }
}

/// Three significant digits, about.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        100.0.. => format!("{value:.0}"),
        10.0..100.0 => format!("{value:.1}"),
        1.0..10.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
