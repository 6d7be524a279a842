//! Documents from a seed: pronounceable invented words with Zipf's distribution, about 1 KB each as JSON.
//!
//! Document `n` of a seed is always the same, whoever asks: the same words go over HTTP into Lazuli and straight into
//! tantivy. Words are lower-case ASCII letters, so that every analyzer leaves them alone and both hold equal terms.

use std::fmt::Write;

use serde_json::{Value, json};
use xtask::date;
use xtask::random::Random;

/// Different words. With an exponent of 1 the commonest is every twelfth.
const VOCABULARY: usize = 60_000;

/// Words per text field, in the order of [`TEXT_FIELDS`].
const FIELD_WORDS: [usize; 5] = [6, 14, 48, 14, 14];

/// The searchable fields.
pub(crate) const TEXT_FIELDS: [&str; 5] = ["title", "summary", "body", "notes", "remarks"];

/// 2000-01-01T00:00:00Z in seconds since 1970.
const YEAR_2000: u64 = 946_684_800;

/// The source of documents and queries.
pub(crate) struct Corpus {
    seed: u64,
    words: Vec<String>,
    /// Running sums of 1/rank, scaled to end at 1.
    cumulative: Vec<f64>,
}

/// One document before it is JSON or tantivy's.
pub(crate) struct Document {
    pub(crate) key: String,
    /// One per field of [`TEXT_FIELDS`].
    pub(crate) texts: Vec<String>,
    pub(crate) category: String,
    pub(crate) tags: Vec<String>,
    pub(crate) rating: f64,
    pub(crate) visitors: u32,
    pub(crate) open: bool,
    /// Seconds since 1970.
    pub(crate) created: u64,
    pub(crate) longitude: f64,
    pub(crate) latitude: f64,
    pub(crate) rooms: Vec<Room>,
}

/// An element of the complex collection.
pub(crate) struct Room {
    pub(crate) kind: String,
    pub(crate) beds: u32,
    pub(crate) price: f64,
    /// Only in [`Corpus::listing`]s.
    pub(crate) offers: Vec<Offer>,
}

/// An element of the complex collection inside each room.
pub(crate) struct Offer {
    pub(crate) code: String,
    pub(crate) nights: u32,
}

impl Corpus {
    /// The corpus of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::part(seed, &[1]);
        let mut words: Vec<String> = Vec::with_capacity(VOCABULARY);
        let mut known = std::collections::HashSet::new();
        while words.len() < VOCABULARY {
            let word = invent(&mut random, words.len());
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (1..=VOCABULARY)
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        cumulative.iter_mut().for_each(|value| *value /= sum);
        Self { seed, words, cumulative }
    }

    /// Document `number` with offers in its rooms; all else is as in [`Corpus::document`].
    pub(crate) fn listing(&self, number: u64) -> Document {
        let mut document = self.document(number);
        let mut random = Random::part(self.seed, &[4, number]);
        for room in &mut document.rooms {
            room.offers = (0..random.below(4))
                .map(|_| Offer { code: self.name(&mut random, 30), nights: random.below(14) as u32 })
                .collect();
        }
        document
    }

    /// The name `number` of those that categories, tags and rooms are called by.
    pub(crate) fn known_name(&self, number: usize) -> String {
        self.words.get(1000 + number).cloned().unwrap_or_default()
    }

    /// A name from the middle of the vocabulary: neither everywhere nor unique.
    fn name(&self, random: &mut Random, count: u64) -> String {
        self.known_name(random.below(count) as usize)
    }

    /// Document `number`.
    pub(crate) fn document(&self, number: u64) -> Document {
        let mut random = Random::part(self.seed, &[2, number]);
        let texts = FIELD_WORDS.iter().map(|count| self.text(&mut random, *count)).collect();
        let name = |random: &mut Random, count: u64| self.name(random, count);
        Document {
            key: number.to_string(),
            texts,
            category: name(&mut random, 20),
            tags: (0..random.below(5)).map(|_| name(&mut random, 200)).collect(),
            rating: random.below(500) as f64 / 100.0,
            visitors: random.below(1_000_000) as u32,
            open: random.chance(70),
            created: YEAR_2000 + random.below(800_000_000),
            longitude: (random.unit() * 360_000.0).floor() / 1000.0 - 180.0,
            latitude: (random.unit() * 180_000.0).floor() / 1000.0 - 90.0,
            rooms: (0..random.below(4))
                .map(|_| Room {
                    kind: name(&mut random, 12),
                    beds: random.below(5) as u32,
                    price: random.below(40_000) as f64 / 100.0,
                    offers: Vec::new(),
                })
                .collect(),
        }
    }

    /// `count` queries of `words` words each. Their ranks are spread evenly over the orders of magnitude from 20 to
    /// 20 000: people ask for neither the commonest words nor only for the rarest.
    pub(crate) fn queries(&self, count: usize, words: usize) -> Vec<Vec<String>> {
        let mut random = Random::part(self.seed, &[3, words as u64]);
        let mut word = || {
            let rank = 20.0 * 1000_f64.powf(random.unit());
            self.words.get(rank as usize).cloned().unwrap_or_default()
        };
        (0..count).map(|_| (0..words).map(|_| word()).collect()).collect()
    }

    fn text(&self, random: &mut Random, count: usize) -> String {
        let mut text = String::with_capacity(count * 8);
        for at in 0..count {
            if at > 0 {
                text.push(' ');
            }
            let point = random.unit();
            let rank = self.cumulative.partition_point(|sum| *sum < point);
            text.push_str(self.words.get(rank).map_or("end", String::as_str));
        }
        text
    }
}

/// Two to four syllables; common words are shorter, as in every language.
fn invent(random: &mut Random, rank: usize) -> String {
    const ONSETS: [&str; 20] = [
        "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "st", "tr", "br", "kl",
        "sh",
    ];
    const VOWELS: [&str; 7] = ["a", "e", "i", "o", "u", "ai", "ou"];
    const CODAS: [&str; 6] = ["", "", "n", "r", "l", "s"];
    let syllables = match rank {
        0..200 => 2,
        200..8000 => 2 + random.below(2),
        _ => 3 + random.below(2),
    };
    (0..syllables)
        .map(|_| format!("{}{}{}", random.pick(&ONSETS), random.pick(&VOWELS), random.pick(&CODAS)))
        .collect()
}

impl Document {
    /// Appends the document as one upload action.
    pub(crate) fn write_json(&self, out: &mut String) {
        // Numbers and words need no escapes, so the text can be put together as it stands.
        let _ = write!(out, r#"{{"@search.action":"upload","id":"{}""#, self.key);
        for (name, text) in TEXT_FIELDS.iter().zip(&self.texts) {
            let _ = write!(out, r#","{name}":"{text}""#);
        }
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("\"{tag}\"")).collect();
        let rooms: Vec<String> = self
            .rooms
            .iter()
            .map(|room| {
                let offers = room.offers_json();
                format!(r#"{{"kind":"{}","beds":{},"price":{}{offers}}}"#, room.kind, room.beds, room.price)
            })
            .collect();
        let _ = write!(
            out,
            r#","category":"{}","tags":[{}],"rating":{},"visitors":{},"open":{},"created":"{}","location":{{"type":"Point","coordinates":[{},{}]}},"rooms":[{}]}}"#,
            self.category,
            tags.join(","),
            self.rating,
            self.visitors,
            self.open,
            date::rfc3339(self.created),
            self.longitude,
            self.latitude,
            rooms.join(","),
        );
    }
}

impl Room {
    /// The member `offers`, if there are any.
    fn offers_json(&self) -> String {
        if self.offers.is_empty() {
            return String::new();
        }
        let offers: Vec<String> = self
            .offers
            .iter()
            .map(|offer| format!(r#"{{"code":"{}","nights":{}}}"#, offer.code, offer.nights))
            .collect();
        format!(r#","offers":[{}]"#, offers.join(","))
    }
}

/// The definition of the index that holds the [`Corpus::listing`]s.
pub(crate) fn listings_definition(index: &str) -> Value {
    let mut definition = definition(index);
    if let Some(rooms) = definition["fields"].as_array_mut().and_then(|fields| fields.last_mut())
        && let Some(fields) = rooms["fields"].as_array_mut()
    {
        fields.push(json!({"name": "offers", "type": "Collection(Edm.ComplexType)", "fields": [
            {"name": "code", "type": "Edm.String", "searchable": false},
            {"name": "nights", "type": "Edm.Int32"},
        ]}));
    }
    definition
}

/// The definition of the index that holds the corpus, all attributes as the service defaults them.
pub(crate) fn definition(index: &str) -> Value {
    let mut fields = vec![json!({"name": "id", "type": "Edm.String", "key": true, "searchable": false})];
    fields.extend(TEXT_FIELDS.iter().map(|name| {
        json!({"name": name, "type": "Edm.String", "searchable": true, "filterable": false, "sortable": false, "facetable": false})
    }));
    fields.extend([
        json!({"name": "category", "type": "Edm.String", "searchable": false}),
        json!({"name": "tags", "type": "Collection(Edm.String)", "searchable": false}),
        json!({"name": "rating", "type": "Edm.Double"}),
        json!({"name": "visitors", "type": "Edm.Int32"}),
        json!({"name": "open", "type": "Edm.Boolean"}),
        json!({"name": "created", "type": "Edm.DateTimeOffset"}),
        json!({"name": "location", "type": "Edm.GeographyPoint"}),
        json!({"name": "rooms", "type": "Collection(Edm.ComplexType)", "fields": [
            {"name": "kind", "type": "Edm.String", "searchable": false},
            {"name": "beds", "type": "Edm.Int32"},
            {"name": "price", "type": "Edm.Double"},
        ]}),
    ]);
    json!({"name": index, "fields": fields})
}
