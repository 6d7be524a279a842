//! Concurrent clients that write until the server is killed and remember what it acknowledged.
//!
//! Every worker owns its keys, so the order of writes to a key is the order in which its worker sent them, and at a
//! kill at most one batch per worker has an unknown fate.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::model::{Action, Documents, Kind, definition, fields};
use crate::http::{Answer, Client};
use crate::random::Random;
use crate::service::ADMIN_KEY;

/// Keys per worker.
const KEYS: u64 = 150;

/// Superseded tokens that are remembered to be searched for in vain.
const GONE_MAX: usize = 40;

/// One client and all that it knows.
pub(crate) struct Worker {
    /// The index it writes to.
    pub(crate) index: String,
    /// Its number; part of its keys.
    pub(crate) number: u64,
    /// What the server acknowledged.
    pub(crate) acknowledged: Documents,
    /// The batch that was sent and not answered.
    pub(crate) in_flight: Option<Vec<Action>>,
    /// Fields that were added to the index; only the worker that adds fields fills them.
    pub(crate) added: Vec<String>,
    /// A definition with this field was sent and not answered.
    pub(crate) added_in_flight: Option<String>,
    /// Tokens of versions that were replaced or deleted.
    pub(crate) gone: VecDeque<String>,
    /// Whether this worker adds fields now and then.
    pub(crate) adds_fields: bool,
    /// Actions acknowledged so far.
    pub(crate) writes: u64,
    tokens: u64,
    random: Random,
}

/// How a request ended when no answer came.
pub(crate) enum Broken {
    /// The connection is gone: the server was killed, or died.
    Connection(io::Error),
    /// The answer is wrong.
    Answer(anyhow::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Connection(error)
    }
}

impl From<anyhow::Error> for Broken {
    fn from(error: anyhow::Error) -> Self {
        Self::Answer(error)
    }
}

impl Worker {
    /// Worker `number` on `index`.
    pub(crate) fn new(index: &str, number: u64, adds_fields: bool) -> Self {
        Self {
            index: index.to_owned(),
            number,
            acknowledged: Documents::new(),
            in_flight: None,
            added: Vec::new(),
            added_in_flight: None,
            gone: VecDeque::new(),
            adds_fields,
            writes: 0,
            tokens: 0,
            random: Random::new(0),
        }
    }

    /// Every key it may write.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        let number = self.number;
        (0..KEYS).map(move |key| format!("w{number}-k{key}"))
    }

    /// Writes and reads until the connection breaks. That is an error unless `killing` says that it was us.
    pub(crate) fn run(&mut self, address: SocketAddr, random: Random, killing: &AtomicBool) -> Result<()> {
        self.random = random;
        let who = format!("worker {} on {}", self.number, self.index);
        until_killed(address, killing, &who, |client| self.step(client))
    }

    fn step(&mut self, client: &mut Client<TcpStream>) -> Result<(), Broken> {
        match self.random.below(100) {
            0 if self.adds_fields && self.added.len() < 40 => self.add_field(client),
            0..20 => self.read_own_write(client),
            20..50 => {
                let batch = self.batch(1);
                self.write(client, batch)
            }
            50..92 => {
                let actions = 2 + self.random.below(20);
                let batch = self.batch(actions);
                self.write(client, batch)
            }
            _ => {
                let batch = self.batch(100);
                self.write(client, batch)
            }
        }
    }

    fn batch(&mut self, actions: u64) -> Vec<Action> {
        (0..actions).map(|_| self.action()).collect()
    }

    fn action(&mut self) -> Action {
        let key = format!("w{}-k{}", self.number, self.random.below(KEYS));
        let kind = match self.random.below(100) {
            0..45 => Kind::Upload,
            45..65 => Kind::Merge,
            65..85 => Kind::MergeOrUpload,
            _ => Kind::Delete,
        };
        self.tokens += 1;
        let token = format!("t{}x{}", self.number, self.tokens);
        let fields = match kind {
            Kind::Upload => fields(&mut self.random, &token, true, &self.added),
            Kind::Merge | Kind::MergeOrUpload => fields(&mut self.random, &token, false, &self.added),
            Kind::Delete => Default::default(),
        };
        Action { kind, key, fields }
    }

    fn write(&mut self, client: &mut Client<TcpStream>, batch: Vec<Action>) -> Result<(), Broken> {
        let body = json!({"value": batch.iter().map(Action::to_json).collect::<Vec<_>>()}).to_string();
        let path =
            if self.random.chance(50) { "indexes('I')/docs/search.index" } else { "indexes/I/docs/index" };
        let target = format!("/{}?api-version=2026-04-01", path.replace('I', &self.index));
        self.in_flight = Some(batch.clone());
        let answer = client.post(&target, body.as_bytes())?;
        if answer.status == 503 {
            // While it stops the server refuses; at any other time that is a failure like a broken connection.
            return Err(Broken::Connection(io::Error::other(answer.text())));
        }
        self.acknowledge(&batch, &answer)?;
        Ok(())
    }

    /// Compares the answer to a batch with what the model says, and takes the batch over.
    fn acknowledge(&mut self, batch: &[Action], answer: &Answer) -> Result<()> {
        ensure!(
            matches!(answer.status, 200 | 207),
            "a batch was answered {}: {}",
            answer.status,
            answer.text()
        );
        let answered = answer.json()?;
        let results = answered["value"].as_array().context("an answer without `value`")?;
        ensure!(results.len() == batch.len(), "{} results for {} actions", results.len(), batch.len());
        for (action, result) in batch.iter().zip(results) {
            self.forget_tokens(action);
            let expected = action.apply(&mut self.acknowledged);
            if result["key"] != json!(action.key) || result["statusCode"] != json!(expected) {
                bail!("{:?} of {} should be {expected}, was {result}", action.kind, action.key);
            }
        }
        self.writes += batch.len() as u64;
        self.in_flight = None;
        Ok(())
    }

    /// Remembers the tokens that `action` makes disappear.
    pub(crate) fn forget_tokens(&mut self, action: &Action) {
        let Some(old) = self.acknowledged.get(&action.key) else { return };
        for field in ["first", "second"] {
            let replaced =
                matches!(action.kind, Kind::Upload | Kind::Delete) || action.fields.contains_key(field);
            if let (true, Some(text)) = (replaced, old.get(field).and_then(Value::as_str)) {
                self.gone.extend(token_of(text));
            }
        }
        while self.gone.len() > GONE_MAX {
            self.gone.pop_front();
        }
    }

    fn add_field(&mut self, client: &mut Client<TcpStream>) -> Result<(), Broken> {
        let name = format!("later{}", self.added.len());
        let mut fields = self.added.clone();
        fields.push(name.clone());
        let body = definition(&self.index, &fields).to_string();
        self.added_in_flight = Some(name.clone());
        let target = format!("/indexes('{}')?api-version=2026-04-01", self.index);
        let answer = client.send("PUT", &target, body.as_bytes())?;
        if !matches!(answer.status, 200 | 201 | 204) {
            return Err(Broken::Answer(anyhow::anyhow!(
                "adding a field: {} {}",
                answer.status,
                answer.text()
            )));
        }
        self.added_in_flight = None;
        self.added.push(name);
        Ok(())
    }

    /// A search that arrives after an acknowledgement sees the write, and lookup agrees.
    fn read_own_write(&mut self, client: &mut Client<TcpStream>) -> Result<(), Broken> {
        let keys: Vec<&String> = self.acknowledged.keys().collect();
        if keys.is_empty() {
            return Ok(());
        }
        let key = (*self.random.pick(&keys)).clone();
        let document = self.acknowledged.get(&key).cloned().unwrap_or_default();
        for field in ["first", "second"] {
            let Some(token) = document.get(field).and_then(Value::as_str).and_then(token_of) else {
                continue;
            };
            let found = super::check::keys_found(client, &self.index, &token)?;
            if found != [key.clone()] {
                return Err(Broken::Answer(anyhow::anyhow!("`{token}` should find {key}, found {found:?}")));
            }
        }
        Ok(())
    }
}

/// Repeats a step until the connection breaks. That is an error unless `killing` says that it was us.
pub(crate) fn until_killed(
    address: SocketAddr,
    killing: &AtomicBool,
    who: &str,
    mut step: impl FnMut(&mut Client<TcpStream>) -> Result<(), Broken>,
) -> Result<()> {
    let mut client = match Client::connect(address, ADMIN_KEY) {
        Ok(client) => client,
        Err(_) if killing.load(Ordering::SeqCst) => return Ok(()),
        Err(error) => return Err(error).context("cannot connect"),
    };
    loop {
        match step(&mut client) {
            Ok(()) => {}
            Err(Broken::Connection(_)) if killing.load(Ordering::SeqCst) => return Ok(()),
            Err(Broken::Connection(error)) => {
                return Err(error).context("the connection broke before the kill");
            }
            Err(Broken::Answer(error)) => return Err(error.context(who.to_owned())),
        }
    }
}

/// The unique word in a field's text.
pub(crate) fn token_of(text: &str) -> Option<String> {
    text.split(' ').find(|word| word.starts_with('t') && word.contains('x')).map(str::to_owned)
}
