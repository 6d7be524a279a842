//! Against a server of our own that knows the protocol and the forms of our statements ([`stub`]); and against SQL Server,
//! where the environment names one: `LAZULI_MSSQL="Server=localhost;Database=d;User ID=sa;Password=…;Encrypt=False"`, whose user
//! may create tables and turn change tracking on.

use std::sync::Arc;
use std::time::Duration;

use lazuli_wire::data_sources::ChangeDetectionPolicy;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use super::stub::database::{Row, Shared, Tracking, version};
use super::stub::{Answer, PASSWORD, Stub};
use super::tds::broken;
use super::tds::prelogin::{NONE, OFF, ON, REQUIRED};
use crate::source::sql::CREDENTIALS;
use crate::source::testing::{Run, Setup};
use crate::source::{Mark, SourceError};

/// A data source over the stub's table.
fn table(port: u16) -> Setup {
    Setup::new("azuresql", &connection("127.0.0.1", port, "Encrypt=False"), "dbo.hotels")
}

fn connection(host: &str, port: u16, more: &str) -> String {
    format!(
        "Server=tcp:{host},{port};Database=d;User ID=u;Password=\"{PASSWORD}\";Connection Timeout=2;{more}"
    )
}

fn tracked(mut setup: Setup) -> Setup {
    setup.source.data_change_detection_policy = Some(ChangeDetectionPolicy {
        odata_type: ChangeDetectionPolicy::SQL_INTEGRATED.into(),
        high_water_mark_column_name: None,
    });
    setup
}

fn ids(ids: std::ops::RangeInclusive<i64>) -> Vec<String> {
    ids.map(|id| id.to_string()).collect()
}

fn mark(value: &str, kind: &str, rows: u64) -> Option<Mark> {
    Some(Mark(json!({ "HighWaterMark": value, "Type": kind, "Rows": rows })))
}

/// Reads on whatever breaks, at most as often as it may.
async fn persistent(setup: &Setup, most: usize, breaks_max: usize) -> Result<(Run, usize), SourceError> {
    let mut source = setup.open(None).await?;
    let (mut run, mut breaks) = (Run::default(), 0);
    loop {
        match source.next(most).await {
            Ok(Some(part)) => run.add(part),
            Ok(None) => return Ok((run, breaks)),
            Err(SourceError::Transient(_)) if breaks < breaks_max => breaks += 1,
            Err(error) => return Err(error),
        }
    }
}

#[tokio::test]
async fn a_table_is_followed_by_its_row_versions() {
    let database = Shared::of(1..=25);
    let port = database.stub().start().await;
    let setup = table(port).marked_by("Version").deleted_by("gone", "True");
    let first = setup.run(None, 10).await.unwrap();
    assert_eq!(first.changes, ids(1..=25));
    assert_eq!(first.parts.iter().map(|(changes, _)| *changes).collect::<Vec<_>>(), [10, 10, 5]);
    assert_eq!(first.mark, mark(&version(1025), "timestamp", 1));
    assert_eq!(json!(first.rows[0]), json!({ "id": 1, "name": "hotel 1", "gone": false, "rank": null }));
    let idle = setup.run(first.mark.as_ref(), 10).await.unwrap();
    assert_eq!((idle.changes, &idle.mark), (vec![], &first.mark));

    database.with(|database| {
        database.rows[2].version = 1030;
        database.rows[3] = Row { id: 4, gone: true, version: 1031, rank: None };
    });
    let second = setup.run(first.mark.as_ref(), 10).await.unwrap();
    assert_eq!(second.changes, ["3", "-4"]);
}

/// A version is taken before its transaction commits: what may still become visible is left to the next run.
#[tokio::test]
async fn versions_of_open_transactions_are_left_to_the_next_run() {
    let database = Shared::of(1..=3);
    database.with(|database| database.open = Some(1003));
    let setup = table(database.stub().start().await).marked_by("version");
    let first = setup.run(None, 10).await.unwrap();
    assert_eq!(first.changes, ids(1..=2));
    database.with(|database| database.open = None);
    assert_eq!(setup.run(first.mark.as_ref(), 10).await.unwrap().changes, ["3"]);
    database.with(|database| database.is_read_only = true);
    let refused = setup.run(None, 10).await.err().unwrap().to_string();
    assert!(
        refused.starts_with("Using a rowversion column for change tracking isn't supported"),
        "{refused}"
    );
}

#[tokio::test]
async fn without_a_policy_every_run_reads_the_whole() {
    let setup = table(Shared::of(1..=12).stub().start().await);
    for _ in 0..2 {
        let run = setup.run(None, 5).await.unwrap();
        assert_eq!((run.changes, run.mark), (ids(1..=12), None));
    }
}

fn ranked(ranks: &[Option<i64>]) -> Shared {
    let database = Shared::of(1..=ranks.len() as i64);
    database.with(|database| {
        for (row, rank) in database.rows.iter_mut().zip(ranks) {
            row.rank = *rank;
        }
    });
    database
}

#[tokio::test]
async fn rows_of_equal_marks_are_never_lost() {
    let database = ranked(&[Some(1), Some(7), Some(7), Some(7), None]);
    let setup = table(database.stub().start().await).marked_by("rank");
    let run = setup.run(None, 3).await.unwrap();
    assert_eq!(run.changes, ["5", "1", "2", "3", "4"]);
    assert_eq!(
        run.parts,
        [(3, mark("1", "int", 1).map(|mark| mark.0)), (2, mark("7", "int", 3).map(|mark| mark.0))]
    );
    let killed = setup.run(mark("1", "int", 1).as_ref(), 10).await.unwrap();
    assert_eq!(killed.changes, ["2", "3", "4"]);
    database.with(|database| database.rows.push(Row { id: 6, rank: Some(7), ..Row::default() }));
    let again = setup.run(run.mark.as_ref(), 10).await.unwrap();
    assert_eq!(
        (again.changes, &again.mark),
        (vec!["2".into(), "3".into(), "4".into(), "6".into()], &mark("7", "int", 4))
    );
    assert_eq!(setup.run(again.mark.as_ref(), 10).await.unwrap().changes, [""; 0]);
}

#[tokio::test]
async fn rows_may_come_in_any_order() {
    let database = ranked(&[Some(7), Some(1), None, Some(7)]);
    let setup = table(database.stub().start().await).marked_by("rank");
    let setup = setup.configured(json!({ "disableOrderByHighWaterMarkColumn": true }));
    let first = setup.run(None, 3).await.unwrap();
    assert_eq!(first.changes, ids(1..=4));
    let at_end = mark("7", "int", 2).map(|mark| mark.0);
    assert_eq!(first.parts, [(3, None), (1, at_end)]);
    assert!(
        database.with(|database| database
            .asked
            .iter()
            .all(|asked| !asked.ends_with("ORDER BY lazuli_row.[rank]")))
    );
    assert_eq!(setup.run(first.mark.as_ref(), 3).await.unwrap().changes, [""; 0]);
    database.with(|database| database.rows.push(Row { id: 5, rank: Some(8), ..Row::default() }));
    let second = setup.run(first.mark.as_ref(), 3).await.unwrap();
    assert_eq!((second.changes, second.mark), (vec!["5".to_owned()], mark("8", "int", 1)));
}

/// Of a view, several rows of which have the version of one.
#[tokio::test]
async fn rows_of_the_remembered_version_may_be_read_again() {
    let setup = table(Shared::of(1..=3).stub().start().await).marked_by("version");
    let setup = setup.configured(json!({ "convertHighWaterMarkToRowVersion": true }));
    let first = setup.run(None, 10).await.unwrap();
    assert_eq!(setup.run(first.mark.as_ref(), 10).await.unwrap().changes, ["3"]);
    let other = Setup { source: setup.marked_by("rank").source, ..table(1) };
    let port = Shared::of(1..=1).stub().start().await;
    let other = Setup { connection: table(port).connection, ..other }
        .configured(json!({ "convertHighWaterMarkToRowVersion": true }));
    let refused = other.open(None).await.err().unwrap().to_string();
    assert!(refused.contains("needs a rowversion or binary(8)"), "{refused}");
}

#[tokio::test]
async fn changes_are_found_by_change_tracking() {
    let database = Shared::of(1..=5);
    database.with(|database| database.tracking = Some(Tracking(10, 0, vec![])));
    let setup = tracked(table(database.stub().start().await));
    let first = setup.run(None, 2).await.unwrap();
    let place = |version: i64, key: &str| Some(json!({ "ChangeTrackingVersion": version, "Key": key }));
    let at = |version: i64| Some(Mark(json!({ "ChangeTrackingVersion": version })));
    assert_eq!(first.changes, ids(1..=5));
    assert_eq!(first.parts, [(2, place(10, "2")), (2, place(10, "4")), (1, at(10).map(|mark| mark.0))]);
    assert_eq!(setup.run(first.mark.as_ref(), 2).await.unwrap().parts, []);

    database.with(|database| {
        database.rows.retain(|row| row.id != 3);
        database.rows.push(Row { id: 6, ..Row::default() });
        database.tracking = Some(Tracking(14, 0, vec![(3, 12), (6, 12), (1, 13), (2, 14)]));
    });
    let second = setup.run(first.mark.as_ref(), 3).await.unwrap();
    assert_eq!(second.changes, ["-3", "6", "1", "2"]);
    // Killed among changes, all of them come again: only at the end it is known that none was forgotten.
    assert_eq!(second.parts, [(3, None), (1, at(14).map(|mark| mark.0))]);
    assert_eq!(json!(second.rows[0]), json!({ "id": 3 }));
}

#[tokio::test]
async fn changes_that_are_forgotten_while_they_are_read_begin_anew() {
    let database = Shared::of(1..=3);
    database.with(|database| {
        database.tracking = Some(Tracking(14, 0, vec![(1, 12), (2, 13), (3, 14)]));
        database.forgets = Some(12);
    });
    let setup = tracked(table(database.stub().start().await));
    let since = Mark(json!({ "ChangeTrackingVersion": 10 }));
    let run = setup.run(Some(&since), 2).await.unwrap();
    assert_eq!(run.changes, ["1", "2", "3", "1", "2", "3"]);
    assert_eq!(run.parts.iter().filter(|(_, mark)| mark.is_some()).count(), 2, "{:?}", run.parts);
    assert_eq!(run.warnings.len(), 1);
    assert_eq!(run.mark, Some(Mark(json!({ "ChangeTrackingVersion": 14 }))));
}

#[tokio::test]
async fn a_first_run_goes_on_where_it_was_killed_and_forgotten_changes_begin_anew() {
    let database = Shared::of(1..=5);
    database.with(|database| database.tracking = Some(Tracking(10, 4, vec![(1, 9)])));
    let setup = tracked(table(database.stub().start().await));
    let killed = Mark(json!({ "ChangeTrackingVersion": 8, "Key": "3" }));
    let rest = setup.run(Some(&killed), 10).await.unwrap();
    assert_eq!((rest.changes, &rest.warnings), (ids(4..=5), &vec![]));
    // The change of version 9 came after the version with which the run began.
    assert_eq!(setup.run(rest.mark.as_ref(), 10).await.unwrap().changes, ["1"]);
    for version in [3, 11] {
        let old = Mark(json!({ "ChangeTrackingVersion": version }));
        let anew = setup.run(Some(&old), 10).await.unwrap();
        assert_eq!((anew.changes, anew.warnings.len()), (ids(1..=5), 1), "{version}");
        assert_eq!(anew.mark, Some(Mark(json!({ "ChangeTrackingVersion": 10 }))));
    }
}

#[tokio::test]
async fn change_tracking_needs_a_table_that_has_it() {
    let database = Shared::of(1..=5);
    let setup = tracked(table(database.stub().start().await));
    let refused = async || setup.open(None).await.err().unwrap().to_string();
    let sentence = "Change tracking is not enabled for the database and the table 'dbo.hotels'.";
    assert_eq!(refused().await, sentence);
    database.with(|database| {
        database.tracking = Some(Tracking(1, 0, vec![]));
        database.key = "id,rank";
    });
    let sentence =
        "Integrated change tracking policy cannot be used because table has a composite primary key";
    assert_eq!(refused().await, sentence);
}

#[tokio::test]
async fn single_rows_are_read_again() {
    let database = Shared::of(1..=5);
    database.with(|database| database.tracking = Some(Tracking(10, 0, vec![])));
    let port = database.stub().start().await;
    for setup in [table(port).marked_by("version"), tracked(table(port))] {
        let setup = Setup { only: Some(vec!["2".into(), "4".into()]), ..setup };
        let run = setup.run(None, 10).await.unwrap();
        assert_eq!((run.changes, run.mark), (vec!["2".to_owned(), "4".to_owned()], None));
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let port = Shared::of(1..=1).stub().start().await;
    let error = async |setup: Setup| setup.open(None).await.err().unwrap();
    let changed = |from: &str, to: &str| {
        let setup = table(port);
        Setup { connection: setup.connection.replace(from, to), ..setup }
    };
    assert_eq!(error(changed(PASSWORD, "wrong")).await, SourceError::Credentials(CREDENTIALS.into()));
    let missing = error(changed("Database=d", "Database=missing")).await;
    assert!(
        matches!(&missing, SourceError::Missing(text) if text.contains("Cannot open database")),
        "{missing}"
    );
    let mut setup = table(port);
    setup.source.container.name = "dbo.nothing".into();
    assert_eq!(
        error(setup).await,
        SourceError::Missing("The table or view 'dbo.nothing' does not exist.".into())
    );
    assert_eq!(
        error(table(port).marked_by("x")).await,
        SourceError::Broken("The table has no column 'x'.".into())
    );
    let strict = error(changed("Encrypt=False", "Encrypt=Strict")).await;
    assert!(strict.to_string().starts_with("'Encrypt=Strict' is not supported."), "{strict}");
    let metadata = error(changed("127.0.0.1", "169.254.169.254")).await;
    assert!(metadata.to_string().contains("are not allowed"), "{metadata}");
    let busy = Stub::new(|_, _| Answer::Error(40501, "The service is currently busy.")).start().await;
    let sentence = "The database answered: The service is currently busy.";
    assert_eq!(error(table(busy)).await, SourceError::Transient(sentence.into()));
}

#[tokio::test]
async fn a_gateway_sends_us_to_the_database() {
    let database = Shared::of(1..=3);
    let port = database.stub().start().await;
    let gateway = Stub { elsewhere: Some(("127.0.0.1".into(), port)), ..Stub::new(|_, _| unreachable!()) };
    let run = table(gateway.start().await).run(None, 10).await.unwrap();
    assert_eq!(run.changes, ids(1..=3));
    let metadata = Stub { elsewhere: Some(("169.254.169.254".into(), 80)), ..database.stub() }.start().await;
    let refused = table(metadata).open(None).await.err().unwrap().to_string();
    assert!(refused.contains("are not allowed"), "{refused}");
}

/// Names and values are never a part of a statement.
#[tokio::test]
async fn a_mark_that_is_a_statement_stays_a_value() {
    let evil = "1'; DROP TABLE hotels; --";
    let stub = Stub::new(move |statement, parameters| {
        assert!(!statement.contains("DROP"), "{statement}");
        if statement.contains("sys.columns") {
            let row = ["na]me", "nvarchar", "1", "200", "0"].map(|text| Some(text.to_owned())).to_vec();
            return Answer::Rows(5, vec![row]);
        }
        if statement.starts_with("SET") {
            return Answer::Rows(0, vec![]);
        }
        assert!(statement.contains("lazuli_row.[na]]me]"), "{statement}");
        assert_eq!(parameters, [evil]);
        Answer::Rows(if statement.contains("COUNT_BIG") { 1 } else { 2 }, vec![])
    });
    let setup = table(stub.start().await).marked_by("na]me");
    let error = setup.run(mark(evil, "nvarchar", 1).as_ref(), 10).await.err().unwrap();
    assert_eq!(error, broken(), "a count without a row");
}

/// Three ways in which a server encrypts, and what its certificate is worth in each.
#[tokio::test]
async fn tls_is_verified_where_it_protects() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("ca.pem");
    fs_err::write(&bundle, made.cert.pem()).unwrap();
    let stub =
        |encryption| Stub { encryption, identity: Some(identity(&made)), ..Shared::of(1..=300).stub() };
    let setup = |port, more: &str| Setup::new("azuresql", &connection("localhost", port, more), "dbo.hotels");
    let (everything, required, login) =
        (stub(ON).start().await, stub(REQUIRED).start().await, stub(OFF).start().await);

    let trusting = |port, more: &str| setup(port, more).trusting(bundle.to_str().unwrap());
    for trusting in
        [trusting(everything, ""), trusting(required, "Encrypt=False"), trusting(everything, "Encrypt=no")]
    {
        assert_eq!(trusting.run(None, 100).await.unwrap().changes, ids(1..=300));
    }
    let refused = setup(everything, "").open(None).await.err().unwrap().to_string();
    assert!(refused.starts_with("Unable to make a secure connection to 'localhost'"), "{refused}");
    let refused =
        setup(everything, "TrustServerCertificate=True").open(None).await.err().unwrap().to_string();
    assert!(refused.ends_with("'TrustServerCertificate=True' does not change that."), "{refused}");

    // Only the login is encrypted: nobody looks at the certificate, and a server without TLS is as good.
    assert_eq!(setup(login, "Encrypt=False").run(None, 100).await.unwrap().changes, ids(1..=300));
    for encryption in [OFF, NONE] {
        let port = Stub { encryption, ..Shared::of(1..=1).stub() }.start().await;
        let refused = setup(port, "").open(None).await.err().unwrap();
        assert_eq!(refused, SourceError::Broken("The server 'localhost' does not offer TLS.".into()));
    }
}

/// TLS 1.2, as SQL Server speaks it inside of this version of its protocol.
fn identity(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> tokio_rustls::TlsAcceptor {
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    tokio_rustls::TlsAcceptor::from(Arc::new(config))
}

/// A table of one column, whose rows are answered by `rows`, given how often they were asked for and from where on.
async fn column(rows: impl Fn(usize, Option<i64>) -> Answer + Send + Sync + 'static) -> Setup {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let stub = Stub::new(move |statement, parameters| {
        if statement.contains("sys.columns") {
            let row = ["id", "int", "1", "4", "0"].map(|text| Some(text.to_owned())).to_vec();
            return Answer::Rows(5, vec![row]);
        }
        if statement.starts_with("SET") {
            return Answer::Rows(0, vec![]);
        }
        let from = parameters.first().map(|from| from.parse().unwrap());
        rows(asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst), from)
    });
    table(stub.start().await)
}

#[tokio::test]
async fn servers_that_break_off_are_asked_again_and_others_are_given_up() {
    let some = || vec![vec![Some("1".to_owned())], vec![Some("2".to_owned())]];
    // Hangs up once in the middle of the rows.
    let setup = column(
        move |asked, _| if asked == 0 { Answer::Cut(some(), vec![4]) } else { Answer::Rows(1, some()) },
    )
    .await;
    let (run, breaks) = persistent(&setup, 2, 5).await.unwrap();
    assert_eq!((run.changes.join(" "), breaks), ("1 2 1 2".to_owned(), 1));
    // A deadlock, which is worth another try.
    let deadlock = "Transaction was deadlocked.";
    let setup = column(
        move |asked, _| if asked == 0 { Answer::Error(1205, deadlock) } else { Answer::Rows(1, some()) },
    )
    .await;
    assert_eq!(persistent(&setup, 2, 5).await.unwrap().1, 1);
    // Garbage: no packet of an answer, and no token of one.
    for garbage in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[4, 1, 0, 9, 0, 0, 0, 0, 0x99]] {
        let setup = column(move |_, _| Answer::Cut(some(), garbage.to_vec())).await;
        assert_eq!(persistent(&setup, 2, 5).await.err(), Some(broken()));
    }
}

#[tokio::test]
async fn silence_between_rows_ends() {
    let setup = column(|_, _| Answer::Cut(vec![vec![Some("1".to_owned())]], vec![])).await;
    let setup = setup.configured(json!({ "queryTimeout": "00:00:01" }));
    let slow = SourceError::Transient("The database did not answer within the query timeout.".into());
    assert_eq!(persistent(&setup, 10, 0).await.err(), Some(slow));
}

/// Whatever number of rows is asked for, a part holds a limited number of bytes.
#[tokio::test]
async fn parts_of_long_rows_are_short() {
    let stub = Stub::new(|statement, _| {
        if statement.contains("sys.columns") {
            let row = ["id", "nvarchar", "1", "-1", "0"].map(|text| Some(text.to_owned())).to_vec();
            return Answer::Rows(5, vec![row]);
        }
        let long = || vec![Some("x".repeat(6 << 20))];
        if statement.starts_with("SET") {
            Answer::Rows(0, vec![])
        } else {
            Answer::Rows(1, (0..7).map(|_| long()).collect())
        }
    });
    let run = table(stub.start().await).run(None, 1000).await.unwrap();
    assert_eq!(run.parts.iter().map(|(changes, _)| *changes).collect::<Vec<_>>(), [3, 3, 1]);
}

/// Servers that say nothing, or anything.
#[tokio::test]
async fn greetings_of_others_end() {
    let connect = async |greeting: &'static [u8]| {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(greeting).await.unwrap();
            tokio::time::sleep(Duration::from_secs(10)).await;
        });
        let error = table(port).open(None).await.err().unwrap();
        serving.abort();
        error
    };
    assert_eq!(connect(b"").await, SourceError::Transient("Connecting to '127.0.0.1' took too long.".into()));
    for greeting in
        [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"\x04\x01\0\x09\0\0\0\0\xff", b"\x04\x01\0\0\0\0\0\0"]
    {
        assert_eq!(connect(greeting).await, broken(), "{greeting:?}");
    }
}

/// A table of a SQL Server that the environment names.
#[tokio::test]
async fn a_real_table_is_followed() {
    let Ok(connection) = std::env::var("LAZULI_MSSQL") else { return };
    let server = lazuli_catalog::data_sources::connection::SqlServer::parse(&connection).unwrap();
    let setup = |name: &str| Setup::new("azuresql", &connection, name);
    let mut client = super::tds::Connection::open(&server, &setup("x").outside).await.unwrap();
    for statement in [
        "IF (SELECT COUNT(*) FROM sys.change_tracking_databases WHERE database_id = DB_ID()) = 0 \
         EXEC (N'ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)')",
        "DROP TABLE IF EXISTS dbo.lazuli_hotels",
        "CREATE TABLE dbo.lazuli_hotels (id int PRIMARY KEY, b bit, d decimal(20, 4), m money, r real, f float, g uniqueidentifier, \
         t datetime2(7), o datetimeoffset, day date, p geography, x xml, n nvarchar(max), version rowversion)",
        "ALTER TABLE dbo.lazuli_hotels ENABLE CHANGE_TRACKING",
        "INSERT INTO dbo.lazuli_hotels (id, b, d, m, r, f, g, t, o, day, p, n) VALUES (1, 1, 1.5, 2.25, 0.1, 0.1, \
         '0E984725-C51C-4BF4-9960-E1C80E27ABA0', '2026-11-20T18:30:00.1234567', '2026-11-20T20:30:00+02:00', '2026-11-20', \
         geography::Point(47.678581, -122.131577, 4326), N'größe')",
        "INSERT INTO dbo.lazuli_hotels (id) VALUES (2), (3)",
    ] {
        client.rows(statement, &[]).await.unwrap();
    }
    let marked = setup("[dbo].[lazuli_hotels]").marked_by("version");
    let followed = tracked(setup("dbo.lazuli_hotels"));
    let (by_mark, by_tracking) = (marked.run(None, 2).await.unwrap(), followed.run(None, 2).await.unwrap());
    assert_eq!((&by_mark.changes, &by_tracking.changes), (&ids(1..=3), &ids(1..=3)));
    let expected = json!({
        "id": 1, "b": true, "d": "1.5000", "m": "2.2500", "r": f64::from(0.1_f32), "f": 0.1,
        "g": "0e984725-c51c-4bf4-9960-e1c80e27aba0", "t": "2026-11-20T18:30:00.1234567Z", "o": "2026-11-20T18:30:00.0000000Z",
        "day": "2026-11-20T00:00:00Z", "p": { "type": "Point", "coordinates": [-122.131_577, 47.678_581] }, "n": "größe",
    });
    assert_eq!(json!(by_mark.rows[0]), expected);
    client.rows("UPDATE dbo.lazuli_hotels SET n = N'new' WHERE id = 2", &[]).await.unwrap();
    client.rows("DELETE FROM dbo.lazuli_hotels WHERE id = 3", &[]).await.unwrap();
    assert_eq!(marked.run(by_mark.mark.as_ref(), 2).await.unwrap().changes, ["2"]);
    let mut changes = followed.run(by_tracking.mark.as_ref(), 2).await.unwrap().changes;
    changes.sort();
    assert_eq!(changes, ["-3", "2"]);
}
