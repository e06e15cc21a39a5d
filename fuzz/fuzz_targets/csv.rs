//! Any bytes, cut anywhere, are read as they are in one piece, and never end in a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smsc_wasm::charset::Charset;
use smsc_wasm::csv::{CsvOptions, Scanner};

type Records = Vec<Vec<Vec<u16>>>;

fn collect(scanner: &Scanner, records: &mut Records) {
    let Some(found) = scanner.records() else { return };
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

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>, options: &CsvOptions, plain: bool) -> (Records, bool) {
    let mut scanner = Scanner::new(options.clone());
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
    let (form, piece, bytes) = input;
    let encodings = [
        None,
        Some(Charset::Utf8),
        Some(Charset::Windows1251),
        Some(Charset::Koi8R),
        Some(Charset::Utf16Le),
        Some(Charset::Utf16Be),
    ];
    let encoding = encodings[usize::from(form) % encodings.len()];
    let options = CsvOptions { encoding, delimiter: (form & 0x80 != 0).then_some(b';'), ..CsvOptions::default() };
    let whole = read(core::iter::once(bytes.as_slice()), &options, false);
    assert_eq!(read(bytes.chunks(usize::from(piece).max(1)), &options, true), whole);
    // What is UTF-8 is the same as its text.
    if encoding == Some(Charset::Utf8) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(read(core::iter::once(text.as_bytes()), &options, false), whole);
    }
});
