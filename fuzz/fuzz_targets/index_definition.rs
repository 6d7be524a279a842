//! Any bytes as an index definition: refused or bound, and what was bound can be bound again from what is kept of it.
#![no_main]

use lazuli_catalog::index::{self, Rules};
use lazuli_wire::indexes::Index;
use lazuli_wire::version::ApiVersion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for version in ApiVersion::ALL {
        let rules = Rules { version, ..Rules::default() };
        let Ok(definition) = Index::parse(body, version) else { continue };
        let Ok(bound) = index::bind(&definition, None, &rules) else { continue };
        let kept = index::field_ids(&bound.schema);
        index::rebind(&bound.definition, &kept).expect("a bound definition binds again");
    }
});
