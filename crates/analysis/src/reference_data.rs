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
