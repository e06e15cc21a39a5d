//! The types of values that only cross the border, declared for TypeScript. The tables of the endpoints read and write
//! them field by field; a test compares what is declared here with what really comes out.

#![allow(
    dead_code,
    missing_docs,
    missing_debug_implementations,
    reason = "only the declarations made of them are used"
)]

use tsify::Tsify;

/// What a user says about a file instead of having it found out. All fields are optional.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CsvOptions {
    /// Whether the first record names the columns. Default: found out from what it holds.
    #[tsify(optional)]
    pub header: Option<bool>,
    /// The one ASCII character between two fields. Default: the most frequent of `;` `,` tab and `|` in the first record.
    #[tsify(optional)]
    pub delimiter: Option<String>,
    /// `"utf-8"`, `"windows-1251"`, `"koi8-r"`, `"utf-16le"` or `"utf-16be"`. Default: found out from the bytes, but for
    /// `"koi8-r"`.
    #[tsify(optional)]
    pub encoding: Option<String>,
}

/// Which messages of the history to give. All fields are optional; without any, the newest messages of all time.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HistoryQuery {
    /// First day: `"2026-11-21"`, `"21.11.2026"`, or a `Date`, which means its day in the service's time (UTC+3). One
    /// request covers at most half a year; `iterate` and `pages` split longer periods.
    #[tsify(optional, type = "string | Date")]
    pub start: Option<()>,
    /// Last day, inclusive; default today. In the same forms as `start`, and not before it.
    #[tsify(optional, type = "string | Date")]
    pub end: Option<()>,
    /// Only messages to these numbers, in international form. `+`, spaces, hyphens and brackets are taken off; 5 to 15
    /// digits must be left.
    #[tsify(optional, type = "readonly string[]")]
    pub phones: Option<()>,
    /// Only messages to these e-mail addresses. Implies `channel: "email"`.
    #[tsify(optional, type = "readonly string[]")]
    pub emails: Option<()>,
    /// SMS (the default) or e-mail messages: format 0 or 8.
    #[tsify(optional, type = "\"sms\" | \"email\"")]
    pub channel: Option<()>,
    /// For `list`: how many messages to give, 1 to 1000, default 1000. For `iterate` and `pages`: of the whole walk,
    /// default all.
    #[tsify(optional)]
    pub limit: Option<f64>,
    /// Only messages sent before the one with this `intId`: the `nextCursor` of the page before.
    #[tsify(optional, type = "string | number | bigint")]
    pub cursor: Option<()>,
}

/// One page of the history.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// The `cursor` of the next page: the `intId` of the last message. Absent after a page that is not full, which is the
    /// last one.
    #[tsify(optional)]
    pub next_cursor: Option<String>,
    /// Of `history.pages`: goes on behind this page, in another process too, when it is given with the same query. Absent
    /// behind the last page.
    #[tsify(optional)]
    pub cursor: Option<String>,
}

/// A sent message with what became of it, as the history gives it (fields of the page "Получение истории отправленных
/// сообщений"). A field that a reply did not hold is absent.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Status code; its meaning is in `messageStatuses`. Below zero too: -1 waits to be sent.
    pub status: f64,
    /// The status in words, in the account's language.
    pub status_name: String,
    /// When the status last changed, `DD.MM.YYYY hh:mm:ss` in the service's time (UTC+3). Prefer `lastTimestamp`.
    pub last_date: String,
    /// When the status last changed, in Unix seconds.
    pub last_timestamp: f64,
    /// When the message was sent, `DD.MM.YYYY hh:mm:ss` in the service's time (UTC+3). Prefer `sendTimestamp`.
    pub send_date: String,
    /// When the message was sent, in Unix seconds.
    pub send_timestamp: f64,
    /// The recipient's phone number, or e-mail address.
    pub phone: String,
    /// What the message cost, in the account's currency: a decimal text with a dot, never rounded.
    pub cost: String,
    /// The sender name that the recipient saw.
    pub sender_id: String,
    /// The text of the message.
    pub message: String,
    /// Mobile country code and mobile network code of the recipient's operator.
    pub mccmnc: String,
    /// Country in which the recipient's number is registered.
    pub country: String,
    /// The recipient's operator.
    pub operator: String,
    /// Region in which the recipient's number is registered.
    pub region: String,
    /// Kind of message; its meaning is in `messageTypes`.
    #[serde(rename = "type")]
    pub kind: f64,
    /// The message's id: given by the sender, or by the service. Unique only together with the phone.
    pub id: f64,
    /// The message's global id, given by the service: digits, as text, since it can exceed 2^53. The `cursor` of a query.
    pub int_id: String,
    /// Of how many parts the message consisted.
    pub sms_cnt: f64,
    /// Format of the message: 0 for SMS, 8 for e-mail.
    pub format: f64,
    /// Checksum of the message, unsigned 32-bit.
    pub crc: f64,
    /// Why the message was not delivered; its meaning is in `deliveryErrors`. 0 or absent: no error.
    #[tsify(optional)]
    pub err: Option<f64>,
    /// A number that the service adds to some replies and does not explain.
    #[tsify(optional)]
    pub flag: Option<f64>,
    /// What else the reply held, under the service's own keys; absent when there is nothing.
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Option<()>,
}

/// Which sender names to give, and with what. All fields are optional.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderQuery {
    /// Every name, not only the activated ones; adds `status`.
    #[tsify(optional)]
    pub all: Option<bool>,
    /// Adds the status at each operator.
    #[tsify(optional)]
    pub operators: Option<bool>,
    /// Adds the documents that were sent.
    #[tsify(optional)]
    pub files: Option<bool>,
    /// Only names whose status at some operator changed since this day, the latest change first: `"2026-11-21"`,
    /// `"21.11.2026"` or a `Date`.
    #[tsify(optional, type = "string | Date")]
    pub changed_since: Option<()>,
    /// Only names created before the one with this id.
    #[tsify(optional, type = "string | number | bigint")]
    pub cursor: Option<()>,
    /// For `list`: how many names to give, 1 to 15000, default what the service gives. For `iterate`: of the whole walk.
    #[tsify(optional)]
    pub limit: Option<f64>,
    /// Login of the sub-client whose names are meant.
    #[tsify(optional)]
    pub subaccount: Option<String>,
}

/// A sender name of the account.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    /// The name itself, as recipients see it.
    pub name: String,
    /// Its id, given by the service.
    pub id: f64,
    /// Its status with the service; the meaning is in `senderStatuses`. Only with `all: true`.
    #[tsify(optional)]
    pub status: Option<f64>,
    /// Its status at each operator; the meanings are in `operatorStatuses`. Only with `operators: true`.
    #[tsify(optional, type = "Partial<Record<OperatorKey, number>>")]
    pub operators: Option<()>,
    /// The documents that were sent for it. Only with `files: true`.
    #[tsify(optional)]
    pub files: Option<Vec<SenderFile>>,
    /// What else the reply held, under the service's own keys, such as a name's substitute at some operator; absent when
    /// there is nothing.
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Option<()>,
}

/// A document that was sent for a sender name.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderFile {
    /// The file's name.
    pub name: String,
    /// Its id, given by the service.
    pub id: f64,
    /// 0 being checked, 1 rejected, 2 admitted.
    pub status: f64,
    /// The moderator's comment.
    #[tsify(optional)]
    pub comment: Option<String>,
    /// What else the reply held, under the service's own keys; absent when there is nothing.
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Option<()>,
}

/// What a new sender name, or a change of one, brings along. All fields are optional.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderContent {
    /// A comment for the moderator.
    #[tsify(optional)]
    pub comment: Option<String>,
    /// At which operators to register the name.
    #[tsify(optional)]
    pub registrations: Option<Registrations>,
    /// A document for the operators, such as a trade mark certificate: jpg, tif, pdf, png, zip or rar, at most 3 MB.
    #[tsify(optional, type = "SenderDocument")]
    pub document: Option<()>,
    /// A description of the document.
    #[tsify(optional)]
    pub document_info: Option<String>,
}

/// The new id that `senders.add` gives.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct NewSender {
    /// The sender name's id, given by the service.
    pub id: f64,
}

/// The operators at which to register a sender name.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Registrations {
    /// A paid name at MTS.
    #[tsify(optional)]
    pub mts_step: Option<bool>,
    /// A free name at SberMobile.
    #[tsify(optional)]
    pub sber_step: Option<bool>,
    /// Tele2, tariff with free names.
    #[tsify(optional)]
    pub tele2: Option<bool>,
    /// MOTIV, tariff with free names.
    #[tsify(optional)]
    pub motiv: Option<bool>,
    /// A paid name at MegaFon.
    #[tsify(optional)]
    pub mega_step: Option<bool>,
    /// A paid name at Beeline.
    #[tsify(optional)]
    pub bee_step: Option<bool>,
    /// A paid name at MOTIV.
    #[tsify(optional)]
    pub motiv_step: Option<bool>,
    /// A paid name at Win-Mobile.
    #[tsify(optional)]
    pub winmob_step: Option<bool>,
    /// A paid name at Volna mobile.
    #[tsify(optional)]
    pub volnamob_step: Option<bool>,
    /// A paid name at Tele2.
    #[tsify(optional)]
    pub tele2_step: Option<bool>,
    /// Ukraine, lower tariff for national traffic.
    #[tsify(optional)]
    pub ua_reg: Option<UkraineDetails>,
    /// Ukraine, higher tariff for international traffic. Shares its parameters with `uaReg`: give the same details.
    #[tsify(optional)]
    pub ua_int: Option<UkraineDetails>,
    /// Belarus, lower tariff for national traffic.
    #[tsify(optional)]
    pub by_reg: Option<BelarusDetails>,
    /// Belarus, higher tariff for international traffic. Shares its parameters with `byReg`: give the same details.
    #[tsify(optional)]
    pub by_int: Option<BelarusDetails>,
}

/// What a registration in Ukraine needs. Every field must be there.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct UkraineDetails {
    /// Legal name of the organisation (`fio`).
    pub legal_name: String,
    /// ЕДРПОУ or ИНН (`inn`).
    pub tax_id: String,
    /// Address of the web site, or a link to a social network (`site`).
    pub site: String,
    /// E-mail address for contact (`email`).
    pub email: String,
    /// Actual address (`address`).
    pub address: String,
    /// Description of the services that the sender provides (`desc`).
    pub description: String,
    /// Subject: what recipients are informed about (`subj`).
    pub subject: String,
}

/// What a registration in Belarus needs. Every field must be there.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct BelarusDetails {
    /// Name of the company (`by_fio`).
    pub company_name: String,
    /// УНП or ИНН (`by_inn`).
    pub tax_id: String,
    /// Address of the company (`by_address`).
    pub address: String,
    /// Field of activity, 1 to 19 (`by_ocup`); the list is on the service's page of sender names.
    pub occupation: f64,
    /// Type of mailing, 1 to 3 (`by_type`); the list is on the service's page of sender names.
    pub mailing_type: f64,
    /// Sample of a message (`by_mes`).
    pub sample_message: String,
    /// Address of the web site (`by_site`).
    pub site: String,
}

/// To which number a confirmation code is to be sent.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderCodeRequest {
    /// The digital sender name: a phone number of 5 to 15 digits. `+`, spaces, hyphens and brackets are taken off.
    pub name: String,
    /// The sender name that the code comes from, an active one; by default the service's own.
    #[tsify(optional)]
    pub site: Option<String>,
    /// The site that the text of the message names.
    #[tsify(optional)]
    pub site_name: Option<String>,
    /// Login of the sub-client that the command is for.
    #[tsify(optional)]
    pub subaccount: Option<String>,
}

/// The code that was received.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SenderCode {
    /// The digital sender name, as in `sendCode`.
    pub name: String,
    /// The code.
    #[tsify(type = "string | number")]
    pub code: (),
    /// Login of the sub-client that the command is for.
    #[tsify(optional)]
    pub subaccount: Option<String>,
}

/// Which tasks to give. All fields are optional.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TaskQuery {
    /// Only tasks with ids after this one.
    #[tsify(optional, type = "string | number | bigint")]
    pub after_id: Option<()>,
    /// How many tasks to give; default what the service gives.
    #[tsify(optional)]
    pub limit: Option<f64>,
}

/// A deferred task: an export of many messages that the service makes in its own time. Tasks are made in the account's web
/// pages.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its id, given by the service.
    pub id: f64,
    /// Its name.
    pub name: String,
    /// 0 waiting, 1 running, 2 done, 3 cancelled, 4 failed; also in `taskStatuses`.
    pub status: f64,
    /// When it was made, as the service writes it.
    #[tsify(optional)]
    pub created: Option<String>,
    /// When it starts, as the service writes it; absent where that is open.
    #[tsify(optional)]
    pub time: Option<String>,
    /// The name of its file; absent where there is none yet.
    #[tsify(optional)]
    pub file: Option<String>,
    /// What else the reply held, under the service's own keys; absent when there is nothing.
    #[tsify(optional, type = "Record<string, unknown>")]
    pub extra: Option<()>,
}

/// An operator, or a country's tariff, at which a sender name has a status of its own.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub enum OperatorKey {
    /// MegaFon, paid name.
    MegaStep,
    /// MegaFon, international traffic.
    MegaInt,
    /// Beeline, paid name.
    BeeStep,
    /// MOTIV, tariff with free names.
    Motiv,
    /// MOTIV, paid name.
    MotivStep,
    /// MOTIV, international traffic.
    MotivInt,
    /// SberMobile, free name.
    SberStep,
    /// SberMobile, international traffic.
    SberInt,
    /// Win-Mobile, paid name.
    WinmobStep,
    /// Volna mobile, paid name.
    VolnamobStep,
    /// MTS, paid name.
    MtsStep,
    /// MTS, international traffic.
    MtsInt,
    /// Tele2, paid name.
    Tele2Step,
    /// Tele2, tariff with free names.
    Tele2,
    /// Tele2, international traffic.
    Tele2Int,
    /// Ukraine, national tariff.
    UaReg,
    /// Ukraine, international tariff.
    UaInt,
    /// Belarus, national tariff.
    ByReg,
    /// Belarus, international tariff.
    ByInt,
}
