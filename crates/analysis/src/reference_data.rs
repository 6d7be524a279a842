//! Test vectors that may lie beside the repository (analysis.md §0).

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;

/// The lines of a gzipped file of the reference's `analysis-data`; None, with a note, when it is not there.
pub(crate) fn lines(name: &str) -> Option<impl Iterator<Item = String>> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/analysis-data").join(name);
    let Ok(file) = File::open(path) else {
        println!("skipped: no {name} beside the repository");
        return None;
    };
    Some(BufReader::new(GzDecoder::new(file)).lines().map(|line| line.expect("the file is UTF-8")))
}

/// Which of a long file's lines a normal run of the tests looks at: each `sample`th; each one when the environment has
/// `LAZULI_ALL_VECTORS`.
pub(crate) fn step(sample: usize) -> usize {
    if std::env::var_os("LAZULI_ALL_VECTORS").is_some() { 1 } else { sample }
}
