//! fmt=2: any text is read or refused; and what another parser takes is read alike.
#![no_main]

mod formats;

use libfuzzer_sys::fuzz_target;
use roxmltree::{Document, Node};
use smsc_wasm::formats::List;

/// The messages as the other parser has them; nothing where it is no list of them.
fn second_opinion(text: &str) -> Option<Vec<Option<String>>> {
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    // Two parsers need not agree on names that no service gives: on prefixes, and on depth.
    let plain = |node: Node| node.tag_name().namespace().is_none() && node.ancestors().count() < 100;
    // `<:list>` and `</:list>` have an empty prefix there, and are another name here.
    if text.contains("<:") || text.contains("</:") || !root.has_tag_name("list") || !root.descendants().all(plain) {
        return None;
    }
    let text_of = |node: Node| node.children().filter_map(|child| child.text()).collect::<String>();
    let messages = root.children().filter(Node::is_element).map(|sms| {
        let message = sms.children().find(|child| child.has_tag_name("message"))?;
        // An attribute of that name comes first.
        let simple = sms.attribute("message").is_none() && !message.children().any(|child| child.is_element());
        simple.then(|| text_of(message))
    });
    root.children().filter(Node::is_element).all(|sms| sms.has_tag_name("sms")).then(|| messages.collect())
}

fuzz_target!(|data: &[u8]| {
    let Some((list, text)) = formats::input(data) else { return };
    formats::read(list, 2, &text);
    let read = formats::read(List::History, 2, &text);
    // Comments and the like are left out of a text here, and cut one there; line breaks are kept here.
    let same = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    if let Some(others) = second_opinion(&text) {
        let read = read.expect("what another parser takes");
        assert_eq!(read.len(), others.len());
        for (message, other) in read.iter().zip(others) {
            if let (Some(serde_json::Value::String(text)), Some(other)) = (message.get("message"), other) {
                assert_eq!(same(text), same(&other));
            }
        }
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let reply = format!("<list><sms><message>{escaped}</message></sms></list>");
    assert_eq!(formats::read(List::History, 2, &reply).expect("a message")[0]["message"], text);
});
