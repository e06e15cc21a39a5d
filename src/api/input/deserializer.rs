//! The deserializer of an input: reads the known fields of each struct in their order, and rejects others.

use serde::{
    de::{
        DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, SeqAccess, Visitor,
        value::MapDeserializer,
    },
    forward_to_deserialize_any,
};

use super::{
    ANY, FUNCTION, Input, Kind,
    describe::OBJECT,
    error::{InputError, Problem},
};

/// A value, or `None` where a field is missing. What does not depend on the type that is read is in functions of their own, which
/// keeps the module small.
pub(super) struct InputDeserializer<I>(pub(super) Option<I>);

impl<I: Input> InputDeserializer<I> {
    fn kind(&self) -> Kind<I> {
        self.0.as_ref().map_or(Kind::Undefined, Input::kind)
    }

    fn is_missing(&self) -> bool {
        self.0.as_ref().is_none_or(Input::is_missing)
    }

    fn text(self, expected: &str) -> Result<String, InputError> {
        match self.kind() {
            Kind::Text(text) => Ok(text),
            kind => Err(kind.mismatch(expected)),
        }
    }

    fn word(self, words: &[&str]) -> Result<String, InputError> {
        self.text(&format!("one of \"{}\"", words.join("\", \"")))
    }

    fn bool(self) -> Result<bool, InputError> {
        match self.kind() {
            Kind::Bool(flag) => Ok(flag),
            kind => Err(kind.mismatch("`true` or `false`")),
        }
    }

    fn number(self) -> Result<f64, InputError> {
        match self.kind() {
            Kind::Number(number) => Ok(number),
            kind => Err(kind.mismatch("a number")),
        }
    }

    /// Any value that is not missing.
    fn handle(self) -> Result<u32, InputError> {
        match (self.kind(), self.0) {
            (kind @ Kind::Undefined, _) | (kind, None) => Err(kind.mismatch("a value")),
            (_, Some(value)) => Ok(value.keep()),
        }
    }

    fn function(self) -> Result<u32, InputError> {
        match (self.kind(), self.0) {
            (Kind::Function, Some(value)) => Ok(value.keep()),
            (kind, _) => Err(kind.mismatch_hiding_text("a function")),
        }
    }

    fn items(self) -> Result<Items<I>, InputError> {
        match self.kind() {
            Kind::Array(items) if !items.is_empty() => Ok(Items { items: items.into_iter(), read: 0 }),
            kind => Err(kind.mismatch("a list that is not empty")),
        }
    }

    /// The known fields of an object. A missing object has none of them, so that the error says what the first one takes. An
    /// unknown field is rejected: a typo would otherwise change the meaning unseen.
    fn fields(self, known: &'static [&'static str]) -> Result<Fields<I>, InputError> {
        let fields = |object| Ok(Fields { object, known, read: 0 });
        let object = match (self.kind(), self.0) {
            (Kind::Object, Some(object)) => object,
            (Kind::Undefined, _) => return fields(None),
            (kind, _) => return Err(kind.mismatch_hiding_text(OBJECT).hint(kind.hint_of_field(known))),
        };
        let Some(keys) = object.keys() else {
            return Err(InputError::custom("takes an object, and got an object that cannot be read"));
        };
        for key in keys {
            if !known.contains(&key.as_str())
                && object.get(&key).is_none_or(|value| !matches!(value.kind(), Kind::Undefined))
            {
                let id = object.get("id").filter(|id| !id.is_missing()).map(|id| id.kind().describe());
                return Err(InputError::new(Problem::Unknown { known, id }).inside(&key));
            }
        }
        fields(Some(object))
    }
}

impl<'de, I: Input> Deserializer<'de> for InputDeserializer<I> {
    type Error = InputError;

    /// For the validated values: a scalar as it is, an object without its fields, or the description of another kind.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.kind() {
            Kind::Undefined => visitor.visit_unit(),
            Kind::Bool(flag) => visitor.visit_bool(flag),
            Kind::Number(number) => visitor.visit_f64(number),
            Kind::BigInt(digits) => visitor.visit_newtype_struct(digits.into_deserializer()),
            Kind::Text(text) => visitor.visit_string(text),
            #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
            Kind::Date(ms) if ms.is_finite() => visitor.visit_i64(ms as i64),
            Kind::Object => visitor.visit_map(MapDeserializer::new(std::iter::empty::<((), ())>())),
            kind => visitor.visit_byte_buf(kind.describe().into_bytes()),
        }
    }

    /// For a type that describes the text that it takes.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let expected = (&visitor as &dyn Expected).to_string();
        visitor.visit_string(self.text(&expected)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        if self.is_missing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_bool(self.bool()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_string(self.text("a text")?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let mut items = self.items()?;
        visitor.visit_seq(&mut items).map_err(|error| items.locate(error))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let handle = match name {
            ANY => self.handle()?,
            FUNCTION => self.function()?,
            _ => return visitor.visit_newtype_struct(self),
        };
        visitor.visit_u32(handle)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let mut fields = self.fields(known)?;
        visitor.visit_seq(&mut fields).map_err(|error| fields.locate(error))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_enum(self.word(variants)?.into_deserializer())
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 u64 f32 char bytes byte_buf unit unit_struct tuple tuple_struct map
        identifier ignored_any
    }
}

/// The known fields of an object, in their order. (serde's code that reads a struct in order is a third of that which reads it by
/// names.)
struct Fields<I> {
    object: Option<I>,
    known: &'static [&'static str],
    read: usize,
}

impl<I: Input> Fields<I> {
    /// The value of the next field.
    fn next(&mut self) -> Result<Option<InputDeserializer<I>>, InputError> {
        let Some(name) = self.known.get(self.read) else { return Ok(None) };
        self.read = self.read.saturating_add(1);
        let Some(object) = &self.object else { return Ok(Some(InputDeserializer(None))) };
        match object.get(name) {
            None => Err(InputError::custom("cannot be read: its getter throws")),
            value => Ok(Some(InputDeserializer(value))),
        }
    }

    /// An error of the field that was read last.
    fn locate(&self, error: InputError) -> InputError {
        match self.read.checked_sub(1).and_then(|index| self.known.get(index)) {
            Some(name) => error.inside(name),
            None => error,
        }
    }
}

impl<'de, I: Input> SeqAccess<'de> for Fields<I> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputError> {
        self.next()?.map(|value| seed.deserialize(value)).transpose()
    }
}

/// The items of an array.
struct Items<V> {
    items: std::vec::IntoIter<V>,
    read: usize,
}

impl<V> Items<V> {
    /// An error of the item that was read last.
    fn locate(&self, error: InputError) -> InputError {
        error.at(self.read.saturating_sub(1))
    }
}

impl<'de, V: Input> SeqAccess<'de> for Items<V> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, InputError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        self.read = self.read.saturating_add(1);
        seed.deserialize(InputDeserializer(Some(item))).map(Some)
    }
}
