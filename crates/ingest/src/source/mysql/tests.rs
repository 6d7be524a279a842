//! Against a server, where the environment names one: `LAZULI_MYSQL="Server=127.0.0.1;Port=21020;Uid=root;Database=test;SslMode=None"`,
//! whose user may create tables and users. TLS is tested with `LAZULI_MYSQL_TLS`, the same with a password and
//! `SslMode=Required`, and `LAZULI_TEST_CA`, the authority of the server's certificate.

use serde_json::json;

use super::*;
use crate::source::Mark;
use crate::source::testing::Setup;

/// A connection to work over, with `statements` done; `None` if there is no server.
async fn server(statements: &[&str]) -> Option<(String, Connection)> {
    let connection = std::env::var("LAZULI_MYSQL").ok()?;
    let setup = Setup::new("mysql", &connection, "x");
    let mut client = Connection::open(&Database::mysql(&connection).unwrap(), &setup.outside).await.unwrap();
    for statement in statements {
        client.execute(statement).await.unwrap();
    }
    Some((connection, client))
}

#[test]
fn columns_whose_text_is_not_their_value_are_no_marks() {
    let can =
        |kind: &str| check_mark(&Described { name: "c".into(), kind: kind.into(), is_key: false }).is_ok();
    for kind in ["bigint(20) unsigned", "timestamp(6)", "datetime", "double", "decimal(20,4)", "varchar(20)"]
    {
        assert!(can(kind), "{kind}");
    }
    for kind in ["float", "FLOAT(7,4)", "float unsigned", "varbinary(8)", "binary(8)", "blob", "bit(64)"] {
        assert!(!can(kind), "{kind}");
    }
}

#[tokio::test]
async fn a_table_is_followed_from_run_to_run() {
    let create = [
        "DROP TABLE IF EXISTS hotels",
        "CREATE TABLE hotels (id int PRIMARY KEY, name text, gone boolean DEFAULT false,
            changed timestamp(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6))",
    ];
    let Some((connection, mut client)) = server(&create).await else { return };
    for id in 1..=25 {
        client.execute(&format!("INSERT INTO hotels (id, name) VALUES ({id}, 'hotel {id}')")).await.unwrap();
    }
    let setup = Setup::new("mysql", &connection, "hotels").marked_by("changed").deleted_by("gone", "1");
    let first = setup.run(None, 10).await.unwrap();
    assert_eq!(first.changes, (1..=25).map(|id| id.to_string()).collect::<Vec<_>>());
    assert_eq!(first.parts.iter().map(|(changes, _)| *changes).collect::<Vec<_>>(), [10, 10, 5]);
    let idle = setup.run(first.mark.as_ref(), 10).await.unwrap();
    assert_eq!((idle.changes, &idle.mark), (vec![], &first.mark));

    client.execute("UPDATE hotels SET name = 'new' WHERE id = 3").await.unwrap();
    client.execute("UPDATE hotels SET gone = true WHERE id = 4").await.unwrap();
    let second = setup.run(first.mark.as_ref(), 10).await.unwrap();
    assert_eq!(second.changes, ["3", "-4"]);
    assert_eq!(second.rows[0].get("name"), Some(&json!("new")));
}

/// Rows of one value across parts, rows that get that value later, and numbers that a double cannot tell apart.
#[tokio::test]
async fn rows_of_equal_marks_are_never_lost() {
    let create = [
        "DROP TABLE IF EXISTS ties",
        "CREATE TABLE ties (id int PRIMARY KEY, version bigint)",
        "INSERT INTO ties VALUES (1, 1), (2, 9007199254740992), (3, 9007199254740993), (4, 9007199254740993),
            (5, 9007199254740993)",
    ];
    let Some((connection, mut client)) = server(&create).await else { return };
    let setup = Setup::new("mysql", &connection, "ties").marked_by("Version");
    let run = setup.run(None, 3).await.unwrap();
    let mark =
        |value: &str, rows: u64| Some(json!({ "HighWaterMark": value, "Type": "bigint(20)", "Rows": rows }));
    assert_eq!(run.parts, [(3, mark("9007199254740992", 1)), (2, mark("9007199254740993", 3))]);
    let rest = setup.run(Some(&Mark(mark("9007199254740992", 1).unwrap())), 3).await.unwrap();
    assert_eq!(rest.changes, ["3", "4", "5"]);
    client.execute("INSERT INTO ties VALUES (6, 9007199254740993)").await.unwrap();
    assert_eq!(setup.run(run.mark.as_ref(), 50).await.unwrap().changes, ["3", "4", "5", "6"]);
}

#[tokio::test]
async fn every_type_has_its_usual_form() {
    let create = [
        "DROP TABLE IF EXISTS types",
        "CREATE TABLE types (id varchar(20) PRIMARY KEY, yes boolean, tiny tinyint, big bigint unsigned, price decimal(10,2),
            real_ double, day date, local datetime(3), clock time, word enum('a','b'), bits bit(9), bytes blob, nothing text)",
        "INSERT INTO types VALUES ('it''s \\\\ ö', 1, -5, 18446744073709551615, 12.50, 0.1, '2026-11-20',
            '2026-11-20 18:30:00.125', '18:30:00', 'b', b'100000001', x'ff00', NULL)",
    ];
    let Some((connection, _)) = server(&create).await else { return };
    let setup = Setup::new("mysql", &connection, "types").marked_by("id");
    let run = setup.run(None, 10).await.unwrap();
    let expected = json!({
        "id": "it's \\ ö", "yes": true, "tiny": -5, "big": u64::MAX, "price": "12.50", "real_": 0.1,
        "day": "2026-11-20T00:00:00Z", "local": "2026-11-20T18:30:00.125Z", "clock": "18:30:00", "word": "b", "bits": 257,
        "nothing": null,
    });
    assert_eq!(Value::Object(run.rows[0].clone()), expected);
    assert_eq!(run.warnings, ["The data change detection policy is configured to use key column 'id'"]);
    // The mark is text of quotes and backslashes: it comes back as it was.
    assert_eq!(setup.run(run.mark.as_ref(), 10).await.unwrap().changes, [""; 0]);
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let create = ["DROP TABLE IF EXISTS wrong", "CREATE TABLE wrong (id int PRIMARY KEY)"];
    let Some((connection, _)) = server(&create).await else { return };
    let error = async |setup: Setup| setup.run(None, 10).await.err().unwrap();
    let table = |name: &str| Setup::new("mysql", &connection, name);
    assert!(matches!(error(table("nothing")).await, SourceError::Missing(_)));
    assert!(matches!(error(table("`t`; DROP TABLE t")).await, SourceError::Broken(_)));
    assert!(matches!(error(table("wrong").marked_by("x`y")).await, SourceError::Broken(_)));
    let nobody = Setup {
        connection: format!("{connection};").replace("Uid=root", "Uid=nobody;Pwd=geheim"),
        ..table("wrong")
    };
    let refused = error(nobody).await;
    assert_eq!(refused, SourceError::Credentials(sql::CREDENTIALS.into()));
}

/// A password, by the way that MariaDB asks for it.
#[tokio::test]
async fn a_password_is_proved() {
    let create = [
        "DROP TABLE IF EXISTS secrets",
        "CREATE TABLE secrets (id int PRIMARY KEY)",
        "INSERT INTO secrets VALUES (1), (2)",
        "CREATE OR REPLACE USER 'lazuli'@'%' IDENTIFIED BY 'o;pen'",
        "GRANT SELECT ON *.* TO 'lazuli'@'%'",
    ];
    let Some((connection, _)) = server(&create).await else { return };
    let connection = format!("{connection};").replace("Uid=root", "Uid=lazuli;Pwd='o;pen'");
    let run = Setup::new("mysql", &connection, "secrets").run(None, 10).await.unwrap();
    assert_eq!(run.changes, ["1", "2"]);
}

#[tokio::test]
async fn tls_is_verified() {
    let (Ok(connection), Ok(authority)) =
        (std::env::var("LAZULI_MYSQL_TLS"), std::env::var("LAZULI_TEST_CA"))
    else {
        return;
    };
    let setup = Setup::new("mysql", &connection, "information_schema.character_sets");
    let untrusted = setup.open(None).await.err().unwrap().to_string();
    assert!(untrusted.starts_with("Unable to make a secure connection to 'localhost'"), "{untrusted}");
    let setup = setup.trusting(&authority);
    assert!(setup.run(None, 100).await.unwrap().changes.contains(&"utf8mb4".to_owned()));
}

/// The connection is cut between two parts: the run goes on behind what was delivered whole.
#[tokio::test]
async fn a_broken_connection_is_made_anew() {
    let create = ["DROP TABLE IF EXISTS broken", "CREATE TABLE broken (id int PRIMARY KEY, text longtext)"];
    let Some((connection, mut client)) = server(&create).await else { return };
    // So much that the rest is not waiting in a buffer already.
    for id in 1..=30 {
        client.execute(&format!("INSERT INTO broken VALUES ({id}, repeat('x', 1000000))")).await.unwrap();
    }
    let setup = Setup::new("mysql", &connection, "broken").marked_by("id");
    let mut source = setup.open(None).await.unwrap();
    assert_eq!(source.next(10).await.unwrap().unwrap().changes.len(), 10);
    client
        .query("SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT * FROM `%`.`broken`%'")
        .await
        .unwrap();
    let mut victims = Vec::new();
    while let Some(row) = client.row().await.unwrap() {
        victims.push(String::from_utf8(row.into_iter().flatten().next().unwrap()).unwrap());
    }
    for victim in &victims {
        client.execute(&format!("KILL {victim}")).await.unwrap();
    }
    assert_eq!(victims.len(), 1);
    let (mut rest, mut breaks) = (0, 0);
    loop {
        match source.next(10).await {
            Ok(Some(part)) => rest += part.changes.len(),
            Ok(None) => break,
            Err(SourceError::Transient(_)) => breaks += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(breaks == 1 && rest >= 20, "{breaks} {rest}");
}

/// Servers that say nothing, or anything.
#[tokio::test]
async fn silence_and_garbage_end() {
    let connect_by = async |greeting: &'static [u8], tls: &str| {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            use tokio::io::AsyncWriteExt;
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(greeting).await.unwrap();
            tokio::time::sleep(Duration::from_secs(5)).await;
        });
        let connection =
            format!("Server=127.0.0.1;Port={port};Database=d;Uid=u;Pwd=geheim;Connection Timeout=1;{tls}");
        let error = Setup::new("mysql", &connection, "t").open(None).await.err().unwrap();
        serving.abort();
        error
    };
    let connect = async |greeting: &'static [u8]| connect_by(greeting, "SslMode=Preferred").await;
    assert_eq!(connect(b"").await, SourceError::Transient("Connecting to '127.0.0.1' took too long.".into()));
    assert_eq!(connect(b"HTTP/1.1 400 Bad Request\r\n\r\n").await, error::broken());
    assert_eq!(connect(b"\x05\0\0\0\x0a8.0\0").await, error::broken());
    // A greeting whose capabilities have no TLS.
    let greeting = b"\x47\0\0\0\x0a8.0\0\x01\0\0\0abcdefgh\0\x00\xf7\x2d\x02\0\x08\0\x15\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0mysql_native_password\0";
    let error = connect_by(greeting, "SslMode=Required").await;
    assert_eq!(error, SourceError::Broken("The server '127.0.0.1' does not offer TLS.".into()));
}
