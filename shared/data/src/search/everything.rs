//! Looking for people, conversations and messages at once.

use std::cmp::Reverse;

use domain::Error;
use domain::account::{SearchQuery, User};
use domain::conversation::Conversation;
use domain::id::UserId;
use futures::future::{try_join, try_join3};
use search::{Filter, Position, Query};

use super::hunt::{Hit, source};
use crate::store::Store;

/// People, conversations and messages, the first of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Everything {
    /// In the order of the texts by which they are found.
    pub people: Vec<User>,
    /// By last activity.
    pub conversations: Vec<Conversation>,
    /// Newest first.
    pub messages: Vec<Hit>,
}

impl Store {
    /// People, as [`Store::user_search`] and [`Store::user_by_mail`] find them; the person's conversations by title, or
    /// by the name of the other one; and messages of all of them, as [`Store::message_search`] finds them.
    ///
    /// The chat list is read once for all; besides what the others read, half a unit for each direct conversation.
    /// A query with operators finds messages only.
    pub async fn everything_search(
        &self,
        user: &UserId,
        query: &Query,
        limit: usize,
    ) -> Result<Everything, Error> {
        let (filter, all) = try_join(self.filter(user, query), self.conversation_list(user)).await?;
        let sources = all.iter().filter_map(source).collect();
        let begin = Position::default();
        let (people, conversations, page) = try_join3(
            self.people_named(user, query, limit),
            self.conversations_named(user, &filter, query, all),
            self.hunt(user, &filter, sources, &begin, limit),
        )
        .await?;
        let conversations = conversations.into_iter().take(limit).collect();
        Ok(Everything { people, conversations, messages: page.hits })
    }

    /// Nobody for what is no name, handle or address.
    async fn people_named(&self, user: &UserId, query: &Query, limit: usize) -> Result<Vec<User>, Error> {
        if !query.is_words_only() {
            return Ok(Vec::new());
        }
        match SearchQuery::parse(query.as_str()) {
            Ok(SearchQuery::Prefix(prefix)) => Ok(self.user_search(user, &prefix, limit, None).await?.rows),
            Ok(SearchQuery::Mail(mail)) => Ok(self.user_by_mail(user, &mail).await?.into_iter().collect()),
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn conversations_named(
        &self,
        user: &UserId,
        filter: &Filter,
        query: &Query,
        mut all: Vec<Conversation>,
    ) -> Result<Vec<Conversation>, Error> {
        if !query.is_words_only() {
            return Ok(Vec::new());
        }
        let direct = all.iter().filter(|one| one.id.is_direct());
        let others: Vec<UserId> = direct.map(|one| other(user, one).unwrap_or(user).clone()).collect();
        let mut people = self.user_batch(None, &others).await?.into_iter();
        all.retain(|one| {
            let person = if one.id.is_direct() { people.next().flatten() } else { None };
            let name = person.as_ref().map(|person| person.display_name.as_str()).or(one.title.as_deref());
            name.is_some_and(|name| filter.names(name))
        });
        all.sort_by_key(|one| Reverse(one.updated_at));
        Ok(all)
    }
}

/// The other one of a direct conversation.
fn other<'a>(user: &UserId, conversation: &'a Conversation) -> Option<&'a UserId> {
    conversation.participant_ids.as_ref()?.iter().find(|participant| *participant != user)
}
