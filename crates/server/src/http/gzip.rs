//! Compression of answers. The service compresses 200 answers of any size and neither 201 nor errors (`wire.md` §1).

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderValue, Response, StatusCode, header};
use lazuli_platform::pool::Pool;

use super::body::Body;

/// A body up to this size is compressed where it is, which takes a fraction of a millisecond; a hop to another thread would
/// cost more. A larger one would hold up the other requests of its thread.
const INLINE_BYTES_MAX: usize = 16 * 1024;

/// Compresses the body if it is the service's answer and a 200. Our own pages stay as they are.
pub(crate) async fn apply(pool: &Pool, response: &mut Response<Body>) {
    if response.status() != StatusCode::OK {
        return;
    }
    let Some(plain) = response.body().as_chunked().cloned() else { return };
    let packed = if plain.len() <= INLINE_BYTES_MAX {
        pack(&plain)
    } else {
        pool.run(move || pack(&plain)).await.unwrap_or_else(|error| Err(io::Error::other(error)))
    };
    match packed {
        Ok(packed) => {
            *response.body_mut() = Body::chunked(packed);
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        // The plain body is as good an answer.
        Err(error) => tracing::error!(%error, "an answer could not be compressed"),
    }
}

/// The fastest level: what is sent once has to be packed faster than the network takes it.
fn pack(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4 + 64), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_packed_unpacks_to_itself() {
        for length in [0, 1, 15, 70_000] {
            let plain: Vec<u8> = (0..length).map(|at: u32| at.to_le_bytes()[0] / 7).collect();
            let packed = pack(&plain).unwrap();
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, plain);
        }
    }
}
