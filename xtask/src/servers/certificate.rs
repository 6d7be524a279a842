//! An authority for one evening and a certificate of it for `localhost`, so that TLS to databases is tested.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::process::own;
use crate::workspace;

/// Where the certificate lies, if there is an `openssl` to make it with.
pub(super) struct Certificate {
    folder: Option<PathBuf>,
    authority: Option<String>,
}

impl Certificate {
    /// Makes both below `folder`.
    pub(super) fn make(folder: &Path) -> Result<Certificate> {
        if !workspace::has("openssl") {
            return Ok(Certificate { folder: None, authority: None });
        }
        let folder = folder.join("tls");
        fs::create_dir_all(&folder)?;
        let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
        openssl(
            &folder,
            new,
            "-subj /CN=Lazuli-tests -keyout authority.key -out authority.pem -addext keyUsage=keyCertSign",
        )?;
        let names = "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=CA:FALSE";
        let by =
            "-subj /CN=localhost -keyout server.key -out server.pem -CA authority.pem -CAkey authority.key";
        openssl(&folder, new, &format!("{by} {names}"))?;
        let authority = folder.join("authority.pem").to_string_lossy().into_owned();
        Ok(Certificate { folder: Some(folder), authority: Some(authority) })
    }

    /// The authority's file.
    pub(super) fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Whether there is none.
    pub(super) fn is_missing(&self) -> bool {
        self.folder.is_none()
    }

    /// Copies certificate and key to where a server may read them, as `server.pem` and `server.key`; says whether there are any.
    pub(super) fn copy_to(&self, data: &Path) -> Result<bool> {
        let Some(folder) = &self.folder else { return Ok(false) };
        for file in ["server.pem", "server.key"] {
            let copy = data.join(file);
            fs::copy(folder.join(file), &copy).with_context(|| format!("cannot write {}", copy.display()))?;
            own(&copy, 0o600)?;
        }
        Ok(true)
    }
}

/// `openssl` in a folder; the words of both texts are its arguments.
fn openssl(folder: &Path, first: &str, then: &str) -> Result<()> {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(first.split(' ')).args(then.split(' ')).stdin(Stdio::null());
    let output = command.output().context("cannot start openssl")?;
    if !output.status.success() {
        bail!("openssl {first}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
