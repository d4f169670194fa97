//! How large uploads may be.

use super::AttachmentKind;
use crate::Error;

const KILOBYTE: u64 = 1_024;
const MEGABYTE: u64 = 1_024 * KILOBYTE;

/// The most bytes by kind. A sticker has 512 KB (WhatsApp's limit), the others what the deployment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    media: u64,
    file: u64,
}

impl Default for UploadLimits {
    /// 16 MB for pictures and audio, 100 MB for films and files.
    fn default() -> Self {
        UploadLimits { media: 16 * MEGABYTE, file: 100 * MEGABYTE }
    }
}

impl UploadLimits {
    /// Limits in megabytes, as the template gives them; what is absent has its default, what is no number is `Internal`.
    pub fn of_megabytes(media: Option<&str>, file: Option<&str>) -> Result<Self, Error> {
        let default = UploadLimits::default();
        let bytes = |text: Option<&str>, default: u64| match text {
            None => Ok(default),
            Some(text) => match text.parse::<u64>() {
                Ok(number @ 1..=1_000) => Ok(number * MEGABYTE),
                _ => Err(Error::internal("a limit of uploads is no number of megabytes")),
            },
        };
        Ok(UploadLimits { media: bytes(media, default.media)?, file: bytes(file, default.file)? })
    }

    /// The most bytes of a kind.
    pub const fn most(&self, kind: AttachmentKind) -> u64 {
        match kind {
            AttachmentKind::Sticker => 512 * KILOBYTE,
            AttachmentKind::Image
            | AttachmentKind::Gif
            | AttachmentKind::Audio
            | AttachmentKind::VoiceNote => self.media,
            AttachmentKind::Video | AttachmentKind::File => self.file,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deployment_says_how_much() {
        let limits = UploadLimits::of_megabytes(Some("2"), None).unwrap();
        assert_eq!(limits.most(AttachmentKind::Image), 2_097_152);
        assert_eq!(limits.most(AttachmentKind::File), 104_857_600);
        assert_eq!(limits.most(AttachmentKind::Sticker), 524_288);
        assert!(UploadLimits::of_megabytes(Some("a lot"), None).is_err());
    }
}
