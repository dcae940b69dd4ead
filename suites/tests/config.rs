//! What is wrong with a configuration or a command line is said with its place and with what to write instead.

use crate::support::Sandbox;

/// Runs with this configuration and this target; answers with what was said.
fn refused(config: &str, target: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.write("targets.toml", config);
    let ran = sandbox.run(&["run", "-t", target]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    ran.err
}

#[test]
fn each_fault_has_its_place_and_its_advice() {
    let head = "[target.mine]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\n";
    for (config, target, parts) in [
        (
            String::new(),
            "dubble",
            &["targets.toml: there is no target \"dubble\"", "did you mean \"double\"?"][..],
        ),
        (
            format!("{head}isuer = \"http://127.0.0.1:1\"\n"),
            "mine",
            &["targets.toml:4: target.mine.isuer: unknown key", "did you mean \"issuer\"?"],
        ),
        (
            format!("{head}timeout = \"soon\"\n"),
            "mine",
            &["targets.toml:4: target.mine.timeout: must be a number, found a text", "write timeout = 10"],
        ),
        (
            format!("{head}region = 7\n"),
            "mine",
            &["targets.toml:4: target.mine.region: must be a text in quotes", "write region = \"us-east-1\""],
        ),
        (
            format!("{head}region = \"${{POOLPROOF_TEST_ABSENT}}\"\n"),
            "mine",
            &[
                "targets.toml:4: target.mine.region: the environment variable POOLPROOF_TEST_ABSENT is not set",
                "${POOLPROOF_TEST_ABSENT:-...}",
            ],
        ),
        (
            format!("{head}unsupported = {{ endpoint.tokn = \"x\" }}\n"),
            "mine",
            &["targets.toml:4: target.mine.unsupported.endpoint.tokn"],
        ),
        (
            "[target.mine]\nkind = \"emulator\"\n".to_owned(),
            "mine",
            &["target.mine.endpoint: missing", "write endpoint ="],
        ),
        (
            "[target.mine]\nkind = \"double\"\nfaults = [\"code-reusabel\"]\n".to_owned(),
            "mine",
            &[
                "targets.toml:3: target.mine.faults: the double has no fault \"code-reusabel\"",
                "did you mean \"code-reusable\"?",
            ],
        ),
        (
            format!("{head}unsupported = {{ \"client.machne\" = \"no\" }}\n"),
            "mine",
            &[
                "targets.toml:4: target.mine.unsupported: no scenario asks for \"client.machne\"",
                "did you mean \"client.machine\"?",
            ],
        ),
        (
            format!("{head}classic-pages = true\n"),
            "mine",
            &["targets.toml:4: target.mine.classic-pages: only the double has pages that can be exchanged"],
        ),
        ("[target.mine\n".to_owned(), "mine", &["targets.toml:1"]),
    ] {
        let said = refused(&config, target);
        for part in parts {
            assert!(said.contains(part), "{part:?} is missing in {said}");
        }
    }
}

#[test]
fn a_variable_of_another_target_does_not_matter() {
    let sandbox = Sandbox::new();
    sandbox.write("targets.toml", "[target.mine]\nkind = \"pool\"\nregion = \"${POOLPROOF_TEST_ABSENT}\"\n");
    assert_eq!(sandbox.run(&["list", "-t", "double"]).code, Some(0));
}

#[test]
fn wrong_settings_of_the_command_line_are_refused() {
    let sandbox = Sandbox::new();
    for (args, part) in [
        (&["--url", "127.0.0.1:9"][..], "--url"),
        (&["--url", "http://127.0.0.1:9", "--set", "rate"], "write KEY=VALUE"),
        (&["--url", "http://127.0.0.1:9", "--set", "rat=1"], "did you mean \"rate\"?"),
        (&["--url", "http://127.0.0.1:9", "--set", "rate=fast"], "rate: must be a number"),
        (&["--url", "http://127.0.0.1:9", "--set", "rate=1", "--set", "rate=2"], "given twice"),
        (&["--url", "http://127.0.0.1:9", "-t", "double"], "cannot be used with"),
        (&["--set", "rate"], "write KEY=VALUE"),
        (&["-t", "double", "--set", "rat=1"], "--set: target.double.rat: unknown key"),
        (&["-t", "double", "--set", "launch.reuse=true"], "--set: target.double.launch"),
        (&["--set", "rate=fast"], "--set: target.double.rate: must be a number"),
        (&["--config", "nowhere.toml"], "nowhere.toml"),
        (&["-t", "double", "-t", "double"], "named twice"),
        (&["--snapshots", "nowhere"], "nowhere: there is no such folder"),
        (&["--report", "yaml"], "json, junit or markdown"),
        (&["--guard", "rest-idd"], "did you mean \"rest-id\"?"),
    ] {
        let ran = sandbox.run(&[&["run"], args].concat());
        assert!(ran.code == Some(2) && ran.err.contains(part), "{args:?}: {:?} {}", ran.code, ran.err);
    }
}

#[test]
fn a_fault_that_the_double_does_not_have_is_told_with_the_nearest_one() {
    let ran = Sandbox::new().run(&["double", "--fault", "code-reusabel"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.contains("--fault list` shows them; did you mean \"code-reusable\"?"), "{}", ran.err);
}

#[test]
fn a_url_where_nothing_answers_is_told_as_the_option_that_gave_it() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let ran = Sandbox::new().run(&["run", "--url", &url, "token::pkce"]);
    let dead = format!("--url: nothing answers at {url}");
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    assert!(ran.err.lines().count() == 1 && ran.err.contains(&dead), "{}", ran.err);
    assert!(ran.out.contains(&format!("not ready url: {dead}")), "{}", ran.out);
    let key = Sandbox::new().run(&["run", "--url", &url, "--set", &format!("endpoint={url}"), "token::pkce"]);
    assert!(key.err.contains(&format!("--set: endpoint: nothing answers at {url}")), "{}", key.err);
}

#[test]
fn nothing_leaves_this_machine_unasked() {
    let sandbox = Sandbox::new();
    for (args, part) in [
        (&["--url", "https://auth.poolproof.test"][..], "is not on this machine"),
        (&["--url", "http://127.0.0.1.poolproof.test"], "is not on this machine"),
        (&["--url", "https://auth.poolproof.test", "--allow-real"], "kind = \"pool\""),
        (&["--url", "https://auth.poolproof.test", "--set", "kind=pool"], "--allow-real"),
        (&["--url", "http://127.0.0.1:9", "--set", "issuer=https://issuer.poolproof.test"], "issuer"),
        (&["--url", "http://127.0.0.1:9", "--set", "endpoint=https://api.poolproof.test"], "endpoint"),
    ] {
        for command in [&["run"][..], &["provision", "--out", "f.json"], &["provision", "--remove"]] {
            let ran = sandbox.run(&[command, args].concat());
            assert!(
                ran.code == Some(2) && ran.err.contains(part),
                "{command:?} {args:?}: {:?} {}",
                ran.code,
                ran.err
            );
        }
    }
    sandbox.write("targets.toml", "default = [\"real\"]\n[target.real]\nkind = \"pool\"\n");
    let ran = sandbox.run(&["run"]);
    assert!(ran.code == Some(2) && ran.err.contains("--allow-real"), "{}", ran.err);
    let off = sandbox.poolproof(&["run"]).env("POOLPROOF_ALLOW_REAL", "0").output().unwrap();
    assert_eq!(off.status.code(), Some(2), "0 is no consent");
}

#[test]
fn settings_of_the_command_line_go_over_those_of_a_named_target() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "targets.toml",
        "[target.mine]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:9\"\nissuer = \"http://127.0.0.1:9\"\n\
         unsupported = { endpoint.token = \"the file says so\" }\n",
    );
    let listed = |args: &[&str]| {
        let ran = sandbox.run(&[&["list", "-t", "mine"], args].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out + &ran.err
    };
    let more = ["--set", "unsupported.endpoint.login=the command line says so"];
    let (before, after) = (listed(&[]), listed(&more));
    assert!(before.contains("the file says so") && !before.contains("the command line says so"), "{before}");
    assert!(after.contains("the file says so"), "{after}");
    let over = listed(&["--set", "unsupported.endpoint.token=another reason"]);
    assert!(over.contains("another reason") && !over.contains("the file says so"), "{over}");
    // Consent is asked for what is really reached.
    let far = sandbox.run(&["run", "-t", "mine", "--set", "endpoint=https://api.poolproof.test"]);
    assert!(far.code == Some(2) && far.err.contains("is not on this machine"), "{}", far.err);
}
