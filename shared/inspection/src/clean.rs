//! Taking out what a file says of its making: place, time, device, names.

use bytes::Bytes;
use domain::media::{ContentType, Rejection};
use image::ImageFormat;
use image::metadata::Orientation;
use img_parts::ImageEXIF as _;
use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::png::Png;
use img_parts::webp::WebP;

use crate::tag;

/// Marker of the segments that a JPEG keeps among those that applications add: JFIF, colours, Adobe's colour transform.
const JFIF: u8 = 0xE0;
const ICC: u8 = 0xE2;
const ADOBE: u8 = 0xEE;
const APPLICATIONS: std::ops::RangeInclusive<u8> = 0xE0..=0xEF;
const COMMENT: u8 = 0xFE;
const RESTARTS: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
const END: u8 = 0xD9;

/// What a PNG keeps: pixels, colours, how to show them, and how they move.
const PNG_CHUNKS: [&[u8; 4]; 17] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"bKGD", b"pHYs", b"hIST", b"acTL", b"fcTL", b"fdAT",
];
/// What a WebP keeps.
const WEBP_CHUNKS: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// Boxes of a film in which nothing but what somebody wrote about it is: where it was made among it.
const TELLING_BOXES: [&[u8; 4]; 3] = [b"udta", b"meta", b"uuid"];
/// Boxes of a film that hold boxes with such.
const OUTER_BOXES: [&[u8; 4]; 2] = [b"moov", b"trak"];

/// The same picture, pixel by pixel, that says nothing but how it is to be turned.
pub(crate) fn picture(format: ImageFormat, bytes: &Bytes, turned: Orientation) -> Result<Bytes, Rejection> {
    let unreadable = |_| Rejection::Unreadable;
    let orientation = tag::orientation(turned);
    Ok(match format {
        ImageFormat::Jpeg => {
            let mut jpeg = Jpeg::from_bytes(bytes.clone()).map_err(unreadable)?;
            let kept = jpeg
                .segments()
                .iter()
                .filter(|segment| is_kept(segment))
                .map(|segment| ended(segment, bytes));
            let kept = kept.collect::<Option<Vec<_>>>().ok_or(Rejection::Unreadable)?;
            *jpeg.segments_mut() = kept;
            jpeg.set_exif(orientation);
            jpeg.encoder().bytes()
        }
        ImageFormat::Png => {
            let mut png = Png::from_bytes(bytes.clone()).map_err(unreadable)?;
            png.chunks_mut().retain(|chunk| PNG_CHUNKS.contains(&&chunk.kind()));
            png.set_exif(orientation);
            png.encoder().bytes()
        }
        ImageFormat::WebP => {
            let mut webp = WebP::from_bytes(bytes.clone()).map_err(unreadable)?;
            webp.chunks_mut().retain(|chunk| WEBP_CHUNKS.contains(&&chunk.id()));
            webp.set_exif(orientation);
            webp.encoder().bytes()
        }
        _ => bytes.clone(),
    })
}

fn is_kept(segment: &JpegSegment) -> bool {
    match segment.marker() {
        JFIF | ADOBE => true,
        ICC => segment.contents().starts_with(b"ICC_PROFILE\0"),
        marker => !APPLICATIONS.contains(&marker) && marker != COMMENT,
    }
}

/// A segment without what comes after the end of the picture: there telephones keep films, and those their place.
fn ended(segment: &JpegSegment, file: &Bytes) -> Option<JpegSegment> {
    if !segment.has_entropy() {
        return Some(segment.clone());
    }
    // The scans are the rest of the file.
    let rest = segment.len_with_entropy().checked_sub(segment.len())?;
    let scans = file.slice(file.len().checked_sub(rest)?..);
    let end = end_of_picture(&scans)?;
    Some(JpegSegment::new_with_entropy(segment.marker(), segment.contents().clone(), scans.slice(..end)))
}

/// Where a JPEG ends, its end marker included, from its first scan on (ITU T.81, B.1.1). None if it does not, or if
/// there is something to read between its scans.
fn end_of_picture(scans: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += scans.get(at..)?.iter().position(|byte| *byte == 0xFF)? + 1;
        match *scans.get(at)? {
            END => return Some(at + 1),
            // A stuffed byte, filling, or a restart.
            0x00 | 0xFF => {}
            marker if RESTARTS.contains(&marker) => {}
            marker if APPLICATIONS.contains(&marker) || marker == COMMENT => return None,
            _ => {
                let length = scans.get(at + 1..at + 3)?;
                at += 1 + usize::from(u16::from_be_bytes([*length.first()?, *length.get(1)?]));
            }
        }
    }
}

/// The same film or sound; where it is an MP4, without what was written about it.
///
/// The boxes stay in their place and become free space, because others point into the file by position.
pub(crate) fn film(content_type: &ContentType, bytes: &Bytes) -> Bytes {
    if !matches!(content_type.as_str(), "video/mp4" | "audio/mp4") {
        return bytes.clone();
    }
    let mut film = bytes.to_vec();
    free(&mut film);
    Bytes::from(film)
}

/// Empties the telling boxes of a run of boxes, and of those in it. A run that breaks off ends.
fn free(boxes: &mut [u8]) {
    let mut rest = boxes;
    while let Some((header, length)) = box_at(rest) {
        let (one, after) = rest.split_at_mut(length);
        let (head, inside) = one.split_at_mut(header);
        let name = head.get(4..8).unwrap_or_default().to_owned();
        if TELLING_BOXES.iter().any(|telling| name == telling.as_slice()) {
            if let Some(name) = head.get_mut(4..8) {
                name.copy_from_slice(b"free");
            }
            inside.fill(0);
        } else if OUTER_BOXES.iter().any(|outer| name == outer.as_slice()) {
            free(inside);
        }
        rest = after;
    }
}

/// The length of the header and of the whole first box (ISO 14496-12, 4.2).
fn box_at(boxes: &[u8]) -> Option<(usize, usize)> {
    let short = u32::from_be_bytes(*boxes.first_chunk::<4>()?);
    let (header, length) = match short {
        0 => (8, boxes.len()),
        1 => {
            let long = u64::from_be_bytes(*boxes.get(8..)?.first_chunk::<8>()?);
            (16, usize::try_from(long).ok()?)
        }
        short => (8, usize::try_from(short).ok()?),
    };
    (header <= length && length <= boxes.len()).then_some((header, length))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, RgbImage};

    use super::*;

    const SECRET: &[u8] = b"47.3769N 8.5417E";

    fn file(format: ImageFormat) -> Bytes {
        let picture = RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 9, 40]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(picture).write_to(&mut bytes, format).unwrap();
        Bytes::from(bytes.into_inner())
    }

    fn tells(bytes: &[u8]) -> bool {
        bytes.windows(SECRET.len()).any(|window| window == SECRET)
    }

    fn cleaned(format: ImageFormat, bytes: &Bytes) -> Bytes {
        let cleaned = picture(format, bytes, Orientation::Rotate90).unwrap();
        assert!(tells(bytes) && !tells(&cleaned), "{format:?}");
        let pixels = |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).unwrap();
        assert_eq!(pixels(bytes), pixels(&cleaned), "{format:?}");
        cleaned
    }

    fn orientation_of(exif: Option<Bytes>) -> Option<Orientation> {
        Orientation::from_exif_chunk(&exif?)
    }

    #[test]
    fn a_jpeg_says_how_it_is_turned_and_nothing_else() {
        let mut jpeg = Jpeg::from_bytes(file(ImageFormat::Jpeg)).unwrap();
        jpeg.set_exif(Some(Bytes::from_static(SECRET)));
        for marker in [0xE1, 0xED, COMMENT] {
            let segment = JpegSegment::new_with_contents(marker, Bytes::from_static(SECRET));
            jpeg.segments_mut().insert(1, segment);
        }
        let mut bytes = jpeg.encoder().bytes().to_vec();
        bytes.extend_from_slice(SECRET);
        let cleaned = cleaned(ImageFormat::Jpeg, &Bytes::from(bytes));
        let exif = Jpeg::from_bytes(cleaned).unwrap().exif();
        assert_eq!(orientation_of(exif), Some(Orientation::Rotate90));
    }

    #[test]
    fn a_png_says_how_it_is_turned_and_nothing_else() {
        let mut png = Png::from_bytes(file(ImageFormat::Png)).unwrap();
        png.set_exif(Some(Bytes::from_static(SECRET)));
        for kind in [*b"tEXt", *b"iTXt", *b"prVt"] {
            png.chunks_mut().insert(1, img_parts::png::PngChunk::new(kind, Bytes::from_static(SECRET)));
        }
        let mut bytes = png.encoder().bytes().to_vec();
        bytes.extend_from_slice(SECRET);
        let exif = Png::from_bytes(cleaned(ImageFormat::Png, &Bytes::from(bytes))).unwrap().exif();
        assert_eq!(orientation_of(exif), Some(Orientation::Rotate90));
    }

    #[test]
    fn a_webp_says_how_it_is_turned_and_nothing_else() {
        let mut webp = WebP::from_bytes(file(ImageFormat::WebP)).unwrap();
        webp.set_exif(Some(Bytes::from_static(SECRET)));
        let exif = WebP::from_bytes(cleaned(ImageFormat::WebP, &webp.encoder().bytes())).unwrap().exif();
        assert_eq!(orientation_of(exif), Some(Orientation::Rotate90));
    }

    fn boxed(name: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let length = u32::try_from(8 + inside.len()).unwrap().to_be_bytes();
        [&length[..], name, inside].concat()
    }

    #[test]
    fn what_was_written_about_a_film_is_gone_and_nothing_moves() {
        let track = boxed(b"trak", &[boxed(b"tkhd", b"kept"), boxed(b"meta", SECRET)].concat());
        let about = boxed(b"udta", &boxed(b"\xA9xyz", SECRET));
        let film =
            [boxed(b"ftyp", b"isom"), boxed(b"moov", &[track, about].concat()), boxed(b"mdat", b"kept")]
                .concat();
        let mp4 = ContentType::parse("video/mp4").unwrap();
        let cleaned = super::film(&mp4, &Bytes::from(film.clone()));
        assert!(tells(&film) && !tells(&cleaned));
        assert_eq!(cleaned.len(), film.len());
        assert_eq!(cleaned.windows(4).filter(|window| window == b"kept").count(), 2);
    }

    proptest::proptest! {
        #[test]
        fn boxes_of_any_length_end(bytes in proptest::collection::vec(0_u8..4, 0..200)) {
            let length = bytes.len();
            let mp4 = ContentType::parse("video/mp4").unwrap();
            proptest::prop_assert_eq!(super::film(&mp4, &Bytes::from(bytes)).len(), length);
        }

        #[test]
        fn a_picture_of_any_bytes_ends(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let end = end_of_picture(&bytes);
            proptest::prop_assert!(end.is_none_or(|end| end <= bytes.len() && bytes[..end].ends_with(&[0xFF, END])));
        }
    }
}
