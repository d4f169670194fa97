//! Sound: how long, and how loud over its time.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::media::{ContentType, Measures, Rejection};
use symphonia::core::audio::{AudioBufferRef, SampleBuffer};
use symphonia::core::codecs::{CODEC_TYPE_NULL, Decoder, DecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

/// How many columns a waveform has.
const COLUMNS: usize = 64;
/// The most samples that are looked at, of all channels together: an hour in stereo. What comes later is not drawn.
const MAX_SAMPLES: usize = 2 * 48_000 * 3_600;
/// The samples that are kept as one peak, so that an hour is a few thousand numbers.
const PEAK: usize = 4_096;

/// Measures sound; what has none is none. Opus, which nothing here decodes, has a length and no waveform.
pub(crate) fn measures(content_type: &ContentType, bytes: &bytes::Bytes) -> Result<Measures, Rejection> {
    let mut hint = Hint::new();
    hint.mime_type(content_type.as_str());
    let source = MediaSourceStream::new(Box::new(Cursor::new(bytes.clone())), Default::default());
    let probed = symphonia::default::get_probe()
        .format(&hint, source, &FormatOptions::default(), &MetadataOptions::default())
        .map_err(|_| Rejection::Unreadable)?;
    let mut format = probed.format;
    let mut tracks = format.tracks().iter();
    let track = tracks.find(|track| {
        track.codec_params.codec != CODEC_TYPE_NULL && track.codec_params.sample_rate.is_some()
    });
    let track = track.ok_or(Rejection::WrongType)?;
    let (id, parameters) = (track.id, track.codec_params.clone());
    let decoder = symphonia::default::get_codecs().make(&parameters, &DecoderOptions::default()).ok();
    let heard = listen(format.as_mut(), id, decoder)?;
    let rate = u64::from(parameters.sample_rate.unwrap_or_default());
    // What the container says; without it, what came.
    let frames = parameters.n_frames.unwrap_or(heard.ticks);
    let duration_ms = frames.saturating_mul(1_000).checked_div(rate);
    let waveform = (!heard.peaks.is_empty()).then(|| STANDARD.encode(columns(&heard.peaks)));
    Ok(Measures { duration_ms, waveform, ..Measures::default() })
}

/// What was heard.
#[derive(Debug, Default)]
struct Heard {
    /// The greatest of each so many samples.
    peaks: Vec<f32>,
    /// How long the packets say that they are, in the ticks of their track.
    ticks: u64,
}

/// Goes through the packets of a track, to the end or to where they break off. Nothing at all is unreadable.
fn listen(
    format: &mut dyn FormatReader,
    track: u32,
    mut decoder: Option<Box<dyn Decoder>>,
) -> Result<Heard, Rejection> {
    let (mut heard, mut packets, mut loudest, mut counted) = (Heard::default(), 0_u64, 0_f32, 0_usize);
    while let Ok(packet) = format.next_packet() {
        if packet.track_id() != track {
            continue;
        }
        packets += 1;
        heard.ticks = heard.ticks.saturating_add(packet.dur());
        let Some(decoder) = decoder.as_mut().filter(|_| counted < MAX_SAMPLES) else { continue };
        let samples = match decoder.decode(&packet) {
            Ok(decoded) => samples(decoded),
            // A packet that is broken is left out.
            Err(Error::DecodeError(_)) => continue,
            Err(_) => break,
        };
        for sample in samples.samples() {
            loudest = loudest.max(sample.abs());
            counted += 1;
            if counted.is_multiple_of(PEAK) {
                heard.peaks.push(std::mem::take(&mut loudest));
            }
        }
    }
    if packets == 0 {
        return Err(Rejection::Unreadable);
    }
    if !counted.is_multiple_of(PEAK) {
        heard.peaks.push(loudest);
    }
    Ok(heard)
}

fn samples(decoded: AudioBufferRef<'_>) -> SampleBuffer<f32> {
    let mut samples = SampleBuffer::new(decoded.capacity() as u64, *decoded.spec());
    samples.copy_interleaved_ref(decoded);
    samples
}

/// The peaks in so many columns, the loudest 255.
fn columns(peaks: &[f32]) -> [u8; COLUMNS] {
    let loudest = peaks.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    std::array::from_fn(|column| {
        let from = column * peaks.len() / COLUMNS;
        let to = ((column + 1) * peaks.len() / COLUMNS).max(from + 1);
        let peak =
            peaks.get(from..to.min(peaks.len())).unwrap_or_default().iter().copied().fold(0.0, f32::max);
        (peak / loudest * 255.0) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone that grows louder, as a WAV of 16 bits.
    fn wav(seconds: u32, rate: u32) -> bytes::Bytes {
        let count = seconds * rate;
        let sample = |at: u32| {
            let loud = f64::from(at) / f64::from(count);
            ((f64::from(at) * 0.2).sin() * loud * 30_000.0) as i16
        };
        let data: Vec<u8> = (0..count).flat_map(|at| sample(at).to_le_bytes()).collect();
        let mut file = b"RIFF".to_vec();
        file.extend_from_slice(&(36 + data.len() as u32).to_le_bytes());
        file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        file.extend_from_slice(&rate.to_le_bytes());
        file.extend_from_slice(&(rate * 2).to_le_bytes());
        file.extend_from_slice(b"\x02\0\x10\0data");
        file.extend_from_slice(&(data.len() as u32).to_le_bytes());
        file.extend_from_slice(&data);
        file.into()
    }

    fn of(bytes: &bytes::Bytes) -> Result<Measures, Rejection> {
        measures(&ContentType::parse("audio/wav").unwrap(), bytes)
    }

    #[test]
    fn a_tone_that_grows_louder_looks_so() {
        let measures = of(&wav(40, 8_000)).unwrap();
        assert_eq!(measures.duration_ms, Some(40_000));
        let columns = STANDARD.decode(measures.waveform.unwrap()).unwrap();
        assert_eq!(columns.len(), COLUMNS);
        assert!(columns.windows(2).all(|pair| pair[0] <= pair[1]), "{columns:?}");
        assert!(columns[0] < 10 && columns[COLUMNS - 1] > 250, "{columns:?}");
    }

    #[test]
    fn a_short_sound_fills_all_columns() {
        let columns = STANDARD.decode(of(&wav(1, 8_000)).unwrap().waveform.unwrap()).unwrap();
        assert!(columns.len() == COLUMNS && columns[COLUMNS - 1] > 250, "{columns:?}");
    }

    #[test]
    fn silence_is_flat_and_noise_is_no_sound() {
        assert_eq!(columns(&[0.0; 3]), [0; COLUMNS]);
        assert_eq!(
            of(&bytes::Bytes::from_static(b"no sound at all, only words")),
            Err(Rejection::Unreadable)
        );
    }
}
