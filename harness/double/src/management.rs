//! The management API (JSON 1.1): as much of `AWSCognitoIdentityProviderService` as provisioning and a few scenarios
//! need. Signatures are not checked: there is no account behind the double.

mod client_secrets;
mod clients;
mod domains;
mod groups;
mod input;
mod pools;
mod resource_servers;
mod sign_in;
mod users;

use serde_json::{Value, json};

pub(crate) use input::{ApiError, Input};

use crate::answer::Answer;
use crate::call::Call;
use crate::pool::Domain;
use crate::state::State;

const TARGET: &str = "x-amz-target";
const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// What an operation answers with.
type Outcome = Result<Value, ApiError>;

/// An operation of the API.
type Operation = fn(&Call<'_>, &mut State, &Input) -> Outcome;

/// True for requests to the API: they name their operation in a header.
pub(crate) fn is_addressed(call: &Call<'_>) -> bool {
    call.method() == "POST"
        && call.domain == Domain::Main
        && call.path == "/"
        && call.request.headers.contains_key(TARGET)
}

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    let request_id = state.ids.uuid();
    let outcome = find(call).and_then(|operation| operation(call, state, &Input::parse(&call.request.body)?));
    let answer = match outcome {
        Ok(body) => document(200, &body),
        Err(error) => {
            let body = json!({ "__type": error.kind, "message": error.message });
            document(400, &body).with("x-amzn-errortype", error.kind.to_owned())
        }
    };
    answer.with("x-amzn-requestid", request_id)
}

fn document(status: u16, body: &Value) -> Answer {
    Answer::empty(status).with_body("application/x-amz-json-1.1", body.to_string())
}

fn find(call: &Call<'_>) -> Result<Operation, ApiError> {
    let target = call.header(TARGET).unwrap_or_default();
    let name = target.strip_prefix(SERVICE).unwrap_or_default();
    Ok(match name {
        "CreateUserPool" => pools::create,
        "DescribeUserPool" => pools::describe,
        "DeleteUserPool" => pools::delete,
        "ListUserPools" => pools::list,
        "TagResource" => pools::tag,
        "CreateUserPoolDomain" => domains::create,
        "DescribeUserPoolDomain" => domains::describe,
        "DeleteUserPoolDomain" => domains::delete,
        "CreateResourceServer" => resource_servers::create,
        "UpdateResourceServer" => resource_servers::update,
        "DescribeResourceServer" => resource_servers::describe,
        "DeleteResourceServer" => resource_servers::delete,
        "CreateUserPoolClient" => clients::create,
        "DescribeUserPoolClient" => clients::describe,
        "UpdateUserPoolClient" => clients::update,
        "DeleteUserPoolClient" => clients::delete,
        "ListUserPoolClients" => clients::list,
        "AddUserPoolClientSecret" => client_secrets::add,
        "DeleteUserPoolClientSecret" => client_secrets::delete,
        "ListUserPoolClientSecrets" => client_secrets::list,
        "AdminCreateUser" => users::create,
        "AdminSetUserPassword" => users::set_password,
        "AdminDisableUser" => users::disable,
        "AdminEnableUser" => users::enable,
        "AdminDeleteUser" => users::delete,
        "CreateGroup" => groups::create,
        "AdminAddUserToGroup" => groups::add_user,
        "AdminUserGlobalSignOut" => users::global_sign_out,
        "GlobalSignOut" => sign_in::global_sign_out,
        "InitiateAuth" => sign_in::initiate,
        "RevokeToken" => sign_in::revoke,
        _ => return Err(ApiError::new("UnknownOperationException", "")),
    })
}
