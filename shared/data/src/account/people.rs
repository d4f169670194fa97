//! People as others see them.

use std::collections::HashMap;

use domain::Error;
use domain::account::{Acquaintance, Attendance, Profile, Relation, User};
use domain::id::UserId;
use jiff::Timestamp;

use crate::keys::{self, Key};
use crate::row::{self, Item};
use crate::store::Store;

/// A person as they stand to a viewer, with what decides about presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closeness {
    /// The person and the viewer.
    pub acquaintance: Acquaintance,
    /// Who looks; none without an account.
    pub viewer: Option<Profile>,
    /// What the person is to the viewer.
    pub person: Relation,
    /// What the person last said of being here.
    pub attendance: Option<Attendance>,
}

impl Closeness {
    /// The person as the viewer finds them, presence included; none if they blocked the viewer.
    pub fn found(&self, now: Timestamp) -> Option<User> {
        let user = self.acquaintance.found()?;
        let presence = self.attendance.as_ref().map(|attendance| attendance.presence(now));
        Some(User { presence: presence.filter(|_| self.tells_presence()), ..user })
    }

    fn tells_presence(&self) -> bool {
        let Acquaintance { profile, viewer_id, viewer: relation, .. } = &self.acquaintance;
        let both_tell = |viewer: &Profile| profile.tells_presence(*relation, viewer, self.person);
        profile.user_id == *viewer_id
            || (!self.acquaintance.is_apart() && self.viewer.as_ref().is_some_and(both_tell))
    }
}

impl Store {
    /// One person as they stand to a viewer: one BatchGetItem of 7 rows whoever they are, strongly consistent,
    /// 7 units. None if there is nobody.
    pub async fn closeness_get(&self, viewer: &UserId, person: &UserId) -> Result<Option<Closeness>, Error> {
        let mut wanted = relation_keys(viewer, person).to_vec();
        wanted.extend([keys::contact(viewer, person), keys::profile(viewer), keys::presence(person)]);
        let rows = self.batch(&wanted, true).await?;
        let Some(acquaintance) = acquaintance(viewer, person, &rows)? else { return Ok(None) };
        Ok(Some(Closeness {
            acquaintance,
            viewer: rows.get(&keys::profile(viewer)).cloned().map(row::decode).transpose()?,
            person: relation(&rows, &keys::contact(viewer, person)),
            attendance: rows.get(&keys::presence(person)).cloned().map(row::decode).transpose()?,
        }))
    }

    /// People as they stand to a viewer; those who are not there are absent. BatchGetItem of 4 rows a person, 25 people
    /// a call and all calls at once; strongly consistent; 4 units a person.
    pub async fn relations_batch(
        &self,
        viewer: &UserId,
        people: &[UserId],
    ) -> Result<HashMap<UserId, Acquaintance>, Error> {
        self.acquaintances(viewer, people, true).await
    }

    /// People as a viewer sees them beside messages and in rosters, in the order asked; none for those who are gone.
    ///
    /// Without a viewer, for events that go to many: names only. Eventually consistent, within a second; one call of
    /// BatchGetItem for 25 people (100 without a viewer); 2 units a person (half a unit).
    pub async fn user_batch(
        &self,
        viewer: Option<&UserId>,
        people: &[UserId],
    ) -> Result<Vec<Option<User>>, Error> {
        let users: HashMap<UserId, User> = match viewer {
            Some(viewer) => {
                let seen = self.acquaintances(viewer, people, false).await?;
                seen.into_iter().map(|(id, person)| (id, person.user())).collect()
            }
            None => self.names(people).await?,
        };
        Ok(people.iter().map(|person| users.get(person).cloned()).collect())
    }

    /// People as those find them who keep or blocked them: pairs of owner and person, answers in their order. None for
    /// those who are gone or blocked the owner. Consistency and units as [`Store::user_batch`].
    pub async fn found_batch(&self, pairs: &[(UserId, UserId)]) -> Result<Vec<Option<User>>, Error> {
        let keys: Vec<_> = pairs.iter().flat_map(|(owner, person)| relation_keys(owner, person)).collect();
        let rows = self.batch(&keys, false).await?;
        let found = |(owner, person): &(UserId, UserId)| {
            Ok(acquaintance(owner, person, &rows)?.and_then(|person| person.found()))
        };
        pairs.iter().map(found).collect()
    }

    pub(super) async fn acquaintances(
        &self,
        viewer: &UserId,
        people: &[UserId],
        consistent: bool,
    ) -> Result<HashMap<UserId, Acquaintance>, Error> {
        let keys: Vec<_> = people.iter().flat_map(|person| relation_keys(viewer, person)).collect();
        let rows = self.batch(&keys, consistent).await?;
        let found = people.iter().map(|person| acquaintance(viewer, person, &rows));
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        Ok(found.into_iter().flatten().map(|one| (one.profile.user_id.clone(), one)).collect())
    }

    async fn names(&self, people: &[UserId]) -> Result<HashMap<UserId, User>, Error> {
        let keys: Vec<_> = people.iter().map(keys::profile).collect();
        let rows = self.batch(&keys, false).await?.into_values().map(row::decode::<Profile>);
        rows.map(|row| row.map(|profile| (profile.user_id.clone(), profile.seen_by_anybody()))).collect()
    }
}

/// What has to be read to know how a person stands to a viewer. The same for who is not there.
fn relation_keys(viewer: &UserId, person: &UserId) -> [Key; 4] {
    [
        keys::profile(person),
        keys::block(person, viewer),
        keys::block(viewer, person),
        keys::contact(person, viewer),
    ]
}

fn acquaintance(
    viewer: &UserId,
    person: &UserId,
    rows: &HashMap<Key, Item>,
) -> Result<Option<Acquaintance>, Error> {
    let Some(profile) = rows.get(&keys::profile(person)).cloned() else { return Ok(None) };
    Ok(Some(Acquaintance {
        profile: row::decode(profile)?,
        viewer_id: viewer.clone(),
        viewer: relation(rows, &keys::contact(person, viewer)),
        blocks_viewer: rows.contains_key(&keys::block(person, viewer)),
        blocked_by_viewer: rows.contains_key(&keys::block(viewer, person)),
    }))
}

fn relation(rows: &HashMap<Key, Item>, contact: &Key) -> Relation {
    if rows.contains_key(contact) { Relation::Contact } else { Relation::Stranger }
}
