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
    /// Attributes beside the e-mail address.
    pub(crate) attributes: &'static [(&'static str, &'static str)],
}

/// Every user of the fixture.
pub(crate) const PEOPLE: &[Person] = &[
    Person { name: "main", other_pool: false, attributes: &[] },
    Person { name: "second", other_pool: false, attributes: &[] },
    Person { name: "detailed", other_pool: false, attributes: DETAILS },
    Person { name: "foreign", other_pool: true, attributes: &[] },
];

/// The attributes of the user `detailed`: one of each scope, and one that the pool defines itself.
const DETAILS: &[(&str, &str)] = &[
    ("phone_number", "+15555550100"),
    ("phone_number_verified", "true"),
    ("name", "Poolproof Detailed"),
    ("custom:plan", "7"),
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
    let attributes: Vec<(String, String)> = [("email", email.as_str())]
        .iter()
        .chain(person.attributes)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut outcome = create(session, pool, &username, &password, &attributes).await;
    let by_email = outcome.as_ref().is_err_and(|refusal| refusal.has_code("InvalidParameterException"));
    if by_email {
        username.clone_from(&email);
        outcome = create(session, pool, &username, &password, &attributes).await;
    }
    outcome.map_err(|refusal| refusal.to_string())?;
    Ok(fixture::User { username, password, email })
}

/// Creates a user with a permanent password and these attributes. The e-mail address among them is verified; where there
/// is none, one is made from the name.
///
/// # Errors
/// The target refuses one of the two calls.
pub(crate) async fn create(
    session: &Session,
    pool: &str,
    username: &str,
    password: &str,
    attributes: &[(String, String)],
) -> Result<(), Refusal> {
    let has_email = attributes.iter().any(|(name, _)| name == "email");
    let made = (!has_email).then(|| ("email".to_owned(), email_of(username)));
    let verified = Some(("email_verified".to_owned(), "true".to_owned()))
        .filter(|(name, _)| !attributes.iter().any(|(given, _)| given == name));
    let attributes = attributes
        .iter()
        .chain(&made)
        .chain(&verified)
        .map(|(name, value)| attribute(name, value))
        .collect::<Result<Vec<_>, _>>()?;
    session.pace().await;
    let created = session
        .api
        .admin_create_user()
        .user_pool_id(pool)
        .username(username)
        .message_action(MessageActionType::Suppress)
        .set_user_attributes(Some(attributes))
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

/// Puts a user into a group, which is made if it is not there.
///
/// # Errors
/// The target refuses one of the two calls.
pub(crate) async fn add_to_group(
    session: &Session,
    pool: &str,
    username: &str,
    group: &str,
) -> Result<(), Refusal> {
    session.pace().await;
    let created = session.api.create_group().user_pool_id(pool).group_name(group).send().await;
    if let Err(refusal) = created.map_err(Refusal::from)
        && !refusal.has_code("GroupExistsException")
    {
        return Err(refusal);
    }
    session.pace().await;
    let add = session.api.admin_add_user_to_group().user_pool_id(pool).username(username).group_name(group);
    add.send().await?;
    Ok(())
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
