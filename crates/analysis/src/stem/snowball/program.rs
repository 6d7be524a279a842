//! A Snowball script as the interpreter walks it.

/// A parsed script.
#[derive(Debug)]
pub(super) struct Program {
    /// Bodies of routines, by number.
    pub(super) routines: Vec<Node>,
    /// The routine that stems.
    pub(super) entry: usize,
    pub(super) groupings: Vec<Grouping>,
    pub(super) amongs: Vec<Among>,
    pub(super) integers: usize,
    pub(super) booleans: usize,
    pub(super) strings: usize,
}

impl Program {
    /// A program that changes no word.
    pub(super) const fn nothing() -> Self {
        Self {
            routines: Vec::new(),
            entry: 0,
            groupings: Vec::new(),
            amongs: Vec::new(),
            integers: 0,
            booleans: 0,
            strings: 0,
        }
    }
}

/// One command. Each succeeds or fails; what it does depends on the direction in which the text is being read.
#[derive(Debug)]
pub(super) enum Node {
    /// `C1 C2 …`: all, one after another.
    Seq(Box<[Self]>),
    /// `C1 or C2 …`: the first that succeeds, each from the same cursor.
    Or(Box<[Self]>),
    /// `C1 and C2 …`: all, each from the same cursor.
    And(Box<[Self]>),
    Not(Box<Self>),
    Test(Box<Self>),
    Do(Box<Self>),
    Try(Box<Self>),
    Fail(Box<Self>),
    /// Moves on until the command succeeds, and stays before what it matched.
    Goto(Box<Self>),
    /// The same, and stays behind it.
    Gopast(Box<Self>),
    /// `atleast n C`; `repeat C` when n is 0.
    AtLeast(Expression, Box<Self>),
    /// `loop n C`
    Loop(Expression, Box<Self>),
    /// Reads from the end of the text to the cursor.
    Backwards(Box<Self>),
    /// `setlimit C1 for C2`
    SetLimit(Box<Self>, Box<Self>),
    Constant(bool),
    SetMark(usize),
    ToMark(Expression),
    AtMark(Expression),
    ToLimit,
    AtLimit,
    Hop(Expression),
    Next,
    SliceStart,
    SliceEnd,
    /// `<- 'text'`; `delete` is `<- ''`.
    Replace(Source),
    /// `insert` (or `<+`): the cursor ends behind the text in reading direction.
    Insert(Source),
    /// `attach`: the cursor ends before it.
    Attach(Source),
    /// `-> name`
    Keep(usize),
    Text(Source),
    /// A character of the grouping, or (false) one that is not of it.
    Grouping(usize, bool),
    Call(usize),
    /// Finds the longest string of the among.
    Substring(usize),
    /// Does what the among says about the string that was found.
    Chosen(usize),
    SetFlag(usize, bool),
    Flag(usize),
    Assign(usize, Operator, Expression),
    Compare(Expression, Comparison, Expression),
}

/// A text of the script or of a variable.
#[derive(Debug)]
pub(super) enum Source {
    Literal(Box<[u16]>),
    Variable(usize),
}

/// A number.
#[derive(Debug)]
pub(super) enum Expression {
    Number(i32),
    Integer(usize),
    Cursor,
    Limit,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Operator {
    Set,
    Add,
    Subtract,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// A set of characters.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    first: u16,
    members: Vec<bool>,
}

impl Grouping {
    pub(super) fn new(characters: &[u16]) -> Self {
        let first = characters.iter().min().copied().unwrap_or(0);
        let last = characters.iter().max().copied().unwrap_or(0);
        let members = (first..=last).map(|unit| characters.contains(&unit)).collect();
        Self { first, members }
    }

    pub(super) fn contains(&self, unit: u16) -> bool {
        let offset = unit.checked_sub(self.first);
        offset.and_then(|offset| self.members.get(usize::from(offset))) == Some(&true)
    }
}

/// `among ((prefix) 'a' condition 'b' (action) …)`
#[derive(Debug, Default)]
pub(super) struct Among {
    /// Strings by length, the longest first.
    pub(super) by_length: Vec<OfLength>,
    /// Runs before any action.
    pub(super) prefix: Option<Node>,
    pub(super) actions: Vec<Node>,
}

/// The strings of one length of an among.
#[derive(Debug)]
pub(super) struct OfLength {
    pub(super) len: usize,
    /// In order.
    pub(super) choices: Vec<Choice>,
    /// What they begin with and what they end with.
    firsts: Units,
    lasts: Units,
}

/// One string of an among.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) text: Box<[u16]>,
    /// The routine that must succeed for the string to count.
    pub(super) condition: Option<usize>,
    /// Number of its action; none means there is nothing to do.
    pub(super) action: Option<u16>,
}

/// Some units, known by their last six bits, which tell the letters of one script apart.
#[derive(Debug, Clone, Copy, Default)]
struct Units(u64);

impl Units {
    fn add(&mut self, unit: Option<&u16>) {
        self.0 |= unit.map_or(u64::MAX, |unit| 1 << (unit & 63));
    }

    fn may_have(self, unit: Option<u16>) -> bool {
        unit.map_or(self.0 == u64::MAX, |unit| self.0 & 1 << (unit & 63) != 0)
    }
}

impl OfLength {
    /// Whether one of the strings may stand where `unit` is the next to be read; None at the end of the text. Most places
    /// are told apart so, without looking at any string.
    pub(super) fn may_begin(&self, unit: Option<u16>, backward: bool) -> bool {
        if backward { self.lasts.may_have(unit) } else { self.firsts.may_have(unit) }
    }
}

impl Among {
    pub(super) fn add(&mut self, choice: Choice) {
        let len = choice.text.len();
        let at = self.by_length.iter().position(|other| other.len <= len).unwrap_or(self.by_length.len());
        if self.by_length.get(at).is_none_or(|other| other.len != len) {
            let (firsts, lasts) = Default::default();
            self.by_length.insert(at, OfLength { len, choices: Vec::new(), firsts, lasts });
        }
        if let Some(OfLength { choices, firsts, lasts, .. }) = self.by_length.get_mut(at) {
            firsts.add(choice.text.first());
            lasts.add(choice.text.last());
            let place = choices.partition_point(|other| other.text < choice.text);
            choices.insert(place, choice);
        }
    }
}
