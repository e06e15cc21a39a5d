//! Cursors: where an iteration stands, as text that another process can continue from.
//!
//! `c<fingerprint>~<count>_<end>_<id>~<checksum>`: a fingerprint of the query, and for each stream of the iteration the number of its
//! items so far, the last day of its window and the id of its last item. The checksum finds a cursor that was cut off. A stream that has ended is `<count>` alone. If the next item is
//! known and the id of the last one does not lead to it, `_<id>_<timestamp>` of the next item follow. All characters are safe in a
//! URL.

use crate::{
    api::values::Id,
    client::error::{Error, ErrorCode, Result},
    protocol::{day::Day, form::Hash},
};

/// Where an iteration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The query that it belongs to: a hash of everything that selects items.
    pub fingerprint: u64,
    /// Where each stream of the query stands.
    pub streams: Vec<StreamCursor>,
}

/// Where one stream of an iteration stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamCursor {
    /// The number of its items so far.
    pub count: u64,
    /// Where it continues; `None` once it has ended.
    pub resume_point: Option<ResumePoint>,
    /// Its next item, if items that came later could be before it: they are skipped.
    pub next_item: Option<NextItem>,
}

/// The item with which a stream continues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextItem {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Its time, in Unix seconds, if it has one.
    pub timestamp: Option<i64>,
}

/// Where a stream continues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResumePoint {
    /// The last day of the window; `None` if the period has no start, or its windows have not begun.
    pub end: Option<Day>,
    /// Only items older than this id.
    pub id: Option<String>,
}

impl Cursor {
    /// The text of the cursor.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.fingerprint.to_string();
        for StreamCursor { count, resume_point, next_item } in &self.streams {
            text.push('~');
            text.push_str(&count.to_string());
            if let Some(ResumePoint { end, id }) = resume_point {
                text.push('_');
                text.push_str(&end.map(Day::text).unwrap_or_default());
                text.push('_');
                text.push_str(id.as_deref().unwrap_or_default());
                if let Some(NextItem { id, timestamp }) = next_item {
                    text.push('_');
                    text.push_str(id.as_deref().unwrap_or_default());
                    text.push('_');
                    text.push_str(&timestamp.map(|timestamp| timestamp.to_string()).unwrap_or_default());
                }
            }
        }
        seal(&text)
    }

    /// Parses the text of a cursor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sealed, sum) = text.strip_prefix('c')?.rsplit_once('~')?;
        if parse_count(sum)? != checksum(sealed) {
            return None;
        }
        let (fingerprint, streams) = sealed.split_once('~')?;
        let streams = streams.split('~').map(StreamCursor::parse).collect::<Option<_>>()?;
        Some(Self { fingerprint: parse_count(fingerprint)?, streams })
    }

    /// Checks that the cursor belongs to a query of that fingerprint and number of streams, and that anything follows it: an
    /// iteration that has ended has no cursor.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the cursor.
    pub fn check(&self, fingerprint: u64, stream_count: usize) -> Result<()> {
        if self.fingerprint != fingerprint || self.streams.len() != stream_count {
            return Err(invalid_cursor("`cursor` belongs to another query. Pass it with the query that it came from"));
        }
        if self.streams.iter().all(|stream| stream.resume_point.is_none()) {
            return Err(invalid_cursor("`cursor` is not a `nextCursor`: nothing follows it"));
        }
        Ok(())
    }
}

impl StreamCursor {
    fn parse(text: &str) -> Option<Self> {
        let Some((count, resume_point)) = text.split_once('_') else {
            return Some(Self { count: parse_count(text)?, ..Self::default() });
        };
        let (end, id) = resume_point.split_once('_')?;
        let end = optional(end, Day::parse)?;
        let (id, next_item) = match id.split_once('_') {
            None => (id, None),
            Some((id, next_item)) => {
                let (next_id, timestamp) = next_item.split_once('_')?;
                let (next_id, timestamp) = (optional(next_id, parse_id)?, optional(timestamp, parse_timestamp)?);
                (id, Some(NextItem { id: next_id, timestamp }))
            }
        };
        let resume_point = Some(ResumePoint { end, id: optional(id, parse_id)? });
        Some(Self { count: parse_count(count)?, resume_point, next_item })
    }
}

/// The text of a cursor, which is no id, with its checksum.
pub(crate) fn seal(text: &str) -> String {
    format!("c{text}~{}", checksum(text))
}

fn checksum(text: &str) -> u64 {
    let mut hash = Hash::default();
    hash.add(text);
    hash.0 & 0xFFFF_FFFF
}

/// A value that may be absent: `Some(None)` if the text is empty, `None` if it is invalid.
#[expect(clippy::option_option, reason = "the outer option is that of every parser here")]
fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { parse(text).map(Some) }
}

fn parse_id(text: &str) -> Option<String> {
    Id::is_valid(text).then(|| text.to_owned())
}

/// A time as [`Cursor::text`] writes it.
fn parse_timestamp(text: &str) -> Option<i64> {
    text.parse().ok().filter(|timestamp: &i64| timestamp.to_string() == text)
}

/// A number as [`Cursor::text`] writes it: digits without a sign.
fn parse_count(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|_| !digits.starts_with('+'))
}

/// The error of a cursor that cannot be used.
#[must_use]
pub fn invalid_cursor(message: &str) -> Error {
    Error::new(ErrorCode::InvalidParameter, message).parameter("cursor")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stream(count: u64, end: Option<&str>, id: Option<&str>) -> StreamCursor {
        let resume_point = ResumePoint { end: end.and_then(Day::parse), id: id.map(Into::into) };
        StreamCursor { count, resume_point: Some(resume_point), next_item: None }
    }

    #[test]
    fn has_a_text_for_every_state_of_a_stream() {
        let streams = vec![
            stream(7, Some("2026-11-22"), Some("42")),
            stream(0, None, Some("42")),
            stream(3, Some("2026-05-01"), None),
            StreamCursor { count: 5, ..StreamCursor::default() },
            StreamCursor {
                next_item: Some(NextItem { id: Some("8".into()), timestamp: Some(-90) }),
                ..stream(0, None, None)
            },
            StreamCursor { next_item: Some(NextItem::default()), ..stream(1, None, Some("7")) },
        ];
        let cursor = Cursor { fingerprint: 9, streams };
        assert_eq!(cursor.text(), seal("9~7_22.11.2026_42~0__42~3_01.05.2026_~5~0___8_-90~1__7__"));
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
    }

    #[test]
    fn rejects_other_texts() {
        for text in [
            "",
            "~",
            "42",
            "9~",
            "9~1_",
            "9~_",
            "9~x",
            "9~+1",
            "+9~1",
            "x~1__5",
            "9~1__x",
            "9~1_5",
            "9~1__-5",
            "9~1_2026_5",
            "9~1_31.02.2026_5",
            "9~1__5~",
            "9~1__5_6",
            "9~1__5_x_6",
            "9~1__5_6_7_8",
            "9~1__5_6_+7",
            "9~1__5_6_x",
            "/5/3",
            "22.11.2026/5/3",
            "9~99999999999999999999__5",
            "9~1__1234567890123456789012345678901",
        ] {
            for text in [text, &seal(text)] {
                assert_eq!(Cursor::parse(text), None, "{text}");
            }
        }
    }

    #[test]
    fn rejects_a_text_that_was_cut_off() {
        let text = Cursor {
            fingerprint: 9,
            streams: vec![stream(7, Some("2026-11-22"), Some("4217")), stream(1, None, None)],
        }
        .text();
        for length in 0..text.len() {
            assert_eq!(Cursor::parse(&text[..length]), None, "{length}");
            assert!(!Id::is_valid(&text[..length]), "{length}");
        }
    }

    #[test]
    fn belongs_to_one_query() {
        let cursor = Cursor { fingerprint: 9, streams: vec![stream(1, None, None)] };
        cursor.check(9, 1).unwrap();
        let ended = Cursor { fingerprint: 9, streams: vec![StreamCursor::default()] };
        for (cursor, fingerprint, streams) in [(&cursor, 8, 1), (&cursor, 9, 2), (&ended, 9, 1)] {
            let error = cursor.check(fingerprint, streams).unwrap_err();
            assert_eq!((error.code, error.parameter.as_deref()), (ErrorCode::InvalidParameter, Some("cursor")));
        }
    }

    proptest! {
        #[test]
        fn a_cursor_is_parsed_from_its_text(
            fingerprint: u64,
            streams in proptest::collection::vec(
                (any::<u64>(), proptest::option::of((
                    proptest::option::of(0i64..20_000),
                    proptest::option::of("[0-9]{1,30}"),
                    proptest::option::of((proptest::option::of("[0-9]{1,30}"), any::<Option<i64>>())),
                ))),
                1..4,
            ),
        ) {
            let streams = streams.into_iter().map(|(count, resume_point)| {
                let Some((day, id, next_item)) = resume_point else {
                    return StreamCursor { count, ..StreamCursor::default() };
                };
                let end = day.and_then(|day| Day::at_instant(day * 86_400_000));
                let next_item = next_item.map(|(id, timestamp)| NextItem { id, timestamp });
                StreamCursor { count, resume_point: Some(ResumePoint { end, id }), next_item }
            });
            let cursor = Cursor { fingerprint, streams: streams.collect() };
            let text = cursor.text();
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)));
            prop_assert_eq!(Cursor::parse(&text), Some(cursor));
        }

        #[test]
        fn any_text_is_parsed_or_rejected(text in "[0-9_.~+x-]{0,40}") {
            if let Some(cursor) = Cursor::parse(&text) {
                prop_assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
            }
        }
    }
}
