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

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>, form: Form, plain: bool) -> (Records, bool) {
    let mut scanner = Scanner::new(form.0, form.1, form.2);
    let mut records = Vec::new();
    for piece in pieces {
        scanner.room(piece.len()).copy_from_slice(piece);
        scanner.feed(plain).expect("no record is that long");
        collect(&scanner, &mut records);
    }
    let ended = scanner.finish().is_ok();
    collect(&scanner, &mut records);
    (records, ended)
}

fuzz_target!(|input: (u8, u8, Vec<u8>)| {
    let (flags, piece, bytes) = input;
    let form = (b";,\t|"[usize::from(flags >> 6)], flags & 1 == 1, flags & 2 == 2);
    let whole = read(core::iter::once(bytes.as_slice()), form, false);
    assert_eq!(read(bytes.chunks(usize::from(piece).max(1)), form, true), whole);
    // What is UTF-8 is the same as its text.
    if !form.1 && !form.2 {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(read(core::iter::once(text.as_bytes()), form, false), whole);
    }
});
