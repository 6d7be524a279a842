//! The tree of a text query, whatever syntax it was written in.

/// A text query. Texts are unescaped and not analysed.
///
/// Where analysis leaves nothing of a text in any field (a stop word), the node counts as not there: it disappears from its
/// parent, together with its negation, and so does a parent of which nothing is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// No document.
    MatchNone,
    /// Every document, with the score 1.
    MatchAll,
    /// A word, or what the analyzer makes several words of: these are joined by the operator of the search mode.
    Term(String),
    /// Words next to each other in this order.
    Phrase(String),
    /// Words that begin like this. Never empty; the text is lower-cased but not analysed.
    Prefix(String),
    /// Every document that does not match the child. As in Lucene's simple syntax, the negation is rewritten to "not the
    /// child, or everything", so that it stands on its own: a document that passes scores the constant 1 for it.
    Not(Box<Node>),
    /// At least two children, joined by one operator.
    Bool {
        /// How they are joined.
        operator: Operator,
        /// In the order of the text. Scores are summed.
        children: Vec<Node>,
    },
}

/// How the children of a [`Node::Bool`] are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// All must match.
    Must,
    /// At least one must match.
    Should,
}
