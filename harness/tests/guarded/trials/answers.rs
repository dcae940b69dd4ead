//! What both services say where nothing is forgotten.

use serde_json::json;

use super::issuer::Key;
use super::{Bench, READ, WRITE, Which};
use crate::guarded::Kind;

const BOTH: [Which; 2] = [Which::Right, Which::Forgetful];

#[tokio::test]
async fn refusals_are_those_of_rfc_6750() {
    for which in BOTH {
        let bench = Bench::start(which, Kind::Access, &[READ, WRITE]).await;
        let good = bench.good();
        let [bearer, query] = [format!("Bearer {good}"), format!("?access_token={good}")];
        let narrow = format!("bearer {}", bench.signed(&json!({ "scope": READ })));
        let scope = format!("Bearer error=\"insufficient_scope\", scope=\"{READ} {WRITE}\"");
        let request = "Bearer error=\"invalid_request\"";
        let cases: [(&[&str], &str, u16, &str); 10] = [
            (&[], "", 401, "Bearer"),
            (&[], &query, 401, "Bearer"),
            (&["Basic YTpi"], "", 401, "Bearer"),
            (&[&good], "", 401, "Bearer"),
            (&["Bearer"], "", 400, request),
            (&["Bearer "], "", 400, request),
            (&[&bearer, &bearer], "", 400, request),
            (&[&bearer], &query, 400, request),
            (&["Bearer a.b.c"], "", 401, "Bearer error=\"invalid_token\""),
            (&[&narrow], "", 403, &scope),
        ];
        for (headers, query, status, challenge) in cases {
            let answer = bench.send(headers, query).await;
            assert_eq!((answer.status, answer.challenge.as_str()), (status, challenge), "{which:?}");
            assert!(answer.body()["message"].is_string(), "{which:?}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn nothing_is_decided_without_keys() {
    for which in BOTH {
        let bench = Bench::start(which, Kind::Access, &[]).await;
        bench.issuer.shelf.lock().unwrap().is_open = false;
        assert_eq!(bench.bearer(&bench.good()).await.status, 503, "{which:?}");
        assert_eq!(bench.bearer("a.b.c").await.status, 401, "{which:?}: whatever the keys are");
    }
}

#[tokio::test]
async fn keys_are_kept_while_the_issuer_is_away() {
    for which in BOTH {
        let bench = Bench::start(which, Kind::Access, &[]).await;
        assert!(bench.takes(&bench.good()).await);
        bench.issuer.shelf.lock().unwrap().is_open = false;
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let unknown = Key::next().sign(&bench.claims(&json!({})));
        assert_eq!(bench.bearer(&unknown).await.status, 503, "{which:?}");
        assert!(bench.takes(&bench.good()).await, "{which:?}");
    }
}
