//! What a message carries.

use serde::{Deserialize, Serialize};

use super::{ContactCard, Location, MAX_MENTIONS, MessageText};
use crate::id::{AttachmentId, UserId};
use crate::media::MAX_ATTACHMENTS;
use crate::{Error, text};

const MAX_PHONES: usize = 10;
const MAX_EMAILS: usize = 10;
/// The longest address that mail can be sent to (RFC 5321).
const MAX_EMAIL: usize = 254;

/// The content of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A text.
    Text(MessageText),
    /// A place.
    Location(Location),
    /// A person's card.
    Contact(ContactCard),
    /// Attachments, perhaps with words under them.
    Media(Media),
}

/// Attachments to send. What they are is for their rows to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Which, 1 to 30, each once.
    pub attachments: Vec<AttachmentId>,
    /// The words.
    pub caption: Option<MessageText>,
    /// By what right.
    pub right: MediaRight,
}

/// By what right somebody sends an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaRight {
    /// They uploaded it.
    Own,
    /// They forward a message that has it.
    Forwarded,
}

impl Media {
    /// The sender's own attachments; none, more than 30, or one twice is a `BadRequest`.
    pub fn own(attachments: Vec<AttachmentId>, caption: Option<MessageText>) -> Result<Self, Error> {
        if !(1..=MAX_ATTACHMENTS).contains(&attachments.len()) {
            return Err(Error::bad_request(format!("attachmentIds: 1 to {MAX_ATTACHMENTS}")));
        }
        let twice = attachments
            .iter()
            .enumerate()
            .any(|(at, one)| attachments.iter().take(at).any(|other| other == one));
        if twice {
            return Err(Error::bad_request("attachmentIds must differ"));
        }
        Ok(Media { attachments, caption, right: MediaRight::Own })
    }
}

/// Who is mentioned: each once, at most 50. Whether they are members is for the roster to say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<UserId>")]
pub struct Mentions(Vec<UserId>);

impl Mentions {
    /// Reads a list of people; more than 50 are a `BadRequest`.
    pub fn new(named: Vec<UserId>) -> Result<Self, Error> {
        let mut mentions: Vec<UserId> = Vec::new();
        for user in named {
            if !mentions.contains(&user) {
                mentions.push(user);
            }
            if mentions.len() > MAX_MENTIONS {
                return Err(Error::bad_request(format!("at most {MAX_MENTIONS} people can be mentioned")));
            }
        }
        Ok(Mentions(mentions))
    }

    /// The people.
    pub fn as_slice(&self) -> &[UserId] {
        &self.0
    }
}

impl TryFrom<Vec<UserId>> for Mentions {
    type Error = Error;
    fn try_from(named: Vec<UserId>) -> Result<Self, Error> {
        Mentions::new(named)
    }
}

/// A place as a client gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocationInput {
    /// Degrees, -90 to 90.
    pub latitude: f64,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// Its name, up to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address, up to 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Accuracy in metres, 0 to 100,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
}

impl TryFrom<LocationInput> for Location {
    type Error = Error;

    fn try_from(input: LocationInput) -> Result<Self, Error> {
        let accuracy = input.accuracy.map(|metres| bounded(metres, 0.0, 100_000.0, "accuracy"));
        Ok(Location {
            latitude: bounded(input.latitude, -90.0, 90.0, "latitude")?,
            longitude: bounded(input.longitude, -180.0, 180.0, "longitude")?,
            name: line(input.name, "name", 100)?,
            address: line(input.address, "address", 300)?,
            accuracy: accuracy.transpose()?,
        })
    }
}

/// A number in its bounds with seven digits after the point: a centimetre, and never a fraction so small that
/// DynamoDB refuses it.
fn bounded(number: f64, min: f64, max: f64, field: &str) -> Result<f64, Error> {
    if !(min..=max).contains(&number) {
        return Err(Error::bad_request(format!("{field} must be from {min} to {max}")));
    }
    // Adding zero makes the negative zero a plain one.
    Ok((number * 1e7).round() / 1e7 + 0.0)
}

fn line(text: Option<String>, field: &str, max: usize) -> Result<Option<String>, Error> {
    let text = text.map(|text| text::name(&text, field, 0, max)).transpose()?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// A person's card as a client gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CardInput {
    /// The name, 1 to 64 characters.
    pub name: String,
    /// Phone numbers, up to 10 of at most 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phones: Option<Vec<String>>,
    /// Email addresses, up to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emails: Option<Vec<String>>,
    /// The person here, if they are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

impl TryFrom<CardInput> for ContactCard {
    type Error = Error;

    fn try_from(input: CardInput) -> Result<Self, Error> {
        let (phones, emails) = (input.phones.unwrap_or_default(), input.emails.unwrap_or_default());
        if phones.len() > MAX_PHONES {
            return Err(Error::bad_request(format!("phones: at most {MAX_PHONES}")));
        }
        if emails.len() > MAX_EMAILS {
            return Err(Error::bad_request(format!("emails: at most {MAX_EMAILS}")));
        }
        Ok(ContactCard {
            name: text::name(&input.name, "name", 1, 64)?,
            phones: phones
                .iter()
                .map(|phone| text::name(phone, "phones", 1, 32))
                .collect::<Result<_, _>>()?,
            emails: emails.iter().map(|email| mail_address(email)).collect::<Result<_, _>>()?,
            user_id: input.user_id,
        })
    }
}

/// What looks like an address; whether mail arrives there is the sender's word.
fn mail_address(text: &str) -> Result<String, Error> {
    let address = text::name(text, "emails", 3, MAX_EMAIL)?;
    let plain = address.len() <= MAX_EMAIL && !address.contains(char::is_whitespace);
    match address.rsplit_once('@') {
        Some((local, host)) if plain && !local.is_empty() && !host.is_empty() => Ok(address),
        _ => Err(Error::bad_request("emails must hold email addresses")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(latitude: f64, longitude: f64) -> LocationInput {
        LocationInput { latitude, longitude, name: None, address: None, accuracy: None }
    }

    fn card(name: &str) -> CardInput {
        CardInput { name: name.to_owned(), phones: None, emails: None, user_id: None }
    }

    #[test]
    fn a_place_is_on_earth() {
        assert!(Location::try_from(place(90.0, -180.0)).is_ok());
        for (latitude, longitude) in
            [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.01), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
        {
            assert!(Location::try_from(place(latitude, longitude)).is_err(), "{latitude} {longitude}");
        }
        assert!(Location::try_from(LocationInput { accuracy: Some(-1.0), ..place(0.0, 0.0) }).is_err());
        assert!(Location::try_from(LocationInput { accuracy: Some(100_001.0), ..place(0.0, 0.0) }).is_err());
    }

    #[test]
    fn an_empty_name_of_a_place_is_none() {
        let input = LocationInput { name: Some("  ".to_owned()), ..place(1.0, 2.0) };
        assert_eq!(Location::try_from(input).unwrap().name, None);
    }

    #[test]
    fn a_card_has_its_bounds() {
        assert!(ContactCard::try_from(card("Bob")).is_ok());
        assert!(ContactCard::try_from(card("")).is_err());
        assert!(ContactCard::try_from(card(&"b".repeat(65))).is_err());
        let phones = |many: usize| CardInput { phones: Some(vec!["+84 1".to_owned(); many]), ..card("Bob") };
        assert!(ContactCard::try_from(phones(10)).is_ok());
        assert!(ContactCard::try_from(phones(11)).is_err());
        for bad in ["bob", "@", "a@", "@b", "a b@c", ""] {
            let input = CardInput { emails: Some(vec![bad.to_owned()]), ..card("Bob") };
            assert!(ContactCard::try_from(input).is_err(), "{bad}");
        }
    }

    #[test]
    fn fifty_people_can_be_mentioned_each_once() {
        let user = |number: usize| UserId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap();
        let twice: Vec<_> = (0..MAX_MENTIONS).chain(0..MAX_MENTIONS).map(user).collect();
        assert_eq!(Mentions::new(twice).unwrap().as_slice().len(), MAX_MENTIONS);
        assert!(Mentions::new((0..=MAX_MENTIONS).map(user).collect()).is_err());
    }

    proptest! {
        #[test]
        fn a_place_keeps_its_bounds_and_moves_less_than_two_centimetres(latitude in -90.0..=90.0_f64, longitude in -180.0..=180.0_f64) {
            let place = Location::try_from(place(latitude, longitude)).unwrap();
            prop_assert!((-90.0..=90.0).contains(&place.latitude) && (-180.0..=180.0).contains(&place.longitude));
            prop_assert!((place.latitude - latitude).abs() < 1e-7 && (place.longitude - longitude).abs() < 1e-7);
            prop_assert!(place.latitude == 0.0 || place.latitude.abs() >= 1e-7);
        }
    }
}
