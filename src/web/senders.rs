//! Sender names: a list, and the search for one name.

use std::{ops::ControlFlow, rc::Rc};

use wasm_bindgen::prelude::*;

use crate::{
    api::{
        sender::Sender,
        senders::{SenderQuery, SenderRef},
    },
    client::sender_search::SenderSearch,
    protocol::request::{Endpoint, Request},
    web::{
        call::{Call, ResponseReader},
        client::{CallContext, Client},
        convert::{Failed, to_js},
    },
};

/// One page of sender names, for a method of the API.
pub async fn fetch(
    client: &Rc<Client>,
    context: &Rc<CallContext>,
    method: &'static str,
    query: &SenderQuery,
) -> Result<Vec<Sender>, Failed> {
    let mut senders = Vec::new();
    let mut decode = |response: &str| {
        senders = SenderQuery::decode(response)?;
        Ok(())
    };
    let reader = &mut ResponseReader { page: &mut |_| false, decode: &mut decode };
    let request = Request { method, ..query.to_request()? };
    Call::new(client, context, request).run(None, reader).await?;
    for sender in &mut senders {
        query.complete(sender);
    }
    Ok(senders)
}

/// The names that `senders.list` returns.
pub async fn list(client: &Rc<Client>, context: &Rc<CallContext>, query: &SenderQuery) -> Result<JsValue, Failed> {
    Ok(to_js(&fetch(client, context, SenderQuery::METHOD, query).await?)?)
}

/// The sender name that `senders.get` returns, or `undefined`.
pub async fn get(client: &Rc<Client>, context: &Rc<CallContext>, sender: SenderRef) -> Result<JsValue, Failed> {
    let mut search = SenderSearch::new(sender)?;
    loop {
        let senders = fetch(client, context, "senders.get", &search.query()).await?;
        if let ControlFlow::Break(found) = search.accept(senders)? {
            return Ok(found.map_or(Ok(JsValue::UNDEFINED), |sender| to_js(&sender))?);
        }
    }
}
