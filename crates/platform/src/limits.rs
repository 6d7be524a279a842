//! What the machine allows: open files, cores, free space, memory in use.

use std::io;
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What to ask for where the hard limit is "unlimited": some systems refuse an unlimited soft limit.
const OPEN_FILES_WHEN_UNLIMITED: u64 = 1 << 20;

/// Raises the soft limit of open files to the hard one and returns the limit now in force.
///
/// Five hundred indexes with a few files each are past the usual soft limit of 1024.
pub fn raise_open_files() -> io::Result<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(OPEN_FILES_WHEN_UNLIMITED);
    match current {
        Some(now) if now < wanted => {
            setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })?;
            Ok(wanted)
        }
        Some(now) => Ok(now),
        None => Ok(u64::MAX),
    }
}

/// Cores this process may use, at least one.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Bytes an unprivileged process can still write to the file system that holds `path`.
pub fn free_space(path: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Memory of this process that is resident, in bytes; `None` where the system does not say it in `/proc`.
pub fn resident_bytes() -> Option<u64> {
    let status = fs_err::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Gives the calling thread a low priority, for good: work that nobody waits for, beside work that somebody does. Where the
/// system knows no priorities of threads, nothing happens.
pub fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(10);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_open_files_is_raised_once_and_stays() {
        let raised = raise_open_files().unwrap();
        assert!(raised > 0);
        assert_eq!(raise_open_files().unwrap(), raised);
    }

    #[test]
    fn the_machine_has_cores_space_and_memory() {
        assert!(cores() >= 1);
        assert!(free_space(Path::new("/")).unwrap() > 0);
        if cfg!(target_os = "linux") {
            assert!(resident_bytes().unwrap() > 1 << 20);
        }
    }
}
