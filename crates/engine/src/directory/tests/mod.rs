//! The directory under tantivy: kills, power loss, failing disks, damage, and what must hold between them.
