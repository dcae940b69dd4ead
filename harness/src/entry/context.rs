//! What most commands begin with: the configuration, the ledger, the snapshots, the folders.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::cli::TargetArgs;
use super::masks;
use super::wiring::Wiring;
use crate::exit::Exit;
use crate::judge::expect::Snapshots;
use crate::model::fixture::{Fixture, SCHEMA};
use crate::model::ledger::Ledger;
use crate::model::names;
use crate::model::text::{one_line, shell_word};
use crate::selftest::SeededFault;
use crate::target::config::Config;
use crate::target::spec::{FixtureSource, Target};
use crate::whole::{Readers, Whole};

/// Why a command ends before it has done anything: the exit and the text for the user.
#[derive(Debug)]
pub(super) struct Refused {
    /// The exit.
    pub(super) exit: Exit,
    /// What is wrong and what to do.
    pub(super) text: String,
}

impl Refused {
    /// Something is wrong with what the user wrote.
    pub(super) fn usage(error: impl std::fmt::Display) -> Self {
        Self { exit: Exit::Usage, text: error.to_string() }
    }

    /// Something is wrong with us.
    pub(super) fn ours(error: impl std::fmt::Display) -> Self {
        Self { exit: Exit::OwnFault, text: error.to_string() }
    }
}

/// The embedded ledger.
///
/// # Errors
/// A fault of ours.
pub(super) fn ledger(wiring: &Wiring) -> Result<Ledger, Refused> {
    Ledger::parse(wiring.ledger).map_err(Refused::ours)
}

/// Snapshots on disk, or the embedded ones in a folder that lives as long as this.
pub(super) struct SnapshotFolder {
    /// How they are read.
    pub(super) snapshots: Snapshots,
    /// Whether they lie in a folder of the user, into which pending ones may be written.
    pub(super) on_disk: bool,
    _unpacked: Option<tempfile::TempDir>,
}

/// The snapshots of `--snapshots`, else those beside the configuration, else the embedded ones. Who has only `accepted/`
/// there is given the embedded references.
///
/// # Errors
/// A named folder that is none, or a temporary folder that cannot be made.
pub(super) fn snapshots(
    wiring: &Wiring,
    named: Option<&Path>,
    config: &Path,
) -> Result<SnapshotFolder, Refused> {
    let beside = config.parent().unwrap_or(Path::new("")).join("snapshots");
    let is_there = |root: &Path| root.join("reference").is_dir() || root.join("accepted").is_dir();
    match named {
        Some(root) if !root.is_dir() => Err(Refused::usage(format!(
            "{}: there is no such folder; --snapshots names the one that holds accepted/",
            root.display()
        ))),
        Some(root) => on_disk(wiring, root),
        None if is_there(&beside) => on_disk(wiring, &beside),
        None => {
            let folder = unpacked(wiring)?;
            Ok(SnapshotFolder {
                snapshots: Snapshots::at(folder.path()),
                on_disk: false,
                _unpacked: Some(folder),
            })
        }
    }
}

/// The same, where pending snapshots are to be written: beside the configuration, also where nothing is yet.
///
/// # Errors
/// As [`snapshots`], and where there is no configuration beside which they could lie.
pub(super) fn snapshots_to_add_to(
    wiring: &Wiring,
    named: Option<&Path>,
    config: &Path,
) -> Result<SnapshotFolder, Refused> {
    if named.is_some() {
        return snapshots(wiring, named, config);
    }
    if !config.is_file() {
        return Err(Refused::usage(
            "--record: there is no targets.toml beside which snapshots could lie\n  write one with an entry for this target, or name a folder with --snapshots",
        ));
    }
    on_disk(wiring, &config.parent().unwrap_or(Path::new("")).join("snapshots"))
}

fn on_disk(wiring: &Wiring, root: &Path) -> Result<SnapshotFolder, Refused> {
    let snapshots = Snapshots::at(root);
    if root.join("reference").is_dir() {
        return Ok(SnapshotFolder { snapshots, on_disk: true, _unpacked: None });
    }
    let folder = unpacked(wiring)?;
    let snapshots = snapshots.with_references_of(folder.path());
    Ok(SnapshotFolder { snapshots, on_disk: true, _unpacked: Some(folder) })
}

/// The embedded snapshots in a folder of their own.
fn unpacked(wiring: &Wiring) -> Result<tempfile::TempDir, Refused> {
    let folder = tempfile::Builder::new().prefix("poolproof-snapshots-").tempdir().map_err(Refused::ours)?;
    for (path, text) in (wiring.snapshots)() {
        let path = folder.path().join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(Refused::ours)?;
        }
        std::fs::write(path, text).map_err(Refused::ours)?;
    }
    Ok(folder)
}

/// The configuration and the selected targets, variables expanded, consent checked.
///
/// # Errors
/// Whatever is wrong with the configuration or with the selection.
pub(super) fn targets(args: &TargetArgs) -> Result<(Config, Vec<Target>), Refused> {
    let config = config(args.config.as_deref())?;
    let env = |name: &str| std::env::var(name).ok();
    let settings = args
        .settings
        .iter()
        .enumerate()
        .map(|(number, setting)| {
            setting
                .split_once('=')
                .map(|(key, value)| (key.trim().to_owned(), value.to_owned()))
                // Not shown: without its key it may be a secret.
                .ok_or_else(|| {
                    Refused::usage(format!("--set number {}: there is no \"=\"; write KEY=VALUE", number + 1))
                })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut targets = if let Some(url) = &args.url {
        vec![Target::from_url(url, &settings, &env).map_err(Refused::usage)?]
    } else {
        // An empty variable is as good as none.
        let wanted: Vec<String> = args.targets.iter().filter(|name| !name.is_empty()).cloned().collect();
        let names = if wanted.is_empty() { &config.default_target } else { &wanted };
        let mut seen: Vec<&String> = Vec::new();
        for name in names {
            if seen.contains(&name) {
                return Err(Refused::usage(format!("the target {name} is named twice")));
            }
            seen.push(name);
        }
        names
            .iter()
            .map(|name| config.target_with(name, &settings, &env).map_err(Refused::usage))
            .collect::<Result<_, _>>()?
    };
    if let Some(file) = &args.fixture {
        for target in &mut targets {
            if target.fixture == FixtureSource::Provision {
                // The fixture is on a server that runs already: a new one would know nothing of it.
                if let Some(launch) = &mut target.launch {
                    launch.join_only = true;
                }
            }
            target.fixture = FixtureSource::File(file.clone());
        }
    }
    for target in &mut targets {
        target.jar = args.jar.clone().or(target.jar.take());
        target.wait_expiry = args.wait_expiry;
    }
    only_guards(args, &mut targets)?;
    for target in &targets {
        know_secrets(target);
    }
    for target in &mut targets {
        target.chosen_by = chosen_by(args, target);
        target.check_consent(args.allow_real).map_err(Refused::usage)?;
    }
    Ok((config, targets))
}

/// What the settings of targets name is there: faults of the double, and clients and users that scenarios ask for.
///
/// # Errors
/// The first name that is none, with the one that was probably meant.
pub(super) fn check_names(wiring: &Wiring, targets: &[Target]) -> Result<(), Refused> {
    let needs = wiring.suites.iter().flat_map(|suite| suite.scenarios).flat_map(|scenario| scenario.needs);
    let needs: BTreeSet<String> = needs.map(ToString::to_string).collect();
    for target in targets {
        SeededFault::check(&target.faults, &(wiring.double_faults)())
            .map_err(|(problem, advice)| Refused::usage(target.fault("faults", problem, advice)))?;
        let mut named: Vec<(&str, String)> =
            target.unsupported.keys().map(|key| ("unsupported", key.clone())).collect();
        if let FixtureSource::Inline(fixture) = &target.fixture {
            named.extend(fixture.client.keys().map(|role| ("client", format!("client.{role}"))));
            named.extend(fixture.user.keys().map(|name| ("user", format!("user.{name}"))));
        }
        let is_of_fixture = |name: &str| name.starts_with("client.") || name.starts_with("user.");
        for (key, name) in named {
            if is_of_fixture(&name) && !needs.contains(&name) {
                let problem = format!("no scenario asks for {:?}", one_line(&name));
                let known = needs.iter().map(String::as_str).filter(|need| is_of_fixture(need));
                return Err(Refused::usage(target.fault(key, problem, names::suggest(&name, known))));
            }
        }
    }
    Ok(())
}

/// Takes note of the secrets that the settings of a target hold, before anything of it is shown.
fn know_secrets(target: &Target) {
    if let FixtureSource::Inline(fixture) = &target.fixture {
        masks::know_fixture(fixture);
    }
    let variables = target.launch.iter().flat_map(|launch| &launch.env);
    masks::know(
        variables.filter(|(name, value)| masks::is_secret(name, value)).map(|(_, value)| value.as_str()),
    );
}

/// Keeps the guards that are named, if any are.
fn only_guards(args: &TargetArgs, targets: &mut Vec<Target>) -> Result<(), Refused> {
    let wanted: Vec<&String> = args.guards.iter().filter(|name| !name.is_empty()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    for name in &wanted {
        let known: Vec<&str> =
            targets.iter().flat_map(|target| &target.guards).map(|guard| guard.name.as_str()).collect();
        if !known.contains(&name.as_str()) {
            let problem = format!("no chosen target has a guard {:?}", one_line(name));
            let advice = if known.is_empty() {
                "write [[target.X.guard]] for it".to_owned()
            } else {
                names::suggest(name, known)
            };
            return Err(Refused::usage(format!("{problem}\n  {advice}")));
        }
    }
    for target in targets.iter_mut() {
        target.guards.retain(|guard| wanted.contains(&&guard.name));
        target.guards_only = true;
    }
    targets.retain(|target| !target.guards.is_empty());
    Ok(())
}

/// The options that choose a target again. Consent to reach a real one is not among them: it is given anew each time.
fn chosen_by(args: &TargetArgs, target: &Target) -> String {
    let mut options = match &args.url {
        None => vec![target.chosen_by.clone()],
        Some(url) => vec![format!("--url {}", shell_word(url))],
    };
    for (key, value) in args.settings.iter().filter_map(|setting| setting.split_once('=')) {
        let secret = ["secret", "password", "launch.env"].iter().any(|part| key.contains(part));
        let name = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        // One variable and nothing else: what stands beside it or is its default may be a part of the secret.
        let variable = name.is_some_and(|name| !name.contains([':', '{', '}', '$']));
        let word = if secret && !variable {
            format!("\"{key}=${{{}}}\"", key.to_ascii_uppercase().replace(['.', '-'], "_"))
        } else {
            shell_word(&format!("{key}={value}"))
        };
        options.push(format!("--set {word}"));
    }
    for (option, path) in [("--config", &args.config), ("--fixture", &args.fixture)] {
        options
            .extend(path.iter().map(|path| format!("{option} {}", shell_word(&path.display().to_string()))));
    }
    options.join(" ")
}

/// The named configuration, else the nearest one, else the built-in one.
///
/// # Errors
/// A file that cannot be used.
pub(super) fn config(named: Option<&Path>) -> Result<Config, Refused> {
    let path = match named {
        Some(path) => Some(path.to_owned()),
        None => std::env::current_dir().ok().and_then(|here| Config::find_upward(&here)),
    };
    match path {
        Some(path) => Config::load(&path).map_err(Refused::usage),
        None => Ok(Config::builtin()),
    }
}

/// Reads a fixture document.
///
/// # Errors
/// A text that is safe to show.
pub(super) fn read_fixture(path: &Path) -> Result<Fixture, String> {
    let shown = path.display();
    let text = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
    parse_fixture(&text).map_err(|error| format!("{shown}: {error}"))
}

/// Reads the text of a fixture document.
///
/// # Errors
/// A text that is safe to show: the place, never the content.
pub(crate) fn parse_fixture(text: &[u8]) -> Result<Fixture, String> {
    let fixture: Fixture = serde_json::from_slice(text).map_err(|error| {
        format!("no fixture document: {:?} error at line {}", error.classify(), error.line())
    })?;
    if fixture.schema == SCHEMA {
        Ok(fixture)
    } else {
        Err(format!("a fixture document of format {}; this build reads format {SCHEMA}", fixture.schema))
    }
}

/// Writes a fixture document that its owner alone can read; whole or not at all.
///
/// # Errors
/// Whatever the file system says.
pub(super) fn write_fixture(path: &Path, fixture: &Fixture) -> std::io::Result<()> {
    FixtureFile::begin(path)?.finish(fixture)
}

/// A fixture document that is still to come, in a folder that is known to take it.
pub(super) struct FixtureFile(Whole);

impl FixtureFile {
    /// Begins it. Dropped before its end, it is gone, and what was there is still there.
    ///
    /// # Errors
    /// Whatever the file system says; a folder of that name is in the way.
    pub(super) fn begin(path: &Path) -> std::io::Result<Self> {
        Whole::begin(path, Readers::Owner).map(Self)
    }

    /// Writes the document and gives it its name.
    ///
    /// # Errors
    /// Whatever the file system says; the path is then as it was.
    pub(super) fn finish(mut self, fixture: &Fixture) -> std::io::Result<()> {
        self.0.write_all(&serde_json::to_vec_pretty(fixture)?)?;
        self.0.finish()
    }
}

/// The folder for everything that runs leave behind: `target/poolproof` in a Cargo workspace, else `.poolproof`,
/// both beside the configuration; `POOLPROOF_RUN_DIR` overrides it.
pub(super) fn run_root(config: &Path) -> PathBuf {
    if let Some(folder) = std::env::var_os("POOLPROOF_RUN_DIR") {
        return PathBuf::from(folder);
    }
    let beside = config.parent().unwrap_or(Path::new(""));
    if beside.join("Cargo.toml").is_file() {
        beside.join("target").join("poolproof")
    } else {
        beside.join(".poolproof")
    }
}

/// The folder of the journals of created fixtures. It outlives `cargo clean`: what it lists may cost money.
pub(super) fn journals() -> PathBuf {
    let env = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    env("POOLPROOF_STATE_DIR")
        .or_else(|| env("XDG_STATE_HOME").map(|state| state.join("poolproof")))
        .or_else(|| env("HOME").map(|home| home.join(".local/state/poolproof")))
        .unwrap_or_else(|| std::env::temp_dir().join("poolproof"))
        .join("journals")
}

#[cfg(test)]
mod tests;
