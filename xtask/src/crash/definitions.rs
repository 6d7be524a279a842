//! A client that creates, changes and deletes indexes and moves an alias between them until the server is killed, and
//! what must be there after the restart: every definition as it was or as it was to become, with a folder for every
//! index and for nothing else.
//!
//! Every definer owns its names, so at a kill one of its changes at most has an unknown fate.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::load::{Broken, until_killed};
use crate::http::{Answer, Client};
use crate::random::Random;

/// Indexes per definer.
const NAMES: u64 = 4;

/// The members of an index or an alias that distinguish its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Definition {
    /// With so many fields beside the key.
    Index(u64),
    /// Of this index.
    Alias(String),
}

impl Definition {
    fn collection(&self) -> &'static str {
        match self {
            Definition::Index(_) => "indexes",
            Definition::Alias(_) => "aliases",
        }
    }

    fn body(&self, name: &str) -> Value {
        match self {
            Definition::Index(fields) => {
                let mut all = vec![json!({"name": "id", "type": "Edm.String", "key": true})];
                all.extend(
                    (0..*fields).map(|field| json!({"name": format!("f{field}"), "type": "Edm.String"})),
                );
                json!({"name": name, "fields": all})
            }
            Definition::Alias(index) => json!({"name": name, "indexes": [index]}),
        }
    }

    /// As a list shows it.
    fn of(item: &Value) -> Option<Definition> {
        if let Some(fields) = item["fields"].as_array() {
            return Some(Definition::Index(fields.len().saturating_sub(1) as u64));
        }
        item["indexes"][0].as_str().map(|index| Definition::Alias(index.to_owned()))
    }
}

/// One client and all that it knows.
pub(crate) struct Definer {
    number: u64,
    /// What the server acknowledged, by name.
    acknowledged: BTreeMap<String, Definition>,
    /// The change that was sent and not answered: a name and what it stands for then.
    in_flight: Option<(String, Option<Definition>)>,
    /// Changes acknowledged so far.
    pub(crate) changes: u64,
}

impl Definer {
    pub(crate) fn new(number: u64) -> Self {
        Self { number, acknowledged: BTreeMap::new(), in_flight: None, changes: 0 }
    }

    /// Changes definitions until the connection breaks. That is an error unless `killing` says that it was us.
    pub(crate) fn run(
        &mut self,
        address: SocketAddr,
        mut random: Random,
        killing: &AtomicBool,
    ) -> Result<()> {
        let who = format!("definer {}", self.number);
        until_killed(address, killing, &who, |client| self.step(client, &mut random))
    }

    fn step(&mut self, client: &mut Client<TcpStream>, random: &mut Random) -> Result<(), Broken> {
        let name = format!("d{}-{}", self.number, random.below(NAMES));
        let alias = self.alias();
        match self.acknowledged.get(&name) {
            None => {
                let new = Definition::Index(random.below(3));
                self.change(client, "POST", &name, Some(new), &[201])
            }
            Some(Definition::Index(fields)) if random.chance(50) => {
                let new = Definition::Index(fields + 1);
                self.change(client, "PUT", &name, Some(new), &[204])
            }
            Some(_) if self.acknowledged.get(&alias) == Some(&Definition::Alias(name.clone())) => {
                let answer = client.send("DELETE", &target("indexes", &name), b"")?;
                expect(&answer, &[400])
            }
            Some(_) if random.chance(40) => {
                self.change(client, "PUT", &alias, Some(Definition::Alias(name)), &[201, 204])
            }
            Some(_) => self.change(client, "DELETE", &name, None, &[204]),
        }
    }

    fn alias(&self) -> String {
        format!("alias-{}", self.number)
    }

    fn change(
        &mut self,
        client: &mut Client<TcpStream>,
        verb: &str,
        name: &str,
        new: Option<Definition>,
        statuses: &[u16],
    ) -> Result<(), Broken> {
        let collection = new.as_ref().map_or("indexes", Definition::collection);
        let body = new.as_ref().map(|new| new.body(name).to_string()).unwrap_or_default();
        let target =
            if verb == "POST" { format!("/{collection}{VERSION}") } else { target(collection, name) };
        self.in_flight = Some((name.to_owned(), new));
        expect(&client.send(verb, &target, body.as_bytes())?, statuses)?;
        self.settle(true);
        self.changes += 1;
        Ok(())
    }

    /// Takes the change in flight over, or forgets it.
    fn settle(&mut self, happened: bool) {
        match self.in_flight.take().filter(|_| happened) {
            Some((name, Some(new))) => drop(self.acknowledged.insert(name, new)),
            Some((name, None)) => drop(self.acknowledged.remove(&name)),
            None => {}
        }
    }

    /// Compares what it knows with what is `listed`, and settles the fate of what was in flight.
    fn compare(&mut self, listed: &BTreeMap<String, Definition>) -> Result<()> {
        let (own, alias) = (format!("d{}-", self.number), self.alias());
        let listed: BTreeMap<String, Definition> = listed
            .iter()
            .filter(|(name, _)| name.starts_with(&own) || **name == alias)
            .map(|(name, definition)| (name.clone(), definition.clone()))
            .collect();
        let in_flight = format!("{:?}", self.in_flight);
        let happened = self.in_flight.as_ref().is_some_and(|(name, new)| listed.get(name) == new.as_ref());
        self.settle(happened);
        ensure!(
            listed == self.acknowledged,
            "definer {}: there are {listed:?}, acknowledged {:?}, in flight {in_flight}",
            self.number,
            self.acknowledged
        );
        Ok(())
    }
}

/// Checks everything that is defined, after a restart.
pub(crate) fn check(client: &mut Client<TcpStream>, data_dir: &Path, definers: &mut [Definer]) -> Result<()> {
    let mut listed = BTreeMap::new();
    for collection in ["indexes", "aliases"] {
        let answer = client.get(&format!("/{collection}{VERSION}"))?.json()?;
        for item in answer["value"].as_array().into_iter().flatten() {
            let (Some(name), Some(definition)) = (item["name"].as_str(), Definition::of(item)) else {
                bail!("{collection} has the item {item}");
            };
            listed.insert(name.to_owned(), definition);
        }
    }
    definers.iter_mut().try_for_each(|definer| definer.compare(&listed))?;
    let indexes = listed.values().filter(|definition| matches!(definition, Definition::Index(_))).count();
    let folders: BTreeSet<_> = std::fs::read_dir(data_dir.join("indexes"))?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<_>>()?;
    ensure!(folders.len() == indexes, "there are {indexes} indexes and the folders {folders:?}");
    for definer in definers {
        for (name, definition) in &definer.acknowledged {
            check_works(client, name, definition)?;
        }
    }
    Ok(())
}

/// An index, or what an alias stands for, takes a document.
fn check_works(client: &mut Client<TcpStream>, name: &str, definition: &Definition) -> Result<()> {
    let mut document = json!({"id": "1"});
    if let Definition::Index(fields) = definition {
        for field in 0..*fields {
            document[format!("f{field}")] = json!("text");
        }
    }
    let target = format!("/indexes('{name}')/docs/search.index{VERSION}");
    let answer = client.post(&target, json!({"value": [document]}).to_string().as_bytes())?;
    ensure!(answer.status == 200, "an upload to {name}: {} {}", answer.status, answer.text());
    Ok(())
}

const VERSION: &str = "?api-version=2026-04-01";

fn target(collection: &str, name: &str) -> String {
    format!("/{collection}('{name}'){VERSION}")
}

fn expect(answer: &Answer, statuses: &[u16]) -> Result<(), Broken> {
    if answer.status == 503 {
        // While it stops the server refuses; at any other time that is a failure like a broken connection.
        return Err(Broken::Connection(io::Error::other(answer.text())));
    }
    if statuses.contains(&answer.status) {
        return Ok(());
    }
    let problem = format!("{} instead of {statuses:?}: {}", answer.status, answer.text());
    Err(Broken::Answer(anyhow::anyhow!(problem)))
}
