//! The only thing that a picture may say of its making: how it is to be turned.

use bytes::Bytes;
use image::metadata::Orientation;

/// EXIF with nothing but the orientation: a TIFF header and a directory with one entry (TIFF 6.0, section 2); none for a
/// picture that stands upright.
pub(crate) fn orientation(orientation: Orientation) -> Option<Bytes> {
    if orientation == Orientation::NoTransforms {
        return None;
    }
    let mut exif = Vec::with_capacity(26);
    exif.extend_from_slice(b"MM\0\x2A\0\0\0\x08");
    exif.extend_from_slice(&[0, 1]);
    // Tag 0x0112, a SHORT, one of them.
    exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    exif.extend_from_slice(&[0, orientation.to_exif(), 0, 0]);
    exif.extend_from_slice(&[0, 0, 0, 0]);
    Some(Bytes::from(exif))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for turned in [Orientation::Rotate90, Orientation::FlipVertical, Orientation::Rotate270FlipH] {
            assert_eq!(Orientation::from_exif_chunk(&orientation(turned).unwrap()), Some(turned));
        }
        assert_eq!(orientation(Orientation::NoTransforms), None);
    }
}
