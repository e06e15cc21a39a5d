//! What the package's TypeScript calls. A new endpoint of one request is one line of [`endpoints`].

use std::{borrow::Cow, future::Future, pin::Pin, rc::Rc};

use js_sys::{Array, JSON, Object, Promise, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::{
    api::{
        balance::BalanceQuery,
        command,
        history::HistoryQuery,
        options::{CallOptions, CommandOptions, WaitOptions},
        senders::{SenderCode, SenderCodeRequest, SenderInput, SenderQuery, SenderRef, SenderUpdate},
        tasks::{TaskQuery, TaskRef},
        unknown_name::unknown_name,
        values::Id,
    },
    client::{
        error::{Error, ErrorCode, Result},
        rate_limits::{WindowKey, rules_named},
        task_search::TaskId,
    },
    protocol::request::{BodyKind, Endpoint, Request, Scope, endpoint_of},
    web::{
        account::Account,
        call::{Call, ResponseReader},
        client::{CallContext, Client as InnerClient},
        convert::{self, Failed, JsInput, error_to_js, to_js},
        document::Upload,
        download,
        host::BulkOutput,
        iteration,
        iteration::{Pages, Query},
        poller,
        promise::promise,
        senders,
    },
};

/// A client of one account.
#[wasm_bindgen]
pub struct Client(Rc<InnerClient>);

/// Exports a method of [`Client`] for each endpoint: its name in JavaScript, its input, and the type of its promise.
macro_rules! endpoints {
    ($($name:ident as $js_name:ident: $endpoint:ty => $output:literal;)*) => {
        #[wasm_bindgen]
        impl Client {
            $(
                #[doc = concat!("Calls `", stringify!($js_name), "`.")]
                #[wasm_bindgen(js_name = $js_name, unchecked_return_type = $output)]
                pub fn $name(&self, input: &JsValue, options: &JsValue) -> Promise {
                    self.call_endpoint::<$endpoint>(input, options)
                }
            )*
        }
    };
}

endpoints! {
    balance as balance: BalanceQuery => "Promise<Balance>";
    senders_add as sendersAdd: SenderInput => "Promise<NewSender>";
    senders_update as sendersUpdate: SenderUpdate => "Promise<void>";
    senders_send_code as sendersSendCode: SenderCodeRequest => "Promise<void>";
    senders_confirm_code as sendersConfirmCode: SenderCode => "Promise<void>";
    senders_remove as sendersRemove: SenderRef => "Promise<void>";
    tasks_list as tasksList: TaskQuery => "Promise<Task[]>";
}

/// How a response becomes a JavaScript value.
type Decode = fn(&str) -> Result<JsValue>;

fn decode<E: Endpoint>(response: &str) -> Result<JsValue> {
    to_js(&E::decode(response)?)
}

/// The options of a call that has no others.
fn call_context(client: &InnerClient, options: &JsValue) -> Result<Rc<CallContext>, Failed> {
    let (options, kept) = convert::read_optional::<CallOptions>(options, ErrorCode::InvalidOption, "`options`")?;
    Ok(client.context(&options, &kept)?)
}

type CallFuture = Pin<Box<dyn Future<Output = Result<JsValue, Failed>>>>;

/// The promise of a call. Its error names the endpoint.
fn promise_of(endpoint: &str, call: CallFuture) -> Promise {
    let endpoint = endpoint.to_owned();
    promise(async move { call.await.map_err(|failed| failed.at(&endpoint).into()) })
}

/// The name of an endpoint in errors, by the method: a method of one word has the name of its script.
fn endpoint_of_method(method: &str) -> Cow<'_, str> {
    method.split_once('.').map_or_else(|| format!("{method}.php").into(), |(endpoint, _)| endpoint.into())
}

/// Runs a call to its value.
async fn run(call: Call, upload: Option<&Upload>, decode: Decode) -> Result<JsValue, Failed> {
    let mut value = JsValue::UNDEFINED;
    let mut decode = |response: &str| {
        value = decode(response)?;
        Ok(())
    };
    call.run(upload, &mut ResponseReader { page: &mut |_| false, decode: &mut decode }).await?;
    Ok(value)
}

impl Client {
    fn call_endpoint<E: Endpoint + DeserializeOwned>(&self, input: &JsValue, options: &JsValue) -> Promise {
        let input = convert::read_query::<E>(input, CallOptions::NAMES, &Array::new());
        let request = input.and_then(|(input, kept)| {
            let document = input.document().map(|document| kept.get(document));
            Ok((Request { method: E::METHOD, ..input.to_request()? }, document))
        });
        self.start(E::METHOD, request, options, decode::<E>)
    }

    /// Starts a call, if its request is sound.
    fn start(
        &self,
        method: &'static str,
        request: Result<(Request, Option<JsValue>), Failed>,
        options: &JsValue,
        decode: Decode,
    ) -> Promise {
        let client = Rc::clone(&self.0);
        let context = call_context(&self.0, options);
        promise_of(
            &endpoint_of_method(method),
            Box::pin(async move {
                let context = context?;
                let (request, document) = request?;
                let call = Call::new(&client, &context, request);
                let upload = match document {
                    Some(document) => {
                        call.check_signal()?;
                        Some(Upload::read(&document).await?)
                    }
                    None => None,
                };
                run(call, upload.as_ref(), decode).await
            }),
        )
    }

    fn command(&self, script: &JsValue, parameters: &JsValue, options: &JsValue, is_raw: bool) -> Promise {
        let script = script.as_string().unwrap_or_default();
        let client = Rc::clone(&self.0);
        let options = convert::read_optional::<CommandOptions>(options, ErrorCode::InvalidOption, "`options`");
        let parameters = JsInput(parameters.clone());
        let method = if is_raw { "raw" } else { "call" };
        let name = command::name_of(&script).map(|name| format!("{name}.php"));
        promise_of(
            name.as_deref().map_or(method, endpoint_of),
            Box::pin(async move {
                let (options, kept) = options?;
                let context = client.context(&options, &kept)?;
                let is_idempotent = options.idempotent == Some(true);
                let request = Request {
                    method,
                    ..convert::with_cause(|| command::request(&script, &parameters, is_raw, is_idempotent))?
                };
                let decode: Decode = if is_raw { |response| Ok(response.into()) } else { parse_json };
                run(Call::new(&client, &context, request), None, decode).await
            }),
        )
    }
}

/// The engine parses it, since the package does not know its type, unless it would round an integer.
fn parse_json(response: &str) -> Result<JsValue> {
    let Some((text, value)) = command::check_json(response)? else {
        let value = Object::new();
        let _ = Reflect::set(&value, &"result".into(), &"OK".into());
        return Ok(value.into());
    };
    if command::has_rounded(&value) {
        return Ok(convert::json_to_js(&value));
    }
    JSON::parse(text).map_err(|_| Error::internal("JSON that the engine rejects"))
}

#[wasm_bindgen]
impl Client {
    /// Validates the options of `createClient`.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "ClientOptions")] options: &JsValue) -> Result<Self, JsValue> {
        Ok(Self(Rc::new(InnerClient::new(options)?)))
    }

    /// Calls `history.list`.
    #[wasm_bindgen(js_name = historyList, unchecked_return_type = "Promise<HistoryPage>")]
    pub fn history_list(&self, query: &JsValue, options: &JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        let context = call_context(&self.0, options);
        let query = convert::read_optional_query::<HistoryQuery>(query, CallOptions::NAMES, &Array::new());
        promise_of(
            Scope::History.endpoint(),
            Box::pin(async move { iteration::list(&client, &context?, &query?.0).await }),
        )
    }

    /// Calls `senders.list`.
    #[wasm_bindgen(js_name = sendersList, unchecked_return_type = "Promise<Sender[]>")]
    pub fn senders_list(&self, query: &JsValue, options: &JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        let context = call_context(&self.0, options);
        let query = convert::read_optional_query::<SenderQuery>(query, CallOptions::NAMES, &Array::new());
        promise_of(
            Scope::Senders.endpoint(),
            Box::pin(async move { senders::list(&client, &context?, &query?.0).await }),
        )
    }

    /// Calls `senders.get`.
    #[wasm_bindgen(js_name = sendersGet, unchecked_return_type = "Promise<Sender | undefined>")]
    pub fn senders_get(&self, sender: &JsValue, options: &JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        let context = call_context(&self.0, options);
        let sender = convert::read_query::<SenderRef>(sender, CallOptions::NAMES, &Array::new());
        promise_of(
            Scope::Senders.endpoint(),
            Box::pin(async move { senders::get(&client, &context?, sender?.0).await }),
        )
    }

    /// Prepares `history.pages`.
    #[wasm_bindgen(js_name = historyPages)]
    pub fn history_pages(&self, query: &JsValue, options: &JsValue) -> Result<Pages, JsValue> {
        let pages = Query::history(query, &Array::new()).and_then(|query| Pages::start(&self.0, query, options));
        Ok(pages.map_err(|failed| failed.at(Scope::History.endpoint()))?)
    }

    /// Prepares `history.columns` or `history.ndjson`, whose `output` makes columns or lines. `others` are the names of the options
    /// that TypeScript reads.
    #[wasm_bindgen(js_name = historyBulk)]
    pub fn history_bulk(
        &self,
        query: &JsValue,
        options: &JsValue,
        others: &Array,
        output: BulkOutput,
    ) -> Result<Pages, JsValue> {
        let pages = Query::history(query, others).and_then(|query| Pages::bulk(&self.0, query, options, output));
        Ok(pages.map_err(|failed| failed.at(Scope::History.endpoint()))?)
    }

    /// Prepares `senders.iterate`.
    #[wasm_bindgen(js_name = sendersPages)]
    pub fn senders_pages(&self, query: &JsValue, options: &JsValue) -> Result<Pages, JsValue> {
        let pages = Query::senders(query).and_then(|query| Pages::start(&self.0, query, options));
        Ok(pages.map_err(|failed| failed.at(Scope::Senders.endpoint()))?)
    }

    /// Calls `tasks.get`.
    #[wasm_bindgen(js_name = tasksGet, unchecked_return_type = "Promise<Task | undefined>")]
    pub fn tasks_get(&self, id: &JsValue, options: &JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        let context = call_context(&self.0, options);
        let id = task_id(id);
        promise_of(Scope::Tasks.endpoint(), Box::pin(async move { poller::get(&client, &context?, id?).await }))
    }

    /// Calls `tasks.waitFor`.
    #[wasm_bindgen(js_name = tasksWaitFor, unchecked_return_type = "Promise<Task>")]
    pub fn tasks_wait_for(&self, id: &JsValue, options: &JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        let options = convert::read_optional::<WaitOptions>(options, ErrorCode::InvalidOption, "`options`");
        let id = task_id(id);
        promise(async move {
            let prepared = options.and_then(|(options, kept)| {
                let context = client.context(&options, &kept)?;
                Ok((context, id?, options, kept))
            });
            let (context, id, options, kept) = prepared.map_err(|failed: Failed| failed.at(Scope::Tasks.endpoint()))?;
            poller::wait_for(&client, &context, id, &options, &kept).await
        })
    }

    /// Calls `tasks.download`. `others` are the names of the options that TypeScript reads.
    #[wasm_bindgen(js_name = tasksDownload, unchecked_return_type = "Promise<Download>")]
    pub fn tasks_download(&self, task: &JsValue, options: &JsValue, others: &Array) -> Promise {
        let client = Rc::clone(&self.0);
        let context = convert::read_options::<CallOptions>(options, ErrorCode::InvalidOption, others)
            .and_then(|(options, kept)| Ok(client.context(&options, &kept)?));
        let task = convert::read_query::<TaskRef>(task, CallOptions::NAMES, others);
        let download = async move { download::download(&client, &context?, &task?.0).await.map(JsValue::from) };
        promise_of(Scope::Tasks.endpoint(), Box::pin(download))
    }

    /// Calls any script, for its parsed JSON.
    #[wasm_bindgen(unchecked_return_type = "Promise<unknown>")]
    pub fn call(&self, script: &JsValue, parameters: &JsValue, options: &JsValue) -> Promise {
        self.command(script, parameters, options, false)
    }

    /// Calls any script, for the service's own text.
    #[wasm_bindgen(unchecked_return_type = "Promise<string>")]
    pub fn raw(&self, script: &JsValue, parameters: &JsValue, options: &JsValue) -> Promise {
        self.command(script, parameters, options, true)
    }

    /// Sends a command for `smsc-wasm/proxy`, for the bytes of the response. `must_read`: only if it is known to change nothing;
    /// else the error names the parameter `allow`. The file, if any, is a `FileStream`.
    #[wasm_bindgen(unchecked_return_type = "Promise<Download>")]
    pub fn forward(
        &self,
        script: &JsValue,
        parameters: &JsValue,
        file: &JsValue,
        must_read: bool,
        options: &JsValue,
    ) -> Promise {
        let script = script.as_string().unwrap_or_default();
        let client = Rc::clone(&self.0);
        let context = call_context(&self.0, options);
        let parameters = JsInput(parameters.clone());
        let upload = (!file.is_undefined()).then(|| Upload::stream(file));
        promise(async move {
            let request = command::request(&script, &parameters, true, false).map_err(Failed::from)?;
            if must_read && request.is_change {
                let error = Error::new(ErrorCode::InvalidParameter, "the command may change something");
                return Err(Failed::from(error.parameter("allow")).into());
            }
            let request = Request { method: "forward", body_kind: BodyKind::Forwarded, ..request };
            let call = Call::new(&client, &context?, request);
            Ok(download::open(call, upload.as_ref()).await?.into())
        })
    }

    /// How full the service's limits are.
    #[wasm_bindgen(js_name = rateLimits, unchecked_return_type = "RateLimit[]")]
    pub fn rate_limits(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.rate_limits()).map_err(|error| error_to_js(&error))
    }
}

/// The id of a task.
fn task_id(id: &JsValue) -> Result<TaskId> {
    let id = crate::api::input::read_named::<Id>(JsInput(id.clone()), ErrorCode::InvalidParameter, "id")?;
    TaskId::new(&id)
}

/// The error for an option of a method that TypeScript implements, if `name` is none of `known`.
#[wasm_bindgen(js_name = unknownOption, unchecked_return_type = "SmscError")]
pub fn unknown_option(name: &str, known: &Array) -> JsValue {
    let known: Vec<String> = known.iter().filter_map(|name| name.as_string()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let message = unknown_name(name, &known, ErrorCode::InvalidOption);
    error_to_js(&Error::new(ErrorCode::InvalidOption, message).parameter(name))
}

/// Counts a request of another copy of the package, or of an instance that trapped. `age_ms` is the time since its response;
/// absent while it is in flight.
#[wasm_bindgen(js_name = countRequest)]
pub fn count_request(account: &str, rules: &str, identity: u64, age_ms: Option<f64>) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
    Account::count(account, &WindowKey::of(rules_named(rules), identity), age_ms.map(|ms| ms as u64));
}

/// A request that was counted in flight ended; `was_sent` is false if it was never sent.
#[wasm_bindgen(js_name = uncountRequest)]
pub fn uncount_request(account: &str, rules: &str, identity: u64, was_sent: bool) {
    Account::uncount(account, &WindowKey::of(rules_named(rules), identity), was_sent);
}
