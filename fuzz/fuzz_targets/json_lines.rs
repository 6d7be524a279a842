//! Any bytes as `jsonLines`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;

mod items;

fuzz_target!(|data: &[u8]| items::check(json!({"parsingMode": "jsonLines"}), "a", data));
