//! Azure Cosmos DB (`indexers.md` §2.6). Ports and `http` are allowed, unlike in Azure: emulators need them.

use super::pairs::Pairs;
use super::storage::last_of;
use super::{ConnectionProblem, Hidden, address};

/// A database of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosmos {
    /// The account's address without a slash at its end.
    pub endpoint: String,
    /// The database.
    pub database: String,
    /// How requests are signed.
    pub credential: CosmosCredential,
}

/// How requests to an account are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CosmosCredential {
    /// By a key of the account, base64.
    Key(Hidden),
    /// By a token of Azure's.
    ManagedIdentity {
        /// The account's resource id.
        resource_id: String,
    },
}

const KNOWN: &str =
    "'AccountEndpoint', 'AccountKey', 'Database', 'ApiKind', 'ResourceId' and 'IdentityAuthType'";

impl Cosmos {
    /// Reads a connection string.
    pub fn parse(text: &str) -> Result<Cosmos, ConnectionProblem> {
        let mut pairs = Pairs::plain(text)?;
        let kind = pairs.take(&["ApiKind"])?;
        if kind.is_some_and(|kind| !["sql", "nosql"].iter().any(|known| known.eq_ignore_ascii_case(&kind))) {
            let allowed = "Lazuli reads accounts of the NoSQL API only, for which it is left out.";
            return Err(ConnectionProblem::Wrong { name: "ApiKind", allowed });
        }
        let resource_id = pairs.take(&["ResourceId"])?;
        let (endpoint, credential) = match resource_id {
            Some(resource_id) => {
                let account = last_of(&resource_id, "Microsoft.DocumentDB/databaseAccounts");
                let allowed = "It must be the resource id of a Cosmos DB account.";
                let account = account.ok_or(ConnectionProblem::Wrong { name: "ResourceId", allowed })?;
                let endpoint = address(&format!("https://{account}.documents.azure.com"), "ResourceId")?;
                (endpoint, CosmosCredential::ManagedIdentity { resource_id })
            }
            None => {
                let endpoint = address(&pairs.required(&["AccountEndpoint"])?, "AccountEndpoint")?;
                (endpoint, CosmosCredential::Key(Hidden::new(pairs.required(&["AccountKey"])?)))
            }
        };
        let database = pairs.required(&["Database"])?;
        pairs.finish(&["IdentityAuthType"], KNOWN)?;
        Ok(Cosmos { endpoint, database, credential })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_reached_by_key_or_marked() {
        let text = "AccountEndpoint=https://me.documents.azure.com:443/;AccountKey=a==;Database=d";
        let expected = Cosmos {
            endpoint: "https://me.documents.azure.com:443".into(),
            database: "d".into(),
            credential: CosmosCredential::Key(Hidden::new("a==")),
        };
        assert_eq!(Cosmos::parse(text), Ok(expected));
        let emulator = "AccountEndpoint=http://localhost:8081;AccountKey=a==;Database=d;";
        assert_eq!(Cosmos::parse(emulator).unwrap().endpoint, "http://localhost:8081");
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/me/";
        let text = format!("ResourceId={id};Database=d;IdentityAuthType=AccessToken");
        let cosmos = Cosmos::parse(&text).unwrap();
        assert_eq!(cosmos.endpoint, "https://me.documents.azure.com");
        assert_eq!(cosmos.credential, CosmosCredential::ManagedIdentity { resource_id: id.into() });
    }

    #[test]
    fn other_apis_and_incomplete_strings_are_refused() {
        for (text, expected) in [
            (
                "AccountEndpoint=https://me;AccountKey=a;Database=d;ApiKind=MongoDb",
                "The connection string has a value for 'ApiKind' that is not allowed. Lazuli reads accounts of the NoSQL API \
                 only, for which it is left out.",
            ),
            ("AccountKey=a;Database=d", "The connection string must have 'AccountEndpoint'."),
            ("AccountEndpoint=https://me;Database=d", "The connection string must have 'AccountKey'."),
            ("AccountEndpoint=https://me;AccountKey=a", "The connection string must have 'Database'."),
        ] {
            assert_eq!(Cosmos::parse(text).expect_err(text).to_string(), expected);
        }
    }
}
