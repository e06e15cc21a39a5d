//! A sender name of the account, as the list gives it (page "Ответ сервера и коды ошибок" of the sender names).

use serde::Serialize;
use tsify::Tsify;

use crate::api::lenient::{Extra, IdDigits, Integer, NonEmpty, Record, Text, is_absent};

/// The operators, and tariffs of countries, at which a sender name has a status of its own: one list, of which the struct, its
/// reader and the keys are made.
macro_rules! operators {
    ($($(#[doc = $doc:literal])+ $key:ident = $name:ident,)*) => {
        /// The documented keys. In TypeScript, `OperatorKey` accepts others too.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
        #[serde(rename_all = "camelCase")]
        pub enum KnownOperatorKey {
            $($(#[doc = $doc])+ $name,)*
        }

        /// The statuses of a sender name, by the service's keys.
        #[derive(Debug, Default, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct Operators {
            $($(#[doc = $doc])+ #[serde(skip_serializing_if = "Option::is_none")] pub $key: Option<Integer>,)*
        }

        impl Operators {
            /// The service's keys.
            pub const KEYS: &[&str] = &[$(stringify!($key)),*];

            /// Takes the statuses out of the fields of a sender name, among which they stand.
            fn take(record: &mut Record) -> Self {
                Self { $($key: record.take_number(stringify!($key)),)* }
            }

            fn is_empty(&self) -> bool {
                [$(self.$key.is_none()),*].iter().all(|is_absent| *is_absent)
            }
        }
    };
}

operators! {
    /// MegaFon, paid name.
    mega_step = MegaStep,
    /// MegaFon, international traffic.
    mega_int = MegaInt,
    /// Beeline, paid name.
    bee_step = BeeStep,
    /// MOTIV, tariff with free names.
    motiv = Motiv,
    /// MOTIV, paid name.
    motiv_step = MotivStep,
    /// MOTIV, international traffic.
    motiv_int = MotivInt,
    /// SberMobile, free name.
    sber_step = SberStep,
    /// SberMobile, international traffic.
    sber_int = SberInt,
    /// Win-Mobile, paid name.
    winmob_step = WinmobStep,
    /// Volna mobile, paid name.
    volnamob_step = VolnamobStep,
    /// MTS, paid name.
    mts_step = MtsStep,
    /// MTS, international traffic.
    mts_int = MtsInt,
    /// Tele2, paid name.
    tele2_step = Tele2Step,
    /// Tele2, tariff with free names.
    tele2 = Tele2,
    /// Tele2, international traffic.
    tele2_int = Tele2Int,
    /// Ukraine, national tariff.
    ua_reg = UaReg,
    /// Ukraine, international tariff.
    ua_int = UaInt,
    /// Belarus, national tariff.
    by_reg = ByReg,
    /// Belarus, international tariff.
    by_int = ByInt,
}

/// A sender name of the account.
#[derive(Debug, Serialize, Tsify)]
pub struct Sender {
    /// The name itself, as recipients see it.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub name: Option<Text>,
    /// Its id, given by the service: an integer. From 2^53 on, which a number would round, its digits as text.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub id: Option<IdDigits>,
    /// Its status with the service; the meaning is in `senderStatuses`. Only with `all: true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "SenderStatus")]
    pub status: Option<Integer>,
    /// Its status at each operator; the meanings are in `operatorStatuses`. 0 means that the registration was not sent yet, or was
    /// never requested: the service has no other status for that. Only with `operators: true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "Partial<Record<OperatorKey, OperatorStatus>>")]
    pub operators: Option<Operators>,
    /// The documents that were sent for it. Only with `files: true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub files: Option<Vec<SenderFile>>,
    /// Other fields of the response, under the service's own keys, such as a name's substitute at some operator; absent if
    /// there are none.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Extra,
}

/// A document that was sent for a sender name.
#[derive(Debug, Serialize, Tsify)]
pub struct SenderFile {
    /// The file's name.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "string")]
    pub name: Option<Text>,
    /// Its id, given by the service: an integer. From 2^53 on, which a number would round, its digits as text.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "number")]
    pub id: Option<IdDigits>,
    /// Its status; the meaning is in `fileStatuses`.
    #[serde(skip_serializing_if = "is_absent")]
    #[tsify(type = "FileStatus")]
    pub status: Option<Integer>,
    /// The moderator's comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional, type = "string")]
    pub comment: Option<NonEmpty>,
    /// Other fields of the response, under the service's own keys; absent if there are none.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Extra,
}

impl From<Record> for Sender {
    fn from(mut record: Record) -> Self {
        Self {
            name: record.take("sender"),
            id: record.take("id"),
            status: record.take_number("status"),
            operators: Some(Operators::take(&mut record)).filter(|operators| !operators.is_empty()),
            files: record.take("files"),
            extra: record.rest(),
        }
    }
}

impl From<Record> for SenderFile {
    fn from(mut record: Record) -> Self {
        Self {
            name: record.take("file"),
            id: record.take("fid"),
            status: record.take_number("fstatus"),
            comment: record.take("fcomment"),
            extra: record.rest(),
        }
    }
}
