use super::*;
use crate::{credentials::Credentials, input::parse};

fn made<T>(make: fn(&Fields) -> Result<T>, json: &str) -> Result<T> {
    let values = parse(json, ErrorCode::InvalidParameter, "it")?;
    make(&Fields::new(&values, ErrorCode::InvalidParameter))
}

fn sent(form: &Form) -> String {
    let body = form.encode(&Credentials::none());
    let pairs = form_urlencoded::parse(body.as_bytes()).map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&").replace("&fmt=3&charset=utf-8", "")
}

fn parameter<T: core::fmt::Debug>(result: Result<T>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidParameter, "{error}");
    error.parameter.clone().unwrap()
}

#[test]
fn a_query_as_the_service_takes_it() {
    let form = |json: &str| sent(&made(list, json).unwrap().form);
    assert_eq!(form("{}"), "get=1");
    assert_eq!(
        form(
            r#"{"all":true,"operators":true,"files":true,"changedSince":"2026-11-01","cursor":77,"limit":15000,
            "subaccount":"sub"}"#
        ),
        "get=1&all=1&operators=1&files=1&from_date=01.11.2026&prev_id=77&cnt=15000&user=sub"
    );
    for (json, name) in [
        (r#"{"limit":15001}"#, "limit"),
        (r#"{"all":1}"#, "all"),
        (r#"{"changedSince":"31.02.2026"}"#, "changedSince"),
        (r#"{"cursor":"x"}"#, "cursor"),
        (r#"{"subaccount":" "}"#, "subaccount"),
        (r#"{"offset":1}"#, "offset"),
    ] {
        assert_eq!(parameter(made(list, json)), name);
    }
}

#[test]
fn the_documented_lists() {
    let read = |reply: &str| made(list, "{}").unwrap().decode(reply).unwrap();
    assert_eq!(read("[{\n\"sender\": \"SMSC.RU\",\n\"id\": 1\n}]"), r#"[{"name":"SMSC.RU","id":1}]"#);
    assert_eq!(
        read("[{\n\"sender\": \"my name\",\n\"id\": 1,\n\"status\": 0\n}]"),
        r#"[{"name":"my name","id":1,"status":0}]"#
    );
    assert_eq!(
        read(r#"[{"sender":"A","mega_step":"2","tele2":"255","by_int":"9","mts_subst":"B","id":"15"}]"#),
        r#"[{"name":"A","id":15,"operators":{"megaStep":2,"tele2":255,"byInt":9},"extra":{"mts_subst":"B"}}]"#
    );
    assert_eq!(
        read(
            r#"[{"sender":"A","id":1,"files":[{"file":"a.pdf","fid":7,"fstatus":1,"fcomment":"нечётко"},
            {"file":"b.pdf","fid":"8","fstatus":"2","fcomment":""}]}]"#
        ),
        r#"[{"name":"A","id":1,"files":[{"name":"a.pdf","id":7,"status":1,"comment":"нечётко"},{"name":"b.pdf","id":8,"status":2}]}]"#
    );
    assert_eq!(read("{\"error\": \"not found\", \"error_code\": 3}"), "[]");
}

#[test]
fn a_new_name_with_everything() {
    let (call, document) = made(
        add,
        r#"{"name":"shop@a.by","comment":"Магазин","email":{"comment":"Анна"},"registrations":{"mtsStep":true},
        "document":{"fileName":"a.pdf","size":9,"head":"%PDF-"},"documentInfo":"знак","subaccount":"sub"}"#,
    )
    .unwrap();
    assert_eq!(
        sent(&call.form),
        "add=1&sender=shop@a.by&mail=1&name=Анна&cmt=Магазин&mts_step=1&doc_info=знак&user=sub"
    );
    assert_eq!(document.unwrap().file_name, "a.pdf");
    assert!(call.changes);
    assert_eq!(sent(&made(add, r#"{"name":"a@b.c","email":{}}"#).unwrap().0.form), "add=1&sender=a@b.c&mail=1");
    assert_eq!(parameter(made(add, "{}")), "name");
    assert_eq!(parameter(made(add, r#"{"name":"A","documentInfo":"x"}"#)), "documentInfo");
    assert_eq!(parameter(made(add, r#"{"name":"A","email":true}"#)), "email");
}

#[test]
fn the_new_id_in_every_format() {
    let (add, _) = made(add, r#"{"name":"A"}"#).unwrap();
    for reply in [
        "{\n\"sender\": 15\n}",
        "{\"sender\":\"15\"}",
        "{\"id\":15}",
        "ID = 15",
        "15\n",
        "<sender>\n<id>15</id>\n</sender>",
    ] {
        assert_eq!(add.decode(reply).unwrap(), r#"{"id":15}"#, "{reply}");
    }
    for reply in ["OK", "{}", "[]", "<html>", "-5", ""] {
        let error = add.decode(reply).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadReply);
        assert!(error.to_string().contains("whether the change was made is not known"), "{error}");
    }
}

#[test]
fn which_name_is_meant() {
    assert_eq!(sent(&made(remove, r#"{"id":5}"#).unwrap().form), "del=1&id=5");
    assert_eq!(sent(&made(remove, r#"{"name":"A B"}"#).unwrap().form), "del=1&sender=A B");
    assert_eq!(sent(&made(update, r#"{"name":"A","comment":""}"#).unwrap().0.form), "chg=1&sender=A&cmt=");
    for (json, name) in
        [("{}", "id"), (r#"{"id":5,"name":"A"}"#, "name"), (r#"{"id":"x"}"#, "id"), (r#"{"name":""}"#, "name")]
    {
        assert_eq!(parameter(made(remove, json)), name, "{json}");
    }
    assert_eq!(parameter(made(update, r#"{"id":5}"#)), "comment");
    assert_eq!(parameter(made(update, r#"{"id":5,"subaccount":"sub"}"#)), "comment");
    assert!(made(update, r#"{"id":5,"registrations":{"tele2":true}}"#).is_ok());
}

#[test]
fn a_change_is_made_or_its_fate_is_unknown() {
    let remove = made(remove, r#"{"id":5}"#).unwrap();
    for reply in ["{\n\"result\": \"OK\"\n}", "OK", "<result>OK</result>"] {
        assert_eq!(remove.decode(reply).unwrap(), "null");
    }
    assert_eq!(remove.decode("ERROR = 5 (x)").unwrap_err().code, ErrorCode::NotSaved);
    assert_eq!(remove.decode("0,-3").unwrap_err().code, ErrorCode::NotFound);
    for reply in ["", "maybe"] {
        let error = remove.decode(reply).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadReply);
        assert!(error.to_string().contains("whether the change was made is not known"));
    }
}

#[test]
fn codes_for_a_digital_name() {
    let send = made(send_code, r#"{"name":"+7 999 123-45-67","site":"SHOP","siteName":"shop.ru"}"#).unwrap();
    assert_eq!(sent(&send.form), "send_code=1&sender=79991234567&site=SHOP&site_name=shop.ru");
    for code in ["\"0042\"", "\" 0042 \""] {
        let confirm = made(confirm_code, &format!(r#"{{"name":"79991234567","code":{code}}}"#)).unwrap();
        assert_eq!(sent(&confirm.form), "check_code=1&sender=79991234567&code=0042");
    }
    assert_eq!(parameter(made(send_code, "{}")), "name");
    assert_eq!(parameter(made(send_code, r#"{"name":"SHOP"}"#)), "name");
    assert_eq!(parameter(made(confirm_code, r#"{"name":"79991234567"}"#)), "code");
    assert_eq!(parameter(made(confirm_code, r#"{"name":"79991234567","code":""}"#)), "code");
}

const UKRAINE: &str = r#"{"legalName":"ТОВ","taxId":"123","site":"a.ua","email":"a@a.ua","address":"Київ","description":"d","subject":"s"}"#;
const BELARUS: &str = r#"{"companyName":"ООО","taxId":"1","address":"Минск","occupation":19,"mailingType":3,"sampleMessage":"m","site":"a.by"}"#;

fn registered(registrations: &str) -> Result<(Call, Option<Document>)> {
    made(add, &format!(r#"{{"name":"A","registrations":{registrations}}}"#))
}

#[test]
fn every_registration_has_its_parameter() {
    for (name, wire) in [
        ("mtsStep", "mts_step"),
        ("sberStep", "sber_step"),
        ("tele2", "tele2"),
        ("motiv", "motiv"),
        ("megaStep", "mega_step"),
        ("beeStep", "bee_step"),
        ("motivStep", "motiv_step"),
        ("winmobStep", "winmob_step"),
        ("volnamobStep", "volnamob_step"),
        ("tele2Step", "tele2_step"),
    ] {
        let (call, _) = registered(&format!("{{\"{name}\":true}}")).unwrap();
        assert_eq!(sent(&call.form), format!("add=1&sender=A&{wire}=1"));
    }
    assert_eq!(sent(&registered(r#"{"tele2":false}"#).unwrap().0.form), "add=1&sender=A");
    assert_eq!(parameter(registered(r#"{"tele2":1}"#)), "registrations.tele2");
    assert_eq!(parameter(registered(r#"{"megaInt":true}"#)), "registrations.megaInt");
}

#[test]
fn the_details_of_a_country_go_along_once_and_must_all_be_there() {
    let (call, _) = registered(&format!("{{\"uaReg\":{UKRAINE},\"uaInt\":{UKRAINE},\"byInt\":{BELARUS}}}")).unwrap();
    assert_eq!(
        sent(&call.form),
        "add=1&sender=A&ua_reg=1&ua_int=1&fio=ТОВ&inn=123&site=a.ua&email=a@a.ua&address=Київ&desc=d&subj=s\
         &by_int=1&by_fio=ООО&by_inn=1&by_address=Минск&by_ocup=19&by_type=3&by_mes=m&by_site=a.by"
    );
    for (key, details, names) in [
        ("uaReg", UKRAINE, "legalName taxId site email address description subject"),
        ("byReg", BELARUS, "companyName taxId address occupation mailingType sampleMessage site"),
    ] {
        for name in names.split(' ') {
            let without = details.replace(&format!("\"{name}\""), "\"x\"");
            assert_eq!(
                parameter(registered(&format!("{{\"{key}\":{without}}}"))),
                format!("registrations.{key}.{name}")
            );
        }
    }
    let wrong = |from: &str, to: &str| parameter(registered(&format!("{{\"byReg\":{}}}", BELARUS.replace(from, to))));
    assert_eq!(wrong("19", "20"), "registrations.byReg.occupation");
    assert_eq!(wrong(":3,", ":0,"), "registrations.byReg.mailingType");
    assert_eq!(parameter(registered("{\"uaReg\":true}")), "registrations.uaReg");
    let other = UKRAINE.replace("Київ", "Львів");
    assert_eq!(parameter(registered(&format!("{{\"uaReg\":{UKRAINE},\"uaInt\":{other}}}"))), "registrations.uaInt");
}
