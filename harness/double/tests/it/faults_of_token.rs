//! Faults of the token endpoint that show at a second or third look alone.

use poolproof_double::Fault;

use super::support::{Bench, faulty};

/// The statuses of three refreshes with the same token.
async fn three_refreshes(bench: &Bench, role: &str) -> Vec<u16> {
    let tokens = bench.tokens(role, "openid").await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(bench.refresh(role, tokens["refresh_token"].as_str().unwrap()).await.0);
    }
    statuses
}

#[tokio::test]
async fn a_code_that_works_a_third_time_is_refused_the_second_time() {
    let bench = faulty(&[Fault::CODE_WORKS_A_THIRD_TIME]).await;
    let code = bench.code("web", "openid", &[]).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(bench.redeem("web", &code, &[]).await.0);
    }
    assert_eq!(statuses, [200, 400, 200]);
}

#[tokio::test]
async fn uses_of_a_refresh_token_are_counted_without_rotation_alone() {
    let bench = faulty(&[Fault::THIRD_REFRESH_REFUSED]).await;
    assert_eq!(three_refreshes(&bench, "web").await, [200, 200, 400]);
    assert_eq!(three_refreshes(&bench, "rotating-grace").await, [200, 200, 200]);
}

#[tokio::test]
async fn a_chain_of_rotations_breaks_at_its_third_link() {
    let bench = faulty(&[Fault::THIRD_IN_CHAIN_REFUSED]).await;
    let mut token = bench.tokens("rotating", "openid").await["refresh_token"].as_str().unwrap().to_owned();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let (status, answer) = bench.refresh("rotating", &token).await;
        statuses.push(status);
        answer["refresh_token"].as_str().unwrap_or_default().clone_into(&mut token);
    }
    assert_eq!(statuses, [200, 200, 400]);
}

#[tokio::test]
async fn a_deleted_secret_is_taken_of_its_own_client_alone() {
    let bench = faulty(&[Fault::DELETED_SECRET_TAKEN]).await;
    let deleted = bench.client("machine-rotated", "deleted-secret");
    for (role, expected) in [("machine-rotated", 200), ("machine", 400)] {
        let request = bench.http.post(bench.url("/oauth2/token")).basic_auth(bench.id(role), Some(deleted));
        let answer = request.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), expected, "{role}");
    }
}
