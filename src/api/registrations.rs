//! At which operators a sender name is to be registered, with the details that Ukraine and Belarus ask for (page "Перечень
//! доступных операций с именами отправителей").

use serde::Deserialize;
use tsify::Tsify;

use crate::{
    api::values::{BoundedInt, NonEmptyText},
    client::error::{Error, ErrorCode, Result},
    protocol::form::Form,
};

/// The operators at which to register a sender name.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
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
    /// Ukraine, higher tariff for international traffic. Shares its parameters with `uaReg`: pass the same details.
    #[tsify(optional)]
    pub ua_int: Option<UkraineDetails>,
    /// Belarus, lower tariff for national traffic.
    #[tsify(optional)]
    pub by_reg: Option<BelarusDetails>,
    /// Belarus, higher tariff for international traffic. Shares its parameters with `byReg`: pass the same details.
    #[tsify(optional)]
    pub by_int: Option<BelarusDetails>,
}

/// The details of a registration in Ukraine. All fields are required.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct UkraineDetails {
    /// Legal name of the organisation (`fio`).
    #[tsify(type = "string")]
    pub legal_name: NonEmptyText,
    /// ЕДРПОУ or ИНН (`inn`).
    #[tsify(type = "string")]
    pub tax_id: NonEmptyText,
    /// Address of the web site, or a link to a social network (`site`).
    #[tsify(type = "string")]
    pub site: NonEmptyText,
    /// E-mail address for contact (`email`).
    #[tsify(type = "string")]
    pub email: NonEmptyText,
    /// Actual address (`address`).
    #[tsify(type = "string")]
    pub address: NonEmptyText,
    /// Description of the services that the sender provides (`desc`).
    #[tsify(type = "string")]
    pub description: NonEmptyText,
    /// Subject: the matter of which recipients are informed (`subj`).
    #[tsify(type = "string")]
    pub subject: NonEmptyText,
}

/// The details of a registration in Belarus. All fields are required.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct BelarusDetails {
    /// Name of the company (`by_fio`).
    #[tsify(type = "string")]
    pub company_name: NonEmptyText,
    /// УНП or ИНН (`by_inn`).
    #[tsify(type = "string")]
    pub tax_id: NonEmptyText,
    /// Address of the company (`by_address`).
    #[tsify(type = "string")]
    pub address: NonEmptyText,
    /// Field of activity, 1 to 19 (`by_ocup`); the list is on the service's page of sender names.
    #[tsify(type = "number")]
    pub occupation: BoundedInt<1, 19>,
    /// Type of mailing, 1 to 3 (`by_type`); the list is on the service's page of sender names.
    #[tsify(type = "number")]
    pub mailing_type: BoundedInt<1, 3>,
    /// Sample of a message (`by_mes`).
    #[tsify(type = "string")]
    pub sample_message: NonEmptyText,
    /// Address of the web site (`by_site`).
    #[tsify(type = "string")]
    pub site: NonEmptyText,
}

impl UkraineDetails {
    fn write(&self, form: &mut Form) {
        for (name, NonEmptyText(value)) in [
            ("fio", &self.legal_name),
            ("inn", &self.tax_id),
            ("site", &self.site),
            ("email", &self.email),
            ("address", &self.address),
            ("desc", &self.description),
            ("subj", &self.subject),
        ] {
            form.set(name, value.as_str());
        }
    }
}

impl BelarusDetails {
    fn write(&self, form: &mut Form) {
        form.set("by_fio", self.company_name.0.as_str());
        form.set("by_inn", self.tax_id.0.as_str());
        form.set("by_address", self.address.0.as_str());
        form.set("by_ocup", self.occupation.0.to_string());
        form.set("by_type", self.mailing_type.0.to_string());
        form.set("by_mes", self.sample_message.0.as_str());
        form.set("by_site", self.site.0.as_str());
    }
}

impl Registrations {
    /// Adds the registrations to a form. The national and the international tariff of a country share the parameters of their
    /// details.
    ///
    /// # Errors
    /// `invalid_parameter`, if the two have different details: one of them would be lost.
    pub fn write(&self, form: &mut Form) -> Result<()> {
        for (name, flag) in [
            ("mts_step", self.mts_step),
            ("sber_step", self.sber_step),
            ("tele2", self.tele2),
            ("motiv", self.motiv),
            ("mega_step", self.mega_step),
            ("bee_step", self.bee_step),
            ("motiv_step", self.motiv_step),
            ("winmob_step", self.winmob_step),
            ("volnamob_step", self.volnamob_step),
            ("tele2_step", self.tele2_step),
        ] {
            form.set_flag(name, flag);
        }
        form.set_flag("ua_reg", Some(self.ua_reg.is_some()));
        form.set_flag("ua_int", Some(self.ua_int.is_some()));
        if let Some(details) = shared("uaReg", self.ua_reg.as_ref(), "uaInt", self.ua_int.as_ref())? {
            details.write(form);
        }
        form.set_flag("by_reg", Some(self.by_reg.is_some()));
        form.set_flag("by_int", Some(self.by_int.is_some()));
        if let Some(details) = shared("byReg", self.by_reg.as_ref(), "byInt", self.by_int.as_ref())? {
            details.write(form);
        }
        Ok(())
    }
}

/// The details that two tariffs of a country share.
fn shared<'a, T: PartialEq>(
    national: &str,
    national_details: Option<&'a T>,
    international: &str,
    international_details: Option<&'a T>,
) -> Result<Option<&'a T>> {
    if let (Some(one), Some(other)) = (national_details, international_details)
        && one != other
    {
        let message = format!(
            "`registrations.{international}` takes the same details as `registrations.{national}`, since they share the \
             parameters"
        );
        let path = format!("registrations.{international}");
        return Err(Error::new(ErrorCode::InvalidParameter, message).parameter(&path));
    }
    Ok(national_details.or(international_details))
}
