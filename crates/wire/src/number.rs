//! Floating-point numbers as the service writes them: .NET's shortest round trip, always with a point or an exponent.
//!
//! `1.0`, `0.6931472`, `2.5780268E-05`, `1.7976931348623157E+308`, `5E-324`; what JSON has no number for becomes a
//! string: `"NaN"`, `"INF"`, `"-INF"` (`wire.md` §2).

use std::io::Write;

use zmij::Buffer;

/// Appends a 64-bit number (`Edm.Double`, fused scores).
pub fn write_f64(value: f64, out: &mut Vec<u8>) {
    if write_finite(value.is_finite(), value.is_nan(), value.is_sign_negative(), out) {
        write_digits(&Digits::of(Buffer::new().format_finite(value)), DOUBLE_PRECISION, out);
    }
}

/// Appends a 32-bit number (scores, vector components): the shortest digits that give the same 32-bit number.
pub fn write_f32(value: f32, out: &mut Vec<u8>) {
    if write_finite(value.is_finite(), value.is_nan(), value.is_sign_negative(), out) {
        write_digits(&Digits::of(Buffer::new().format_finite(value)), SINGLE_PRECISION, out);
    }
}

/// .NET switches to an exponent when the decimal point stands farther right than this many digits and than all the
/// digits there are, or more than three zeros would follow the point.
const DOUBLE_PRECISION: i32 = 15;
const SINGLE_PRECISION: i32 = 7;

/// Writes the strings for what is not finite; true when the number is still to be written.
fn write_finite(finite: bool, nan: bool, negative: bool, out: &mut Vec<u8>) -> bool {
    if !finite {
        let text = match (nan, negative) {
            (true, _) => "\"NaN\"",
            (false, false) => "\"INF\"",
            (false, true) => "\"-INF\"",
        };
        out.extend_from_slice(text.as_bytes());
    }
    finite
}

/// Puts shortest digits into .NET's spelling.
fn write_digits(number: &Digits, precision: i32, out: &mut Vec<u8>) {
    if number.negative {
        out.push(b'-');
    }
    let (digits, point) = (number.digits(), number.point);
    let count = digits.len() as i32;
    if point > precision.max(count) || point < -3 {
        write_scientific(digits, point - 1, out);
    } else if point <= 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', point.unsigned_abs() as usize));
        out.extend_from_slice(digits);
    } else if point >= count {
        out.extend_from_slice(digits);
        out.extend(std::iter::repeat_n(b'0', (point - count).unsigned_abs() as usize));
        out.extend_from_slice(b".0");
    } else {
        let (whole, fraction) = digits.split_at(point.unsigned_abs() as usize);
        out.extend_from_slice(whole);
        out.push(b'.');
        out.extend_from_slice(fraction);
    }
}

fn write_scientific(digits: &[u8], exponent: i32, out: &mut Vec<u8>) {
    let (first, rest) = digits.split_at(1);
    out.extend_from_slice(first);
    if !rest.is_empty() {
        out.push(b'.');
        out.extend_from_slice(rest);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    // A Vec does not fail.
    let _ = write!(out, "E{sign}{:02}", exponent.unsigned_abs());
}

/// A number taken apart: `-0.0125` is negative, 125, with the point one place before the first digit (-1).
struct Digits {
    negative: bool,
    /// Significant digits, without zeros at either end; a zero is one `0`.
    digits: [u8; 20],
    length: usize,
    /// The decimal point stands before digit number `point`: 1.5 has 1.
    point: i32,
}

impl Digits {
    /// `text` has the shortest digits (17 at most) in any of the spellings `125.0`, `0.0125`, `1.25e-7`.
    fn of(text: &str) -> Self {
        let (text, negative) = text.strip_prefix('-').map_or((text, false), |text| (text, true));
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut number =
            Self { negative, digits: [b'0'; 20], length: 0, point: exponent.parse().unwrap_or(0) };
        let mut in_fraction = false;
        let mut zeros = 0;
        for byte in mantissa.bytes() {
            in_fraction |= byte == b'.';
            let is_digit = byte != b'.';
            // The point moves right with every digit of the whole part and left with every leading zero of the fraction.
            number.point += i32::from(is_digit && !in_fraction && (number.length > 0 || byte != b'0'));
            match byte {
                b'.' => {}
                b'0' if number.length == 0 => number.point -= i32::from(in_fraction),
                b'0' => zeros += 1,
                digit => {
                    number.length += zeros;
                    zeros = 0;
                    number.push(digit);
                }
            }
        }
        if number.length == 0 {
            return Self { length: 1, point: 1, ..number };
        }
        number
    }

    /// Zeros in between are there already.
    fn push(&mut self, digit: u8) {
        if let Some(slot) = self.digits.get_mut(self.length) {
            *slot = digit;
            self.length += 1;
        }
    }

    fn digits(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(value: f64) -> String {
        let mut out = Vec::new();
        write_f64(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn single(value: f32) -> String {
        let mut out = Vec::new();
        write_f32(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn doubles_are_spelled_as_dotnet_does() {
        let cases: [(f64, &str); 27] = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-180.0, "-180.0"),
            (5.8, "5.8"),
            (-122.131577, "-122.131577"),
            (0.1 + 0.2, "0.30000000000000004"),
            (0.03333333507180214, "0.03333333507180214"),
            (0.001, "0.001"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00001, "1E-05"),
            (2.5780268e-5, "2.5780268E-05"),
            (-1.25e-7, "-1.25E-07"),
            (123456.789, "123456.789"),
            (1e14, "100000000000000.0"),
            (123456789012345.0, "123456789012345.0"),
            (1e15, "1E+15"),
            (1234567890123456.0, "1234567890123456.0"),
            (1e16, "1E+16"),
            (12345678901234567.0, "12345678901234568.0"),
            (1.2345678901234568e17, "1.2345678901234568E+17"),
            (1e100, "1E+100"),
            (f64::MAX, "1.7976931348623157E+308"),
            (f64::MIN, "-1.7976931348623157E+308"),
            (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
            (5e-324, "5E-324"),
        ];
        for (value, expected) in cases {
            assert_eq!(double(value), expected);
        }
    }

    #[test]
    fn singles_use_the_digits_of_a_single() {
        let cases: [(f32, &str); 12] = [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (0.6291472, "0.6291472"),
            (0.75033975, "0.75033975"),
            (1.4333515, "1.4333515"),
            (1e6, "1000000.0"),
            (1e7, "1E+07"),
            (12345678.0, "12345678.0"),
            (1.5e8, "1.5E+08"),
            (2.5780268e-5, "2.5780268E-05"),
            (f32::MAX, "3.4028235E+38"),
            (1e-45, "1E-45"),
        ];
        for (value, expected) in cases {
            assert_eq!(single(value), expected);
        }
    }

    #[test]
    fn what_is_not_finite_becomes_a_string() {
        assert_eq!(
            [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(double),
            ["\"NaN\"", "\"NaN\"", "\"INF\"", "\"-INF\""]
        );
        assert_eq!(
            [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].map(single),
            ["\"NaN\"", "\"INF\"", "\"-INF\""]
        );
    }

    #[test]
    fn every_spelling_reads_back_as_the_same_number() {
        // A walk over bit patterns: all exponents, scattered mantissas.
        let mut bits: u64 = 1;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let value = f64::from_bits(bits);
            if value.is_finite() {
                assert_eq!(double(value).parse::<f64>().unwrap().to_bits(), bits);
            }
            let value = f32::from_bits((bits >> 32) as u32);
            if value.is_finite() {
                assert_eq!(single(value).parse::<f32>().unwrap().to_bits(), value.to_bits());
            }
        }
    }
}
