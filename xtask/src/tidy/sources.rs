//! Rules about the text of files: no clock and no sockets where they do not belong, nothing left over, nothing endless.

use super::packages::SYNCHRONOUS;

/// A file with more lines has a second thing inside, unless it is a table or a test.
const LINES_MAX: usize = 900;

/// Words that mean real time or the system's randomness.
const REAL: [&str; 4] = ["SystemTime::now", "Instant::now", "getrandom::", "Zoned::now"];

/// Words that are left over from writing.
const LEFT_OVER: [&str; 3] = ["todo!(", "unimplemented!(", "dbg!("];

/// Words that mean a socket or a future.
const NOT_SYNCHRONOUS: [&str; 4] = ["std::net::", "async fn ", ".await", "tokio::"];

/// Every breach in one file, as a sentence that starts with its name; `name` is relative to the repository, whose
/// folder on this machine is `root`.
pub(super) fn check(name: &str, text: &str, root: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    if !name.ends_with(".lock") {
        let of_this_machine =
            |line: &str| line.contains(&format!("{root}/")) || line.contains(concat!("/ro", "ot/"));
        lines(text, of_this_machine, |number| {
            breaches.push(format!("{name}:{number}: a path of this machine"))
        });
    }
    if name.ends_with(".rs") {
        rust(name, text, &mut breaches);
    }
    if name.starts_with("crates/") && name.ends_with("/Cargo.toml") {
        breaches.extend(lints(name, text));
    }
    breaches
}

fn rust(name: &str, text: &str, breaches: &mut Vec<String>) {
    let lines_count = text.lines().count();
    if lines_count > LINES_MAX && !is_table(name) && !is_test(name) {
        breaches.push(format!(
            "{name}: {lines_count} lines, at most {LINES_MAX}: is there a second thing inside?"
        ));
    }
    if !text.trim_start().starts_with("//!") && !is_test(name) {
        breaches.push(format!("{name}: opens without `//!`: say what the file is and what it is for"));
    }
    if is_chore(name) || is_test(name) {
        return;
    }
    let code = without_tests(text);
    let mut forbid = |words: &[&str], why: &str| {
        for word in words {
            lines(
                code,
                |line| line.contains(word),
                |number| breaches.push(format!("{name}:{number}: `{word}`: {why}")),
            );
        }
    };
    forbid(&LEFT_OVER, "left over");
    let in_crate = |folder: &str| name.starts_with(&format!("crates/{folder}/"));
    if !in_crate("platform") {
        forbid(&REAL, "time and randomness come from lazuli_platform");
    }
    if SYNCHRONOUS.into_iter().any(in_crate) {
        forbid(&NOT_SYNCHRONOUS, "this crate is synchronous and opens no sockets");
    }
}

/// A crate takes the workspace's lints, with `unsafe` forbidden; only `vector` may write its own table (SIMD).
fn lints(name: &str, text: &str) -> Option<String> {
    let takes_all = text.contains("[lints]\nworkspace = true");
    let denies_unsafe = text.contains("unsafe_code = \"deny\"") && name.contains("/vector/");
    (!takes_all && !denies_unsafe).then(|| format!("{name}: needs `[lints] workspace = true`"))
}

/// Calls `found` with the number of each line that `is` and that is no comment.
fn lines(text: &str, is: impl Fn(&str) -> bool, mut found: impl FnMut(usize)) {
    for (number, line) in text.lines().enumerate() {
        if is(line) && !line.trim_start().starts_with("//") {
            found(number + 1);
        }
    }
}

/// The text before the module of unit tests, which stands last in a file.
fn without_tests(text: &str) -> &str {
    text.find("\n#[cfg(test)]\nmod ").map_or(text, |end| &text[..end])
}

fn is_test(name: &str) -> bool {
    name.starts_with("tests/")
        || name.contains("/tests/")
        || name.ends_with("/tests.rs")
        || name.ends_with("_tests.rs")
}

fn is_table(name: &str) -> bool {
    name.contains("/data/")
        || name.contains("/tables/")
        || name.ends_with("table.rs")
        || name.ends_with("tables.rs")
}

/// Chores, the bench, fuzz targets and the testkit are not the product.
fn is_chore(name: &str) -> bool {
    ["xtask/", "bench/", "fuzz/", "crates/testkit/"].iter().any(|folder| name.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[track_caller]
    fn check_file(name: &str, text: &str, expected: &[&str]) {
        let breaches = check(name, text, "/somewhere/lazuli");
        assert_eq!(breaches.len(), expected.len(), "{breaches:?}");
        for (breach, part) in breaches.iter().zip(expected) {
            assert!(breach.contains(part), "{breach}");
        }
    }

    #[test]
    fn a_tidy_file_passes() {
        check_file("crates/query/src/lib.rs", "//! Questions.\n\nfn f() {}\n", &[]);
        check_file("README.md", "hello", &[]);
    }

    #[test]
    fn files_open_with_a_paragraph_and_end_before_they_are_endless() {
        check_file("crates/query/src/lib.rs", "fn f() {}\n", &["opens without"]);
        let long = format!("//! Long.\n{}", "fn f() {}\n".repeat(900));
        check_file("crates/query/src/lib.rs", &long, &["901 lines"]);
        check_file("crates/analysis/src/data/folding.rs", &long, &[]);
        check_file("crates/query/tests/it/main.rs", &long, &[]);
    }

    #[test]
    fn clocks_sockets_and_left_overs_are_found_where_they_do_not_belong() {
        let clock = "//! x\nlet now = Instant::now();\n";
        check_file("crates/engine/src/a.rs", clock, &["crates/engine/src/a.rs:2: `Instant::now`"]);
        check_file("crates/platform/src/clock.rs", clock, &[]);
        check_file("bench/src/main.rs", clock, &[]);
        check_file("crates/engine/src/a.rs", "//! x\nuse std::net::TcpStream;\n", &["opens no sockets"]);
        check_file("crates/server/src/a.rs", "//! x\nuse std::net::TcpStream;\n", &[]);
        check_file("crates/server/src/a.rs", "//! x\n    todo!()\n", &["left over"]);
        check_file("crates/server/src/a.rs", "//! x\n// todo!() is not allowed\n", &[]);
        check_file(
            "crates/server/src/a.rs",
            "//! x\n\n#[cfg(test)]\nmod tests { fn f() { Instant::now() } }\n",
            &[],
        );
    }

    #[test]
    fn paths_of_this_machine_are_found() {
        check_file("docs/a.md", "see /somewhere/lazuli/crates", &["docs/a.md:1: a path of this machine"]);
    }

    #[test]
    fn crates_take_the_lints() {
        check_file("crates/wire/Cargo.toml", "[package]\n", &["[lints]"]);
        check_file("crates/wire/Cargo.toml", "[lints]\nworkspace = true\n", &[]);
        check_file("crates/vector/Cargo.toml", "[lints.rust]\nunsafe_code = \"deny\"\n", &[]);
        check_file("crates/wire/Cargo.toml", "[lints.rust]\nunsafe_code = \"deny\"\n", &["[lints]"]);
    }
}
