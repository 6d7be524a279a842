//! Any bytes as `jsonArray` below a root.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;

mod items;

fuzz_target!(|data: &[u8]| items::check(json!({"parsingMode": "jsonArray", "documentRoot": "/a"}), "a", data));
