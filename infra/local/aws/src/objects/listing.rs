//! Lists of buckets and of what is in them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Extensions;
use s3s::dto::{
    Bucket, CommonPrefix, ETag, ListBucketsOutput, ListObjectsV2Input, ListObjectsV2Output,
    ObjectStorageClass,
};
use s3s::{S3Request, S3Result, s3_error};

use super::access::bucket_arn;
use super::reading::timestamp;
use super::service::Inner;
use super::store::{self, Object};

/// The most entries of a page.
const PAGE: usize = 1_000;

/// A page under way.
#[derive(Default)]
struct Page {
    contents: Vec<s3s::dto::Object>,
    prefixes: Vec<CommonPrefix>,
    /// What the next page begins behind; none if this is the last.
    next: Option<String>,
}

impl Inner {
    pub(super) fn list_buckets(&self, extensions: &Extensions) -> S3Result<ListBucketsOutput> {
        let _entered = self.enter(extensions, "ListBuckets", "s3:ListAllMyBuckets", "*")?;
        let bucket = |name: &String| Bucket {
            name: Some(name.clone()),
            creation_date: Some(timestamp(0)),
            ..Bucket::default()
        };
        let buckets = self.buckets.iter().map(|spec| bucket(&spec.name)).collect();
        Ok(ListBucketsOutput { buckets: Some(buckets), ..ListBucketsOutput::default() })
    }

    pub(super) fn list_objects(&self, req: S3Request<ListObjectsV2Input>) -> S3Result<ListObjectsV2Output> {
        let input = req.input;
        self.bucket(&input.bucket)?;
        let _entered =
            self.enter(&req.extensions, "ListObjectsV2", "s3:ListBucket", &bucket_arn(&input.bucket))?;
        let prefix = input.prefix.clone().unwrap_or_default();
        let after = match &input.continuation_token {
            Some(token) => token_text(token)?,
            None => input.start_after.clone().unwrap_or_default(),
        };
        let objects = self.look(|conn| store::list(conn, &input.bucket, &prefix, &after))?;
        let most = usize::try_from(input.max_keys.unwrap_or(1_000)).unwrap_or(0).min(PAGE);
        let delimiter = input.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty());
        let page = Page::of(objects, &prefix, delimiter, most);
        let count = page.contents.len() + page.prefixes.len();
        Ok(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: input.prefix,
            delimiter: input.delimiter,
            max_keys: i32::try_from(most).ok(),
            key_count: i32::try_from(count).ok(),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.map(|text| URL_SAFE_NO_PAD.encode(text)),
            continuation_token: input.continuation_token,
            start_after: input.start_after,
            contents: Some(page.contents),
            common_prefixes: Some(page.prefixes),
            ..ListObjectsV2Output::default()
        })
    }
}

impl Page {
    fn of(objects: Vec<Object>, prefix: &str, delimiter: Option<&str>, most: usize) -> Self {
        let mut page = Page::default();
        let mut last = String::new();
        for object in objects {
            let folder = delimiter.and_then(|delimiter| folder(&object.key, prefix, delimiter));
            // A folder that is shown already takes what is in it along.
            if folder.is_some_and(|folder| last.starts_with(folder) && last.len() > folder.len()) {
                continue;
            }
            if page.contents.len() + page.prefixes.len() == most {
                page.next = Some(last).filter(|_| most > 0);
                return page;
            }
            match folder {
                Some(folder) => {
                    // No key is greater that begins with the folder's name.
                    last = format!("{folder}\u{10FFFF}");
                    page.prefixes.push(CommonPrefix { prefix: Some(folder.to_owned()) });
                }
                None => {
                    last.clone_from(&object.key);
                    page.contents.push(shown(object));
                }
            }
        }
        page
    }
}

/// The key up to the first delimiter behind the prefix.
fn folder<'k>(key: &'k str, prefix: &str, delimiter: &str) -> Option<&'k str> {
    let at = key.get(prefix.len()..)?.find(delimiter)?;
    key.get(..prefix.len() + at + delimiter.len())
}

fn shown(object: Object) -> s3s::dto::Object {
    s3s::dto::Object {
        key: Some(object.key),
        e_tag: Some(ETag::Strong(object.etag)),
        last_modified: Some(timestamp(object.modified)),
        size: i64::try_from(object.size).ok(),
        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
        ..s3s::dto::Object::default()
    }
}

fn token_text(token: &str) -> S3Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| s3_error!(InvalidArgument, "The continuation token provided is incorrect"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::store::{Attributes, Tags};

    fn objects(keys: &[&str]) -> Vec<Object> {
        let object = |key: &&str| Object {
            bucket: "media".to_owned(),
            key: (*key).to_owned(),
            etag: String::new(),
            size: 0,
            modified: 0,
            attributes: Attributes::default(),
            tags: Tags::new(),
            body: 0,
        };
        keys.iter().map(object).collect()
    }

    fn names(page: &Page) -> (Vec<&str>, Vec<&str>) {
        let keys = page.contents.iter().filter_map(|object| object.key.as_deref());
        let folders = page.prefixes.iter().filter_map(|folder| folder.prefix.as_deref());
        (keys.collect(), folders.collect())
    }

    #[test]
    fn keys_behind_a_delimiter_are_one_folder() {
        let all = objects(&["a", "b/1", "b/2", "c/d/1", "e"]);
        let page = Page::of(all.clone(), "", Some("/"), 10);
        assert_eq!(names(&page), (vec!["a", "e"], vec!["b/", "c/"]));
        assert_eq!(page.next, None);
        let inside = Page::of(objects(&["c/d/1"]), "c/", Some("/"), 10);
        assert_eq!(names(&inside), (vec![], vec!["c/d/"]));
        let first = Page::of(all, "", Some("/"), 2);
        assert_eq!(names(&first), (vec!["a"], vec!["b/"]));
        assert_eq!(first.next.as_deref(), Some("b/\u{10FFFF}"));
    }
}
