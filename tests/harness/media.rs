//! Pictures, sounds and files: made here, uploaded as a browser does it.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::chat::{MESSAGE, fresh};
use crate::person::Person;
use crate::reply::Reply;

/// The fields of an attachment that tests look at.
pub const ATTACHMENT: &str = "{ id kind status rejection fileName contentType size width height durationMs blurHash waveform hasThumbnail }";
/// The fields of the wish to upload.
pub const UPLOAD: &str = "{ attachment { id kind status rejection fileName contentType size width height durationMs blurHash waveform hasThumbnail }
  form { url fields { name value } expiresAt } }";

const BOUNDARY: &str = "----the-boundary-of-a-form";

/// A file that somebody has.
#[derive(Clone)]
pub struct File {
    /// What they say it is.
    pub kind: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What type they say it has.
    pub content_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl File {
    /// A PNG of this size.
    pub fn picture(width: u32, height: u32) -> File {
        File {
            kind: "IMAGE",
            name: "holiday.png",
            content_type: "image/png",
            bytes: encoded(width, height, ImageFormat::Png),
        }
    }

    /// A JPEG as a telephone makes it: turned by a quarter, and with the place where it was taken.
    pub fn photo(width: u32, height: u32, place: &str) -> File {
        let mut bytes = encoded(width, height, ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(place.as_bytes());
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        let segment = [&[0xFF, 0xE1], &length[..], &exif].concat();
        bytes.splice(2..2, segment);
        File { kind: "IMAGE", name: "IMG_0001.jpg", content_type: "image/jpeg", bytes }
    }

    /// So many seconds of a tone, as a WAV.
    pub fn voice(seconds: u32) -> File {
        let rate = 8_000_u32;
        let tone = |at: u32| ((f64::from(at) * 0.3).sin() * 20_000.0) as i16;
        let data: Vec<u8> = (0..seconds * rate).flat_map(|at| tone(at).to_le_bytes()).collect();
        let length = u32::try_from(data.len()).expect("short");
        let header = [
            *b"RIFF",
            (36 + length).to_le_bytes(),
            *b"WAVE",
            *b"fmt ",
            16_u32.to_le_bytes(),
            [1, 0, 1, 0],
            rate.to_le_bytes(),
            (2 * rate).to_le_bytes(),
            [2, 0, 16, 0],
            *b"data",
            length.to_le_bytes(),
        ];
        let bytes = [header.concat(), data].concat();
        File { kind: "VOICE_NOTE", name: "voice.wav", content_type: "audio/wav", bytes }
    }

    /// Any other file.
    pub fn of(name: &'static str, content_type: &'static str, bytes: &[u8]) -> File {
        File { kind: "FILE", name, content_type, bytes: bytes.to_vec() }
    }

    /// What is asked for to upload it.
    pub fn wish(&self, id: &str) -> Value {
        json!({ "id": id, "kind": self.kind, "fileName": self.name, "contentType": self.content_type,
            "size": self.bytes.len() })
    }
}

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7) as u8, (y * 5) as u8, 120]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

impl Person {
    /// Asks for a form to upload a file with; gives the upload.
    pub async fn asks_to_upload(&self, id: &str, file: &File) -> Value {
        self.does("createUpload", file.wish(id), UPLOAD).await.value()
    }

    /// Posts bytes with a form, as a browser does; gives the status and the body.
    pub async fn posts(&self, form: &Value, bytes: &[u8]) -> (u16, String) {
        let fields = form["fields"].as_array().expect("fields").iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut body = Vec::new();
        for field in fields {
            let (name, value) = (text(&field["name"]), text(&field["value"]));
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = self.world().http().post(text(&form["url"]));
        let request = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        let answer = request.body(body).send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap_or_default())
    }

    /// Uploads a file under an id and waits for the verdict; gives the attachment.
    pub async fn uploads_as(&self, id: &str, file: &File) -> Value {
        let upload = self.asks_to_upload(id, file).await;
        let (status, body) = self.posts(&upload["form"], &file.bytes).await;
        assert_eq!(status, 204, "{body}");
        self.world().settles().await;
        self.asks_to_upload(id, file).await["attachment"].clone()
    }

    /// Uploads a file that has to be taken; gives its id.
    pub async fn uploads(&self, file: &File) -> String {
        let id = fresh();
        let attachment = self.uploads_as(&id, file).await;
        assert_eq!(attachment["status"], "READY", "{attachment}");
        id
    }

    /// Sends attachments with words under them; gives whatever comes of it.
    pub async fn tries_to_send_files(&self, talk: &str, attachments: &[&str], text: Option<&str>) -> Reply {
        let mut input = json!({ "id": fresh(), "conversationId": talk, "attachmentIds": attachments });
        if let Some(text) = text {
            input["text"] = json!(text);
        }
        let wanted = MESSAGE.replacen("{ ", &format!("{{ attachments {ATTACHMENT} "), 1);
        self.does("sendMessage", input, &wanted).await
    }

    /// Uploads a file and sends it, the message under the same id; gives the message.
    pub async fn sends_file(&self, talk: &str, file: &File) -> Value {
        let id = fresh();
        self.uploads_as(&id, file).await;
        let input = json!({ "id": id, "conversationId": talk, "attachmentIds": [id] });
        let wanted = MESSAGE.replacen("{ ", &format!("{{ attachments {ATTACHMENT} "), 1);
        self.does("sendMessage", input, &wanted).await.value()
    }

    /// Asks for a link to an attachment of a message.
    pub async fn asks_for_link(&self, talk: &str, message: &str, attachment: &str, variant: &str) -> Reply {
        let document = "query($c: ID!, $m: ID!, $a: ID!, $v: AttachmentVariant) {
            getAttachmentUrl(conversationId: $c, messageId: $m, attachmentId: $a, variant: $v) { url expiresAt variant } }";
        self.asks(document, json!({ "c": talk, "m": message, "a": attachment, "v": variant })).await
    }

    /// Follows a link; gives the status, the headers and the bytes.
    pub async fn follows(&self, url: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        let answer = self.world().http().get(url).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap_or_default().to_vec())
    }

    /// What a conversation shared, by message id, newest first.
    pub async fn shared(&self, talk: &str, kind: &str) -> Vec<String> {
        let document = "query($c: ID!, $k: GalleryKind!) { listSharedMedia(conversationId: $c, kind: $k) { items { id } nextToken } }";
        let page = self.asks(document, json!({ "c": talk, "k": kind })).await.value();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect()
    }
}
