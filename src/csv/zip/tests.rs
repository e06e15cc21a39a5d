use proptest::prelude::*;

use super::*;

/// The properties of an archive to write.
#[expect(clippy::struct_excessive_bools, reason = "they are independent")]
#[derive(Clone, Debug, Default)]
struct Archive {
    files: Vec<Vec<u8>>,
    is_stored: bool,
    has_descriptor: bool,
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
        Self { files: vec![data.to_vec()], ..Self::default() }
    }

    fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut directory = Vec::new();
        let method = self.method.unwrap_or(if self.is_stored { 0 } else { 8 });
        for data in &self.files {
            let offset = u32::try_from(out.len()).unwrap();
            let packed = u32::try_from(data.len()).unwrap();
            let length = length_of(data);
            let name = "отчёт.csv".as_bytes();
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
                out.extend([&0x0807_4B50_u32.to_le_bytes()[..], &sizes].concat());
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
    let mut reader = ZipReader::default();
    let mut pieces = archive.chunks(piece.max(1));
    let (mut held, mut out, mut needed) = (Vec::new(), Vec::new(), 0);
    loop {
        while held.len() < needed
            && let Some(piece) = pieces.next()
        {
            held.extend_from_slice(piece);
        }
        let step = reader.step(&held, held.len() < needed)?;
        held.drain(..step.skip);
        out.extend(step.emit);
        out.extend(held.drain(..step.pass));
        needed = step.needed;
        if step.is_done {
            return Ok(out);
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
    for length in [0, 1, 500, TAIL_BYTES - 1, TAIL_BYTES, TAIL_BYTES + 1, 3 * TAIL_BYTES] {
        let data: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
        for (is_zip64, has_descriptor) in [(false, false), (false, true), (true, false), (true, true)] {
            let archive = Archive { has_descriptor, is_zip64, comment: vec![b'c'; 9], ..Archive::one(&data) }.write();
            for piece in [1000, 70_000, usize::MAX] {
                assert_eq!(repackage(&archive, piece), Ok(gzip(&data)), "{length} bytes in pieces of {piece}");
            }
        }
    }
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
    let several = Archive { files: vec![data.to_vec(), data.to_vec()], ..Archive::default() };
    let zip64 = Archive { is_zip64: true, ..several.clone() };
    let encrypted = Archive { is_encrypted: true, ..Archive::one(data) };
    let method = Archive { method: Some(12), ..Archive::one(data) };
    for (archive, error) in [
        (several.write(), ZipError::SeveralFiles),
        (zip64.write(), ZipError::SeveralFiles),
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
    let packed = damaged.len() - END_RECORD_BYTES - 6 - "отчёт.csv".len() - 46 + 20;
    damaged[packed + 2] = 1;
    assert_eq!(repackage(&damaged, 7), Err(ZipError::Damaged));
    let message = super::super::error::CsvError::from(ZipError::Method(12)).to_string();
    assert_eq!(message, "the file is a zip archive that uses compression method 12, which is not supported");
}

proptest! {
    #[test]
    fn pieces_do_not_matter(
        data in proptest::collection::vec(any::<u8>(), 0..300), is_stored: bool, is_zip64: bool, has_descriptor: bool,
        comment in proptest::collection::vec(any::<u8>(), 0..30), piece in 1_usize..400,
    ) {
        let archive = Archive { is_stored, has_descriptor, is_zip64, comment, ..Archive::one(&data) }.write();
        prop_assert_eq!(repackage(&archive, piece), repackage(&archive, usize::MAX));
    }

    #[test]
    fn any_bytes_end(mut data in proptest::collection::vec(any::<u8>(), 0..300), edits in proptest::collection::vec(
        (any::<prop::sample::Index>(), any::<u8>()), 0..9), piece in 1_usize..400, is_zip64: bool) {
        let _ = repackage(&data, piece);
        data = Archive { is_zip64, ..Archive::one(&data) }.write();
        for (at, byte) in edits {
            let at = at.index(data.len());
            data[at] = byte;
        }
        prop_assert_eq!(repackage(&data, piece), repackage(&data, usize::MAX));
    }
}
