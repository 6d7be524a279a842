//! S3 and what speaks like it, an extension of ours.
//!
//! ```text
//! Region=eu-central-1;AccessKeyId=…;SecretAccessKey=…
//! Endpoint=http://minio:9000;AccessKeyId=…;SecretAccessKey=…
//! Region=us-east-1;Anonymous=true
//! ```

use super::pairs::Pairs;
use super::{ConnectionProblem, Hidden, address, flag};

/// A place that speaks S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3 {
    /// Its address without a slash at its end; none for Amazon's own in the region.
    pub endpoint: Option<String>,
    /// Its region; `us-east-1` where nothing is said, which most others take.
    pub region: String,
    /// Whether the bucket is a part of the path, as with most others, and not of the host's name.
    pub path_style: bool,
    /// How requests are signed.
    pub credential: S3Credential,
}

/// How requests are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum S3Credential {
    /// By a key.
    Key {
        /// The key's id.
        access_key_id: String,
        /// The key.
        secret_access_key: Hidden,
        /// The token of a session, for keys that end with it.
        session_token: Option<Hidden>,
    },
    /// Not at all.
    Anonymous,
}

const KNOWN: &str =
    "'Endpoint', 'Region', 'AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Anonymous' and 'PathStyle'";

impl S3 {
    /// Reads a connection string.
    pub fn parse(text: &str) -> Result<S3, ConnectionProblem> {
        let mut pairs = Pairs::plain(text)?;
        let endpoint = pairs.take(&["Endpoint"])?.map(|text| address(&text, "Endpoint")).transpose()?;
        let region = pairs.take(&["Region"])?.unwrap_or_else(|| "us-east-1".to_owned());
        if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            let allowed = "It must be the name of a region, e.g. 'us-east-1'.";
            return Err(ConnectionProblem::Wrong { name: "Region", allowed });
        }
        let path_style = pairs.take(&["PathStyle"])?.map(|text| flag(&text, "PathStyle")).transpose()?;
        let anonymous = pairs.take(&["Anonymous"])?.map_or(Ok(false), |text| flag(&text, "Anonymous"))?;
        let credential = credential(&mut pairs, anonymous)?;
        pairs.finish(&[], KNOWN)?;
        let path_style = path_style.unwrap_or(endpoint.is_some());
        Ok(S3 { endpoint, region, path_style, credential })
    }
}

fn credential(pairs: &mut Pairs, anonymous: bool) -> Result<S3Credential, ConnectionProblem> {
    let (id, secret) = ("AccessKeyId", "SecretAccessKey");
    if anonymous {
        return match pairs.take(&[id])? {
            Some(_) => Err(ConnectionProblem::Together { name: "Anonymous", other: id }),
            None => Ok(S3Credential::Anonymous),
        };
    }
    Ok(S3Credential::Key {
        access_key_id: pairs.required(&[id])?,
        secret_access_key: Hidden::new(pairs.required(&[secret])?),
        session_token: pairs.take(&["SessionToken"])?.map(Hidden::new),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_amazons_or_somebody_elses() {
        let key = S3Credential::Key {
            access_key_id: "a".into(),
            secret_access_key: Hidden::new("s/+="),
            session_token: None,
        };
        let amazon = S3::parse("Region=eu-central-1;AccessKeyId=a;SecretAccessKey=s/+=").unwrap();
        let expected =
            S3 { endpoint: None, region: "eu-central-1".into(), path_style: false, credential: key.clone() };
        assert_eq!(amazon, expected);
        let other = S3::parse("Endpoint=http://minio:9000/;AccessKeyId=a;SecretAccessKey=s/+=").unwrap();
        let expected = S3 {
            endpoint: Some("http://minio:9000".into()),
            region: "us-east-1".into(),
            path_style: true,
            credential: key,
        };
        assert_eq!(other, expected);
        assert_eq!(S3::parse("Anonymous=true").unwrap().credential, S3Credential::Anonymous);
    }

    #[test]
    fn what_cannot_be_signed_is_refused() {
        for text in [
            "",
            "AccessKeyId=a",
            "Anonymous=true;AccessKeyId=a",
            "Anonymous=perhaps",
            "Region=a b;Anonymous=true",
        ] {
            assert!(S3::parse(text).is_err(), "{text}");
        }
    }
}
