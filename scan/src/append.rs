//! Appends short runs of bytes. For a copy of bytes in WebAssembly, engines call a function, which takes longer than the few stores
//! of a short run.

/// Runs above this length are copied by the engine.
const MAX_SHORT: usize = 64;

/// Appends some bytes.
#[inline]
pub fn append(list: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.len() > MAX_SHORT {
        list.extend_from_slice(bytes);
        return;
    }
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        list.extend_from_slice(chunk);
    }
    match bytes.last_chunk::<8>() {
        // The last eight bytes overlap those that are there.
        Some(eight) if !rest.is_empty() => {
            list.truncate(list.len().wrapping_add(rest.len()).wrapping_sub(8));
            list.extend_from_slice(eight);
        }
        Some(_) => {}
        None => {
            let (chunks, rest) = rest.as_chunks::<4>();
            for chunk in chunks {
                list.extend_from_slice(chunk);
            }
            for byte in rest {
                list.push(*byte);
            }
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn runs_of_every_length_are_appended() {
        let bytes: Vec<u8> = (0..100).collect();
        for length in 0..bytes.len() {
            for start in [0, 3] {
                let mut list = bytes[..start].to_vec();
                append(&mut list, &bytes[..length]);
                assert_eq!(list, [&bytes[..start], &bytes[..length]].concat(), "{start} {length}");
            }
        }
    }
}
