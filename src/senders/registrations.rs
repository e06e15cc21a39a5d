//! At which operators a name is to be registered, with the details that Ukraine and Belarus ask for.

use crate::{
    error::{Error, Result},
    form::Form,
    input::{Field, Fields},
};

/// The parameters of the registrations that are nothing but a wish.
const WISHES: [&str; 10] = [
    "mts_step",
    "sber_step",
    "tele2",
    "motiv",
    "mega_step",
    "bee_step",
    "motiv_step",
    "winmob_step",
    "volnamob_step",
    "tele2_step",
];

/// The operators at which to register a sender name.
#[expect(clippy::struct_excessive_bools, reason = "each is a parameter of the service")]
#[derive(Debug, Default, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct Registrations {
    /// A paid name at MTS.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub mts_step: bool,
    /// A free name at SberMobile.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub sber_step: bool,
    /// Tele2, tariff with free names.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub tele2: bool,
    /// MOTIV, tariff with free names.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub motiv: bool,
    /// A paid name at MegaFon.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub mega_step: bool,
    /// A paid name at Beeline.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub bee_step: bool,
    /// A paid name at MOTIV.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub motiv_step: bool,
    /// A paid name at Win-Mobile.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub winmob_step: bool,
    /// A paid name at Volna mobile.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub volnamob_step: bool,
    /// A paid name at Tele2.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub tele2_step: bool,
    /// Ukraine, lower tariff for national traffic.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub ua_reg: Option<UkraineDetails>,
    /// Ukraine, higher tariff for international traffic. Shares its parameters with `uaReg`: give the same details.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub ua_int: Option<UkraineDetails>,
    /// Belarus, lower tariff for national traffic.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub by_reg: Option<BelarusDetails>,
    /// Belarus, higher tariff for international traffic. Shares its parameters with `byReg`: give the same details.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub by_int: Option<BelarusDetails>,
}

/// What a registration in Ukraine needs. Every field must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct BelarusDetails {
    /// Name of the company (`by_fio`).
    pub company_name: String,
    /// УНП or ИНН (`by_inn`).
    pub tax_id: String,
    /// Address of the company (`by_address`).
    pub address: String,
    /// Field of activity, 1 to 19 (`by_ocup`); the list is on the service's page of sender names.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub occupation: u64,
    /// Type of mailing, 1 to 3 (`by_type`); the list is on the service's page of sender names.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number"))]
    pub mailing_type: u64,
    /// Sample of a message (`by_mes`).
    pub sample_message: String,
    /// Address of the web site (`by_site`).
    pub site: String,
}

impl Registrations {
    /// Reads and checks registrations.
    ///
    /// # Errors
    /// `invalid_parameter`, naming the parameter and what it takes.
    pub fn read(field: Field) -> Result<Self> {
        if !field.is_given() {
            return Ok(Self::default());
        }
        let mut fields = field.fields()?;
        let mut wish = |name: &'static str| fields.take(name).flag().map(Option::unwrap_or_default);
        let mut read = Self {
            mts_step: wish("mtsStep")?,
            sber_step: wish("sberStep")?,
            tele2: wish("tele2")?,
            motiv: wish("motiv")?,
            mega_step: wish("megaStep")?,
            bee_step: wish("beeStep")?,
            motiv_step: wish("motivStep")?,
            winmob_step: wish("winmobStep")?,
            volnamob_step: wish("volnamobStep")?,
            tele2_step: wish("tele2Step")?,
            ..Self::default()
        };
        read.ua_reg = details(&mut fields, "uaReg", UkraineDetails::read)?;
        read.ua_int = details(&mut fields, "uaInt", UkraineDetails::read)?;
        read.by_reg = details(&mut fields, "byReg", BelarusDetails::read)?;
        read.by_int = details(&mut fields, "byInt", BelarusDetails::read)?;
        same_details(&fields, "uaReg", "uaInt", read.ua_reg.as_ref(), read.ua_int.as_ref())?;
        same_details(&fields, "byReg", "byInt", read.by_reg.as_ref(), read.by_int.as_ref())?;
        fields.finish()?;
        Ok(read)
    }

    /// Whether no registration is wished for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the parameters to a form.
    #[must_use]
    pub fn write(&self, mut form: Form) -> Form {
        let wishes = [
            self.mts_step,
            self.sber_step,
            self.tele2,
            self.motiv,
            self.mega_step,
            self.bee_step,
            self.motiv_step,
            self.winmob_step,
            self.volnamob_step,
            self.tele2_step,
        ];
        for (parameter, wished) in WISHES.iter().zip(wishes) {
            form = form.with_flag(parameter, wished);
        }
        form = form.with_flag("ua_reg", self.ua_reg.is_some()).with_flag("ua_int", self.ua_int.is_some());
        if let Some(details) = self.ua_reg.as_ref().or(self.ua_int.as_ref()) {
            form = details.write(form);
        }
        form = form.with_flag("by_reg", self.by_reg.is_some()).with_flag("by_int", self.by_int.is_some());
        if let Some(details) = self.by_reg.as_ref().or(self.by_int.as_ref()) {
            form = details.write(form);
        }
        form
    }
}

fn details<T>(fields: &mut Fields, name: &'static str, read: fn(Fields) -> Result<T>) -> Result<Option<T>> {
    let field = fields.take(name);
    if field.is_given() { read(field.fields()?).map(Some) } else { Ok(None) }
}

/// Both tariffs of a country share their parameters, so one of two differing details would be lost.
fn same_details<T: PartialEq>(fields: &Fields, one: &str, other: &str, a: Option<&T>, b: Option<&T>) -> Result<()> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => {
            let message = format!("`{one}` and `{other}` share their parameters: give both the same details");
            Err(Error::new(fields.code(), message).parameter(fields.path_of(other)))
        }
        _ => Ok(()),
    }
}

fn needed(fields: &mut Fields, name: &'static str) -> Result<String> {
    fields.take(name).required("a text", Field::filled_text)
}

impl UkraineDetails {
    fn read(mut fields: Fields) -> Result<Self> {
        let details = Self {
            legal_name: needed(&mut fields, "legalName")?,
            tax_id: needed(&mut fields, "taxId")?,
            site: needed(&mut fields, "site")?,
            email: needed(&mut fields, "email")?,
            address: needed(&mut fields, "address")?,
            description: needed(&mut fields, "description")?,
            subject: needed(&mut fields, "subject")?,
        };
        fields.finish()?;
        Ok(details)
    }

    fn write(&self, form: Form) -> Form {
        form.with("fio", &self.legal_name)
            .with("inn", &self.tax_id)
            .with("site", &self.site)
            .with("email", &self.email)
            .with("address", &self.address)
            .with("desc", &self.description)
            .with("subj", &self.subject)
    }
}

impl BelarusDetails {
    fn read(mut fields: Fields) -> Result<Self> {
        let number = |field: Field, most: u64| {
            field.required(&format!("a whole number from 1 to {most}"), |field| field.whole(1..=most))
        };
        let details = Self {
            company_name: needed(&mut fields, "companyName")?,
            tax_id: needed(&mut fields, "taxId")?,
            address: needed(&mut fields, "address")?,
            occupation: number(fields.take("occupation"), 19)?,
            mailing_type: number(fields.take("mailingType"), 3)?,
            sample_message: needed(&mut fields, "sampleMessage")?,
            site: needed(&mut fields, "site")?,
        };
        fields.finish()?;
        Ok(details)
    }

    fn write(&self, form: Form) -> Form {
        form.with("by_fio", &self.company_name)
            .with("by_inn", &self.tax_id)
            .with("by_address", &self.address)
            .with("by_ocup", self.occupation.to_string())
            .with("by_type", self.mailing_type.to_string())
            .with("by_mes", &self.sample_message)
            .with("by_site", &self.site)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::Credentials, error::ErrorCode};

    const UKRAINE: &str = r#"{"legalName":"ТОВ","taxId":"123","site":"a.ua","email":"a@a.ua","address":"Київ","description":"d","subject":"s"}"#;
    const BELARUS: &str = r#"{"companyName":"ООО","taxId":"1","address":"Минск","occupation":19,"mailingType":3,"sampleMessage":"m","site":"a.by"}"#;

    fn read(json: &str) -> Result<Registrations> {
        let text = format!("{{\"registrations\":{json}}}");
        Registrations::read(Fields::parse(&text, ErrorCode::InvalidParameter, "it")?.take("registrations"))
    }

    fn parameter(json: &str) -> String {
        read(json).unwrap_err().details().parameter.clone().unwrap()
    }

    #[test]
    fn each_wish_has_its_parameter() {
        let names = "mtsStep sberStep tele2 motiv megaStep beeStep motivStep winmobStep volnamobStep tele2Step";
        for (name, wire) in names.split(' ').zip(WISHES) {
            let form = read(&format!("{{\"{name}\":true}}")).unwrap().write(Form::new("x"));
            assert_eq!(form.encode(&Credentials::none()).as_str(), format!("{wire}=1&fmt=3&charset=utf-8"));
        }
        assert!(read(r#"{"tele2":false}"#).unwrap().is_empty());
        assert_eq!(parameter(r#"{"tele2":1}"#), "registrations.tele2");
        assert_eq!(parameter(r#"{"megaInt":true}"#), "registrations.megaInt");
    }

    #[test]
    fn the_details_go_along_once() {
        let both = read(&format!("{{\"uaReg\":{UKRAINE},\"uaInt\":{UKRAINE},\"byInt\":{BELARUS}}}")).unwrap();
        let form = both.write(Form::new("x"));
        let sent: Vec<_> = form.all(&Credentials::none()).map(|(name, _)| name.to_owned()).collect();
        assert_eq!(
            sent.join(" "),
            "ua_reg ua_int fio inn site email address desc subj by_int by_fio by_inn by_address by_ocup by_type by_mes by_site fmt charset"
        );
        assert_eq!((form.get("by_ocup"), form.get("by_type"), form.get("inn")), (Some("19"), Some("3"), Some("123")));
    }

    #[test]
    fn every_detail_must_be_there_and_sound() {
        for name in ["legalName", "taxId", "site", "email", "address", "description", "subject"] {
            let without = UKRAINE.replace(&format!("\"{name}\""), "\"x\"");
            assert_eq!(parameter(&format!("{{\"uaReg\":{without}}}")), format!("registrations.uaReg.{name}"));
        }
        for name in ["companyName", "taxId", "address", "occupation", "mailingType", "sampleMessage", "site"] {
            let without = BELARUS.replace(&format!("\"{name}\""), "\"x\"");
            assert_eq!(parameter(&format!("{{\"byReg\":{without}}}")), format!("registrations.byReg.{name}"));
        }
        assert_eq!(
            parameter(&format!("{{\"byReg\":{}}}", BELARUS.replace("19", "20"))),
            "registrations.byReg.occupation"
        );
        assert_eq!(
            parameter(&format!("{{\"byReg\":{}}}", BELARUS.replace(":3,", ":0,"))),
            "registrations.byReg.mailingType"
        );
        assert_eq!(parameter("{\"uaReg\":true}"), "registrations.uaReg");
        let other = UKRAINE.replace("Київ", "Львів");
        assert_eq!(parameter(&format!("{{\"uaReg\":{UKRAINE},\"uaInt\":{other}}}")), "registrations.uaInt");
    }
}
