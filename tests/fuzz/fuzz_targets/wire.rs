//! Any bytes are a token or say why not; what is read takes memory in proportion to them, and has one form when it
//! is written again.

#![no_main]

use csprun_runtime::value::{decode, encode};
use libfuzzer_sys::fuzz_target;

/// Most bytes in memory for one that is read: an element of a list is a byte, or 24.
const N_MEMORY: usize = 48;

fuzz_target!(|bytes: &[u8]| {
    let token = match decode(bytes) {
        Ok(token) => token,
        Err(why) => {
            assert!(!why.to_string().is_empty(), "no token, and no reason why");
            return;
        }
    };
    assert!(token.n_bytes() <= N_MEMORY * bytes.len(), "{} bytes in memory", token.n_bytes());
    let written = encode(&token).expect("what was read can be written");
    assert!(written.len() <= bytes.len(), "it has become longer: {written:?}");
    let back = decode(&written).expect("what was written can be read");
    assert!(back.cmp_total(&token).is_eq() && back.ty() == token.ty(), "{token:?} became {back:?}");
    assert_eq!(encode(&back).as_ref(), Ok(&written), "{token:?} has two forms");
});
