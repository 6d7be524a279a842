//! Folders with links that lead out, files that move in, and walks that break off.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use serde_json::json;

use super::*;
use crate::outside::Settings;
use crate::source::Mark;
use crate::source::testing::{Setup, changes as run, content, shown};

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(names: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for name in names {
            folder.put(name, name);
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        fs_err::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs_err::write(self.path(name), text).unwrap();
    }

    fn setup(&self, container: &str) -> Setup {
        let connection = format!("Folder={}", self.0.path().display());
        let folders = vec![self.0.path().to_owned()];
        let settings = Settings { folders, look_back: Duration::ZERO, ..Settings::default() };
        let setup = Setup::new("files", &connection, container).settings(settings);
        let now = jiff::Timestamp::from_millisecond(setup.outside.clock().unix_millis()).unwrap();
        Setup { now, ..setup }
    }
}

async fn names(setup: &Setup, since: Option<&Mark>) -> Vec<String> {
    shown(&run(setup, since).await.unwrap().0, "metadata_storage_name")
}

#[tokio::test]
async fn files_are_found_in_the_order_of_names_with_their_fields() {
    let folder = Folder::with(&["b.txt", "a/z", "a.txt", "a/b/ü c.JSON", "empty"]);
    fs_err::write(folder.path("empty"), "").unwrap();
    let (changes, _) = run(&folder.setup("."), None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+ü c.JSON", "+z", "+a.txt", "+b.txt", "+empty"]);
    assert_eq!(content(&changes[0]).await.unwrap().unwrap(), "a/b/ü c.JSON".as_bytes());
    assert_eq!(content(&changes[4]).await.unwrap().unwrap(), b"");
    let Change::Changed(item) = &changes[0] else { panic!() };
    let root = fs_err::canonicalize(folder.path(".")).unwrap();
    assert_eq!(item.id, format!("file://{}/a/b/%C3%BC%20c.JSON", root.display()));
    assert_eq!(
        (&item.fields["metadata_storage_size"], &item.fields["metadata_storage_file_extension"]),
        (&json!(13), &json!(".JSON"))
    );
    assert_eq!(names(&folder.setup("a"), None).await, ["+ü c.JSON", "+z"]);
    assert_eq!(names(&folder.setup("a").querying("b/"), None).await, ["+ü c.JSON"]);
    assert_eq!(
        names(&folder.setup(".").configured(json!({"excludedFileNameExtensions": ".txt,.json"})), None).await,
        ["+z", "+empty"]
    );
    let named = Setup { only: Some(vec![item.id.clone()]), ..folder.setup(".") };
    assert_eq!(names(&named, None).await, ["+ü c.JSON"]);
}

#[tokio::test]
async fn the_second_run_finds_what_was_written_or_moved_in() {
    let folder = Folder::with(&["a", "b"]);
    let elsewhere = Folder::with(&["old"]);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let (_, mark) = run(&folder.setup("."), None).await.unwrap();
    assert_eq!(names(&folder.setup("."), mark.as_ref()).await, Vec::<String>::new());
    folder.put("b", "other");
    fs_err::rename(elsewhere.path("old"), folder.path("old")).unwrap();
    assert_eq!(names(&folder.setup("."), mark.as_ref()).await, ["+b", "+old"]);
}

/// Where an old folder comes into the crawled one, or gets another name in it, nothing in it tells. With deletion by absence its files
/// are read, because nobody knows them; without, they are found when they are written again (docs/indexers.md).
#[tokio::test]
async fn old_files_in_a_folder_that_is_moved_are_found_where_absence_is_watched() {
    let store = Folder::with(&[]);
    let path = store.path("catalog.db");
    let catalog = lazuli_store::CatalogStore::open_or_create(&path, &lazuli_store::StoreOptions::default());
    let catalog = Arc::new(catalog.unwrap());
    for watched in [false, true] {
        let folder = Folder::with(&["a", "in/x", "in/y"]);
        let elsewhere = Folder::with(&["2025/old"]);
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let setup = || {
            let absence = watched.then(|| Absence::new(Arc::clone(&catalog), "i", true));
            Setup { absence, ..folder.setup(".") }
        };
        let (_, mark) = run(&setup(), None).await.unwrap();
        fs_err::rename(elsewhere.path("2025"), folder.path("2025")).unwrap();
        fs_err::rename(folder.path("in"), folder.path("out")).unwrap();
        folder.put("new", "new");
        let found = names(&setup(), mark.as_ref()).await;
        // No run settles what this test reads, so what is known besides is read again, too.
        let expected: &[&str] = if watched { &["+old", "+a", "+new", "+x", "+y"] } else { &["+new"] };
        assert_eq!(found, expected, "{watched}");
    }
}

#[tokio::test]
async fn a_broken_walk_goes_on_after_its_last_name() {
    let folder = Folder::with(&["a/x", "a/y", "a.b", "b", "c/d/e"]);
    let setup = folder.setup(".");
    let all = names(&setup, None).await;
    for done in 1..all.len() {
        let mut source = setup.open(None).await.unwrap();
        let mut mark = None;
        for _ in 0..done {
            mark = source.next(1).await.unwrap().unwrap().mark;
        }
        assert_eq!(names(&setup, mark.as_ref()).await, all[done..], "after {done}");
    }
}

#[tokio::test]
async fn links_lead_nowhere() {
    let secret = Folder::with(&["secret", "in/secret"]);
    let folder = Folder::with(&["a", "dir/b"]);
    symlink(secret.path("secret"), folder.path("link")).unwrap();
    symlink(secret.path("in"), folder.path("linked")).unwrap();
    let setup = folder.setup(".");
    let (changes, _) = run(&setup, None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "+b"]);
    // A link that takes the place of a file or a folder after it was listed.
    for name in ["a", "dir"] {
        fs_err::rename(folder.path(name), folder.path("away")).unwrap();
        let to = if name == "a" { secret.path("secret") } else { secret.path("in") };
        symlink(to, folder.path(name)).unwrap();
        let of = usize::from(name == "dir");
        assert!(
            matches!(content(&changes[of]).await, Err(SourceError::Broken(_) | SourceError::Missing(_))),
            "{name}"
        );
        fs_err::remove_file(folder.path(name)).unwrap();
        if folder.path("away").is_file() {
            fs_err::remove_file(folder.path("away")).unwrap();
        }
    }
    let linked = folder.setup("linked").open(None).await.map(drop);
    assert!(matches!(linked, Err(SourceError::Credentials(_))), "{linked:?}");
}

/// A folder that becomes a link while the walk goes on: before it is looked into, and when it has been.
#[tokio::test]
async fn a_folder_that_becomes_a_link_on_the_way_leads_nowhere() {
    let secret = Folder::with(&["secret"]);
    for (done, expected) in [(1, &["+z"] as &[&str]), (2, &["+secret", "+z"])] {
        let folder = Folder::with(&["a", "dir/b", "dir/secret", "z"]);
        let mut source = folder.setup(".").open(None).await.unwrap();
        for _ in 0..done {
            source.next(1).await.unwrap().unwrap();
        }
        fs_err::rename(folder.path("dir"), folder.path("away")).unwrap();
        symlink(secret.path(""), folder.path("dir")).unwrap();
        let mut found = Vec::new();
        while let Some(Changes { changes, .. }) = source.next(10).await.unwrap() {
            found.extend(changes);
        }
        assert_eq!(shown(&found, "metadata_storage_name"), expected);
        if done == 2 {
            let Change::Changed(item) = &found[0] else { panic!() };
            assert_eq!(
                item.fields["metadata_storage_size"],
                json!("dir/secret".len()),
                "it is the one that was here"
            );
            assert!(content(&found[0]).await.is_err());
        }
    }
}

#[tokio::test]
async fn folders_that_are_not_allowed_are_refused_before_it_is_told_whether_they_are_there() {
    let folder = Folder::with(&["a"]);
    let refused = |connection: &str, container: &str| {
        let setup = Setup { connection: connection.to_owned(), ..folder.setup(container) };
        async move { setup.open(None).await.map(drop).unwrap_err() }
    };
    for elsewhere in ["Folder=/etc", "Folder=/nowhere/at/all"] {
        assert!(matches!(refused(elsewhere, ".").await, SourceError::Credentials(_)), "{elsewhere}");
    }
    let here = format!("Folder={}", folder.0.path().display());
    assert!(matches!(refused(&here, "../..").await, SourceError::Broken(_)));
    assert!(matches!(refused(&here, "missing").await, SourceError::Missing(_)));
    let closed = Setup { ..folder.setup(".").settings(Settings::default()) };
    assert!(matches!(closed.open(None).await.map(drop), Err(SourceError::Credentials(_))));
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_is_never_mixed() {
    let folder = Folder::with(&[]);
    folder.put("large", &"x".repeat(3 * 1024 * 1024));
    let (changes, _) = run(&folder.setup("."), None).await.unwrap();
    let Change::Changed(Item { content: Some(content), .. }) = &changes[0] else { panic!() };
    let mut chunks = content.open().await.unwrap();
    assert!(chunks.next().await.unwrap().is_some());
    folder.put("large", "y");
    assert!(matches!(chunks.next().await, Err(SourceError::Changed(_))));
}

#[tokio::test]
async fn only_files_are_opened_and_names_that_no_field_can_hold_are_told() {
    let folder = Folder::with(&["a", "z"]);
    let pipe = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, folder.path("pipe"), pipe, rustix::fs::Mode::RWXU, 0).unwrap();
    let _listening = UnixListener::bind(folder.path("socket")).unwrap();
    symlink("/dev/zero", folder.path("device")).unwrap();
    let unnamable = folder.0.path().join(OsStr::from_bytes(b"n\xff.txt"));
    fs_err::write(&unnamable, "never read").unwrap();
    let mut source = folder.setup(".").open(None).await.unwrap();
    let Changes { changes, warnings, .. } = source.next(100).await.unwrap().unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "+z"]);
    let told: Vec<&str> = warnings.iter().filter_map(|note| note.details.as_deref()).collect();
    assert_eq!(told, ["The name of 'n\u{fffd}.txt' is not Unicode."]);
}

/// Folders that cannot be looked into do not hide what is beside them.
#[tokio::test]
async fn what_is_nested_too_deep_fails_for_itself() {
    let deep = ["d"; 256].join("/");
    let folder = Folder::with(&["a", &format!("{deep}/too deep"), "z"]);
    let (changes, mark) = run(&folder.setup("."), None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "?d", "+z"]);
    assert!(mark.is_some());
    let Change::Hidden(error) = &changes[1] else { panic!() };
    assert!(error.id.ends_with(&deep) && error.is_passing());
    let details = error.details.as_deref().unwrap_or_default();
    assert!(details.ends_with("/d/d' cannot be read: folders are nested deeper than 256."), "{details}");
    // Asked for again by itself, it is still not readable, and nothing else is read.
    let again = Setup { only: Some(vec![error.id.clone()]), ..folder.setup(".") };
    assert_eq!(names(&again, None).await, ["?d"]);
    let other = Setup { only: Some(vec![error.id.replace("/d/d", "/e/d")]), ..folder.setup(".") };
    assert_eq!(names(&other, None).await, Vec::<String>::new());
}

/// Silent where permissions bind nobody (root).
#[tokio::test]
async fn what_may_not_be_read_fails_for_itself_and_is_read_when_it_may() {
    let folder = Folder::with(&["a", "closed/in", "closed/below/in", "file", "z"]);
    let close = |name: &str, mode: u32| {
        fs_err::set_permissions(folder.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    close("closed", 0o000);
    close("file", 0o000);
    if fs_err::read(folder.path("file")).is_ok() {
        return;
    }
    let (changes, _) = run(&folder.setup("."), None).await.unwrap();
    assert_eq!(shown(&changes, "metadata_storage_name"), ["+a", "?closed", "+file", "+z"]);
    assert!(matches!(content(&changes[2]).await, Err(SourceError::Broken(_))));
    let Change::Hidden(error) = &changes[1] else { panic!() };
    let again = Setup { only: Some(vec![error.id.clone()]), ..folder.setup(".") };
    assert_eq!(names(&again, None).await, ["?closed"]);
    // Names without what they are of.
    close("closed", 0o400);
    assert_eq!(names(&again, None).await, ["?below", "?in"]);
    close("closed", 0o700);
    assert_eq!(names(&again, None).await, ["+in", "+in"]);
}
