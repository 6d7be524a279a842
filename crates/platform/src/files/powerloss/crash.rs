//! What is left after the power failed.

use super::tree::{File, Node, Tree};
use crate::random::SeededRandom;

/// A disk writes in sectors of this size; one of them is written whole or not at all on most disks, yet nothing
/// promises it, so tears also happen inside.
const SECTOR_BYTES: usize = 512;

#[derive(Clone, Copy)]
enum Luck {
    /// Nothing that was not synced arrived.
    None,
    /// Everything had been written back already.
    All,
    /// Each thing for itself.
    Mixed,
}

/// The tree a machine finds when it comes back.
pub(super) fn after_power_loss(tree: &Tree, seed: u64) -> Tree {
    let random = SeededRandom::new(seed);
    let luck = match random.below(6) {
        0 => Luck::None,
        1 => Luck::All,
        _ => Luck::Mixed,
    };
    let mut found = tree.clone();
    settle_names(&mut found, luck, &random);
    for node in &mut found.nodes {
        match node {
            Node::File(file) => *file = settle_file(file, luck, &random),
            Node::Folder(folder) => folder.now.clone_from(&folder.durable),
        }
    }
    found
}

fn settle_names(tree: &mut Tree, luck: Luck, random: &SeededRandom) {
    let mut at = 0;
    while at < tree.pending.len() {
        let arrived = match luck {
            Luck::None => false,
            Luck::All => true,
            Luck::Mixed => random.below(2) == 0,
        };
        if arrived {
            tree.make_durable(at);
        } else {
            at += 1;
        }
    }
    tree.pending.clear();
}

fn settle_file(file: &File, luck: Luck, random: &SeededRandom) -> File {
    let bytes = if !file.dirty {
        file.durable.clone()
    } else {
        match luck {
            Luck::None => file.durable.clone(),
            Luck::All if file.sync_failed => file.durable.clone(),
            Luck::All => file.now.clone(),
            Luck::Mixed => mixed_bytes(file, random),
        }
    };
    File { now: bytes.clone(), durable: bytes, dirty: false, sync_failed: false }
}

/// Old, new, cut off, with a tail of zeros, or sector by sector old, new or zero.
fn mixed_bytes(file: &File, random: &SeededRandom) -> Vec<u8> {
    let cut = random.below(file.now.len() + 1);
    match random.below(5) {
        0 => file.durable.clone(),
        1 => file.now.clone(),
        2 => file.now[..cut].to_vec(),
        3 => {
            let mut bytes = file.now.clone();
            bytes[cut..].fill(0);
            bytes
        }
        _ => mixed_sectors(file, random),
    }
}

fn mixed_sectors(file: &File, random: &SeededRandom) -> Vec<u8> {
    let longest = file.now.len().max(file.durable.len());
    let shortest = file.now.len().min(file.durable.len());
    let mut bytes = vec![0; shortest + random.below(longest - shortest + 1)];
    for (number, sector) in bytes.chunks_mut(SECTOR_BYTES).enumerate() {
        let source = match random.below(3) {
            0 => &file.now,
            1 => &file.durable,
            _ => continue,
        };
        let rest = source.get(number * SECTOR_BYTES..).unwrap_or_default();
        let len = sector.len().min(rest.len());
        sector[..len].copy_from_slice(&rest[..len]);
    }
    bytes
}
