//! fmt=2: any text is decoded or rejected, and what another parser accepts is decoded alike.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use roxmltree::{Document, Node};
use smsc_wasm::protocol::form::ResponseFormat::Xml;
use smsc_wasm::protocol::formats::List;

/// The messages as the other parser reads them; `None` if the text is not a list of messages.
fn second_opinion(text: &str) -> Option<Vec<Option<String>>> {
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    // Two parsers need not agree on names that the service does not use: on prefixes, and on depth.
    let is_plain = |node: Node| node.tag_name().namespace().is_none() && node.ancestors().count() < 100;
    // The other parser reads an empty prefix in `<:list>` and `</:list>`, and this package another name.
    if text.contains("<:") || text.contains("</:") || !root.has_tag_name("list") || !root.descendants().all(is_plain) {
        return None;
    }
    let text_of = |node: Node| node.children().filter_map(|child| child.text()).collect::<String>();
    let messages = root.children().filter(Node::is_element).map(|sms| {
        let message = sms.children().find(|child| child.has_tag_name("message"))?;
        // An attribute of that name comes first.
        let is_simple = sms.attribute("message").is_none() && !message.children().any(|child| child.is_element());
        is_simple.then(|| text_of(message))
    });
    root.children().filter(Node::is_element).all(|sms| sms.has_tag_name("sms")).then(|| messages.collect())
}

fuzz_target!(|data: &[u8]| {
    let Some((list, text)) = formats::input(data) else { return };
    formats::decode(list, Xml, &text);
    let decoded = formats::decode(List::History, Xml, &text);
    // The other parser normalizes line breaks.
    let normalize = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    if let Some(others) = second_opinion(&text) {
        let messages = decoded.expect("the other parser accepts it");
        assert_eq!(messages.len(), others.len());
        for (message, other) in messages.iter().zip(others) {
            if let (Some(serde_json::Value::String(text)), Some(other)) = (message.get("message"), other) {
                assert_eq!(normalize(text), normalize(&other));
            }
        }
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let response = format!("<list><sms><message>{escaped}</message></sms></list>");
    assert_eq!(formats::decode(List::History, Xml, &response).expect("a message")[0]["message"], text);
});
