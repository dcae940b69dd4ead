//! Creates users with permanent passwords.

use aws_sdk_cognitoidentityprovider::types::{AttributeType, MessageActionType};
use poolproof_harness::model::fixture;

use crate::failure::Refusal;
use crate::random::password;
use crate::sdk::Session;

/// One user of the fixture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// The name in the fixture.
    pub(crate) name: &'static str,
    /// Whether the user is in the other pool.
    pub(crate) other_pool: bool,
}

/// Every user of the fixture.
pub(crate) const PEOPLE: &[Person] = &[
    Person { name: "main", other_pool: false },
    Person { name: "second", other_pool: false },
    Person { name: "foreign", other_pool: true },
];

/// Creates a user of the fixture. Where a pool knows users by e-mail address alone, that is the name.
///
/// # Errors
/// A text that is safe to show.
pub(crate) async fn make(session: &Session, pool: &str, person: Person) -> Result<fixture::User, String> {
    let plain = format!("poolproof-{}", person.name);
    let email = format!("{plain}@example.test");
    let password = password()?;
    let mut username = plain.clone();
    let mut outcome = create(session, pool, &username, &password, &email).await;
    let by_email = outcome.as_ref().is_err_and(|refusal| refusal.has_code("InvalidParameterException"));
    if by_email {
        username.clone_from(&email);
        outcome = create(session, pool, &username, &password, &email).await;
    }
    outcome.map_err(|refusal| refusal.to_string())?;
    Ok(fixture::User { username, password, email })
}

/// Creates a user with a permanent password and a verified e-mail address.
///
/// # Errors
/// The target refuses one of the two calls.
pub(crate) async fn create(
    session: &Session,
    pool: &str,
    username: &str,
    password: &str,
    email: &str,
) -> Result<(), Refusal> {
    session.pace().await;
    let created = session
        .api
        .admin_create_user()
        .user_pool_id(pool)
        .username(username)
        .message_action(MessageActionType::Suppress)
        .user_attributes(attribute("email", email)?)
        .user_attributes(attribute("email_verified", "true")?)
        .send()
        .await;
    created.map_err(Refusal::from)?;
    session.pace().await;
    let set = session
        .api
        .admin_set_user_password()
        .user_pool_id(pool)
        .username(username)
        .password(password)
        .permanent(true)
        .send()
        .await;
    set.map(|_| ()).map_err(|error| Refusal::from(error).hiding(&[password]))
}

fn attribute(name: &str, value: &str) -> Result<AttributeType, Refusal> {
    AttributeType::builder()
        .name(name)
        .value(value)
        .build()
        .map_err(|error| Refusal::because(error.to_string()))
}

/// An e-mail address for a user of this name.
pub(crate) fn email_of(username: &str) -> String {
    if username.contains('@') {
        return username.to_owned();
    }
    let local: String =
        username.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let local = local.trim_matches('.').replace("..", ".");
    if local.is_empty() { "poolproof@example.test".to_owned() } else { format!("{local}@example.test") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_gives_an_address() {
        assert_eq!(email_of("case-1"), "case-1@example.test");
        assert_eq!(email_of("a@b.test"), "a@b.test");
        assert_eq!(email_of("日本 x"), "x@example.test");
        assert_eq!(email_of("日本"), "poolproof@example.test");
    }
}
