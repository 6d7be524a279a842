//! A few connections for reading, opened when needed.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::connection::{self, Access};
use crate::error::StoreError;

/// Readers never wait for each other or for the writer: who finds no idle connection opens one.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    cache_bytes: usize,
    kept_max: usize,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, cache_bytes: usize, kept_max: usize) -> Self {
        Self { path, cache_bytes, kept_max, idle: Mutex::new(Vec::new()) }
    }

    /// Runs `read` on a connection of its own. After an error the connection is not used again.
    pub(crate) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::open(&self.path, Access::Read, self.cache_bytes)?,
        };
        let result = read(&connection)?;
        let mut idle = self.lock();
        if idle.len() < self.kept_max {
            idle.push(connection);
        }
        Ok(result)
    }

    /// Closes the connections that nobody uses now.
    pub(crate) fn close_idle(&self) {
        let idle = std::mem::take(&mut *self.lock());
        drop(idle);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
