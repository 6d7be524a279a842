//! The columns of a table of SQL Server: how each is asked for as text, and what JSON its text becomes (`indexers.md` §2.5).
//!
//! The server converts every value to text, in the styles that lose nothing ("CAST and CONVERT", styles). So an answer has
//! columns of one type only, and what the types mean is said in one place.

use serde_json::{Number, Value};

/// What rows of the table are called in statements.
pub(super) const ROW: &str = "lazuli_row";

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    /// The type's own name, such as `nvarchar`; `timestamp` is that of `rowversion`.
    pub(super) kind: String,
    pub(super) is_key: bool,
    /// The most bytes of a value.
    pub(super) bytes: i32,
    /// Digits behind the point of a `decimal`.
    pub(super) scale: u8,
}

/// A name in brackets.
pub(super) fn quoted(name: &str) -> String {
    format!("[{}]", name.replace(']', "]]"))
}

impl Column {
    /// The column of a row of the table, or of what else is called `of`.
    pub(super) fn of(&self, of: &str) -> String {
        format!("{of}.{}", quoted(&self.name))
    }

    /// The value of [`Column::of`] as text; `None` where no field of an index takes the type (`time`, `binary`, `xml`,
    /// `geometry` and others).
    pub(super) fn as_text(&self, of: &str) -> Option<String> {
        let name = self.of(of);
        Some(match self.kind.as_str() {
            "bit" | "tinyint" | "smallint" | "int" | "bigint" | "decimal" | "numeric" => {
                format!("CONVERT(nvarchar(60), {name})")
            }
            // As every client writes it, and not in the capitals of the server.
            "uniqueidentifier" => format!("LOWER(CONVERT(nvarchar(60), {name}))"),
            "money" | "smallmoney" => format!("CONVERT(nvarchar(60), {name}, 2)"),
            "real" | "float" => format!("CONVERT(nvarchar(60), {name}, 3)"),
            "char" | "varchar" | "nchar" | "nvarchar" | "text" | "ntext" => {
                format!("CONVERT(nvarchar(max), {name})")
            }
            "date" => format!("CONVERT(nvarchar(10), {name}, 23) + N'T00:00:00Z'"),
            "datetime" | "smalldatetime" | "datetime2" => {
                format!("CONVERT(nvarchar(40), {name}, 126) + N'Z'")
            }
            "datetimeoffset" => format!(
                "CONVERT(nvarchar(40), CONVERT(datetime2(7), SWITCHOFFSET({name}, N'+00:00')), 126) + N'Z'"
            ),
            "geography" => format!(
                "CASE WHEN {name}.STGeometryType() = N'Point' AND {name}.STSrid = 4326 THEN \
                 CONCAT(N'{{\"type\":\"Point\",\"coordinates\":[', CONVERT(nvarchar(60), {name}.Long, 3), N',', \
                 CONVERT(nvarchar(60), {name}.Lat, 3), N']}}') END"
            ),
            _ => return None,
        })
    }

    /// Whether it may be a `rowversion`, or is a copy of one as views have it.
    pub(super) fn is_version(&self) -> bool {
        self.kind == "timestamp" || self.kind == "binary" && self.bytes == 8
    }

    /// The value of a mark as text, from which [`Column::of_text`] makes the same value again; `None` if the type has no
    /// order, or none that text keeps.
    pub(super) fn as_mark(&self, of: &str) -> Option<String> {
        let name = self.of(of);
        Some(match self.kind.as_str() {
            _ if self.is_version() => format!("CONVERT(nvarchar(20), CONVERT(binary(8), {name}), 1)"),
            "date" | "datetime2" | "datetimeoffset" => format!("CONVERT(nvarchar(40), {name}, 121)"),
            "datetime" | "smalldatetime" => format!("CONVERT(nvarchar(40), {name}, 126)"),
            "bit" | "geography" | "text" | "ntext" => return None,
            _ => return self.as_text(of),
        })
    }

    /// A parameter of text as a value of the mark's type.
    pub(super) fn of_text(&self, parameter: &str) -> String {
        match self.kind.as_str() {
            "timestamp" | "binary" => format!("CONVERT(binary(8), {parameter}, 1)"),
            "date" => format!("CONVERT(date, {parameter}, 121)"),
            "datetime2" => format!("CONVERT(datetime2(7), {parameter}, 121)"),
            "datetimeoffset" => format!("CONVERT(datetimeoffset(7), {parameter}, 121)"),
            "datetime" | "smalldatetime" => format!("CONVERT({}, {parameter}, 126)", self.kind),
            "decimal" | "numeric" => format!("CONVERT(decimal(38, {}), {parameter})", self.scale),
            "money" | "smallmoney" => format!("CONVERT(money, {parameter})"),
            "real" | "float" | "uniqueidentifier" => format!("CONVERT({}, {parameter})", self.kind),
            "tinyint" | "smallint" | "int" | "bigint" => format!("CONVERT(bigint, {parameter})"),
            _ => parameter.to_owned(),
        }
    }

    /// The value of a text.
    pub(super) fn json(&self, text: String) -> Value {
        match self.kind.as_str() {
            "bit" => Value::Bool(text != "0"),
            "tinyint" | "smallint" | "int" | "bigint" => text.parse::<i64>().map_or(Value::Null, Value::from),
            "float" => text.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
            // Nine digits are those of this number of 32 bits, and of no other one of 64.
            "real" => text.parse::<f32>().map_or(Value::Null, Value::from),
            "geography" => serde_json::from_str(&text).unwrap_or_default(),
            // Decimals and money too: doubles cannot hold them.
            _ => Value::String(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn column(kind: &str) -> Column {
        Column { name: "a]b".into(), kind: kind.into(), is_key: false, bytes: 8, scale: 4 }
    }

    #[track_caller]
    fn check(kind: &str, text: &str, expected: Value) {
        assert_eq!(column(kind).json(text.to_owned()), expected, "{kind} {text}");
    }

    /// Texts as SQL Server writes them in the styles that are asked for.
    #[test]
    fn values_are_read_by_the_type_of_their_column() {
        check("bit", "1", json!(true));
        check("bit", "0", json!(false));
        check("tinyint", "255", json!(255));
        check("bigint", "-9223372036854775808", json!(i64::MIN));
        check("float", "1.0000000000000001e-001", json!(0.1));
        check("real", "1.00000001e-001", json!(f64::from(0.1_f32)));
        check("decimal", "12345678901234567890.1230", json!("12345678901234567890.1230"));
        check("money", "922337203685477.5807", json!("922337203685477.5807"));
        check("nvarchar", "[\"a\",\"b\"]", json!("[\"a\",\"b\"]"));
        check(
            "uniqueidentifier",
            "0e984725-c51c-4bf4-9960-e1c80e27aba0",
            json!("0e984725-c51c-4bf4-9960-e1c80e27aba0"),
        );
        check("datetime2", "2026-11-20T18:30:00.1234567Z", json!("2026-11-20T18:30:00.1234567Z"));
        let point = "{\"type\":\"Point\",\"coordinates\":[-1.2213112000000000e+002,4.7678581000000001e+001]}";
        check("geography", point, json!({ "type": "Point", "coordinates": [-122.131_12, 47.678_581] }));
    }

    #[test]
    fn types_that_no_field_takes_are_left_out() {
        for kind in [
            "time",
            "binary",
            "varbinary",
            "image",
            "xml",
            "geometry",
            "hierarchyid",
            "sql_variant",
            "timestamp",
        ] {
            assert_eq!(column(kind).as_text(ROW), None, "{kind}");
        }
    }

    #[test]
    fn names_stay_names() {
        assert_eq!(column("int").as_text(ROW).unwrap(), "CONVERT(nvarchar(60), lazuli_row.[a]]b])");
    }

    #[test]
    fn a_mark_becomes_the_value_that_it_was() {
        for (kind, text, value) in [
            (
                "timestamp",
                "CONVERT(nvarchar(20), CONVERT(binary(8), lazuli_row.[a]]b]), 1)",
                "CONVERT(binary(8), @P1, 1)",
            ),
            ("datetime2", "CONVERT(nvarchar(40), lazuli_row.[a]]b], 121)", "CONVERT(datetime2(7), @P1, 121)"),
            ("decimal", "CONVERT(nvarchar(60), lazuli_row.[a]]b])", "CONVERT(decimal(38, 4), @P1)"),
            ("real", "CONVERT(nvarchar(60), lazuli_row.[a]]b], 3)", "CONVERT(real, @P1)"),
            ("nvarchar", "CONVERT(nvarchar(max), lazuli_row.[a]]b])", "@P1"),
        ] {
            assert_eq!(column(kind).as_mark(ROW).as_deref(), Some(text));
            assert_eq!(column(kind).of_text("@P1"), value);
        }
        let long = Column { bytes: 16, ..column("binary") };
        assert_eq!((long.as_mark(ROW), column("geography").as_mark(ROW)), (None, None));
    }
}
