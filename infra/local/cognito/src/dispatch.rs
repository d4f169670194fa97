//! From the name of an operation to its function.

use std::sync::Arc;

use local_core::principal::Principal;
use serde_json::Value;

use crate::cognito::Pools;
use crate::request::parse;
use crate::response::Failure;

impl Pools {
    pub(crate) async fn dispatch(
        self: &Arc<Self>,
        target: &str,
        body: &[u8],
        caller: Option<Principal>,
    ) -> Result<Value, Failure> {
        let (service, operation) = target.split_once('.').unwrap_or((target, ""));
        match service {
            "AWSCognitoIdentityProviderService" if is_for_administrators(operation) => {
                self.authorize(operation, caller)?;
                self.administrators_call(operation, body).await
            }
            "AWSCognitoIdentityProviderService" => self.persons_call(operation, body).await,
            "AWSCognitoIdentityService" => match operation {
                "GetId" => self.get_id(parse(body)?),
                "GetCredentialsForIdentity" => self.get_credentials(parse(body)?),
                _ => Err(unknown_operation()),
            },
            _ => Err(unknown_operation()),
        }
    }

    async fn persons_call(self: &Arc<Self>, operation: &str, body: &[u8]) -> Result<Value, Failure> {
        match operation {
            "SignUp" => self.sign_up(parse(body)?).await,
            "ConfirmSignUp" => self.confirm_sign_up(parse(body)?).await,
            "ResendConfirmationCode" => self.resend_confirmation_code(parse(body)?).await,
            "InitiateAuth" => self.initiate_auth(parse(body)?).await,
            "RespondToAuthChallenge" => self.respond_to_auth_challenge(parse(body)?).await,
            "GetTokensFromRefreshToken" => self.get_tokens_from_refresh_token(parse(body)?).await,
            "RevokeToken" => self.revoke_token(parse(body)?),
            "GlobalSignOut" => self.global_sign_out(parse(body)?),
            "ForgotPassword" => self.forgot_password(parse(body)?).await,
            "ConfirmForgotPassword" => self.confirm_forgot_password(parse(body)?).await,
            "ChangePassword" => self.change_password(parse(body)?).await,
            "GetUser" => self.get_user(parse(body)?),
            "DeleteUser" => self.delete_user(parse(body)?),
            "UpdateUserAttributes" => self.update_user_attributes(parse(body)?).await,
            "DeleteUserAttributes" => self.delete_user_attributes(parse(body)?),
            "GetUserAttributeVerificationCode" => self.get_verification_code(parse(body)?).await,
            "VerifyUserAttribute" => self.verify_user_attribute(parse(body)?),
            "AssociateSoftwareToken" => self.associate_software_token(parse(body)?),
            "VerifySoftwareToken" => self.verify_software_token(parse(body)?),
            "SetUserMFAPreference" => self.set_user_mfa_preference(parse(body)?),
            _ => Err(unknown_operation()),
        }
    }

    async fn administrators_call(self: &Arc<Self>, operation: &str, body: &[u8]) -> Result<Value, Failure> {
        match operation {
            "AdminCreateUser" => self.admin_create_user(parse(body)?).await,
            "AdminConfirmSignUp" => self.admin_confirm_sign_up(parse(body)?).await,
            "AdminSetUserPassword" => self.admin_set_user_password(parse(body)?).await,
            "AdminResetUserPassword" => self.admin_reset_user_password(parse(body)?).await,
            "AdminGetUser" => self.admin_get_user(parse(body)?),
            "AdminDeleteUser" => self.admin_delete_user(parse(body)?),
            "AdminDisableUser" => self.admin_disable_user(parse(body)?),
            "AdminEnableUser" => self.admin_enable_user(parse(body)?),
            "AdminUserGlobalSignOut" => self.admin_user_global_sign_out(parse(body)?),
            "AdminUpdateUserAttributes" => self.admin_update_user_attributes(parse(body)?),
            "AdminAddUserToGroup" => self.admin_add_user_to_group(parse(body)?),
            "AdminRemoveUserFromGroup" => self.admin_remove_user_from_group(parse(body)?),
            "AdminListGroupsForUser" => self.admin_list_groups_for_user(parse(body)?),
            "AdminLinkProviderForUser" => self.admin_link_provider_for_user(parse(body)?),
            "AdminDisableProviderForUser" => self.admin_disable_provider_for_user(parse(body)?),
            "ListUsers" => self.list_users(parse(body)?),
            _ => Err(unknown_operation()),
        }
    }

    /// Whether the caller's policy grants the operation on this pool.
    fn authorize(&self, operation: &str, caller: Option<Principal>) -> Result<(), Failure> {
        let missing = || Failure::new("MissingAuthenticationTokenException", "Missing Authentication Token");
        let caller = caller.ok_or_else(missing)?;
        let (action, resource) = (format!("cognito-idp:{operation}"), self.config.pool.arn());
        if caller == Principal::Developer || self.parts.signatures.allows(&caller, &action, &resource) {
            return Ok(());
        }
        let name = match &caller {
            Principal::Function { name } => name,
            Principal::Identity { identity_id, .. } => identity_id,
            Principal::Developer => "developer",
        };
        let words = format!("User: {name} is not authorized to perform: {action} on resource: {resource}");
        Err(Failure::new("AccessDeniedException", words))
    }
}

fn is_for_administrators(operation: &str) -> bool {
    operation.starts_with("Admin") || operation == "ListUsers"
}

fn unknown_operation() -> Failure {
    Failure::new("UnknownOperationException", "Unknown operation")
}
