//! Any bytes as an XML document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;

mod items;

fuzz_target!(|data: &[u8]| items::check(json!({}), "a.xml", data));
