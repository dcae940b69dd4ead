//! What changes of clients and users come to.

use super::{Class, Fault};

faults! {
    CLIENT_DELETION_IGNORED = "client-deletion-ignored", State, "A client that was deleted goes on.", ["lifecycle.client-deleted.token", "lifecycle.client-deleted.code", "lifecycle.client-deleted.authorize"];
    USED_CLIENT_OUTLIVES_DELETION = "used-client-outlives-deletion", State, "A client that was deleted goes on if it has had a token before.", ["lifecycle.client-deleted.token"];
    REMOVED_CALLBACK_IS_INVALID_REQUEST = "removed-callback-is-invalid-request", Error, "A code whose callback URL was removed meanwhile makes its redemption an invalid request.", ["lifecycle.callback-removed"];
    REMOVED_SCOPE_IS_INVALID_REQUEST = "removed-scope-is-invalid-request", Error, "A scope that was taken from the client meanwhile makes a redemption or refresh an invalid request.", ["lifecycle.scope-removed"];
    NEWEST_SECRET_ALONE = "newest-secret-alone", State, "A second secret ends the first one.", ["lifecycle.secret-added"];
    DISABLED_USER_REDEEMS = "disabled-user-redeems", Security, "A code brings tokens although its user was disabled meanwhile.", ["lifecycle.user-disabled.code"];
    DELETED_USER_REDEEMS = "deleted-user-redeems", Security, "A code brings tokens although its user was deleted meanwhile.", ["lifecycle.user-deleted.code"];
    SIGN_OUT_ENDS_COOKIES = "sign-out-ends-cookies", State, "A global sign-out ends the sessions of browsers.", ["lifecycle.sign-out.cookie"];
    SIGN_OUT_ENDS_NEWEST_ALONE = "sign-out-ends-newest-alone", Security, "A global sign-out ends the newest sign-in of the user alone.", ["token.refresh.global-sign-out", "userinfo.signed-out"];
    SIGN_OUT_ENDS_LATER_SIGN_INS = "sign-out-ends-later-sign-ins", State, "A global sign-out ends later sign-ins of the user too.", ["token.refresh.success", "userinfo.success"];
    FLOW_TAKEN_AWAY_REDEEMS = "flow-taken-away-redeems", Security, "A code is good although the code flow was taken from its client meanwhile.", ["token.code.flow-not-allowed"];
}
