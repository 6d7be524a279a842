//! Against a server, where the environment names one: `LAZULI_POSTGRES=postgresql://user@127.0.0.1:21030/postgres?sslmode=disable`,
//! whose user may create schemas. TLS and passwords are tested with `LAZULI_POSTGRES_TLS`, an address with a password and
//! `sslmode=verify-full`, and `LAZULI_TEST_CA`, the authority of the server's certificate.

use serde_json::json;

use super::*;
use crate::source::Mark;
use crate::source::testing::Setup;

/// A schema of its own, and a client to work in it; `None` if there is no server.
async fn schema(name: &str) -> Option<(String, Session)> {
    let url = std::env::var("LAZULI_POSTGRES").ok()?;
    let setup = Setup::new("postgresql", &url, "x");
    let client =
        connect(&Database::postgresql(&url).unwrap(), &setup.outside, &Budget::default()).await.unwrap();
    let schema = format!("Lazuli-{name}");
    client.batch_execute(&format!("DROP SCHEMA IF EXISTS \"{schema}\" CASCADE; CREATE SCHEMA \"{schema}\"; SET search_path = \"{schema}\"")).await.unwrap();
    Some((url, client))
}

#[tokio::test]
async fn a_table_is_followed_from_run_to_run() {
    let Some((url, client)) = schema("follow").await else { return };
    let create = "CREATE TABLE hotels (id int PRIMARY KEY, name text, gone boolean DEFAULT false, changed timestamptz DEFAULT clock_timestamp());
        INSERT INTO hotels (id, name) SELECT n, 'hotel ' || n FROM generate_series(1, 25) n";
    client.batch_execute(create).await.unwrap();
    let setup = Setup::new("postgresql", &url, "Lazuli-follow.hotels")
        .marked_by("changed")
        .deleted_by("gone", "true");
    let first = setup.run(None, 10).await.unwrap();
    assert_eq!(first.changes, (1..=25).map(|id| id.to_string()).collect::<Vec<_>>());
    assert_eq!(first.parts.iter().map(|(changes, _)| *changes).collect::<Vec<_>>(), [10, 10, 5]);
    assert!(first.parts.iter().all(|(_, mark)| mark.is_some()), "{:?}", first.parts);

    let idle = setup.run(first.mark.as_ref(), 10).await.unwrap();
    assert_eq!((idle.changes, &idle.mark), (vec![], &first.mark));

    let change = "UPDATE hotels SET name = 'new', changed = clock_timestamp() WHERE id = 3;
        UPDATE hotels SET gone = true, changed = clock_timestamp() WHERE id = 4";
    client.batch_execute(change).await.unwrap();
    let second = setup.run(first.mark.as_ref(), 10).await.unwrap();
    assert_eq!(second.changes, ["3", "-4"]);
    assert_eq!(second.rows[0].get("name"), Some(&json!("new")));
}

/// Rows of one value across parts, and rows that get that value after the run has read.
#[tokio::test]
async fn rows_of_equal_marks_are_never_lost() {
    let Some((url, client)) = schema("ties").await else { return };
    let create = "CREATE TABLE t (id int PRIMARY KEY, version bigint);
        INSERT INTO t SELECT n, CASE WHEN n < 3 THEN n ELSE 7 END FROM generate_series(1, 12) n";
    client.batch_execute(create).await.unwrap();
    let setup = Setup::new("postgresql", &url, "\"Lazuli-ties\".t").marked_by("VERSION");
    let run = setup.run(None, 5).await.unwrap();
    let mark =
        |value: &str, rows: u64| Some(json!({ "HighWaterMark": value, "Type": "bigint", "Rows": rows }));
    assert_eq!(run.parts, [(5, mark("2", 1)), (5, None), (2, mark("7", 10))]);

    // Killed after the first part, the next run delivers all the rest.
    let rest = setup.run(Some(&Mark(mark("2", 1).unwrap())), 5).await.unwrap();
    assert_eq!(rest.changes.len(), 10);

    client.batch_execute("INSERT INTO t VALUES (100, 7)").await.unwrap();
    let again = setup.run(run.mark.as_ref(), 50).await.unwrap();
    assert_eq!(again.changes.len(), 11, "the rows of the mark are read again when they are others");
    assert_eq!(again.mark, mark("7", 11).map(Mark));
    client.batch_execute("INSERT INTO t VALUES (101, NULL), (102, 8)").await.unwrap();
    assert_eq!(setup.run(again.mark.as_ref(), 50).await.unwrap().changes, ["102"]);
}

/// Changes by the transaction that made them: one that was running during a run is seen by the next.
#[tokio::test]
async fn a_change_that_commits_late_is_not_missed() {
    let Some((url, client)) = schema("xmin").await else { return };
    let create =
        "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t SELECT n, n FROM generate_series(1, 5) n";
    client.batch_execute(create).await.unwrap();
    client.batch_execute("BEGIN; UPDATE t SET n = 0 WHERE id = 2").await.unwrap();
    let setup = Setup::new("postgresql", &url, "Lazuli-xmin.t").marked_by("xmin");
    let first = setup.run(None, 2).await.unwrap();
    assert_eq!(first.changes, ["1", "2", "3", "4", "5"]);
    assert_eq!(first.parts.iter().filter(|(_, mark)| mark.is_some()).count(), 1, "at the end only");
    client.batch_execute("COMMIT").await.unwrap();
    let second = setup.run(first.mark.as_ref(), 2).await.unwrap();
    // Others work on the server too: what they had not finished is read again.
    assert!(second.changes.contains(&"2".to_owned()), "{:?}", second.changes);
    assert!(second.rows.iter().any(|row| row.get("n") == Some(&json!(0))));
    let long_ago = Mark(json!({ "HighWaterMark": "99999999999", "Type": "xmin", "Rows": 0 }));
    assert_eq!(setup.run(Some(&long_ago), 9).await.unwrap().changes.len(), 5, "a mark of another server");
}

#[tokio::test]
async fn every_type_has_its_usual_form() {
    let Some((url, client)) = schema("types").await else { return };
    let create = "CREATE TABLE \"Types\" (\"Id\" uuid PRIMARY KEY, small smallint, big bigint, price numeric(10,2), real double precision,
            yes boolean, words text[], doc jsonb, day date, local timestamp, moment timestamptz, nothing text);
        INSERT INTO \"Types\" VALUES ('00000000-0000-0000-0000-000000000001', 1, 9007199254740993, 12.50, 0.1, true,
            '{a,\"b c\"}', '{\"a\": [1, null]}', '2026-11-20', '2026-11-20 18:30:00.125', '2026-11-20 20:30:00+02', NULL)";
    client.batch_execute(create).await.unwrap();
    let setup = Setup::new("postgresql", &url, "Lazuli-types.Types");
    let run = setup.run(None, 100).await.unwrap();
    assert_eq!((run.changes, run.mark), (vec!["00000000-0000-0000-0000-000000000001".to_owned()], None));
    let expected = json!({
        "Id": "00000000-0000-0000-0000-000000000001", "small": 1, "big": 9_007_199_254_740_993_i64, "price": "12.50",
        "real": 0.1, "yes": true, "words": ["a", "b c"], "doc": { "a": [1, null] }, "day": "2026-11-20T00:00:00Z",
        "local": "2026-11-20T18:30:00.125Z", "moment": "2026-11-20T18:30:00+00:00", "nothing": null,
    });
    assert_eq!(Value::Object(run.rows[0].clone()), expected);
}

#[tokio::test]
async fn only_the_rows_that_are_named_come() {
    let Some((url, client)) = schema("only").await else { return };
    let create =
        "CREATE TABLE t (a int, b text, PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, 'x'), (2, 'y');
        CREATE VIEW v AS SELECT b, a AS id FROM t";
    client.batch_execute(create).await.unwrap();
    let mut setup = Setup::new("postgresql", &url, "Lazuli-only.t").marked_by("a");
    setup.only = Some(vec!["1,x".into()]);
    let run = setup.run(None, 100).await.unwrap();
    assert_eq!((run.changes, run.mark), (vec!["1,x".to_owned()], None));
    let view = Setup::new("postgresql", &url, "Lazuli-only.v").marked_by("id").run(None, 100).await.unwrap();
    assert_eq!(view.changes, ["1", "2"]);
    assert_eq!(view.warnings, ["The data change detection policy is configured to use key column 'id'"]);
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let Some((url, client)) = schema("wrong").await else { return };
    client.batch_execute("CREATE TABLE t (id int PRIMARY KEY)").await.unwrap();
    let error = async |setup: Setup| setup.run(None, 10).await.err().unwrap();
    let table = |name: &str| Setup::new("postgresql", &url, name);
    let missing = SourceError::Missing("The table or view 'Lazuli-wrong.x' does not exist.".into());
    assert_eq!(error(table("Lazuli-wrong.x")).await, missing);
    assert!(matches!(error(table("t; DROP TABLE t")).await, SourceError::Broken(_)));
    let column = SourceError::Broken("The table has no column 'x\"y'.".into());
    assert_eq!(error(table("Lazuli-wrong.t").marked_by("x\"y")).await, column);
    let database = Setup { connection: url.replace("/postgres?", "/nowhere?"), ..table("t") };
    assert!(matches!(error(database).await, SourceError::Missing(_)));

    let since = Mark(json!({ "HighWaterMark": "x", "Type": "text", "Rows": 1 }));
    let changed =
        table("Lazuli-wrong.t").marked_by("id").run(Some(&since), 10).await.err().unwrap().to_string();
    assert!(
        changed.starts_with("Failed to compare value 'x' of type text to value 'id' of type integer."),
        "{changed}"
    );
}

/// The connection is cut between two parts: the run goes on behind what was delivered whole.
#[tokio::test]
async fn a_broken_connection_is_made_anew() {
    let Some((url, client)) = schema("broken").await else { return };
    let create = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 30)";
    client.batch_execute(create).await.unwrap();
    let setup = Setup::new("postgresql", &url, "Lazuli-broken.t").marked_by("id");
    let mut source = setup.open(None).await.unwrap();
    let first = source.next(13).await.unwrap().unwrap();
    assert_eq!(first.changes.len(), 13);
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND query LIKE 'FETCH FORWARD 13 %'";
    client.batch_execute(kill).await.unwrap();
    let broken = source.next(13).await.err().unwrap();
    assert!(matches!(broken, SourceError::Transient(_)), "{broken:?}");
    let mut rest = 0;
    while let Some(part) = source.next(13).await.unwrap() {
        rest += part.changes.len();
    }
    assert_eq!(
        rest, 18,
        "the last row of the first part is read again: there might have been more of its value"
    );
}

#[tokio::test]
async fn tls_is_verified_and_a_password_proved() {
    let (Ok(url), Ok(authority)) = (std::env::var("LAZULI_POSTGRES_TLS"), std::env::var("LAZULI_TEST_CA"))
    else {
        return;
    };
    let setup = Setup::new("postgresql", &url, "pg_catalog.pg_database");
    let untrusted = setup.open(None).await.err().unwrap().to_string();
    assert!(untrusted.starts_with("Unable to make a secure connection to 'localhost'"), "{untrusted}");
    let setup = setup.trusting(&authority);
    assert!(
        setup
            .run(None, 100)
            .await
            .unwrap()
            .rows
            .iter()
            .any(|row| row.get("datname") == Some(&json!("postgres")))
    );
    let wrong = Setup { connection: url.replace('@', "x@"), ..setup };
    assert_eq!(wrong.open(None).await.err(), Some(SourceError::Credentials(sql::CREDENTIALS.into())));
}

#[tokio::test]
async fn a_server_without_tls_is_left_when_tls_is_asked_for() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = [0; 8];
        stream.read_exact(&mut asked).await.unwrap();
        stream.write_all(b"N").await.unwrap();
        assert_eq!(stream.read(&mut asked).await.unwrap(), 0, "no password is told");
    });
    let connection = format!("postgresql://u:geheim@127.0.0.1:{port}/d?sslmode=require");
    let error = Setup::new("postgresql", &connection, "t").open(None).await.err().unwrap();
    assert_eq!(error, SourceError::Broken("The server '127.0.0.1' does not offer TLS.".into()));
}

/// A server that accepts connections and says nothing.
#[tokio::test]
async fn silence_ends() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connection = format!("postgresql://u:geheim@127.0.0.1:{port}/d?connect_timeout=1");
    let error = Setup::new("postgresql", &connection, "t").open(None).await.err().unwrap();
    assert_eq!(error, SourceError::Transient("Connecting to '127.0.0.1' took too long.".into()));
}

/// A server that takes a statement and never answers is left as soon as nobody waits any more.
#[tokio::test]
async fn a_statement_that_is_given_up_leaves_no_connection() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let length = stream.read_u32().await.unwrap();
        stream.read_exact(&mut vec![0; length as usize - 4]).await.unwrap();
        // The login is accepted, and the server is ready.
        stream.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.map(drop).unwrap_or_default();
    });
    let url = format!("postgresql://u@127.0.0.1:{port}/d?sslmode=disable");
    let setup = Setup::new("postgresql", &url, "t");
    let session =
        connect(&Database::postgresql(&url).unwrap(), &setup.outside, &Budget::default()).await.unwrap();
    let given_up = timeout(Duration::from_millis(50), session.simple_query("SELECT 1")).await;
    assert!(given_up.is_err());
    drop(session);
    timeout(Duration::from_secs(20), server).await.unwrap().unwrap();
}
