//! Where objects are. Nothing else builds or takes apart a key.

use domain::id::{AttachmentId, UserId};

/// The folder of what nobody has looked at yet. The bucket empties it after a day.
const UPLOADS: &str = "uploads";
/// The folder of what was looked at.
const MEDIA: &str = "media";

/// An object of an attachment that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What was uploaded, without what it said about where it was made.
    Original,
    /// A small picture of it.
    Thumbnail,
}

impl Place {
    /// All of an attachment.
    pub const ALL: [Place; 2] = [Place::Original, Place::Thumbnail];

    /// The key of the object.
    pub fn key(self, attachment: &AttachmentId) -> String {
        let name = match self {
            Place::Original => "original",
            Place::Thumbnail => "thumbnail",
        };
        format!("{MEDIA}/{attachment}/{name}")
    }
}

/// Where the bytes of an attachment are uploaded to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPlace {
    /// Who uploads.
    pub owner: UserId,
    /// What.
    pub attachment: AttachmentId,
}

impl UploadPlace {
    /// The key of the object.
    pub fn key(&self) -> String {
        format!("{UPLOADS}/{}/{}", self.owner, self.attachment)
    }

    /// Whose upload lies at a key; none for a key of any other form.
    pub fn of_key(key: &str) -> Option<Self> {
        let mut parts = key.split('/');
        let (Some(UPLOADS), Some(owner), Some(attachment), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        Some(UploadPlace {
            owner: UserId::parse(owner).ok()?,
            attachment: AttachmentId::parse(attachment).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_back_to_whose_it_is() {
        let place = UploadPlace {
            owner: UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap(),
            attachment: AttachmentId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap(),
        };
        assert_eq!(UploadPlace::of_key(&place.key()), Some(place.clone()));
        for odd in ["", "uploads/", "uploads/../media/x", "media/x/original"] {
            assert_eq!(UploadPlace::of_key(odd), None, "{odd}");
        }
        assert_eq!(UploadPlace::of_key(&format!("{}/x", place.key())), None);
    }
}
