//! IEEE 754 half precision (`Edm.Half`): 1 sign bit, 5 exponent bits, 10 bits of mantissa.

/// The largest magnitude. The service refuses ±65506 although that would round to it (`wire.md` §5).
pub(super) const MAX: f64 = 65_504.0;

/// The nearest half, ties to even. Beyond the largest half it is an infinity.
pub(super) fn from_f32(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let exponent = ((bits >> 23) & 0xff) as i32 - 127;
    let mantissa = bits & 0x007f_ffff;
    match exponent {
        128 => sign | 0x7c00 | if mantissa == 0 { 0 } else { 0x0200 },
        16.. => sign | 0x7c00,
        // Rounding up may carry into the exponent, which is then right, up to infinity.
        -14.. => sign | (rounded(mantissa, 13) + (((exponent + 15) as u32) << 10)) as u16,
        -25.. => sign | rounded(mantissa | 0x0080_0000, (-exponent - 1) as u32) as u16,
        _ => sign,
    }
}

/// `value >> shift`, rounded to nearest, ties to even.
fn rounded(value: u32, shift: u32) -> u32 {
    let (kept, cut, half) = (value >> shift, value & ((1 << shift) - 1), 1 << (shift - 1));
    kept + u32::from(cut > half || (cut == half && kept & 1 == 1))
}

/// The same number in single precision, which holds every half.
pub(super) fn to_f32(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let exponent = u32::from(half >> 10) & 0x1f;
    let mantissa = u32::from(half & 0x03ff);
    match exponent {
        0 => {
            let magnitude = mantissa as f32 / 16_777_216.0; // units of 2^-24
            f32::from_bits(magnitude.to_bits() | sign)
        }
        0x1f => f32::from_bits(sign | 0x7f80_0000 | mantissa << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | mantissa << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_halves() {
        let cases = [
            (0.0, 0x0000),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (65_504.0, 0x7bff),
            (65_519.0, 0x7bff),
            (65_520.0, 0x7c00),
            (0.333_251_95, 0x3555),
            (6.103_515_6e-5, 0x0400), // smallest normal
            (6.097_555e-5, 0x03ff),   // largest subnormal
            (5.960_464_5e-8, 0x0001), // smallest subnormal
            (2.980_232_2e-8, 0x0000), // half of it: ties to even
            (8.940_697e-8, 0x0002),   // one and a half: ties to even
            (f32::INFINITY, 0x7c00),
        ];
        for (value, expected) in cases {
            assert_eq!(from_f32(value), expected, "{value}");
        }
    }

    #[test]
    fn every_half_reads_back_as_itself() {
        for half in 0..=u16::MAX {
            let value = to_f32(half);
            if !value.is_nan() {
                assert_eq!(from_f32(value), half, "{value}");
            }
        }
        assert!(to_f32(from_f32(f32::NAN)).is_nan());
    }

    #[test]
    fn between_two_halves_the_nearer_one_is_taken() {
        for half in 0..0x7bff_u16 {
            let (low, high) = (to_f32(half), to_f32(half + 1));
            let middle = f32::midpoint(low, high);
            assert_eq!(from_f32(middle.next_down()), half);
            assert_eq!(from_f32(middle.next_up()), half + 1);
            assert_eq!(from_f32(middle), half + (half & 1));
        }
    }
}
