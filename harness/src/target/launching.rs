//! Servers that start, do not start, and outlive the run that started them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::launch::{Launch, LaunchError, runs_folder, start};
use super::leftover::RunFolder;

fn launch(port: u16, script: &str) -> Launch {
    Launch {
        name: "x".to_owned(),
        command: ["sh", "-c", script].map(str::to_owned).to_vec(),
        install: Vec::new(),
        env: BTreeMap::from([("PORT".to_owned(), "{port}".to_owned())]),
        port,
        ready: "http://127.0.0.1:{port}/ready".to_owned(),
        ready_timeout: Duration::from_secs(20),
        install_timeout: Duration::from_secs(20),
        stop: Vec::new(),
        stop_timeout: Duration::from_secs(2),
        reuse: false,
        join_only: false,
    }
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Answers every request after a while, as a server would that takes time to start.
async fn serve_later(port: u16, delay: Duration) {
    tokio::spawn(async move {
        sleep(delay).await;
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ =
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        }
    });
    sleep(Duration::from_millis(1)).await;
}

async fn begin(launch: &Launch, runs: &Path) -> Result<super::launch::Launched, LaunchError> {
    start(launch, Path::new(""), runs, &|_| {}).await
}

/// The id that a script has written, once it has.
async fn id_in(path: &Path) -> i32 {
    for _ in 0..200 {
        if let Some(id) = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()) {
            return id;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("no id in {}", path.display());
}

/// Whether a process is there and not merely waiting to be collected.
async fn is_gone(id: i32) -> bool {
    for _ in 0..100 {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        if stat.is_empty() || stat.contains(") Z ") {
            return true;
        }
        sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn a_server_that_takes_its_time_is_waited_for_and_stopped_with_its_children() {
    let home = tempfile::tempdir().unwrap();
    let id = home.path().join("child");
    let port = free_port().await;
    serve_later(port, Duration::from_millis(400)).await;
    let script = format!("sleep 600 & echo $! > '{}'; echo port $PORT; wait", id.display());
    let mut launched = begin(&launch(port, &script), home.path()).await.unwrap();
    assert_eq!((launched.port, launched.is_running()), (port, Some(true)));
    let log = std::fs::read_to_string(launched.log.as_ref().unwrap()).unwrap();
    assert_eq!(log, format!("port {port}\n"));
    let child = id_in(&id).await;
    launched.stop().await;
    assert!(is_gone(child).await);
}

#[tokio::test]
async fn dropped_it_is_killed() {
    let home = tempfile::tempdir().unwrap();
    let id = home.path().join("child");
    let port = free_port().await;
    serve_later(port, Duration::from_millis(200)).await;
    // Deaf to a polite request.
    let script = format!("trap '' TERM; sleep 600 & echo $! > '{}'; wait; wait", id.display());
    let launched = begin(&launch(port, &script), home.path()).await.unwrap();
    let child = id_in(&id).await;
    drop(launched);
    assert!(is_gone(child).await);
}

#[tokio::test]
async fn a_server_that_ends_early_shows_the_end_of_its_log() {
    let home = tempfile::tempdir().unwrap();
    let script = "for i in $(seq 40); do echo line $i; done; printf 'red \\033[31m\\n'; exit 3";
    let error = begin(&launch(0, script), home.path()).await.err().unwrap().to_string();
    assert!(
        error.starts_with("x: the server ended before it was ready (exit status: 3)\n  the end of "),
        "{error}"
    );
    assert!(error.contains("line 40\nred \\u{1b}[31m") && !error.contains("line 5\n"), "{error}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let home = tempfile::tempdir().unwrap();
    let launch = Launch { ready_timeout: Duration::from_millis(300), ..launch(0, "sleep 600") };
    let error = begin(&launch, home.path()).await.err().unwrap().to_string();
    assert!(error.contains("did not answer at http://127.0.0.1:"), "{error}");
    assert!(error.ends_with(":\n(empty)"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_run_or_installed_says_so() {
    let home = tempfile::tempdir().unwrap();
    let missing = Launch { command: vec!["./no-such-program".to_owned()], ..launch(0, "") };
    let error = begin(&missing, home.path()).await.err().unwrap().to_string();
    assert!(error.starts_with("x: cannot run ./no-such-program: No such file"), "{error}");
    let install = |script: &str| Launch {
        install: ["sh", "-c", script].map(str::to_owned).to_vec(),
        install_timeout: Duration::from_millis(500),
        ..launch(0, "sleep 600")
    };
    let error = begin(&install("echo no network; exit 1"), home.path()).await.err().unwrap().to_string();
    assert!(error.starts_with("x: the installation failed (exit status: 1)\n"), "{error}");
    assert!(error.ends_with("\nno network"), "{error}");
    let error = begin(&install("sleep 600"), home.path()).await.err().unwrap().to_string();
    assert!(error.starts_with("x: the installation took longer than 500ms"), "{error}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_left_alone_or_reused() {
    let home = tempfile::tempdir().unwrap();
    let port = free_port().await;
    serve_later(port, Duration::ZERO).await;
    sleep(Duration::from_millis(100)).await;
    let error = begin(&launch(port, "sleep 600"), home.path()).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        format!(
            "x: something already answers at http://127.0.0.1:{port}/ready\n  stop it, give another port under [target.x.launch], or write reuse = true there to test what runs"
        )
    );
    let reuse = Launch { reuse: true, ..launch(port, "exit 1") };
    let mut launched = begin(&reuse, home.path()).await.unwrap();
    assert_eq!((launched.port, launched.is_running()), (port, None));
    launched.stop().await;
}

#[tokio::test]
async fn another_run_is_not_disturbed() {
    let home = tempfile::tempdir().unwrap();
    let port = free_port().await;
    let held = RunFolder::take(home.path().join(format!("x-{port}"))).unwrap();
    let error = begin(&launch(port, "sleep 600"), home.path()).await.err().unwrap();
    assert!(matches!(error, LaunchError::Busy { .. }), "{error}");
    drop(held);
}

#[tokio::test]
async fn a_server_that_an_earlier_run_left_behind_is_stopped() {
    use std::os::unix::process::CommandExt as _;
    let home = tempfile::tempdir().unwrap();
    let mut left = std::process::Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
    let mut stranger = std::process::Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
    let id = |child: &std::process::Child| i32::try_from(child.id()).unwrap();
    RunFolder::take(home.path().join("x-1")).unwrap().unwrap().remember(id(&left)).unwrap();
    // The id was used again since: same id, another start.
    RunFolder::take(home.path().join("x-2")).unwrap().unwrap().remember(id(&stranger)).unwrap();
    let record = home.path().join("x-2/server.json");
    let text = std::fs::read_to_string(&record).unwrap().replace("\"started\":", "\"started\":1");
    std::fs::write(&record, text).unwrap();
    assert_eq!(super::leftover::sweep(home.path(), "x").await, [1]);
    assert!(left.wait().unwrap().code().is_none(), "ended by a signal");
    assert!(stranger.try_wait().unwrap().is_none(), "not ours");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[test]
fn the_run_folder_follows_the_environment() {
    let folder = |set: &[(&str, &str)]| {
        let set: BTreeMap<String, String> =
            set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        runs_folder(&|name| set.get(name).cloned())
    };
    assert_eq!(folder(&[("HOME", "/h")]), Path::new("/h/.cache/poolproof/targets/launched"));
    assert_eq!(
        folder(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c")]),
        Path::new("/c/poolproof/targets/launched")
    );
    assert_eq!(folder(&[("POOLPROOF_TARGETS_HOME", "/p")]), Path::new("/p/launched"));
}
