//! Any bytes, cut anywhere, are read as they are in one piece, and never end in a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smsc_wasm::csv::Scanner;

/// Delimiter, whether it is windows-1251, whether UTF-8 is only a guess.
type Form = (u8, bool, bool);

type Records = Vec<Vec<Vec<u16>>>;

fn collect(scanner: &Scanner, records: &mut Records) {
    let found = scanner.records();
    let mut ends = found.ends.iter().map(|end| *end as usize);
    let mut start = 0;
    for count in found.counts {
        let fields = ends.by_ref().take(*count as usize).map(|end| {
            let field = found.text[start..end].to_vec();
            start = end;
            field
        });
        records.push(fields.collect());
    }
    assert_eq!(start, found.text.len(), "text that belongs to no field");
}

fn read(bytes: &[u8], size: usize, form: Form, is_scalar: bool) -> (Records, bool) {
    let mut scanner = Scanner::new(form.0, form.1, form.2);
    let mut records = Vec::new();
    let mut scanned = 0;
    let scan = |scanner: &mut Scanner, piece: &[u8], records: &mut Records| {
        scanner.buffer(piece.len()).copy_from_slice(piece);
        let rejected = scanner.scan(piece.len(), is_scalar).expect("no record is that long");
        collect(scanner, records);
        rejected
    };
    for piece in bytes.chunks(size.max(1)) {
        scanned += piece.len();
        let rejected = scan(&mut scanner, piece, &mut records);
        if rejected > 0 {
            // As JavaScript does, with a decoder that sees all of the rest.
            let rest = String::from_utf8_lossy(&bytes[scanned - rejected..]);
            assert_eq!(scan(&mut scanner, rest.as_bytes(), &mut records), 0, "a text that is not UTF-8");
            break;
        }
    }
    let mut result = scanner.finish();
    if let Ok(rejected @ 1..) = result {
        collect(&scanner, &mut records);
        let rest = String::from_utf8_lossy(&bytes[bytes.len() - rejected..]);
        assert_eq!(scan(&mut scanner, rest.as_bytes(), &mut records), 0, "a text that is not UTF-8");
        result = scanner.finish();
        assert!(!matches!(result, Ok(1..)), "a text that is not UTF-8");
    }
    let is_complete = result.is_ok();
    collect(&scanner, &mut records);
    (records, is_complete)
}

fuzz_target!(|input: (u8, u8, Vec<u8>)| {
    let (flags, piece, bytes) = input;
    let form = (b";,\t|"[usize::from(flags >> 6)], flags & 1 == 1, flags & 2 == 2);
    let whole = read(&bytes, bytes.len(), form, false);
    assert_eq!(read(&bytes, piece.into(), form, true), whole);
    // What is UTF-8 is the same as its text.
    if !form.1 && !form.2 {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(read(text.as_bytes(), text.len(), form, false), whole);
    }
});
