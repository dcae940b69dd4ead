//! What is wrong with a configuration, an option, a document or a server is said without the secrets in it.

use crate::canary::{Environment, Evidence, planted};
use crate::support::{Sandbox, WRONG_SECRET};

#[test]
fn what_is_wrong_with_a_configuration_is_said_without_the_secret() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let mut canaries = environment.canaries();
    let secret = planted(150);
    canaries.add("the written out", &secret);
    let prefix = environment.get("ORDERS_PREFIX").to_owned();
    let head = "[target.mine]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\npool = { id = \"us-east-1_A\" }\n";
    let client = format!("{head}[target.mine.client.web]\nid = \"a\"\n");
    let mut evidence = Evidence::default();
    for (number, config) in [
        format!("{client}secret = {secret}\n"),
        format!("{client}secret = \"{secret}\n"),
        format!("{client}secrt = \"{secret}\"\n"),
        format!("{client}secret = [\"{secret}\"]\n"),
        format!("{client}access-seconds = \"{secret}\"\n"),
        format!("{client}callbacks = \"{secret}\"\n"),
        format!("{client}secret = \"{secret}\"\nsecret = \"{secret}\"\n"),
        format!("{client}secret = \"${{ABSENT}}{secret}\"\n"),
        format!("{client}secret = \"${{{secret}\"\n"),
        format!("{client}secret = \"{secret}\" \"{secret}\"\n"),
        format!("{head}[target.mine.user.main]\nusername = \"a\"\npasword = \"{secret}\"\n"),
        format!("{head}domain = \"http://user:{secret}@127.0.0.1:1\"\n"),
        format!("{head}domain = \"htp://user:{secret}@127.0.0.1:1\"\n"),
        format!("{head}domain = \"user:{secret}@127.0.0.1:1\"\n"),
        format!("{head}domain = \"http://user:{secret}@[127.0.0.1\"\n"),
        format!("{head}domain = \"http://127.0.0.1:1/?key={secret}\"\n"),
        format!("{head}domain = \"http://127.0.0.1:x/#{secret}\"\n"),
        format!("{head}paths = {{ token = \"/token?key={secret}\" }}\n"),
        format!("{head}timeout = \"${{ORDERS_PASSWORD}}\"\n"),
        format!("{head}domain = \"${{ORDERS_PASSWORD}}\"\n"),
        format!("{head}domain = \"http://${{ORDERS_PASSWORD}}/\"\n"),
        format!("{head}kind = \"${{ORDERS_PASSWORD}}\"\n").replacen("kind = \"emulator\"\n", "", 1),
    ]
    .into_iter()
    .enumerate()
    {
        sandbox.write("targets.toml", &config);
        let ran = environment.run(&sandbox, &["run", "-t", "mine"]);
        assert!(matches!(ran.code, Some(2 | 3)), "{number}: {:?} {config}\n{}", ran.code, ran.err);
        evidence.add(&format!("configuration {number}"), &ran);
    }
    sandbox.write("targets.toml", "");
    let with_user = format!("http://user:{secret}@127.0.0.1:1");
    let (no_scheme, odd) = (format!("user:{secret}@127.0.0.1:1"), format!("http://user:{secret}@[127.0.0.1"));
    let at = "http://127.0.0.1:1";
    let pool = ["--set", "pool.id=us-east-1_A", "--set", "client.web.id=a", "--set"];
    let settings = [
        format!("client.web.secret:{secret}"),
        secret.clone(),
        format!("client.web.secret={secret}"),
        format!("client.web.secrt={secret}"),
        // What stands between two variables is written out.
        format!("client.web.secret=${{ORDERS_PREFIX}}{secret}${{ORDERS_PREFIX}}"),
        "client.web.access-seconds=${ORDERS_PASSWORD}".to_owned(),
        format!("timeout={secret}"),
    ];
    for (number, setting) in settings.iter().enumerate() {
        let ran = environment
            .run(&sandbox, &[&["run", WRONG_SECRET, "-vv", "--url", at], &pool[..], &[setting]].concat());
        assert!(matches!(ran.code, Some(2 | 3)), "{setting}: {:?} {}{}", ran.code, ran.out, ran.err);
        evidence.add(&format!("setting {number}"), &ran);
    }
    for (number, url) in [&with_user, &no_scheme, &odd].into_iter().enumerate() {
        let ran = environment.run(&sandbox, &["run", "--url", url]);
        assert_eq!(ran.code, Some(2), "{url}: {}", ran.err);
        evidence.add(&format!("URL {number}"), &ran);
    }
    let documents = [
        format!("{{\"schema\": \"{secret}\"}}"),
        format!(
            "{{\"schema\": 1, \"client\": {{\"web\": {{\"id\": \"a\", \"secret\": {{\"{secret}\": 1}}}}}}}}"
        ),
        format!("{{\"schema\": 1, \"user\": {{\"main\": \"{secret}\"}}}}"),
        format!("{{\"schema\": 1, \"user\": \"{secret}"),
        secret.clone(),
        format!("\"{secret}\""),
        format!(
            "{{\"schema\": 1, \"scenario\": \"{WRONG_SECRET}\", \"seed\": \"x\", \"index\": \"{secret}\"}}"
        ),
        format!("{{\"event\": \"{secret}\"}}\n"),
    ];
    for (number, document) in documents.iter().enumerate() {
        sandbox.write("document.json", document);
        for args in [
            &["run", "--url", at, "--fixture", "document.json"][..],
            &["replay", "document.json"],
            &["report", "document.json"],
        ] {
            let ran = environment.run(&sandbox, args);
            assert!(matches!(ran.code, Some(2 | 3)), "{args:?} {document}: {:?} {}", ran.code, ran.err);
            evidence.add(&format!("document {number} as {}", args[0]), &ran);
        }
    }
    canaries.add("ORDERS_PREFIX again", &prefix);
    evidence.add_files(&sandbox, &["document.json"], &[]);
    evidence.must_hold_none_of(&canaries);
}

#[test]
fn a_server_that_prints_its_environment_shows_no_secret_of_it() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let config = "[target.mine]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:{port}\"\n[target.mine.launch]\n\
                  command = [\"bash\", \"-c\", \"env | grep -e ORDERS_ -e DATABASE_; env | grep ORDERS_API_KEY | cut -d= -f2 | tr -d '\\\\n' | base64 -w0; exit 1\"]\n\
                  env = { ORDERS_API_KEY = \"${ORDERS_API_KEY}\", DATABASE_PASSWORD = \"${ORDERS_PREFIX}\" }\n\
                  ready = \"http://127.0.0.1:{port}/\"\n";
    sandbox.write("targets.toml", config);
    let mut command = sandbox.poolproof(&["run", "-t", "mine", "-vv", "--report", "json,markdown,junit"]);
    let ran = environment.command(&sandbox, command.env("POOLPROOF_TARGETS_HOME", sandbox.path("servers")));
    assert!(ran.code == Some(3) && ran.out.contains("ended before it was ready"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("ORDERS_API_KEY=<hidden>"), "{}{}", ran.out, ran.err);
    let logs: Vec<_> =
        sandbox.files("servers").into_iter().filter(|file| file.to_string_lossy().contains("log")).collect();
    let mut evidence = Evidence::default();
    evidence.add("run", &ran);
    let by_design: Vec<String> =
        logs.iter().map(|log| log.strip_prefix(sandbox.path("")).unwrap().display().to_string()).collect();
    assert!(!by_design.is_empty(), "the log is kept, for its owner");
    evidence.add_files(&sandbox, &[], &by_design.iter().map(String::as_str).collect::<Vec<_>>());
    evidence.must_hold_none_of(&environment.canaries());
}
