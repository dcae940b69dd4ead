//! Files are whole or not there: while a writer is killed, on a full disk, and where nothing can be written.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use poolproof_harness::judge::record::{Info, propose};
use poolproof_harness::model::guard::TokenKind;
use poolproof_harness::report::files;
use poolproof_harness::token::jar::{Entry, Fate, Jar, now};
use poolproof_harness::whole::{self, Readers};
use serde_json::Value as Json;

use crate::support::{Double, Running, SUCCESS, Sandbox, WRONG_SECRET, WRONG_SECRET_IS_401};

/// Where [`writes_until_it_is_killed`] writes.
const WRITER: &str = "WRITES_UNTIL_KILLED";

/// How often it writes everything, where it is not killed.
const ROUNDS: &str = "WRITES_SO_OFTEN";

/// How often a writer is killed.
const KILLS: u64 = 40;

/// What the files hold: long enough for a kill to come in between.
fn long_text(number: usize) -> String {
    let line = format!("{{\"number\": {number}, \"text\": \"{}\"}}", "x".repeat(300));
    format!("[{}]\n", vec![line; 400].join(",\n"))
}

fn write_all(folder: &Path, number: usize) {
    files::write(&folder.join("report.json"), &long_text(number)).unwrap();
    whole::write(&folder.join("fixture.json"), long_text(number).as_bytes(), Readers::Owner).unwrap();
    let entry = Entry {
        pool: "pool".to_owned(),
        client: "client".to_owned(),
        kind: TokenKind::Id,
        fate: Fate::Kept,
        since: now(),
        exp: now() + 3600,
        token: "x".repeat(2000),
    };
    Jar::add(&folder.join("jar.json"), vec![entry]).unwrap();
    let info = Info {
        facts: vec!["a.b".to_owned()],
        confidence: "documented".to_owned(),
        sources: Vec::new(),
        reason: Some(String::new()),
        allow_critical: None,
        version: None,
    };
    let text = format!("status: {number}\n{}last: line", "field: value\n".repeat(4000));
    propose(&folder.join("snapshots"), "a", "it says", &info, &text).unwrap();
}

#[test]
#[ignore = "it is the process that a_writer_that_is_killed_leaves_whole_files kills"]
fn writes_until_it_is_killed() {
    let place = std::env::var(WRITER).expect("it is told where to write");
    let rounds = std::env::var(ROUNDS).map_or(usize::MAX, |rounds| rounds.parse().unwrap());
    for number in 0..rounds {
        write_all(place.as_ref(), number);
    }
}

/// [`writes_until_it_is_killed`] as a process of its own: in CI insta would propose nothing.
fn writer(sandbox: &Sandbox, place: &Path) -> Command {
    let mut command = sandbox.command(std::env::current_exe().unwrap());
    command.args(["half_written::writes_until_it_is_killed", "--exact", "--ignored"]);
    command.env(WRITER, place).env("TMPDIR", sandbox.path("tmp"));
    command
}

/// Looks at each file that is there; answers with how many are.
fn are_whole(folder: &Path, after: &str) -> usize {
    let mut seen = 0;
    for name in ["report.json", "fixture.json", "jar.json"] {
        let Ok(text) = fs::read(folder.join(name)) else { continue };
        seen += 1;
        assert!(serde_json::from_slice::<Json>(&text).is_ok(), "{after}: {name} is half written");
    }
    if let Ok(text) = fs::read_to_string(folder.join("snapshots/a.snap.new")) {
        seen += 1;
        assert!(text.starts_with("---\n") && text.trim_end().ends_with("last: line"), "{after}: {text}");
    }
    seen
}

fn parts(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part")).count()
}

#[test]
fn a_writer_that_is_killed_leaves_whole_files() {
    let sandbox = Sandbox::new();
    let place = sandbox.path("written");
    fs::create_dir_all(place.join("snapshots")).unwrap();
    fs::create_dir(sandbox.path("tmp")).unwrap();
    let unharmed = sandbox.path("unharmed");
    fs::create_dir(&unharmed).unwrap();
    let write = |place: &Path, rounds: &str| {
        let ran = Running::start(writer(&sandbox, place).env(ROUNDS, rounds)).wait();
        assert!(ran.code == Some(0) && ran.out.contains("1 passed"), "{}{}", ran.out, ran.err);
    };
    write(&unharmed, "2");
    assert_eq!(are_whole(&unharmed, "unharmed"), 4);
    assert_eq!(
        fs::read_dir(&unharmed).unwrap().count(),
        5,
        "three files, the snapshots and the lock of the jar"
    );
    let (mut seen, mut left) = (0, 0);
    for number in 0..KILLS {
        let running = Running::start(&mut writer(&sandbox, &place));
        // It takes its time to start. Then the moments are spread over everything that it writes.
        let report = || fs::metadata(place.join("report.json")).map(|file| file.ino()).ok();
        let before = report();
        let began = Instant::now();
        while report() == before {
            assert!(began.elapsed() < Duration::from_mins(1), "it writes nothing");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(number * 3_700 % 50_000));
        running.kill();
        let ran = running.wait();
        assert_eq!(ran.code, None, "{}{}", ran.out, ran.err);
        seen += are_whole(&place, &format!("kill {number}"));
        left += parts(&place) + parts(&place.join("snapshots"));
    }
    assert!(
        seen > 60 && left > 0,
        "{seen} files and {left} part files were seen: the kills come at the wrong moments"
    );
    write(&place, "1");
    assert_eq!(parts(&place) + parts(&place.join("snapshots")), 0, "who writes next cleans up");
}

/// The binary where no file can grow beyond so many KiB: a disk that is full while a file is written.
fn on_a_full_disk(sandbox: &Sandbox, kib: u32, args: &[&str]) -> Command {
    // Without the signal a write beyond the limit fails, as it does on a full disk.
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
    let mut command = sandbox.command("bash");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_poolproof")]).args(args);
    command
}

#[test]
fn a_full_disk_is_an_error_and_leaves_what_was_there() {
    let sandbox = Sandbox::new();
    let double = Double::start(&Sandbox::new(), &[WRONG_SECRET_IS_401], 0);
    let args = ["provision", "--url", &double.url, "--out", "mine.json"];
    sandbox.write("mine.json", "old");
    let full = Running::start(&mut on_a_full_disk(&sandbox, 4, &args)).wait();
    assert_eq!(full.code, Some(3), "{}{}", full.out, full.err);
    assert!(full.err.contains("mine.json: ") && full.err.contains("--remove"), "{}", full.err);
    assert_eq!(fs::read_to_string(sandbox.path("mine.json")).unwrap(), "old");
    assert_eq!(parts(&sandbox.path("")), 0);
    assert_eq!(sandbox.run(&["provision", "--url", &double.url, "--remove"]).code, Some(0));
    assert_eq!(sandbox.run(&args).code, Some(0));

    crate::snapshots::copy_to(&sandbox.path("snapshots"));
    fs::create_dir(sandbox.path("reports")).unwrap();
    let old = ["reports/report.json", "snapshots/accepted/url/token/client-auth/wrong-secret-basic.snap.new"];
    fs::create_dir_all(sandbox.path(old[1]).parent().unwrap()).unwrap();
    for name in old {
        sandbox.write(name, "old");
    }
    let run = [
        "run",
        "--url",
        &double.url,
        "--fixture",
        "mine.json",
        WRONG_SECRET,
        SUCCESS,
        "--cases",
        "1",
        "--record",
        "--report",
        "json",
        "--report-dir",
        "reports",
    ];
    // Enough for the embedded snapshots and too little for the report.
    let full = Running::start(&mut on_a_full_disk(&sandbox, 1, &run)).wait();
    assert!(
        full.code.is_some_and(|code| code != 0 && code != 101),
        "{:?} {}{}",
        full.code,
        full.out,
        full.err
    );
    assert!(full.err.contains("cannot write the report reports/report.json"), "{}", full.err);
    assert_eq!(fs::read_to_string(sandbox.path(old[0])).unwrap(), "old");
    assert_eq!(parts(&sandbox.path("reports")), 0);
    let jar = ["run", "--guard", "rest-id", "--jar", "jar.json", "guard::rest::time", "--cases", "1"];
    assert_eq!(sandbox.run(&jar).code, Some(0));
    let before = fs::read(sandbox.path("jar.json")).unwrap();
    let full = Running::start(&mut on_a_full_disk(&sandbox, 4, &jar)).wait();
    assert_eq!(full.code, Some(3), "{}{}", full.out, full.err);
    assert!(full.out.contains("jar.json: "), "{}{}", full.out, full.err);
    assert_eq!(fs::read(sandbox.path("jar.json")).unwrap(), before);
    assert_eq!(parts(&sandbox.path("")), 0);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let sandbox = Sandbox::new();
    let double = Double::start(&Sandbox::new(), &[], 0);
    // Nobody can make a file there, not even root.
    let ran =
        sandbox.run(&["run", SUCCESS, "--cases", "1", "--report", "json", "--report-dir", "/proc/self"]);
    assert!(
        ran.code == Some(2) && ran.err.contains("cannot write the report /proc/self/report.json"),
        "{}",
        ran.err
    );
    let ran = sandbox.run(&["provision", "--url", &double.url, "--out", "/proc/self/mine.json"]);
    assert!(ran.code == Some(2) && ran.err.contains("nothing was created"), "{}", ran.err);
    let mut command = sandbox.poolproof(&["provision", "--url", &double.url, "--out", "mine.json"]);
    let ran = Running::start(command.env("POOLPROOF_STATE_DIR", "/proc/self")).wait();
    assert!(
        ran.code == Some(3) && ran.err.contains("cannot create the journal"),
        "{:?} {}",
        ran.code,
        ran.err
    );
    assert_eq!(double.pools().len(), 2, "without a journal nothing is created");
    assert!(!sandbox.path("mine.json").exists());
}
