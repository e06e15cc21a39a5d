//! Values from and to JavaScript.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Object, Reflect, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        input::{self, Handle, Input, Kind},
        lenient::is_rounded,
    },
    client::error::{Error, ErrorCode},
    protocol::json,
    web::host,
};

thread_local! {
    /// The values that [`Input::keep`] keeps while an input is read.
    static KEPT: RefCell<Vec<JsValue>> = const { RefCell::new(Vec::new()) };
    /// The value that a getter of the input threw.
    static THROWN: Cell<Option<JsValue>> = const { Cell::new(None) };
}

/// A failed call: the error, and its cause.
#[derive(Clone, Debug)]
pub struct Failed {
    pub error: Error,
    pub cause: JsValue,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, cause: JsValue::UNDEFINED }
    }
}

impl Failed {
    /// The same failure, naming the endpoint unless it names one.
    pub fn at(self, endpoint: &str) -> Self {
        Self { error: self.error.at(endpoint), cause: self.cause }
    }
}

impl From<Failed> for JsValue {
    fn from(Failed { error, cause }: Failed) -> Self {
        error_with_cause(&error, &cause)
    }
}

/// Reads a value that a user passed. `what` names it in errors. Values that only JavaScript can use are kept beside it.
pub fn read<T: DeserializeOwned>(value: &JsValue, code: ErrorCode, what: &str) -> Result<(T, Kept), Failed> {
    keeping(|| input::read(JsInput(value.clone()), code, what))
}

/// Reads a value whose fields are all optional. Most calls pass `undefined`, which has none.
pub fn read_optional<T: DeserializeOwned + Default>(
    value: &JsValue,
    code: ErrorCode,
    what: &str,
) -> Result<(T, Kept), Failed> {
    if value.is_undefined() { Ok((T::default(), Kept(Vec::new()))) } else { read(value, code, what) }
}

/// Reads options as [`input::read_options`] does.
pub fn read_options<T: DeserializeOwned>(
    value: &JsValue,
    code: ErrorCode,
    others: &Array,
) -> Result<(T, Kept), Failed> {
    let others = others.iter().filter_map(|name| name.as_string()).collect::<Vec<_>>();
    keeping(|| input::read_options(JsInput(value.clone()), code, &others))
}

/// What `read` reads, and the values that it keeps.
fn keeping<T>(read: impl FnOnce() -> Result<T, Error>) -> Result<(T, Kept), Failed> {
    // A getter can call the client, which reads its own values meanwhile.
    let outer = KEPT.take();
    let read = with_cause(read);
    let kept = Kept(KEPT.replace(outer));
    read.map(|read| (read, kept))
}

/// Reads an input. What a getter threw is the cause of the failure.
pub fn with_cause<T>(read: impl FnOnce() -> Result<T, Error>) -> Result<T, Failed> {
    THROWN.take();
    let result = read();
    let cause = THROWN.take().unwrap_or_default();
    result.map_err(|error| Failed { error, cause })
}

/// The result, unless reading threw.
fn caught<T>(result: Result<T, JsValue>) -> Option<T> {
    result.map_err(|thrown| THROWN.set(Some(thrown))).ok()
}

/// The values of an input that only JavaScript can use.
pub struct Kept(Vec<JsValue>);

impl Kept {
    /// The value with that handle.
    pub fn get(&self, Handle(index): Handle) -> JsValue {
        self.0.get(index as usize).cloned().unwrap_or_default()
    }
}

/// A JavaScript value as the input of a call.
pub struct JsInput(pub JsValue);

#[wasm_bindgen]
extern "C" {
    /// Throws for some proxies.
    #[wasm_bindgen(catch, js_namespace = Object, js_name = keys)]
    fn object_keys(object: &JsValue) -> Result<Array, JsValue>;

    /// `String(value)`
    #[wasm_bindgen(catch, js_name = String)]
    fn to_text(value: &JsValue) -> Result<String, JsValue>;
}

impl Input for JsInput {
    fn kind(&self) -> Kind<Self> {
        let value = &self.0;
        if value.is_undefined() {
            Kind::Undefined
        } else if value.is_null() {
            Kind::Null
        } else if let Some(text) = value.as_string() {
            Kind::Text(text)
        } else if let Some(number) = value.as_f64() {
            Kind::Number(number)
        } else if let Some(flag) = value.as_bool() {
            Kind::Bool(flag)
        } else if value.is_bigint() {
            Kind::BigInt(to_text(value).unwrap_or_default())
        } else if value.is_function() {
            Kind::Function
        } else if let Some(items) = host::items_of(value) {
            Kind::Array(items.iter().map(Self).collect())
        } else if let Some(ms) = host::time_of(value) {
            Kind::Date(ms)
        } else if value.is_object() {
            Kind::Object
        } else {
            Kind::Other("a symbol")
        }
    }

    /// Without a copy of a text.
    fn is_missing(&self) -> bool {
        self.0.is_undefined() || self.0.is_null()
    }

    fn keys(&self) -> Option<Vec<String>> {
        let keys = caught(object_keys(&self.0))?;
        Some(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    fn get(&self, name: &str) -> Option<Self> {
        caught(Reflect::get(&self.0, &name.into())).map(Self)
    }

    fn keep(self) -> u32 {
        KEPT.with_borrow_mut(|kept| {
            kept.push(self.0);
            u32::try_from(kept.len().saturating_sub(1)).unwrap_or_default()
        })
    }
}

/// A string, or an object that is one by its `toString`: a `URL`.
pub fn text_of(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| value.is_object().then(|| to_text(value).ok()).flatten())
}

/// A value of Rust as a JavaScript value: maps become objects.
pub fn to_js<T: Serialize>(value: &T) -> Result<JsValue, Error> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    value.serialize(&serializer).map_err(cannot_pass_on)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` passes it")]
fn cannot_pass_on(error: serde_wasm_bindgen::Error) -> Error {
    Error::internal(&format!("a value cannot be passed on: {error}"))
}

/// The fields of an object as a JavaScript object.
pub fn object_to_js(fields: &json::Object) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let (name, value) = (JsValue::from(name.as_str()), json_to_js(value));
        if name == "__proto__" {
            // An assignment would change the prototype.
            let descriptor = Object::new();
            for (attribute, setting) in [
                ("value", &value),
                ("enumerable", &true.into()),
                ("writable", &true.into()),
                ("configurable", &true.into()),
            ] {
                let _ = Reflect::set(&descriptor, &attribute.into(), setting);
            }
            let _ = Reflect::define_property(&object, &name, &descriptor);
        } else {
            let _ = Reflect::set(&object, &name, &value);
        }
    }
    object.into()
}

/// A JSON value as a JavaScript value; an integer that a number would round, as its digits.
pub fn json_to_js(value: &json::Value) -> JsValue {
    match value {
        json::Value::Null => JsValue::NULL,
        json::Value::Bool(flag) => (*flag).into(),
        json::Value::Number(digits) if is_rounded(digits) => digits.into(),
        json::Value::Number(digits) => js_sys::Number::parse_float(digits).into(),
        json::Value::Text(text) => text.into(),
        json::Value::Array(items) => items.iter().map(json_to_js).collect::<Array>().into(),
        json::Value::Object(fields) => object_to_js(fields),
    }
}

/// An error as an `SmscError`.
pub fn error_to_js(error: &Error) -> JsValue {
    error_with_cause(error, &JsValue::UNDEFINED)
}

/// An error as an `SmscError` with a cause.
pub fn error_with_cause(error: &Error, cause: &JsValue) -> JsValue {
    host::smsc_error(&to_js(&**error).unwrap_or_default(), cause)
}

/// The length of chunks in bytes.
pub fn length_of(chunks: &[Uint8Array]) -> usize {
    chunks.iter().fold(0_usize, |sum, chunk| sum.saturating_add(chunk.length() as usize))
}

/// Copies chunks into a buffer of their length.
pub fn copy_chunks(chunks: &[Uint8Array], mut buffer: &mut [u8]) {
    for chunk in chunks {
        let Some((start, behind)) = buffer.split_at_mut_checked(chunk.length() as usize) else { return };
        chunk.copy_to(start);
        buffer = behind;
    }
}

/// The chunks as one.
pub fn joined(chunks: &[Uint8Array]) -> Vec<u8> {
    let mut bytes = vec![0; length_of(chunks)];
    copy_chunks(chunks, &mut bytes);
    bytes
}
