use proptest::prelude::*;

use super::*;

/// The properties of an archive to write.
#[expect(clippy::struct_excessive_bools, reason = "they are independent")]
#[derive(Clone, Debug, Default)]
struct Archive {
    files: Vec<(String, Vec<u8>)>,
    is_stored: bool,
    has_descriptor: bool,
    has_signature: bool,
    is_zip64: bool,
    is_encrypted: bool,
    method: Option<u16>,
    comment: Vec<u8>,
}

const CHECKSUM: u32 = 0x1234_5678;

/// The content's length, as the archive says.
fn length_of(data: &[u8]) -> u32 {
    u32::try_from(data.len() * 3).unwrap()
}

impl Archive {
    fn one(data: &[u8]) -> Self {
        Self::of(&[("отчёт.csv", data)])
    }

    fn of(files: &[(&str, &[u8])]) -> Self {
        let files = files.iter().map(|(name, data)| ((*name).to_owned(), data.to_vec())).collect();
        Self { files, ..Self::default() }
    }

    fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut directory = Vec::new();
        let method = self.method.unwrap_or(if self.is_stored { 0 } else { 8 });
        for (name, data) in &self.files {
            let offset = u32::try_from(out.len()).unwrap();
            let packed = u32::try_from(data.len()).unwrap();
            let length = length_of(data);
            let name = name.as_bytes();
            let flags = u16::from(self.is_encrypted) | if self.has_descriptor { 8 } else { 0 };
            let mut head = [20_u16, flags, method].map(u16::to_le_bytes).concat();
            head.extend([0; 4]);
            let sizes = if self.is_zip64 { [CHECKSUM, u32::MAX, u32::MAX] } else { [CHECKSUM, packed, length] };
            let sizes = sizes.map(u32::to_le_bytes).concat();
            let mut extra = vec![0x99, 0x99, 2, 0, 7, 7];
            if self.is_zip64 {
                extra.extend([1, 0, 16, 0]);
                extra.extend(u64::from(length).to_le_bytes());
                extra.extend(u64::from(packed).to_le_bytes());
            }
            let lengths = [name.len(), extra.len()].map(|length| u16::try_from(length).unwrap().to_le_bytes()).concat();
            out.extend(0x0403_4B50_u32.to_le_bytes());
            out.extend(&head);
            out.extend(if self.has_descriptor { vec![0; 12] } else { sizes.clone() });
            out.extend([&lengths, name, &extra, data].concat());
            if self.has_descriptor {
                out.extend(if self.has_signature { 0x0807_4B50_u32.to_le_bytes().to_vec() } else { Vec::new() });
                out.extend(CHECKSUM.to_le_bytes());
                for size in [packed, length] {
                    let bytes = u64::from(size).to_le_bytes();
                    out.extend(bytes.get(..if self.is_zip64 { 8 } else { 4 }).unwrap());
                }
            }
            directory.extend(0x0201_4B50_u32.to_le_bytes());
            directory.extend([20, 0]);
            directory.extend([&head, &sizes, &lengths].map(Vec::as_slice).concat());
            directory.extend([0; 10]);
            directory.extend(offset.to_le_bytes());
            directory.extend([name, &extra].concat());
        }
        let (start, size, count) = (out.len(), directory.len(), self.files.len());
        out.extend(directory);
        if self.is_zip64 {
            let record = out.len() as u64;
            out.extend([&0x0606_4B50_u32.to_le_bytes()[..], &44_u64.to_le_bytes(), &[45, 0, 45, 0], &[0; 8]].concat());
            for number in [count, count, size, start] {
                out.extend((number as u64).to_le_bytes());
            }
            out.extend([&0x0706_4B50_u32.to_le_bytes()[..], &[0; 4], &record.to_le_bytes(), &[1, 0, 0, 0]].concat());
        }
        out.extend(0x0605_4B50_u32.to_le_bytes());
        out.extend([0; 4]);
        let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
        out.extend(if self.is_zip64 { [[0xFF; 2]; 2] } else { [short(count); 2] }.concat());
        let place = if self.is_zip64 { [usize::MAX; 2] } else { [size, start] };
        out.extend(place.map(|number| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()).concat());
        out.extend(short(self.comment.len()));
        out.extend(&self.comment);
        out
    }
}

/// The repackaged file, from an archive that comes in pieces.
fn repackage(archive: &[u8], piece: usize) -> Result<Vec<u8>, ZipError> {
    repackage_file(archive, piece, None)
}

/// The same with a wanted file.
fn repackage_file(archive: &[u8], piece: usize, file: Option<&str>) -> Result<Vec<u8>, ZipError> {
    run(archive, piece, file).map(|(out, _)| out)
}

/// The file's data, without the blocks around stored data: their lengths depend on the pieces.
fn data_of(archive: &[u8], piece: usize) -> Result<Vec<u8>, ZipError> {
    run(archive, piece, None).map(|(_, data)| data)
}

fn run(archive: &[u8], piece: usize, file: Option<&str>) -> Result<(Vec<u8>, Vec<u8>), ZipError> {
    let mut reader = ZipReader::new(file.map(ToOwned::to_owned));
    let mut pieces = archive.chunks(piece.max(1));
    let (mut held, mut out, mut data, mut needed) = (Vec::new(), Vec::new(), Vec::new(), 0);
    loop {
        while held.len() < needed
            && let Some(piece) = pieces.next()
        {
            held.extend_from_slice(piece);
        }
        let step = reader.step(&held, held.len() < needed)?;
        held.drain(..step.skip);
        out.extend(step.emit);
        let passed: Vec<u8> = held.drain(..step.pass).collect();
        data.extend_from_slice(&passed);
        out.extend(passed);
        needed = step.needed;
        if step.is_done {
            return Ok((out, data));
        }
    }
}

fn trailer(data: &[u8]) -> Vec<u8> {
    [CHECKSUM, length_of(data)].map(u32::to_le_bytes).concat()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    [&GZIP_HEADER, data, &trailer(data)].concat()
}

#[test]
fn compressed_data_is_passed_on_unchanged() {
    for length in [0, 1, 27, 28, 29, 500, 66_000, 200_000] {
        let data: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
        for (is_zip64, has_descriptor, has_signature) in [
            (false, false, false),
            (false, true, false),
            (false, true, true),
            (true, false, false),
            (true, true, false),
            (true, true, true),
        ] {
            let comment = b"a PK\x05\x06 comment of more than one record".to_vec();
            let archive = Archive { has_descriptor, has_signature, is_zip64, comment, ..Archive::one(&data) }.write();
            for piece in [1000, 70_000, usize::MAX] {
                assert_eq!(repackage(&archive, piece), Ok(gzip(&data)), "{length} bytes in pieces of {piece}");
            }
        }
    }
}

#[test]
fn records_inside_the_data_are_data() {
    let inner = Archive { has_descriptor: true, has_signature: true, ..Archive::one(b"inner") }.write();
    for has_descriptor in [false, true] {
        let archive = Archive { has_descriptor, has_signature: true, ..Archive::one(&inner) }.write();
        for piece in [1, 100, usize::MAX] {
            assert_eq!(repackage(&archive, piece), Ok(gzip(&inner)));
        }
    }
}

#[test]
fn folders_and_metadata_are_skipped() {
    let files: [(&str, &[u8]); 5] =
        [("a/", b""), ("__MACOSX/a/._b.csv", b"x"), ("a/b.csv", b"data"), ("a/.DS_Store", b"y"), ("__MACOSX/", b"")];
    for has_descriptor in [false, true] {
        let archive = Archive { has_descriptor, ..Archive::of(&files) }.write();
        assert_eq!(repackage(&archive, 3), Ok(gzip(b"data")));
        assert_eq!(repackage_file(&archive, 3, Some("a/b.csv")), Ok(gzip(b"data")));
    }
}

#[test]
fn one_of_several_files_is_selected_by_its_path() {
    let files: [(&str, &[u8]); 3] = [("a.csv", b"first"), ("b/c.csv", b"second"), ("d.zip", b"third")];
    for (has_descriptor, has_signature) in [(false, false), (true, false), (true, true)] {
        let archive = Archive { has_descriptor, has_signature, ..Archive::of(&files) }.write();
        for piece in [1, 50, usize::MAX] {
            let read = |file| repackage_file(&archive, piece, file);
            assert_eq!(read(Some("a.csv")), Ok(gzip(b"first")));
            assert_eq!(read(Some("b/c.csv")), Ok(gzip(b"second")));
            assert_eq!(read(Some("d.zip/inner.csv")), Ok(gzip(b"third")));
            let names = "\"a.csv\", \"b/c.csv\", \"d.zip\"";
            let message = read(None).unwrap_err().to_string();
            assert_eq!(message, format!("holds several files: {names}. Select one with `file`"));
            for missing in ["c.csv", "a.csvx", "b", ""] {
                let message = read(Some(missing)).unwrap_err().to_string();
                assert_eq!(message, format!("does not hold \"{missing}\", but {names}"));
            }
        }
    }
    let mut reader = ZipReader::new(Some("d.zip/inner.csv".into()));
    let archive = Archive::of(&files[2..]).write();
    assert!(reader.step(&archive, true).is_ok());
    assert_eq!(reader.inner_path(), Some("inner.csv"));
}

#[test]
fn stored_data_becomes_stored_blocks() {
    let data = vec![b'x'; 150_000];
    let archive = Archive { is_stored: true, ..Archive::one(&data) }.write();
    let out = repackage(&archive, 10_000).unwrap();
    let (mut rest, mut content) = (&out[GZIP_HEADER.len()..], Vec::new());
    loop {
        let [is_last, low, high, not_low, not_high, ..] = *rest else { panic!("no block") };
        let length = u16::from_le_bytes([low, high]);
        assert_eq!(u16::from_le_bytes([not_low, not_high]), !length);
        let (block, behind) = rest[5..].split_at(length.into());
        content.extend_from_slice(block);
        rest = behind;
        if is_last == 1 {
            break;
        }
    }
    assert_eq!(content, data);
    assert_eq!(rest, trailer(&data));
}

#[test]
fn archives_that_cannot_be_read_say_why() {
    let data = b"some data";
    let of = |names: &[&str]| Archive::of(&names.iter().map(|name| (*name, &data[..])).collect::<Vec<_>>());
    let encrypted = Archive { is_encrypted: true, ..Archive::one(data) };
    let method = Archive { method: Some(12), ..Archive::one(data) };
    for (archive, error) in [
        (of(&[]).write(), ZipError::Empty),
        (of(&["a/", "__MACOSX/a"]).write(), ZipError::Empty),
        (of(&["xl/worksheets/sheet1.xml"]).write(), ZipError::OfficeDocument),
        (of(&["[Content_Types].xml"]).write(), ZipError::OfficeDocument),
        (encrypted.write(), ZipError::Encrypted),
        (method.write(), ZipError::Method(12)),
    ] {
        assert_eq!(repackage(&archive, 7), Err(error));
    }
    let whole = Archive::one(data).write();
    for length in 0..whole.len() {
        assert_eq!(repackage(&whole[..length], 7), Err(ZipError::CutOff), "{length} bytes");
    }
    let mut damaged = whole;
    damaged[18] -= 1;
    assert_eq!(repackage(&damaged, 7), Err(ZipError::Damaged));
    let message = super::super::error::CsvError::from(ZipError::Method(12)).to_string();
    assert_eq!(message, "the file is a zip archive that uses compression method 12, which is not supported");
}

proptest! {
    #[test]
    fn pieces_do_not_matter(
        data in proptest::collection::vec(any::<u8>(), 0..300), is_stored: bool, is_zip64: bool, has_descriptor: bool,
        has_signature: bool, comment in proptest::collection::vec(any::<u8>(), 0..30), piece in 1_usize..400,
    ) {
        let archive = Archive { is_stored, has_descriptor, has_signature, is_zip64, comment, ..Archive::one(&data) }.write();
        prop_assert_eq!(data_of(&archive, piece), Ok(data));
    }

    #[test]
    fn any_bytes_end(mut data in proptest::collection::vec(any::<u8>(), 0..300), edits in proptest::collection::vec(
        (any::<prop::sample::Index>(), any::<u8>()), 0..9), piece in 1_usize..400, is_zip64: bool) {
        let _ = data_of(&data, piece);
        data = Archive { is_zip64, ..Archive::one(&data) }.write();
        for (at, byte) in edits {
            let at = at.index(data.len());
            data[at] = byte;
        }
        prop_assert_eq!(data_of(&data, piece), data_of(&data, usize::MAX));
    }
}
