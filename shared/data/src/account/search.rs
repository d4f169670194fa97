//! Finding people.

use domain::Error;
use domain::account::{MailAddress, Profile, User, search_texts};
use domain::id::UserId;

use super::owner::{Listing, MailOwner};
use crate::keys::{self, Key};
use crate::row;
use crate::store::{Range, Slice, Store, key_of};

/// How often a page is filled up again after people were left out. A page may then be short, but never the last.
const ROUNDS: usize = 4;

impl Store {
    /// The person with a mail address, as a viewer finds them: nobody across a block. Two reads one after the other,
    /// eventually consistent.
    pub async fn user_by_mail(&self, viewer: &UserId, mail: &MailAddress) -> Result<Option<User>, Error> {
        let key = keys::email(mail.as_str());
        let Some(item) = self.get_item(&key, false).await? else { return Ok(None) };
        let owner = row::decode::<MailOwner>(item)?.user_id;
        let people = self.acquaintances(viewer, std::slice::from_ref(&owner), false).await?;
        let digest = keys::email_digest(mail.as_str());
        // Who has another address by now is not found by this one.
        let person =
            people.get(&owner).filter(|person| person.profile.mail.as_deref() == Some(digest.as_str()));
        Ok(person.filter(|person| !person.is_apart()).map(|person| person.user()))
    }

    /// People by folded prefix of handle or name, in the order of the texts, each person once; people across a block
    /// are left out. A query of the listing with a BatchGetItem behind it, 1 to 4 times; eventually consistent.
    /// `after` is the sort key where the last page ended.
    pub async fn user_search(
        &self,
        viewer: &UserId,
        prefix: &str,
        limit: usize,
        after: Option<String>,
    ) -> Result<Slice<User>, Error> {
        let mut after = after;
        let mut users = Vec::new();
        for _ in 0..ROUNDS {
            let range = listing_range(prefix).after(after.take()).limit(limit - users.len()).eventually();
            let slice = self.range(range).await?;
            let listings = slice.rows.into_iter().map(|item| Ok((key_of(&item), row::decode(item)?)));
            let listings: Vec<(Key, Listing)> = listings.collect::<Result<_, Error>>()?;
            users.extend(self.listed(viewer, prefix, listings).await?);
            match slice.last {
                Some(last) if users.len() < limit => after = Some(last.sk),
                last => return Ok(Slice { rows: users, last }),
            }
        }
        let last = after.map(|sk| Key { pk: keys::find_partition(prefix), sk });
        Ok(Slice { rows: users, last })
    }

    async fn listed(
        &self,
        viewer: &UserId,
        prefix: &str,
        listings: Vec<(Key, Listing)>,
    ) -> Result<Vec<User>, Error> {
        let ids: Vec<_> = listings.iter().map(|(_, listing)| listing.user_id.clone()).collect();
        let people = self.acquaintances(viewer, &ids, false).await?;
        let found = listings.iter().filter_map(|(_, listing)| {
            let person = people.get(&listing.user_id).filter(|person| !person.is_apart())?;
            is_first_text(&person.profile, prefix, &listing.text).then(|| person.user())
        });
        Ok(found.collect())
    }
}

/// Every character sorts before the greatest one, the emoji of a name among them.
fn listing_range(prefix: &str) -> Range {
    Range::between(keys::find_partition(prefix), prefix.to_owned(), format!("{prefix}{}", char::MAX))
}

/// Whoever is listed under several texts with the prefix is found under the first of them, so on one page only;
/// and under no text that is theirs no more.
fn is_first_text(profile: &Profile, prefix: &str, text: &str) -> bool {
    let texts = search_texts(profile.handle.as_ref(), &profile.display_name);
    texts.iter().find(|own| own.starts_with(prefix)).is_some_and(|first| first == text)
}
