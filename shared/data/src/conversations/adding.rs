//! Adding people to a group.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::account::Acquaintance;
use domain::conversation::{
    AddMemberResult, AddMemberStatus, Candidate, GroupId, HistoryPolicy, MemberRole, sort_out,
};
use domain::id::UserId;
use domain::message::{SystemNotice, SystemNoticeType};
use domain::{Error, ErrorKind};
use jiff::Timestamp;

use crate::conversations::creation::Creation;
use crate::conversations::head::Head;
use crate::conversations::joining::{JOINING, Obstacle};
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::keys;
use crate::row::{self, Item};
use crate::store::Store;

/// How many people one transaction adds: three parts for each, and head, notice, actor and creation beside them, are
/// the 100 that DynamoDB allows.
const STEP: usize = (100 - 4) / JOINING;

/// People to add to a group.
#[derive(Debug, Clone)]
pub struct Append<'a> {
    /// To which group.
    pub id: &'a GroupId,
    /// Who adds them.
    pub actor: &'a UserId,
    /// Whether it is what the creation of the group left to do, which is then kept with the creation.
    pub creating: Creating,
    /// When.
    pub at: Timestamp,
}

/// Why people are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creating {
    /// By a call of its own.
    No,
    /// By the creation of the group.
    Yes,
}

/// What a step read.
struct Seen {
    head: Head,
    actor: State,
    creation: Option<Creation>,
    members: BTreeMap<UserId, MemberRow>,
}

/// What a step is going to write.
struct Step {
    parts: Vec<TransactWriteItem>,
    added: Vec<MemberRow>,
    others: Vec<(UserId, AddMemberStatus)>,
}

impl Store {
    /// People whom somebody wants to add, with whether they let them; one batch read, strongly consistent, four units
    /// each. A block or a setting that comes between this read and the adding counts as having come after it.
    pub async fn candidate_batch(&self, actor: &UserId, people: &[UserId]) -> Result<Vec<Candidate>, Error> {
        let relations = self.relations_batch(actor, people).await?;
        let candidate = |user: &UserId| Candidate {
            user_id: user.clone(),
            allowed: relations.get(user).is_some_and(Acquaintance::may_be_added),
        };
        Ok(people.iter().map(candidate).collect())
    }

    /// Adds people, in steps of at most 32 of one transactional read and one transactional write each; a notice and a
    /// number for each step. One result for each candidate, in their order.
    ///
    /// Idempotent: members stay what they are and nothing is written. The bound of the group is exact however many add
    /// at once, because every step replaces the head. `NotFound` for who is no member, `Forbidden` by policy.
    /// When a step after the first fails, or any while creating, its people are told to try again.
    pub async fn member_append(
        &self,
        append: &Append<'_>,
        candidates: &[Candidate],
    ) -> Result<Vec<AddMemberResult>, Error> {
        let mut results = Vec::with_capacity(candidates.len());
        let mut broken = false;
        for chunk in candidates.chunks(STEP) {
            if !broken {
                match self.append_step(append, chunk).await {
                    Ok(step) => {
                        results.extend(step);
                        continue;
                    }
                    Err(error) if results.is_empty() && append.creating == Creating::No => return Err(error),
                    Err(error) if error.kind() == ErrorKind::Internal => return Err(error),
                    Err(error) => {
                        tracing::warn!(%error, inner = error.inner(), "people could not be added just now");
                        broken = true;
                    }
                }
            }
            results.extend(chunk.iter().map(|candidate| result(candidate, AddMemberStatus::TryAgain, None)));
        }
        Ok(results)
    }

    async fn append_step(
        &self,
        append: &Append<'_>,
        chunk: &[Candidate],
    ) -> Result<Vec<AddMemberResult>, Error> {
        let (mut overfull, mut gone) = (BTreeSet::new(), BTreeSet::new());
        let mut attempt = 0;
        loop {
            let seen = self.append_read(append, chunk).await?;
            seen.head.membership(&seen.actor).may_add_members()?;
            let open: Vec<_> = undone(chunk, seen.creation.as_ref())
                .map(|candidate| Candidate {
                    allowed: candidate.allowed && !gone.contains(&candidate.user_id),
                    ..candidate.clone()
                })
                .collect();
            let step = self.append_decide(append, &seen, &open, &overfull)?;
            if step.parts.is_empty() {
                return Ok(outcome(chunk, seen, step));
            }
            match self.transact(step.parts.clone()).await {
                Ok(()) => return Ok(outcome(chunk, seen, step)),
                Err(failure) => {
                    for (index, member) in step.added.iter().enumerate() {
                        match Obstacle::of(&failure, index * JOINING) {
                            Some(Obstacle::Overfull) => overfull.insert(member.user_id.clone()),
                            Some(Obstacle::Gone) => gone.insert(member.user_id.clone()),
                            None => false,
                        };
                    }
                    failure.lost_race()?;
                }
            }
            self.back_off(&mut attempt).await?;
        }
    }

    async fn append_read(&self, append: &Append<'_>, chunk: &[Candidate]) -> Result<Seen, Error> {
        let mut keys = vec![keys::head(append.id), keys::state(append.actor, append.id)];
        if append.creating == Creating::Yes {
            keys.push(keys::creation(append.id));
        }
        keys.extend(chunk.iter().map(|candidate| keys::member(append.id, &candidate.user_id)));
        let mut rows = self.snapshot(&keys).await?.into_iter();
        let (head, actor) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
        let (Some(head), Some(actor)) = (head, actor) else { return Err(Error::not_found()) };
        let creation = match append.creating {
            Creating::Yes => row::next::<Creation>(&mut rows)?,
            Creating::No => None,
        };
        let members = rows
            .flatten()
            .map(|item: Item| row::decode::<MemberRow>(item).map(|member| (member.user_id.clone(), member)))
            .collect::<Result<_, _>>()?;
        Ok(Seen { head, actor, creation, members })
    }

    fn append_decide(
        &self,
        append: &Append<'_>,
        seen: &Seen,
        open: &[Candidate],
        overfull: &BTreeSet<UserId>,
    ) -> Result<Step, Error> {
        let members = seen.members.keys().cloned().collect();
        let adding = sort_out(open, seen.head.member_count, &members, overfull);
        let outcomes = adding.added.iter().map(|user| (user.clone(), AddMemberStatus::Added));
        let outcomes: Vec<_> = outcomes.chain(adding.others.iter().cloned()).collect();
        let mut step = Step { parts: Vec::new(), added: Vec::new(), others: adding.others };
        if !adding.added.is_empty() {
            self.append_parts(append, seen, &adding.added, &mut step)?;
        }
        if let Some(before) = seen.creation.as_ref().filter(|_| !outcomes.is_empty()) {
            let after = before.stepped(outcomes.into_iter());
            step.parts.push(self.creation_part(append.id, before, &after)?);
        }
        Ok(step)
    }

    /// The people's parts first, so that an obstacle's index tells whose it is.
    fn append_parts(
        &self,
        append: &Append<'_>,
        seen: &Seen,
        added: &[UserId],
        step: &mut Step,
    ) -> Result<(), Error> {
        let notice = SystemNotice {
            kind: SystemNoticeType::MembersAdded,
            actor_id: append.actor.clone(),
            target_ids: added.to_vec(),
        };
        let (mut after, message) = seen.head.noticed(notice, append.at);
        after.member_count += added.len() as u64;
        let history = after.policy.map_or(HistoryPolicy::FromJoining, |policy| policy.history);
        for user_id in added {
            let member = MemberRow {
                conversation_id: after.id.clone(),
                user_id: user_id.clone(),
                role: MemberRole::Member,
                joined_at: append.at,
                first_seq: history.first_seq(message.seq),
            };
            step.parts.extend(self.joining_parts(&member, &State::joining(&member, &seen.head))?);
            step.added.push(member);
        }
        step.parts.extend(self.caused_part(&seen.actor, &seen.head, &after)?);
        step.parts.push(self.notice_part(&message)?);
        step.parts.push(self.head_part(&seen.head, after)?);
        Ok(())
    }
}

/// Who of a step still has no outcome: while creating, another run of the same request may have been faster.
fn undone<'a>(chunk: &'a [Candidate], creation: Option<&'a Creation>) -> impl Iterator<Item = &'a Candidate> {
    chunk.iter().filter(move |candidate| {
        creation.is_none_or(|creation| creation.pending.contains(&candidate.user_id))
    })
}

/// The results in the order of the candidates.
fn outcome(chunk: &[Candidate], seen: Seen, step: Step) -> Vec<AddMemberResult> {
    let mut statuses: BTreeMap<UserId, AddMemberStatus> =
        seen.creation.into_iter().flat_map(|creation| creation.outcomes).collect();
    statuses.extend(step.others);
    let mut members = seen.members;
    for member in step.added {
        statuses.insert(member.user_id.clone(), AddMemberStatus::Added);
        members.insert(member.user_id.clone(), member);
    }
    let one = |candidate: &Candidate| {
        let status = statuses.get(&candidate.user_id).copied().unwrap_or(AddMemberStatus::TryAgain);
        result(candidate, status, members.get(&candidate.user_id))
    };
    chunk.iter().map(one).collect()
}

fn result(candidate: &Candidate, status: AddMemberStatus, member: Option<&MemberRow>) -> AddMemberResult {
    AddMemberResult { user_id: candidate.user_id.clone(), status, member: member.map(MemberRow::member) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_step_fits_into_one_transaction() {
        assert_eq!(STEP, 32);
        const { assert!(STEP * JOINING + 4 <= 100) };
    }

    #[test]
    fn who_has_an_outcome_is_not_added_again() {
        let user = |last| UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap();
        let chunk = [1, 2].map(|last| Candidate { user_id: user(last), allowed: true });
        let outcomes = vec![(user(1), AddMemberStatus::Added)];
        let creation = Creation { pending: vec![user(2)], outcomes, step: 1 };
        assert_eq!(undone(&chunk, Some(&creation)).collect::<Vec<_>>(), [&chunk[1]]);
        assert_eq!(undone(&chunk, None).count(), 2);
    }
}
