//! Films: how large and how long. Their frames are not decoded.

use std::io::Cursor;

use domain::media::{ContentType, Measures, Rejection};
use matroska::{Matroska, Settings};
use mp4parse::{TrackHeaderBox, TrackScaledTime, TrackTimeScale, TrackType, read_mp4};

/// Measures a film; one without a picture is none.
pub(crate) fn measures(content_type: &ContentType, bytes: &[u8]) -> Result<Measures, Rejection> {
    match content_type.as_str() {
        "video/webm" => webm(bytes),
        _ => mp4(bytes),
    }
}

fn mp4(bytes: &[u8]) -> Result<Measures, Rejection> {
    let film = read_mp4(&mut Cursor::new(bytes)).map_err(|_| Rejection::Unreadable)?;
    let track = film.tracks.iter().find(|track| track.track_type == TrackType::Video);
    let track = track.ok_or(Rejection::WrongType)?;
    let (width, height) = track.tkhd.as_ref().map(shown).unzip();
    let duration_ms = match (track.duration, track.timescale) {
        (Some(TrackScaledTime(ticks, _)), Some(TrackTimeScale(a_second, _))) => {
            ticks.checked_mul(1_000).and_then(|scaled| scaled.checked_div(a_second))
        }
        _ => None,
    };
    Ok(Measures { width, height, duration_ms, ..Measures::default() })
}

/// Pixels across and down, which are fixed-point numbers; a telephone that is held upright turns by the matrix.
fn shown(header: &TrackHeaderBox) -> (u32, u32) {
    let (across, down) = (header.width >> 16, header.height >> 16);
    if header.matrix.a == 0 && header.matrix.d == 0 { (down, across) } else { (across, down) }
}

fn webm(bytes: &[u8]) -> Result<Measures, Rejection> {
    let film = Matroska::open(Cursor::new(bytes)).map_err(|_| Rejection::Unreadable)?;
    let picture = film.video_tracks().find_map(|track| match &track.settings {
        Settings::Video(video) => Some((video.pixel_width, video.pixel_height)),
        _ => None,
    });
    let (width, height) = picture.ok_or(Rejection::WrongType)?;
    // A browser that records does not know how long it will be.
    let duration = film.info.duration.and_then(|length| u64::try_from(length.as_millis()).ok());
    Ok(Measures {
        width: u32::try_from(width).ok(),
        height: u32::try_from(height).ok(),
        duration_ms: duration,
        ..Measures::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_film_is_unreadable() {
        for said in ["video/mp4", "video/webm"] {
            let content_type = ContentType::parse(said).unwrap();
            assert_eq!(measures(&content_type, b"no film at all"), Err(Rejection::Unreadable), "{said}");
        }
    }

    fn boxed(name: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let length = u32::try_from(8 + inside.len()).unwrap().to_be_bytes();
        [&length[..], name, inside].concat()
    }

    /// A film of 2.5 seconds and 320 by 180 pixels, held upright or not.
    fn mp4_film(upright: bool) -> Vec<u8> {
        let times = |a_second: u32, ticks: u32| {
            [[0; 4], [0; 4], [0; 4], a_second.to_be_bytes(), ticks.to_be_bytes()].concat()
        };
        let (one, none) = (0x0001_0000_i32, 0_i32);
        let (a, b, c, d) = if upright { (none, one, -one, none) } else { (one, none, none, one) };
        let matrix: Vec<u8> = [a, b, 0, c, d, 0, 0, 0, 0x4000_0000]
            .iter()
            .flat_map(|number: &i32| number.to_be_bytes())
            .collect();
        let size = [(320_u32 << 16).to_be_bytes(), (180_u32 << 16).to_be_bytes()].concat();
        let track = [
            &[0, 0, 0, 1][..],
            &[0; 8],
            &[0, 0, 0, 1],
            &[0; 4],
            &2_500_u32.to_be_bytes(),
            &[0; 16],
            &matrix,
            &size,
        ];
        let handler = [&[0; 8][..], b"vide", &[0; 13]].concat();
        let media =
            [boxed(b"mdhd", &[times(1_000, 2_500), vec![0; 4]].concat()), boxed(b"hdlr", &handler)].concat();
        let track = [boxed(b"tkhd", &track.concat()), boxed(b"mdia", &media)].concat();
        let movie =
            [boxed(b"mvhd", &[times(1_000, 2_500), vec![0; 80]].concat()), boxed(b"trak", &track)].concat();
        [boxed(b"ftyp", b"isom\0\0\0\0isom"), boxed(b"moov", &movie), boxed(b"mdat", b"frames")].concat()
    }

    #[test]
    fn an_mp4_says_how_large_and_how_long_it_is() {
        let of = |upright| measures(&ContentType::parse("video/mp4").unwrap(), &mp4_film(upright)).unwrap();
        let lying = of(false);
        assert_eq!((lying.width, lying.height, lying.duration_ms), (Some(320), Some(180), Some(2_500)));
        let upright = of(true);
        assert_eq!((upright.width, upright.height), (Some(180), Some(320)));
    }

    /// An EBML element.
    fn element(id: &[u8], inside: &[u8]) -> Vec<u8> {
        let length = u8::try_from(inside.len()).unwrap();
        assert!(length < 0x7F);
        [id, &[0x80 | length], inside].concat()
    }

    #[test]
    fn a_webm_says_how_large_and_how_long_it_is() {
        let header = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"webm"));
        let info = [
            element(&[0x2A, 0xD7, 0xB1], &[0x0F, 0x42, 0x40]),
            element(&[0x44, 0x89], &2_500_f32.to_be_bytes()),
            element(&[0x4D, 0x80], b"test"),
            element(&[0x57, 0x41], b"test"),
        ];
        let video = [element(&[0xB0], &[0x01, 0x40]), element(&[0xBA], &[0xB4])];
        let track = [
            element(&[0xD7], &[1]),
            element(&[0x73, 0xC5], &[1]),
            element(&[0x83], &[1]),
            element(&[0x86], b"V_VP9"),
            element(&[0xE0], &video.concat()),
        ];
        let tracks = element(&[0x16, 0x54, 0xAE, 0x6B], &element(&[0xAE], &track.concat()));
        let inside = [element(&[0x15, 0x49, 0xA9, 0x66], &info.concat()), tracks].concat();
        let film = [header, element(&[0x18, 0x53, 0x80, 0x67], &inside)].concat();
        let measures = measures(&ContentType::parse("video/webm").unwrap(), &film).unwrap();
        assert_eq!(
            (measures.width, measures.height, measures.duration_ms),
            (Some(320), Some(180), Some(2_500))
        );
    }
}
