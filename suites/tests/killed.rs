//! Whatever was created is found and removed, at whatever moment its run was killed.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::account::{Account, Emulator, Moment};
use crate::support::{Ran, Running, SUCCESS, Sandbox};

/// The pools that a double begins with.
const SEEDED: [&str; 2] = ["poolproof", "poolproof-other"];

/// How many moments are tried.
const KILLS: usize = 50;

/// Runs beside each other, each with an account of its own.
const LANES: usize = 2;

const GUARDS: &str = "[[target.mine.guard]]\nname = \"rest\"\nprofile = \"rest\"\n\
                      [[target.mine.guard]]\nname = \"http\"\nprofile = \"http\"\naudience = [\"{client.web}\"]\n";

/// Where a user's things are created.
enum There {
    /// In an account of our own.
    Account(Box<Account>),
    /// On an emulator that runs.
    Emulator(Arc<Emulator>),
}

impl There {
    /// What is there beside what was there before.
    fn left(&self) -> Vec<String> {
        match self {
            Self::Account(account) => account.left(&SEEDED),
            Self::Emulator(emulator) => emulator.names(),
        }
    }
}

/// A user with a target.
struct User {
    sandbox: Sandbox,
    there: There,
}

/// What a user does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Run,
    Provision,
    Remove,
}

impl User {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let account = Account::open(sandbox.path("state"));
        let url = account.url().to_owned();
        Self::at(sandbox, There::Account(Box::new(account)), &url)
    }

    fn at(sandbox: Sandbox, there: There, url: &str) -> Self {
        let target = format!("[target.mine]\nkind = \"emulator\"\nendpoint = \"{url}\"\n{GUARDS}");
        sandbox.write("targets.toml", &target);
        std::fs::create_dir(sandbox.path("tmp")).unwrap();
        Self { sandbox, there }
    }

    /// The account of our own.
    fn account(&self) -> &Account {
        match &self.there {
            There::Account(account) => account,
            There::Emulator(_) => unreachable!("only accounts of our own have traps"),
        }
    }

    fn start(&self, doing: Doing) -> Running {
        let args: &[&str] = match doing {
            Doing::Run => &[
                "run",
                "-t",
                "mine",
                SUCCESS,
                "guard::rest::time",
                "guard::http::time",
                "--cases",
                "1",
                "--jar",
                "jar.json",
                "--report",
                "json,junit,markdown",
                "--report-dir",
                "reports",
            ],
            Doing::Provision => &["provision", "-t", "mine", "--out", "mine.json"],
            Doing::Remove => &["provision", "-t", "mine", "--remove"],
        };
        let mut command = self.sandbox.poolproof(args);
        // Embedded snapshots would be unpacked each time.
        let snapshots = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
        command.env("TMPDIR", self.sandbox.path("tmp")).env("POOLPROOF_SNAPSHOTS", snapshots);
        let running = Running::start(&mut command);
        if let There::Account(account) = &self.there {
            account.caller(running.id());
        }
        running
    }

    /// Removes all there is and looks whether it is gone; says what was there before.
    fn remove(&self, after: &str) -> usize {
        let before = self.there.left().len();
        let removed = self.start(Doing::Remove).wait();
        assert_eq!(removed.code, Some(0), "{after}: {}{}", removed.out, removed.err);
        let left = self.there.left();
        assert!(left.is_empty(), "{after}: {left:?} is left\n{}{}", removed.out, removed.err);
        let journals = self.sandbox.files("state");
        assert!(journals.is_empty(), "{after}: {journals:?} is left");
        before
    }

    /// Whatever has the name of a file is whole.
    fn files_are_whole(&self, after: &str) {
        for name in ["mine.json", "jar.json", "reports/report.json"] {
            let Ok(text) = std::fs::read(self.sandbox.path(name)) else { continue };
            let parsed = serde_json::from_slice::<Json>(&text);
            assert!(parsed.is_ok(), "{after}: {name} is half written: {}", String::from_utf8_lossy(&text));
        }
        for (name, end) in [("reports/junit.xml", "</testsuites>"), ("reports/report.md", "\n")] {
            let Ok(text) = std::fs::read_to_string(self.sandbox.path(name)) else { continue };
            assert!(
                text.ends_with(end) || text.trim_end().ends_with(end),
                "{after}: {name} is half written: {text}"
            );
        }
        for log in self.sandbox.files("runs").iter().filter(|path| path.ends_with("events.jsonl")) {
            let text = std::fs::read_to_string(log).unwrap();
            let lines = text.strip_suffix('\n').unwrap_or_default().split('\n');
            let events: Result<Vec<Json>, _> = lines.map(serde_json::from_str).collect();
            let last = events.ok().and_then(|events| events.last().cloned());
            let finished = last.is_some_and(|last| last["event"] == "run-finished");
            assert!(finished, "{after}: {} has its name and no end", log.display());
        }
    }
}

/// The same numbers every time, spread as if by chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }
}

/// How long each takes, from the first journal on where there is one.
fn length(user: &User, doing: Doing) -> Duration {
    let running = user.start(doing);
    let began = begin(user, doing);
    let ran = running.wait();
    came_to_its_end(&ran, &format!("{doing:?}"));
    began.elapsed()
}

/// Whatever it found: nothing is behind the APIs, so that guards prove nothing.
fn came_to_its_end(ran: &Ran, what: &str) {
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{what}: {:?} {}{}", ran.code, ran.out, ran.err);
}

/// Waits until something may have been created.
fn begin(user: &User, doing: Doing) -> Instant {
    let began = Instant::now();
    while doing != Doing::Remove
        && user.sandbox.files("state").is_empty()
        && began.elapsed() < Duration::from_secs(20)
    {
        thread::sleep(Duration::from_millis(1));
    }
    Instant::now()
}

/// Kills so many times, each at a moment of its own, and removes what is left each time. Answers with how often something
/// was left.
fn kill_and_remove(user: &User, kills: usize, seed: u64) -> usize {
    let run = length(user, Doing::Run);
    let provision = length(user, Doing::Provision);
    let removal = length(user, Doing::Remove);
    let mut chance = Chance(seed);
    let (mut killed, mut left, mut tried) = (0, 0, 0);
    while killed < kills {
        tried += 1;
        assert!(tried < 4 * kills, "only {killed} of {tried} were killed before their end");
        let (doing, length) = match chance.below(5) {
            0 => (Doing::Provision, provision),
            1 => (Doing::Remove, removal),
            _ => (Doing::Run, run),
        };
        if doing == Doing::Remove {
            let kept = user.start(Doing::Provision).wait();
            assert_eq!(kept.code, Some(0), "{}", kept.err);
        }
        let moment = Duration::from_micros(chance.below(u64::try_from(length.as_micros()).unwrap()));
        let running = user.start(doing);
        let began = begin(user, doing);
        thread::sleep(moment.saturating_sub(began.elapsed()));
        running.kill();
        let ran: Ran = running.wait();
        let after = format!("seed {seed}, {doing:?}, killed after {moment:?}");
        killed += usize::from(ran.code.is_none());
        user.files_are_whole(&after);
        left += usize::from(user.remove(&after) > 0);
    }
    assert!(left > killed / 3, "little was left of {killed}: {left}");
    left
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was left, for who reads the log")]
fn what_a_run_that_is_killed_at_any_moment_left_is_removed() {
    let lane = |number: u64| {
        let user = User::new();
        let left = kill_and_remove(&user, KILLS / LANES, 17 + number);
        assert_eq!(user.account().unannounced(), [""; 0], "created without a line in a journal");
        left
    };
    let left: usize = thread::scope(|scope| {
        let running: Vec<_> = (0..LANES as u64).map(|number| scope.spawn(move || lane(number))).collect();
        running.into_iter().map(|lane| lane.join().unwrap()).sum()
    });
    println!("{KILLS} were killed, {left} of them left something, and nothing is left now");
}

/// The same on a server that is not ours. `.ci/run` asks for it.
#[test]
#[ignore = "installs and starts ministack: cargo test --test cli killed -- --ignored"]
#[expect(clippy::print_stdout, reason = "how much was left, for who reads the log")]
fn what_a_killed_run_left_on_ministack_is_removed() {
    let emulator = Arc::new(Emulator::start("start-ministack.sh"));
    let user = User::at(Sandbox::new(), There::Emulator(Arc::clone(&emulator)), &emulator.url);
    let left = kill_and_remove(&user, KILLS, 71);
    println!("{KILLS} were killed, {left} of them left something on ministack, and nothing is left now");
}

/// The narrow moments: a call that creates or deletes something, cut off before it has an effect, before its answer is
/// heard, and with an effect that comes when its caller is dead.
#[test]
fn what_a_call_that_is_cut_off_left_is_removed() {
    let user = User::new();
    for (doing, least) in [(Doing::Run, 9), (Doing::Remove, 3)] {
        user.account().trap(usize::MAX, Moment::Before);
        if doing == Doing::Remove {
            assert_eq!(user.start(Doing::Provision).wait().code, Some(0));
            user.account().trap(usize::MAX, Moment::Before);
        }
        let whole = user.start(doing).wait();
        came_to_its_end(&whole, &format!("{doing:?}"));
        let (changes, _) = user.account().untrap();
        assert!(changes.len() >= least, "{changes:?}");
        for (number, change) in changes.iter().enumerate() {
            let moments: &[Moment] = if change.contains("Create") || change.starts_with("POST") {
                &[Moment::Before, Moment::After, Moment::Late]
            } else if doing == Doing::Remove {
                &[Moment::Before, Moment::After]
            } else {
                // A run removes as the command does.
                &[Moment::After]
            };
            for moment in moments {
                let after = format!("{doing:?}, call {number} ({change}), {moment:?}");
                if doing == Doing::Remove {
                    assert_eq!(user.start(Doing::Provision).wait().code, Some(0), "{after}");
                }
                user.account().trap(number, *moment);
                let ran = user.start(doing).wait();
                let (_, sprung) = user.account().untrap();
                assert!(sprung && ran.code.is_none(), "{after}: {:?} {}{}", ran.code, ran.out, ran.err);
                user.remove(&after);
            }
        }
    }
    assert_eq!(user.account().unannounced(), [""; 0], "created without a line in a journal");
}
