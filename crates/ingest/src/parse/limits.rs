//! Every limit of parsing, with its source.

/// Bytes of an item that is read as a whole: of every parsing mode but `jsonLines`, `jsonArray` and `delimitedText`, which
/// need the memory of one record only. What the service reports of a standard service as `maxDocumentExtractionSize`
/// (`indexers.md` §1.3).
pub const DOCUMENT_BYTES_MAX: u64 = 256_000_000;

/// UTF-16 units of extracted text; longer text is cut off with a warning. What the service reports of a standard service as
/// `maxDocumentContentCharactersToExtract` (`indexers.md` §1.3).
pub const TEXT_UNITS_MAX: usize = 4_000_000;

/// Bytes of one line, array element or row. A larger one could not be written: it is more than a batch of `docs/index` may
/// have (`indexers.md` §1.5).
pub const RECORD_BYTES_MAX: usize = 16 << 20;

/// Brackets open at once in JSON: the parser's own limit, which protects its stack.
pub const JSON_DEPTH_MAX: usize = 127;

/// Elements open at once in XML. Ours; no document needs it, and a file of start tags would fill the memory.
pub const XML_DEPTH_MAX: usize = 1_000;

/// Columns of delimited text. Ours: as many as an index may have fields.
pub const COLUMNS_MAX: usize = 1_000;

/// Sections of one Markdown document. Ours; each becomes a document, or an object of one.
pub const SECTIONS_MAX: usize = 100_000;

/// Bytes of all headers that the documents of one Markdown text repeat, each the ones it is under. Ours; a long first header
/// above many sections would make documents of any size out of it.
pub const HEADERS_BYTES_MAX: usize = 32 << 20;
