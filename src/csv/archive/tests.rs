use miniz_oxide::deflate::compress_to_vec;
use proptest::prelude::*;
use smsc_scan::Crc32;

use super::*;

fn checksum(data: &[u8]) -> u32 {
    let mut checksum = Crc32::default();
    checksum.add(data);
    checksum.value()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    [&head, compress_to_vec(data, 6).as_slice(), &checksum(data).to_le_bytes(), &length.to_le_bytes()].concat()
}

/// An entry to write.
#[derive(Clone, Debug)]
struct Entry {
    name: Vec<u8>,
    data: Vec<u8>,
    is_stored: bool,
    /// The width of the sizes in a data descriptor, and whether it has a signature.
    descriptor: Option<(usize, bool)>,
    is_zip64: bool,
    flags: u16,
    method: Option<u16>,
    checksum: Option<u32>,
}

fn entry(name: &str, data: &[u8]) -> Entry {
    Entry {
        name: name.into(),
        data: data.into(),
        is_stored: false,
        descriptor: None,
        is_zip64: false,
        flags: 0,
        method: None,
        checksum: None,
    }
}

fn zip_with_comment(entries: &[Entry], comment: &[u8]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let packed = if entry.is_stored { entry.data.clone() } else { compress_to_vec(&entry.data, 6) };
        let (packed_size, size) = (packed.len() as u64, entry.data.len() as u64);
        let flags = entry.flags | if entry.descriptor.is_some() { 8 } else { 0 };
        let method = entry.method.unwrap_or(if entry.is_stored { 0 } else { 8 });
        let checksum = entry.checksum.unwrap_or_else(|| checksum(&entry.data)).to_le_bytes();
        let narrow = |size: u64| u32::try_from(size).unwrap().to_le_bytes();
        let sizes = if entry.is_zip64 { [[0xFF; 4]; 2] } else { [narrow(packed_size), narrow(size)] }.concat();
        let mut extra = vec![0x99, 0x99, 2, 0, 7, 7];
        if entry.is_zip64 {
            extra.extend([&[1, 0, 16, 0], &size.to_le_bytes()[..], &packed_size.to_le_bytes()].concat());
        }
        let head = [[20, 0], flags.to_le_bytes(), method.to_le_bytes(), [0, 0], [0, 0]].concat();
        let lengths =
            [entry.name.len(), extra.len()].map(|length| u16::try_from(length).unwrap().to_le_bytes()).concat();
        let known = if entry.descriptor.is_some() { vec![0; 12] } else { [&checksum[..], &sizes].concat() };
        out.extend([&b"PK\x03\x04"[..], &head, &known, &lengths, &entry.name, &extra, &packed].concat());
        if let Some((width, has_signature)) = entry.descriptor {
            out.extend(if has_signature { &b"PK\x07\x08"[..] } else { &[] });
            out.extend(checksum);
            for size in [packed_size, size] {
                out.extend(&size.to_le_bytes()[..width]);
            }
        }
        let central = [&b"PK\x01\x02\x14\0"[..], &head, &checksum, &sizes, &lengths, &[0; 14]].concat();
        directory.extend([&central, &entry.name, &extra].map(Vec::as_slice).concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let end = [directory.len(), out.len()].map(|number| u32::try_from(number).unwrap().to_le_bytes()).concat();
    let comment_length = u16::try_from(comment.len()).unwrap().to_le_bytes();
    let end = [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &end, &comment_length, comment].concat();
    [out, directory, end].concat()
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_with_comment(entries, b"")
}

/// The file in an archive that comes in pieces.
fn unpack(archive: &[u8], file: Option<&str>, piece: usize) -> Result<Vec<u8>, CsvError> {
    let compression = detect(archive.get(..MAGIC_BYTES).unwrap_or(archive))?.unwrap();
    let mut reader = ArchiveReader::new(compression, file.map(str::to_owned));
    let mut pieces = archive.chunks(piece.max(1));
    let mut out = Vec::new();
    loop {
        while let Some(bytes) = reader.next_bytes()? {
            out.extend(bytes);
        }
        if reader.is_over() {
            return Ok(out);
        }
        match pieces.next() {
            Some(piece) => reader.push(piece),
            None => reader.end(),
        }
    }
}

#[track_caller]
fn assert_content(archive: &[u8], file: Option<&str>, content: &[u8]) {
    for piece in [1, 7, 1000, usize::MAX] {
        assert!(unpack(archive, file, piece).unwrap() == content, "in pieces of {piece}");
    }
}

#[track_caller]
fn assert_error(archive: &[u8], file: Option<&str>, error: &ArchiveError) {
    for piece in [1, usize::MAX] {
        match unpack(archive, file, piece) {
            Err(CsvError::Archive { error: found, .. }) => assert_eq!(&found, error),
            other => panic!("{:?} and not {error:?}", other.map(|content| content.len())),
        }
    }
}

const CSV: &[u8] = "Телефон;Текст\n79990000001;Привет\n".as_bytes();

#[test]
fn gzip_members_padding_and_header_fields() {
    let two = [gzip(b"a;b\n"), gzip(b"1;2\n")].concat();
    assert_content(&two, None, b"a;b\n1;2\n");
    assert_content(&[gzip(CSV), vec![0; 700]].concat(), None, CSV);
    assert_content(&[gzip(b""), gzip(CSV), vec![0; 3], gzip(b"1;2\n")].concat(), None, &[CSV, b"1;2\n"].concat());
    assert_content(&gzip(b""), None, b"");
    let long = b"79990000001;text\n".repeat(20_000);
    assert_content(&[gzip(&long), gzip(&long)].concat(), None, &long.repeat(2));
    let plain = gzip(CSV);
    let mut head = plain[..10].to_vec();
    head[3] = 2 | 4 | 8 | 16;
    head.extend([3, 0, 1, 0, 2]);
    head.extend(b"name.csv\0comment\0\x01\x02");
    assert_content(&[&head, &plain[10..]].concat(), None, CSV);
}

#[test]
fn broken_gzip() {
    let whole = gzip(CSV);
    for length in 10..whole.len() {
        assert_error(&whole[..length], None, &ArchiveError::CutOff);
    }
    for at in [whole.len() - 1, whole.len() - 8] {
        let mut broken = whole.clone();
        broken[at] ^= 1;
        assert_error(&broken, None, &ArchiveError::Damaged("its checksum is wrong"));
    }
    assert_error(&[whole.as_slice(), b"more"].concat(), None, &ArchiveError::Damaged("other data follows it"));
    assert_error(&[whole.as_slice(), &whole[..20]].concat(), None, &ArchiveError::CutOff);
}

#[test]
fn zip_with_one_file() {
    let long = b"79990000001;text\n".repeat(20_000);
    for data in [b"".as_slice(), CSV, &long] {
        for is_stored in [false, true] {
            for is_zip64 in [false, true] {
                for descriptor in [None, Some((4, true)), Some((8, true)), Some((4, false)), Some((8, false))] {
                    if is_stored && matches!(descriptor, Some((_, false))) {
                        continue;
                    }
                    let archive = zip(&[Entry { is_stored, descriptor, is_zip64, ..entry("a.csv", data) }]);
                    for piece in [9, usize::MAX] {
                        let found = unpack(&archive, None, piece);
                        assert!(
                            found.as_deref() == Ok(data),
                            "{is_stored} {is_zip64} {descriptor:?} by {piece}: {found:?}"
                        );
                    }
                }
            }
        }
    }
    // Stored data with the signatures of all records.
    let tricky = b"PK\x07\x08PK\x01\x02PK\x03\x04PK\x05\x06".repeat(9);
    let descriptor = Some((4, true));
    assert_content(&zip(&[Entry { is_stored: true, descriptor, ..entry("a", &tricky) }]), None, &tricky);
}

#[test]
fn zip_with_folders_additions_and_comments() {
    let entries = [
        Entry { is_stored: true, ..entry("отчёты/", b"") },
        entry("__MACOSX/._a.csv", b"resource"),
        entry(".DS_Store", b"finder"),
        entry("отчёты/a.csv", CSV),
        entry("__MACOSX/отчёты/._a.csv", b"resource"),
    ];
    assert_content(&zip(&entries), None, CSV);
    assert_content(&zip_with_comment(&entries, b"x PK\x05\x06 PK\x05\x06\0\0\0\0\x01\0\x01\0aaaabbbb\0\0"), None, CSV);
    assert_content(&[b"PK\x07\x08", zip(&entries).as_slice()].concat(), None, CSV);
}

#[test]
fn zip_with_several_files() {
    let entries = [
        entry("november.csv", b"a;b\n"),
        entry("2026/december.csv", CSV),
        Entry { is_stored: true, ..entry("readme.txt", b"hi") },
    ];
    let archive = zip(&entries);
    let files: Vec<String> = ["november.csv", "2026/december.csv", "readme.txt"].map(str::to_owned).into();
    assert_error(&archive, None, &ArchiveError::SeveralFiles(files.clone()));
    assert_content(&archive, Some("2026/december.csv"), CSV);
    assert_content(&archive, Some("december.csv"), CSV);
    assert_content(&archive, Some("november.csv"), b"a;b\n");
    assert_content(&archive, Some("readme.txt"), b"hi");
    assert_error(&archive, Some("x.csv"), &ArchiveError::NoSuchFile { file: "x.csv".into(), files });
    let message = unpack(&archive, None, 9).unwrap_err().to_string();
    let expected = "the file is a zip archive that holds more than one file: november.csv, 2026/december.csv, readme.txt. \
                    Choose one with the option `file`";
    assert_eq!(message, expected);
    let error = crate::client::error::Error::from(unpack(&archive, Some("x"), 9).unwrap_err());
    assert_eq!(error.code, crate::client::error::ErrorCode::InvalidParameter);
    assert_eq!(error.parameter.as_deref(), Some("csv.file"));
    // A Cyrillic name as Windows writes it.
    let cyrillic = Entry { name: b"\x8D\xAE\xEF.csv".to_vec(), ..entry("", CSV) };
    assert_content(&zip(&[entry("a", b""), cyrillic]), Some("Ноя.csv"), CSV);
}

#[test]
fn archives_in_archives() {
    let inner = [gzip(CSV), zip(&[entry("a.csv", CSV)]), zip(&[Entry { is_stored: true, ..entry("a.csv", CSV) }])];
    for inner in &inner {
        assert_content(&gzip(inner), None, CSV);
        for is_stored in [false, true] {
            assert_content(&zip(&[Entry { is_stored, ..entry("inner", inner) }]), None, CSV);
            let descriptor = Some((4, true));
            assert_content(&zip(&[Entry { is_stored, descriptor, ..entry("inner", inner) }]), None, CSV);
        }
    }
    assert_content(&gzip(&gzip(&gzip(CSV))), None, CSV);
    assert_content(&gzip(&[gzip(CSV), gzip(b"1;2\n"), vec![0; 9]].concat()), None, &[CSV, b"1;2\n"].concat());
}

#[test]
fn zip_that_cannot_be_read() {
    let whole = zip(&[entry("a.csv", CSV)]);
    for length in 4..whole.len() {
        assert_error(&whole[..length], None, &ArchiveError::CutOff);
    }
    assert_error(&zip(&[Entry { flags: 1, ..entry("a.csv", CSV) }]), None, &ArchiveError::Encrypted);
    assert_error(&zip(&[Entry { method: Some(12), ..entry("a.csv", CSV) }]), None, &ArchiveError::Method(12));
    let wrong = ArchiveError::Damaged("its checksum or its size is wrong");
    for is_stored in [false, true] {
        assert_error(&zip(&[Entry { checksum: Some(5), is_stored, ..entry("a.csv", CSV) }]), None, &wrong);
    }
    assert_error(
        &zip(&[Entry { checksum: Some(5), descriptor: Some((4, true)), ..entry("a.csv", CSV) }]),
        None,
        &wrong,
    );
    assert_error(&zip(&[]), None, &ArchiveError::NoFile);
    assert_error(&zip(&[entry("a/", b"")]), None, &ArchiveError::NoFile);
    let workbook = zip(&[entry("[Content_Types].xml", b"<x/>"), entry("xl/workbook.xml", b"<x/>")]);
    let message = unpack(&workbook, None, 9).unwrap_err().to_string();
    assert!(message.contains("Excel workbook (.xlsx)"), "{message}");
    assert!(unpack(&zip(&[entry("a", &workbook)]), None, 9).unwrap_err().to_string().contains(".xlsx"));
}

#[test]
fn other_formats_are_named() {
    for (head, name) in [
        (&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], ".xls"),
        (b"7z\xBC\xAF\x27\x1C\0\x04", "7z"),
        (b"Rar!\x1A\x07\x01\0", "rar"),
        (b"Rar!\x1A\x07\0\xCF", "rar"),
        (b"BZh91AY&SY", "bzip2"),
    ] {
        let message = detect(head).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
        let inner = unpack(&gzip(&[head, &[0; 600]].concat()), None, 9).unwrap_err().to_string();
        assert!(inner.contains(name), "{name}: {inner}");
    }
    for text in [&b""[..], b"7z;a", b"BZh;b\n1;", b"Rar!;a", b"a;b\n"] {
        assert_eq!(detect(text), Ok(None));
    }
}

proptest! {
    #[test]
    fn any_bytes_end(
        mut data in proptest::collection::vec(any::<u8>(), 0..300), edits in proptest::collection::vec(
        (any::<prop::sample::Index>(), any::<u8>()), 0..9), piece in 1_usize..400, is_stored: bool, has_descriptor: bool,
    ) {
        for head in [&b"PK\x03\x04"[..], b"\x1F\x8B\x08\0"] {
            let _ = unpack(&[head, &data].concat(), None, piece);
        }
        let descriptor = has_descriptor.then_some((4, true));
        data = zip(&[Entry { is_stored, descriptor, ..entry("a", &gzip(&data)) }]);
        for (at, byte) in edits {
            let at = at.index(data.len() - 8) + 8;
            data[at] = byte;
        }
        prop_assert_eq!(unpack(&data, None, piece), unpack(&data, None, usize::MAX));
    }
}
