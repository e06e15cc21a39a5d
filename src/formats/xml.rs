//! fmt=2: XML, read by quick-xml. No document type is looked into, and no entity is known but those of XML itself: what is
//! none stays as it is written.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{List, unreadable};
use crate::{
    error::{Error, Result},
    json::{Object, Value, field},
    record::whole,
    reply::ApiError,
    text::{decimal, trim},
};

/// Deeper nesting than this is refused, as in JSON: a reply of the service has four levels.
const DEEPEST: usize = 128;

pub enum Reply {
    Records(Vec<Object>),
    /// `<result><error>…</error><error_code>N</error_code></result>`
    Error(ApiError),
}

/// An element that was read, or is being read.
struct Element {
    name: String,
    attributes: Object,
    children: Vec<Element>,
    text: String,
}

impl List {
    /// The element of a record.
    fn element(self) -> &'static str {
        match self {
            Self::History => "sms",
            Self::Senders(_) => "sender",
            Self::Tasks => "task",
        }
    }
}

pub fn read(list: List, text: &str) -> Result<Reply> {
    let root = tree(list, text)?;
    if root.name == "list" {
        return Ok(Reply::Records(root.children.into_iter().map(|record| record.into_record(list)).collect()));
    }
    let fields = root.into_fields();
    let text_of = |name| field(&fields, name).and_then(Value::as_text).unwrap_or_default();
    match field(&fields, "error_code").and_then(whole) {
        Some(n) => Ok(Reply::Error(ApiError { n, text: text_of("error").into() })),
        None => Err(unreadable(&["is neither a list nor an error"], text)),
    }
}

/// The document's one element with all that is in it.
fn tree(list: List, text: &str) -> Result<Element> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let wrong = |what: &[&str]| -> Error {
            let place = decimal(u64::try_from(at).unwrap_or_default());
            let what = [what, &[" (at byte ", &place, ")"]].concat();
            // What is shown begins where it is wrong.
            unreadable(&what, text.get(at..).filter(|rest| !rest.is_empty()).unwrap_or(text))
        };
        let Ok(event) = reader.read_event() else { return Err(wrong(&["is no XML"])) };
        let ended = matches!(event, Event::Empty(_) | Event::End(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name();
                let name = name.as_ref();
                let fits = match open.len() {
                    0 => root.is_none() && (name == "list" || name == "result"),
                    1 => name == list.element() || open.iter().any(|root| root.name == "result"),
                    depth => depth < DEEPEST,
                };
                if !fits {
                    return Err(wrong(&[
                        "has <",
                        &name.chars().take(40).collect::<String>(),
                        "> where it has no place",
                    ]));
                }
                let Some(element) = Element::begin(&tag) else { return Err(wrong(&["is no XML"])) };
                open.push(element);
            }
            Event::Text(piece) => add(&mut open, &piece).map_err(|()| wrong(&["is no XML"]))?,
            Event::CData(piece) => add(&mut open, &piece).map_err(|()| wrong(&["is no XML"]))?,
            Event::GeneralRef(name) => match entity(&name) {
                Some(c) => add(&mut open, c.encode_utf8(&mut [0; 4])),
                None => ["&", &name, ";"].into_iter().try_for_each(|piece| add(&mut open, piece)),
            }
            .map_err(|()| wrong(&["is no XML"]))?,
            Event::End(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => {
                return root.filter(|_| open.is_empty()).ok_or_else(|| wrong(&["is XML that breaks off"]));
            }
        }
        if let Some(element) = open.pop_if(|_| ended) {
            match open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => root = Some(element),
            }
        }
    }
}

/// Adds to the text of the innermost element. Outside of all there may be space only.
fn add(open: &mut [Element], piece: &str) -> core::result::Result<(), ()> {
    match open.last_mut() {
        // The space between elements is no text.
        Some(element) if !element.children.is_empty() && trim(piece).is_empty() => {}
        Some(element) => element.text.push_str(piece),
        None if trim(piece).is_empty() => {}
        None => return Err(()),
    }
    Ok(())
}

impl Element {
    /// An element as its tag begins it; nothing where its attributes are none.
    fn begin(tag: &BytesStart) -> Option<Self> {
        let mut attributes = Object::new();
        // That none is there twice is not checked: it would take a time that grows with the square of their number.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            attributes.push((attribute.key.as_ref().into(), Value::Text(unescaped(&attribute.value))));
        }
        Some(Self { name: tag.name().as_ref().into(), attributes, children: Vec::new(), text: String::new() })
    }

    /// A record with the keys that it has in JSON. The name of a sender is its element's text.
    fn into_record(self, list: List) -> Object {
        let mut fields = Object::new();
        if let List::Senders(_) = list {
            let Self { attributes, children, text, .. } = self;
            fields.push(("sender".into(), Value::Text(unpadded(&text).into())));
            fields.extend(attributes);
            let mut files: Option<Vec<Value>> = None;
            for child in children {
                if child.name == "files" {
                    let list = files.get_or_insert_default();
                    if !child.is_blank() {
                        list.push(Value::Object(child.into_fields()));
                    }
                } else {
                    child.add_to(&mut fields);
                }
            }
            fields.extend(files.map(|files| ("files".into(), Value::List(files))));
        } else {
            fields = self.into_fields();
        }
        fields
    }

    fn is_blank(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty() && trim(&self.text).is_empty()
    }

    /// All that an element holds.
    fn into_fields(self) -> Object {
        let mut fields = self.attributes;
        for child in self.children {
            child.add_to(&mut fields);
        }
        if !trim(&self.text).is_empty() {
            fields.push(("#text".into(), Value::Text(self.text)));
        }
        fields
    }

    /// Adds itself as a field: a text, or an object where there is more in it. Attributes stand beside a text.
    fn add_to(self, fields: &mut Object) {
        if !self.children.is_empty() {
            let name = self.name.clone();
            fields.push((name, Value::Object(self.into_fields())));
            return;
        }
        let attributes = self.attributes.into_iter().map(|(key, value)| ([&self.name, ".", &key].concat(), value));
        fields.extend(attributes);
        fields.push((self.name, Value::Text(self.text)));
    }
}

/// Without the line breaks, and the space at them, that set a text apart from the elements beside it.
fn unpadded(text: &str) -> &str {
    let rest = text.trim_ascii_start();
    let text = match text.strip_suffix(rest) {
        Some(space) if space.contains('\n') => rest,
        _ => text,
    };
    let rest = text.trim_ascii_end();
    match text.strip_prefix(rest) {
        Some(space) if space.contains('\n') => rest,
        _ => text,
    }
}

/// A text with the entities in it resolved.
fn unescaped(mut text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    while let Some((before, rest)) = text.split_once('&') {
        plain.push_str(before);
        let known = rest.split_once(';').and_then(|(name, behind)| Some((entity(name)?, behind)));
        let (c, behind) = known.unwrap_or(('&', rest));
        plain.push(c);
        text = behind;
    }
    plain.push_str(text);
    plain
}

fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, radix: u32| {
        let plain = (1..=8).contains(&digits.len()) && digits.bytes().all(|digit| char::from(digit).is_digit(radix));
        u32::from_str_radix(digits, radix).ok().filter(|_| plain).and_then(char::from_u32)
    };
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            digits.strip_prefix('x').map_or_else(|| number(digits, 10), |digits| number(digits, 16))
        }
    }
}
