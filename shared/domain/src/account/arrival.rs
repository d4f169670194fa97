//! People who come by a provider, and accounts that have their address already.

use crate::Error;

/// A person as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderIdentity {
    /// Such as `Google`.
    pub provider: String,
    /// The provider's id of them, in its own letters.
    pub subject: String,
}

/// How an account of the user pool came to be. The order is that in which accounts take others up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Somebody signed up with a password, or an administrator made it.
    Here,
    /// A provider brought the person.
    Provider,
    /// Somebody signed up and never proved the address: it says nothing about whose address it is.
    Unconfirmed,
}

/// An account of the user pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolAccount {
    /// Its name in the pool.
    pub user_name: String,
    /// How it came to be.
    pub origin: Origin,
    /// Whether its address was proved.
    pub mail_proven: bool,
    /// The providers that it comes by; the first is the one that brought it, if one did.
    pub identities: Vec<ProviderIdentity>,
}

impl PoolAccount {
    fn owns_its_address(&self) -> bool {
        self.origin != Origin::Unconfirmed && self.mail_proven
    }
}

/// What becomes of somebody who comes by a provider with a verified address.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission<'a> {
    /// A new account. These were begun by whoever and never proved the address, so that they give way.
    New(Vec<&'a PoolAccount>),
    /// The person has this account, and comes by the provider from now on too.
    Link(&'a PoolAccount),
    /// The account knows the provider already.
    Linked,
}

/// Decides it from the accounts that have the address; `Conflict` if one of them did not prove it but is in use.
pub fn admit<'a>(arrival: &ProviderIdentity, accounts: &'a [PoolAccount]) -> Result<Admission<'a>, Error> {
    if accounts.iter().any(|account| account.identities.contains(arrival)) {
        return Ok(Admission::Linked);
    }
    let owners = accounts.iter().filter(|account| account.owns_its_address());
    if let Some(owner) = owners.min_by_key(|account| account.origin) {
        return Ok(Admission::Link(owner));
    }
    if accounts.iter().any(|account| account.origin != Origin::Unconfirmed) {
        let words = "an account has this address and has not proved it: sign in to it and prove it first";
        return Err(Error::conflict(words));
    }
    Ok(Admission::New(accounts.iter().collect()))
}

/// Whether somebody may sign up with a password: not with the address of a person whom a provider brought, because the
/// two accounts could never become one. `Conflict` otherwise.
pub fn may_sign_up(accounts: &[PoolAccount]) -> Result<(), Error> {
    if accounts.iter().any(|account| account.origin == Origin::Provider && account.owns_its_address()) {
        return Err(Error::conflict(
            "this address has an account: sign in by the provider that you used before",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn identity(provider: &str) -> ProviderIdentity {
        ProviderIdentity { provider: provider.to_owned(), subject: "1".to_owned() }
    }

    fn account(origin: Origin, mail_proven: bool) -> PoolAccount {
        let identities = if origin == Origin::Provider { vec![identity("Google")] } else { Vec::new() };
        PoolAccount { user_name: format!("{origin:?}"), origin, mail_proven, identities }
    }

    #[test]
    fn who_has_an_account_with_the_address_is_linked_to_it() {
        let arrival = identity("LinkedIn");
        let (here, brought) = (account(Origin::Here, true), account(Origin::Provider, true));
        for owner in [&here, &brought] {
            assert_eq!(admit(&arrival, std::slice::from_ref(owner)).unwrap(), Admission::Link(owner));
        }
        let both = [brought, here];
        assert_eq!(admit(&arrival, &both).unwrap(), Admission::Link(&both[1]), "the password's goes first");
        assert_eq!(admit(&identity("Google"), &both).unwrap(), Admission::Linked);
    }

    #[test]
    fn an_address_that_nobody_proved_links_nothing() {
        let arrival = identity("LinkedIn");
        let begun = [account(Origin::Unconfirmed, false)];
        assert_eq!(admit(&arrival, &begun).unwrap(), Admission::New(vec![&begun[0]]));
        assert_eq!(admit(&arrival, &[]).unwrap(), Admission::New(Vec::new()));
        for origin in [Origin::Here, Origin::Provider] {
            let refused = admit(&arrival, &[account(origin, false)]).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Conflict);
        }
    }

    #[test]
    fn a_password_is_no_second_account() {
        assert!(may_sign_up(&[account(Origin::Provider, true)]).is_err());
        let others = [
            account(Origin::Here, true),
            account(Origin::Unconfirmed, false),
            account(Origin::Provider, false),
        ];
        assert!(may_sign_up(&others).is_ok(), "the pool itself refuses a second password");
    }
}
