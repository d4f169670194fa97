//! Pictures: measures, a small picture, a blur.

use std::io::Cursor;

use blurhash::encode;
use bytes::Bytes;
use domain::media::{ContentType, Measures, Rejection};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use crate::{Found, Thumbnail, clean};

/// The most pixels of a side.
const MAX_SIDE: u32 = 16_384;
/// The most pixels: more than any telephone's camera makes by default, and 200 MB when decoded.
const MAX_PIXELS: u64 = 50_000_000;
/// The most bytes that a decoder may take.
const MAX_MEMORY: u64 = 450 * 1_024 * 1_024;
/// The longer side of a thumbnail.
const THUMBNAIL: u32 = 320;
/// The quality of a thumbnail, of 100.
const QUALITY: u8 = 75;
/// What a blur is made of: more cannot be seen in it.
const BLUR: u32 = 32;
/// How many waves a blur has across and down.
const WAVES: (u32, u32) = (4, 3);

/// Measures a picture, makes a small one, and takes out what it says of its making.
pub(crate) fn look(content_type: &ContentType, bytes: &Bytes) -> Result<Found, Rejection> {
    let format = ImageFormat::from_mime_type(content_type.as_str()).ok_or(Rejection::WrongType)?;
    let (picture, orientation) = decode(format, bytes)?;
    let thumbnail = small(&picture, THUMBNAIL);
    let measures = Measures {
        width: Some(picture.width()),
        height: Some(picture.height()),
        blur_hash: Some(blur(&thumbnail)?),
        has_thumbnail: true,
        ..Measures::default()
    };
    let original = clean::picture(format, bytes, orientation)?;
    Ok(Found { measures, original, thumbnail: Some(written(&thumbnail)?) })
}

/// The picture as it is shown, and how it was turned for that. Only the first of several that move.
fn decode(format: ImageFormat, bytes: &Bytes) -> Result<(DynamicImage, Orientation), Rejection> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Rejection::Unreadable)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Rejection::TooManyPixels);
    }
    // A tag that cannot be read turns nothing.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Rejection::Unreadable)?;
    picture.apply_orientation(orientation);
    Ok((picture, orientation))
}

/// The picture with no side longer than so much.
fn small(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side {
        picture.clone()
    } else {
        picture.thumbnail(side, side)
    }
}

fn written(picture: &DynamicImage) -> Result<Thumbnail, Rejection> {
    let mut bytes = Cursor::new(Vec::new());
    let (written, content_type) = if is_see_through(picture) {
        (picture.to_rgba8().write_to(&mut bytes, ImageFormat::Png), "image/png")
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        (picture.to_rgb8().write_with_encoder(encoder), "image/jpeg")
    };
    written.map_err(|_| Rejection::Unreadable)?;
    Ok(Thumbnail { bytes: Bytes::from(bytes.into_inner()), content_type })
}

fn is_see_through(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

fn blur(picture: &DynamicImage) -> Result<String, Rejection> {
    let tiny = small(picture, BLUR).to_rgba8();
    encode(WAVES.0, WAVES.1, tiny.width(), tiny.height(), tiny.as_raw()).map_err(|_| Rejection::Unreadable)
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn picture(width: u32, height: u32, alpha: u8) -> DynamicImage {
        RgbaImage::from_fn(width, height, |x, y| Rgba([x as u8, y as u8, 90, alpha])).into()
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Bytes {
        let mut bytes = Cursor::new(Vec::new());
        match format {
            ImageFormat::Jpeg => DynamicImage::from(picture.to_rgb8()).write_to(&mut bytes, format).unwrap(),
            _ => picture.write_to(&mut bytes, format).unwrap(),
        }
        Bytes::from(bytes.into_inner())
    }

    fn found(bytes: &Bytes, content_type: &str) -> Result<Found, Rejection> {
        look(&ContentType::parse(content_type).unwrap(), bytes)
    }

    #[test]
    fn a_picture_of_each_format_is_measured_and_made_small() {
        for (format, content_type) in [
            (ImageFormat::Jpeg, "image/jpeg"),
            (ImageFormat::Png, "image/png"),
            (ImageFormat::WebP, "image/webp"),
            (ImageFormat::Gif, "image/gif"),
        ] {
            let found = found(&file(&picture(400, 200, 255), format), content_type).unwrap();
            assert_eq!((found.measures.width, found.measures.height), (Some(400), Some(200)), "{format:?}");
            assert!(found.measures.blur_hash.is_some_and(|hash| hash.len() == 28));
            let thumbnail = found.thumbnail.unwrap();
            assert_eq!(thumbnail.content_type, "image/jpeg");
            let small = image::load_from_memory(&thumbnail.bytes).unwrap();
            assert_eq!((small.width(), small.height()), (320, 160));
        }
    }

    #[test]
    fn what_can_be_seen_through_stays_so() {
        let found = found(&file(&picture(40, 20, 100), ImageFormat::Png), "image/png").unwrap();
        let thumbnail = found.thumbnail.unwrap();
        assert_eq!(thumbnail.content_type, "image/png");
        assert_eq!(image::load_from_memory(&thumbnail.bytes).unwrap().width(), 40);
    }

    /// A header that says a terabyte, and nothing behind it.
    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let mut bomb = file(&picture(2, 2, 255), ImageFormat::Png).to_vec();
        bomb[16..24].copy_from_slice(&[0, 7, 0xFF, 0xFF, 0, 7, 0xFF, 0xFF]);
        let crc = crc(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&crc);
        assert_eq!(found(&Bytes::from(bomb), "image/png"), Err(Rejection::TooManyPixels));
    }

    /// CRC-32 as PNG has it (annex D of its specification).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
        })
    }

    #[test]
    fn half_a_picture_is_unreadable() {
        let whole = file(&picture(64, 64, 255), ImageFormat::Png);
        assert_eq!(found(&whole.slice(..whole.len() / 2), "image/png"), Err(Rejection::Unreadable));
    }
}
