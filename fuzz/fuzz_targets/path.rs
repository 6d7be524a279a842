//! No request path makes the splitter panic, and what it decodes holds no more bytes than came in.
#![no_main]

use lazuli_server::path;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    if let Ok(segments) = path::split(raw) {
        let decoded: usize = segments.iter().map(|segment| segment.text.len()).sum();
        assert!(decoded <= raw.len());
    }
});
