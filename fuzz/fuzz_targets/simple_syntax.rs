//! The simple syntax never fails: every text is a query, whatever stands in it, in both search modes.
#![no_main]

use lazuli_query::{SearchMode, simple};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for mode in [SearchMode::Any, SearchMode::All] {
        let _ = simple::parse(text, mode);
    }
});
