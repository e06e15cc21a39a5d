//! fmt=2: XML, parsed by quick-xml. Document types are skipped, and only XML's own entities are resolved: any other reference
//! stays as it is written.

use quick_xml::{
    Reader,
    escape::{resolve_xml_entity, unescape},
    events::{BytesRef, BytesStart, Event},
};

use super::{List, malformed};
use crate::{
    client::error::Result,
    protocol::{
        api_error::ApiError,
        json::{Object, Value, field},
    },
};

/// Deeper nesting than this is rejected, as in JSON: a response of the service has four levels.
const MAX_DEPTH: usize = 128;

/// The maximum length of an element's name in an error message, in characters.
const MAX_SHOWN_NAME_LENGTH: usize = 40;

const NOT_XML: &str = "is not XML";

/// What a document of the service is.
pub enum Document {
    /// `<list>…</list>`
    List(Vec<Object>),
    /// `<result><error>text</error><error_code>N</error_code></result>`
    Error(ApiError),
}

impl List {
    /// The name of an item's element.
    fn item_name(self) -> &'static str {
        match self {
            Self::History => "sms",
            Self::Senders(_) => "sender",
            Self::Tasks => "task",
        }
    }
}

/// Decodes a list, or an error that [`ApiError::find`] does not find because the document has comments, attributes or CDATA.
pub fn decode(list: List, text: &str) -> Result<Document> {
    let root = parse(list, text)?;
    if root.name == "list" {
        let items = root.children.into_iter().map(|item| item.into_item(list));
        return Ok(Document::List(items.collect()));
    }
    let fields = root.into_fields();
    let Some(n) = field(&fields, "error_code").and_then(Value::as_integer) else {
        return Err(malformed("is neither a list nor an error", text));
    };
    let text = field(&fields, "error").and_then(Value::as_text).unwrap_or_default().into();
    Ok(Document::Error(ApiError { n, text }))
}

fn parse(list: List, text: &str) -> Result<Element> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut tree = Tree { list, open: Vec::new(), root: None };
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let error = |message: &str| {
            // The excerpt starts at the error.
            let rest = text.get(offset..).filter(|rest| !rest.is_empty()).unwrap_or(text);
            malformed(&format!("{message} (at byte {offset})"), rest)
        };
        match reader.read_event() {
            Ok(Event::Eof) => {
                return tree.root.filter(|_| tree.open.is_empty()).ok_or_else(|| error("is XML that is cut off"));
            }
            Ok(event) => tree.add(event).map_err(|message| error(&message))?,
            Err(_) => return Err(error(NOT_XML)),
        }
    }
}

/// The elements of a document while it is parsed.
struct Tree {
    list: List,
    /// The elements that are not closed yet, the innermost last.
    open: Vec<Element>,
    /// The element of the document, once it is closed.
    root: Option<Element>,
}

impl Tree {
    /// Adds an event, or returns what is wrong with it.
    fn add(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.open(&tag)?,
            Event::Empty(tag) => {
                self.open(&tag)?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.add_text(&text)?,
            Event::CData(text) => self.add_text(&text)?,
            Event::GeneralRef(reference) => self.add_text(&resolve(&reference))?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let name = tag.name();
        let name = name.as_ref();
        let is_expected = match self.open.as_slice() {
            [] => self.root.is_none() && matches!(name, "list" | "result"),
            [root] => root.name == "result" || name == self.list.item_name(),
            open => open.len() < MAX_DEPTH,
        };
        if !is_expected {
            let name: String = name.chars().take(MAX_SHOWN_NAME_LENGTH).collect();
            return Err(format!("has an unexpected element <{name}>"));
        }
        self.open.push(Element::new(tag).ok_or(NOT_XML)?);
        Ok(())
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    /// Adds a text to the innermost element. Outside the root, only whitespace is allowed.
    fn add_text(&mut self, text: &str) -> Result<(), String> {
        let is_blank = text.trim_ascii().is_empty();
        match self.open.last_mut() {
            // The whitespace between elements is not text.
            Some(element) if is_blank && !element.children.is_empty() => {}
            Some(element) => element.text.push_str(text),
            None if is_blank => {}
            None => return Err(NOT_XML.into()),
        }
        Ok(())
    }
}

/// The character of a reference. An unknown one stays as it is written.
fn resolve(reference: &BytesRef<'_>) -> String {
    match (reference.resolve_char_ref(), resolve_xml_entity(reference)) {
        (Ok(Some(c)), _) => c.into(),
        (_, Some(text)) => text.into(),
        _ => format!("&{};", &**reference),
    }
}

struct Element {
    name: String,
    attributes: Object,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// The element of a tag, if its attributes are well-formed.
    fn new(tag: &BytesStart<'_>) -> Option<Self> {
        let mut attributes = Object::new();
        // Duplicates are not searched for: that takes a time that is quadratic in the number of attributes.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            // A value with an unknown reference, or a bare `&`, was not escaped.
            let value = unescape(&attribute.value).map_or_else(|_| attribute.value.as_ref().into(), Into::into);
            attributes.push((attribute.key.as_ref().into(), Value::Text(value)));
        }
        Some(Self { name: tag.name().as_ref().into(), attributes, children: Vec::new(), text: String::new() })
    }

    /// An item of a list with the keys that it has in JSON.
    fn into_item(self, list: List) -> Object {
        match list {
            List::Senders(_) => self.into_sender(),
            List::History | List::Tasks => self.into_fields(),
        }
    }

    /// A sender name is the text of its element. Each `<files>` is a file.
    fn into_sender(self) -> Object {
        let mut fields: Object = vec![("sender".into(), Value::Text(trim_indentation(&self.text).into()))];
        fields.extend(self.attributes);
        let mut files: Option<Vec<Value>> = None;
        for child in self.children {
            if child.name != "files" {
                child.add_to(&mut fields);
                continue;
            }
            let files = files.get_or_insert_default();
            if !child.is_blank() {
                files.push(Value::Object(child.into_fields()));
            }
        }
        fields.extend(files.map(|files| ("files".into(), Value::Array(files))));
        fields
    }

    fn is_blank(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty() && self.text.trim_ascii().is_empty()
    }

    /// The attributes, the children and the text, in this order.
    fn into_fields(self) -> Object {
        let mut fields = self.attributes;
        for child in self.children {
            child.add_to(&mut fields);
        }
        if !self.text.trim_ascii().is_empty() {
            fields.push(("#text".into(), Value::Text(self.text)));
        }
        fields
    }

    /// Adds the element as a field: an object if it has children, else a text, with its attributes beside it.
    fn add_to(self, fields: &mut Object) {
        if !self.children.is_empty() {
            fields.push((self.name.clone(), Value::Object(self.into_fields())));
            return;
        }
        let attributes = self.attributes.into_iter().map(|(key, value)| (format!("{}.{key}", self.name), value));
        fields.extend(attributes);
        fields.push((self.name, Value::Text(self.text)));
    }
}

/// The text without the whitespace at its ends, where that contains a line break: it is indentation and not part of a name.
fn trim_indentation(text: &str) -> &str {
    let trimmed = text.trim_ascii_start();
    let text = match text.strip_suffix(trimmed) {
        Some(space) if space.contains('\n') => trimmed,
        _ => text,
    };
    let trimmed = text.trim_ascii_end();
    match text.strip_prefix(trimmed) {
        Some(space) if space.contains('\n') => trimmed,
        _ => text,
    }
}
