//! Azure Storage: account keys, shared access signatures, the emulator, managed identities (`indexers.md` §2.1, §2.4).

use super::pairs::Pairs;
use super::{ConnectionProblem, Hidden, address, flag};

/// A storage account, or one container of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// The service's address, without a slash at its end: `https://me.blob.core.windows.net`,
    /// `http://127.0.0.1:10000/devstoreaccount1`.
    pub endpoint: String,
    /// The only container that can be reached, if the signature is one of a container.
    pub container: Option<String>,
    /// How requests are signed.
    pub credential: StorageCredential,
}

/// How requests to a storage account are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageCredential {
    /// By a key of the account.
    SharedKey {
        /// The account's name.
        account: String,
        /// The key, base64.
        key: Hidden,
    },
    /// By a query string that is added to every address, without its `?`.
    SharedAccessSignature(Hidden),
    /// By a token of Azure's.
    ManagedIdentity {
        /// The account's resource id.
        resource_id: String,
    },
}

/// A service of a storage account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageService {
    /// Blobs, and Data Lake by the same addresses.
    Blob,
    /// Tables.
    Table,
}

impl StorageService {
    /// The name that gives its address.
    fn endpoint_name(self) -> &'static str {
        match self {
            StorageService::Blob => "BlobEndpoint",
            StorageService::Table => "TableEndpoint",
        }
    }

    /// Its part of a host's name.
    fn label(self) -> &'static str {
        match self {
            StorageService::Blob => "blob",
            StorageService::Table => "table",
        }
    }

    /// Its port in the emulator.
    fn development_port(self) -> u16 {
        match self {
            StorageService::Blob => 10_000,
            StorageService::Table => 10_002,
        }
    }
}

/// The account of the emulator and its key, which everybody knows.
const DEVELOPMENT_ACCOUNT: &str = "devstoreaccount1";
const DEVELOPMENT_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const KNOWN: &str = "'DefaultEndpointsProtocol', 'AccountName', 'AccountKey', 'EndpointSuffix', 'BlobEndpoint', \
                     'TableEndpoint', 'SharedAccessSignature', 'ContainerSharedAccessUri', 'ResourceId' and \
                     'UseDevelopmentStorage'";

/// Addresses of services that are not asked for.
const OTHERS: [&str; 9] = [
    "BlobEndpoint",
    "TableEndpoint",
    "QueueEndpoint",
    "FileEndpoint",
    "DfsEndpoint",
    "BlobSecondaryEndpoint",
    "TableSecondaryEndpoint",
    "QueueSecondaryEndpoint",
    "FileSecondaryEndpoint",
];

impl Storage {
    /// Reads a connection string for one of the account's services.
    pub fn parse(text: &str, service: StorageService) -> Result<Storage, ConnectionProblem> {
        let mut pairs = Pairs::plain(text)?;
        let storage = if pairs.has("UseDevelopmentStorage") {
            development(&mut pairs, service)?
        } else if pairs.has("ContainerSharedAccessUri") {
            container(&mut pairs)?
        } else if pairs.has("ResourceId") {
            identity(&mut pairs, service)?
        } else {
            account(&mut pairs, service)?
        };
        pairs.finish(&OTHERS, KNOWN)?;
        Ok(storage)
    }
}

/// `UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://host`
fn development(pairs: &mut Pairs, service: StorageService) -> Result<Storage, ConnectionProblem> {
    let name = "UseDevelopmentStorage";
    if !flag(&pairs.required(&[name])?, name)? {
        return Err(ConnectionProblem::Wrong { name, allowed: "It must be 'true' where it is said at all." });
    }
    let name = "DevelopmentStorageProxyUri";
    let proxy = pairs.take(&[name])?.unwrap_or_else(|| "http://127.0.0.1".to_owned());
    let endpoint = format!("{}:{}/{DEVELOPMENT_ACCOUNT}", address(&proxy, name)?, service.development_port());
    let credential = StorageCredential::SharedKey {
        account: DEVELOPMENT_ACCOUNT.to_owned(),
        key: Hidden::new(DEVELOPMENT_KEY),
    };
    Ok(Storage { endpoint, container: None, credential })
}

/// `ContainerSharedAccessUri=https://me.blob.core.windows.net/container?sv=…`
fn container(pairs: &mut Pairs) -> Result<Storage, ConnectionProblem> {
    let name = "ContainerSharedAccessUri";
    let allowed = "It must be the address of a container with a shared access signature behind '?'.";
    let wrong = || ConnectionProblem::Wrong { name, allowed };
    let uri = pairs.required(&[name])?;
    let (path, signature) = uri.split_once('?').filter(|(_, sas)| !sas.is_empty()).ok_or_else(wrong)?;
    let path = address(path, name)?;
    let (endpoint, container) = path.rsplit_once('/').ok_or_else(wrong)?;
    if container.is_empty() || endpoint.ends_with('/') {
        return Err(wrong());
    }
    Ok(Storage {
        endpoint: endpoint.to_owned(),
        container: Some(container.to_owned()),
        credential: StorageCredential::SharedAccessSignature(Hidden::new(signature)),
    })
}

/// `ResourceId=/subscriptions/…/providers/Microsoft.Storage/storageAccounts/me/;`
fn identity(pairs: &mut Pairs, service: StorageService) -> Result<Storage, ConnectionProblem> {
    let name = "ResourceId";
    let resource_id = pairs.required(&[name])?;
    let account =
        last_of(&resource_id, "Microsoft.Storage/storageAccounts").filter(|account| is_account(account));
    let allowed = "It must be the resource id of a storage account.";
    let account = account.ok_or(ConnectionProblem::Wrong { name, allowed })?;
    let endpoint = endpoint(pairs, service, Some(account))?;
    Ok(Storage { endpoint, container: None, credential: StorageCredential::ManagedIdentity { resource_id } })
}

/// The account's key or a signature, and where the account is.
fn account(pairs: &mut Pairs, service: StorageService) -> Result<Storage, ConnectionProblem> {
    let (account, key) = (pairs.take(&["AccountName"])?, pairs.take(&["AccountKey"])?);
    let signature = pairs.take(&["SharedAccessSignature"])?;
    let endpoint = endpoint(pairs, service, account.as_deref())?;
    let credential = match (key, signature) {
        (Some(_), Some(_)) => {
            return Err(ConnectionProblem::Together { name: "AccountKey", other: "SharedAccessSignature" });
        }
        (None, None) => return Err(ConnectionProblem::Missing { name: "AccountKey" }),
        (None, Some(signature)) => {
            StorageCredential::SharedAccessSignature(Hidden::new(signature.trim_start_matches('?')))
        }
        (Some(key), None) => {
            let account = account.ok_or(ConnectionProblem::Missing { name: "AccountName" })?;
            if !is_base64(&key) {
                return Err(ConnectionProblem::Wrong { name: "AccountKey", allowed: "It must be base64." });
            }
            StorageCredential::SharedKey { account, key: Hidden::new(key) }
        }
    };
    Ok(Storage { endpoint, container: None, credential })
}

/// The address that is given, or that of the account's name.
fn endpoint(
    pairs: &mut Pairs,
    service: StorageService,
    account: Option<&str>,
) -> Result<String, ConnectionProblem> {
    let (protocol_name, suffix_name) = ("DefaultEndpointsProtocol", "EndpointSuffix");
    let protocol = pairs.take(&[protocol_name])?.unwrap_or_else(|| "https".to_owned());
    let suffix = pairs.take(&[suffix_name])?.unwrap_or_else(|| "core.windows.net".to_owned());
    if let Some(given) = pairs.take(&[service.endpoint_name()])? {
        return address(&given, service.endpoint_name());
    }
    let account = account.ok_or(ConnectionProblem::Missing { name: "AccountName" })?;
    if !is_account(account) {
        let allowed = "It must be the name of a storage account: lowercase letters and digits.";
        return Err(ConnectionProblem::Wrong { name: "AccountName", allowed });
    }
    if !["http", "https"].contains(&protocol.as_str()) {
        return Err(ConnectionProblem::Wrong {
            name: protocol_name,
            allowed: "It must be 'https' or 'http'.",
        });
    }
    address(&format!("{protocol}://{account}.{}.{suffix}", service.label()), suffix_name)
}

fn is_account(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(is_allowed)
}

/// The name behind a provider's type in a resource id; none if the id is one of something else.
pub(super) fn last_of<'a>(resource_id: &'a str, provider: &str) -> Option<&'a str> {
    let id = resource_id.trim().trim_end_matches('/');
    let (parent, name) = id.rsplit_once('/')?;
    let at = parent.len().checked_sub(provider.len())?;
    let is_provider = parent.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(provider));
    (is_provider && id.starts_with('/') && !name.is_empty()).then_some(name)
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    !digits.is_empty() && padding <= 2 && text.len().is_multiple_of(4) && digits.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, service: StorageService, endpoint: &str, credential: StorageCredential) {
        let storage = Storage::parse(text, service).expect(text);
        assert_eq!((storage.endpoint.as_str(), storage.container.as_deref()), (endpoint, None), "{text}");
        assert_eq!(storage.credential, credential, "{text}");
    }

    fn key(account: &str, key: &str) -> StorageCredential {
        StorageCredential::SharedKey { account: account.into(), key: Hidden::new(key) }
    }

    #[test]
    fn accounts_are_reached_by_key() {
        let full =
            "DefaultEndpointsProtocol=https;AccountName=me;AccountKey=a2V5;EndpointSuffix=core.windows.net";
        check(full, StorageService::Blob, "https://me.blob.core.windows.net", key("me", "a2V5"));
        check(full, StorageService::Table, "https://me.table.core.windows.net", key("me", "a2V5"));
        check(
            "AccountName=me;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn;DefaultEndpointsProtocol=http",
            StorageService::Blob,
            "http://me.blob.core.chinacloudapi.cn",
            key("me", "a2V5"),
        );
        // As Azurite's own documentation writes it.
        let azurite = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;\
                       BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;\
                       QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;\
                       TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;";
        let expected = key("devstoreaccount1", "a2V5");
        check(azurite, StorageService::Blob, "http://127.0.0.1:10000/devstoreaccount1", expected.clone());
        check(azurite, StorageService::Table, "http://127.0.0.1:10002/devstoreaccount1", expected);
    }

    #[test]
    fn the_emulator_needs_no_more_than_its_name() {
        let expected = key(DEVELOPMENT_ACCOUNT, DEVELOPMENT_KEY);
        let text = "UseDevelopmentStorage=true";
        check(text, StorageService::Blob, "http://127.0.0.1:10000/devstoreaccount1", expected.clone());
        check(text, StorageService::Table, "http://127.0.0.1:10002/devstoreaccount1", expected.clone());
        let text = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite/";
        check(text, StorageService::Blob, "http://azurite:10000/devstoreaccount1", expected);
    }

    #[test]
    fn signatures_are_those_of_an_account_or_a_container() {
        let sas = |text: &str| StorageCredential::SharedAccessSignature(Hidden::new(text));
        check(
            "BlobEndpoint=https://me.blob.core.windows.net/;SharedAccessSignature=?sv=2016-05-31&sig=a%3D&srt=sco;",
            StorageService::Blob,
            "https://me.blob.core.windows.net",
            sas("sv=2016-05-31&sig=a%3D&srt=sco"),
        );
        let text = "ContainerSharedAccessUri=https://me.blob.core.windows.net/docs?sv=1&sr=c&sig=a%3D;";
        let storage = Storage::parse(text, StorageService::Blob).unwrap();
        assert_eq!(storage.endpoint, "https://me.blob.core.windows.net");
        assert_eq!(storage.container.as_deref(), Some("docs"));
        assert_eq!(storage.credential, sas("sv=1&sr=c&sig=a%3D"));
    }

    #[test]
    fn managed_identities_are_marked() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/me/";
        let expected = StorageCredential::ManagedIdentity { resource_id: id.into() };
        check(
            &format!("ResourceId={id};"),
            StorageService::Blob,
            "https://me.blob.core.windows.net",
            expected,
        );
    }

    #[test]
    fn what_makes_no_account_is_refused() {
        let wrong = |name, allowed| ConnectionProblem::Wrong { name, allowed };
        for (text, expected) in [
            ("", ConnectionProblem::Missing { name: "AccountName" }),
            ("AccountName=me", ConnectionProblem::Missing { name: "AccountKey" }),
            ("AccountKey=a2V5", ConnectionProblem::Missing { name: "AccountName" }),
            (
                "AccountName=me;AccountKey=a2V5;SharedAccessSignature=x",
                ConnectionProblem::Together { name: "AccountKey", other: "SharedAccessSignature" },
            ),
            ("AccountName=me;AccountKey=a2V", wrong("AccountKey", "It must be base64.")),
            (
                "AccountName=me.evil/;AccountKey=a2V5",
                wrong(
                    "AccountName",
                    "It must be the name of a storage account: lowercase letters and digits.",
                ),
            ),
            (
                "UseDevelopmentStorage=false",
                wrong("UseDevelopmentStorage", "It must be 'true' where it is said at all."),
            ),
            (
                "ContainerSharedAccessUri=https://me.blob.core.windows.net?sv=1",
                wrong(
                    "ContainerSharedAccessUri",
                    "It must be the address of a container with a shared access signature behind '?'.",
                ),
            ),
            ("ResourceId=/x/me", wrong("ResourceId", "It must be the resource id of a storage account.")),
            ("AccountName=me;AccountKey=a2V5;Colour=red", ConnectionProblem::Unknown { known: KNOWN }),
        ] {
            assert_eq!(Storage::parse(text, StorageService::Blob), Err(expected), "{text}");
        }
    }
}
