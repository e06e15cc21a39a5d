//! Any bytes, cut anywhere, are read as they are in one piece, and never end in a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smsc_wasm::csv::Scanner;

/// Delimiter, whether it is windows-1251, whether UTF-8 is only a guess.
type Form = (u8, bool, bool);

type Records = Vec<Vec<Vec<u16>>>;

fn collect(scanner: &Scanner, records: &mut Records) {
    let found = scanner.records();
    let mut ends = found.ends().iter().map(|end| *end as usize);
    let mut start = 0;
    for count in found.counts() {
        let fields = ends.by_ref().take(*count as usize).map(|end| {
            let field = found.text()[start..end].to_vec();
            start = end;
            field
        });
        records.push(fields.collect());
    }
    assert_eq!(start, found.text().len(), "text that belongs to no field");
}

fn read(bytes: &[u8], size: usize, form: Form, plain: bool) -> (Records, bool) {
    let mut scanner = Scanner::new(form.0, form.1, form.2);
    let mut records = Vec::new();
    let mut fed = 0;
    for piece in bytes.chunks(size.max(1)) {
        scanner.room(piece.len()).copy_from_slice(piece);
        fed += piece.len();
        let wrong = scanner.feed(plain).expect("no record is that long");
        collect(&scanner, &mut records);
        if wrong > 0 {
            // As JavaScript does, with a decoder that sees all that is left.
            let rest = String::from_utf8_lossy(&bytes[fed - wrong..]);
            scanner.room(rest.len()).copy_from_slice(rest.as_bytes());
            assert_eq!(scanner.feed(plain).expect("no record is that long"), 0, "a text that is no UTF-8");
            collect(&scanner, &mut records);
            break;
        }
    }
    let mut ended = scanner.finish();
    if let Ok(wrong @ 1..) = ended {
        let rest = String::from_utf8_lossy(&bytes[bytes.len() - wrong..]);
        scanner.room(rest.len()).copy_from_slice(rest.as_bytes());
        ended = scanner.finish();
        assert!(!matches!(ended, Ok(1..)), "a text that is no UTF-8");
    }
    let ended = ended.is_ok();
    collect(&scanner, &mut records);
    (records, ended)
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
