//! Any bytes as `delimitedText`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;

mod items;

fuzz_target!(|data: &[u8]| items::check(json!({"parsingMode": "delimitedText"}), "a", data));
