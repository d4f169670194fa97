//! The bucket, for who signs.

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_types::SdkConfig;
use domain::Error;

use crate::signing::SERVICE;

/// A bucket, where it is, and the credentials of the moment.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    /// Without a slash at the end.
    pub(crate) address: String,
}

impl Bucket {
    /// The bucket of this name. `Internal` if there is none or the configuration lacks something.
    ///
    /// On AWS it is a host of its own; where another endpoint is configured, a path of that.
    pub async fn open(sdk: &SdkConfig, name: Option<&str>) -> Result<Self, Error> {
        let name = name.ok_or_else(|| Error::internal("BUCKET_NAME is not set"))?;
        let (Some(region), Some(provider)) = (sdk.region(), sdk.credentials_provider()) else {
            return Err(Error::internal("the SDK has no region or no credentials"));
        };
        let credentials = provider.provide_credentials().await;
        let region = region.as_ref().to_owned();
        let address = match sdk.endpoint_url() {
            Some(endpoint) => format!("{}/{name}", endpoint.trim_end_matches('/')),
            None => format!("https://{name}.{SERVICE}.{region}.amazonaws.com"),
        };
        Ok(Bucket {
            name: name.to_owned(),
            region,
            credentials: credentials.map_err(|error| Error::unavailable(format!("credentials: {error}")))?,
            address,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The bucket and credentials of AWS's examples.
    pub(crate) fn bucket(token: Option<&str>) -> Bucket {
        Bucket {
            name: "examplebucket".to_owned(),
            region: "us-east-1".to_owned(),
            credentials: Credentials::new(
                "AKIAIOSFODNN7EXAMPLE",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                token.map(str::to_owned),
                None,
                "example",
            ),
            address: "https://examplebucket.s3.amazonaws.com".to_owned(),
        }
    }
}
