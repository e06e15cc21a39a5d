//! At which operators a name is to be registered, with the details that Ukraine and Belarus ask for.

use crate::{
    error::{Error, Result},
    form::Form,
    input::{Field, Fields},
    parameters::{
        self, Parameters,
        Takes::{Filled, Flag, Whole},
        optional, required,
    },
};

/// The registrations that are nothing but a wish.
const WISHES: Parameters = &[
    optional("mtsStep", "mts_step", Flag),
    optional("sberStep", "sber_step", Flag),
    optional("tele2", "tele2", Flag),
    optional("motiv", "motiv", Flag),
    optional("megaStep", "mega_step", Flag),
    optional("beeStep", "bee_step", Flag),
    optional("motivStep", "motiv_step", Flag),
    optional("winmobStep", "winmob_step", Flag),
    optional("volnamobStep", "volnamob_step", Flag),
    optional("tele2Step", "tele2_step", Flag),
];

const UKRAINE: Parameters = &[
    required("legalName", "fio", Filled),
    required("taxId", "inn", Filled),
    required("site", "site", Filled),
    required("email", "email", Filled),
    required("address", "address", Filled),
    required("description", "desc", Filled),
    required("subject", "subj", Filled),
];

const BELARUS: Parameters = &[
    required("companyName", "by_fio", Filled),
    required("taxId", "by_inn", Filled),
    required("address", "by_address", Filled),
    required("occupation", "by_ocup", Whole(1, 19)),
    required("mailingType", "by_type", Whole(1, 3)),
    required("sampleMessage", "by_mes", Filled),
    required("site", "by_site", Filled),
];

/// The registrations of a country: on its national and its international tariff, which share the details.
struct Country {
    tariffs: [(&'static str, &'static str); 2],
    details: Parameters,
}

const COUNTRIES: [Country; 2] = [
    Country { tariffs: [("uaReg", "ua_reg"), ("uaInt", "ua_int")], details: UKRAINE },
    Country { tariffs: [("byReg", "by_reg"), ("byInt", "by_int")], details: BELARUS },
];

/// Checks the registrations and adds them to the form.
///
/// # Errors
/// `invalid_parameter`, naming the parameter and what it takes.
pub fn write(field: Field, form: &mut Form) -> Result<()> {
    if !field.is_given() {
        return Ok(());
    }
    let fields = field.fields()?;
    parameters::write(&fields, WISHES, form)?;
    for Country { tariffs, details } in COUNTRIES {
        let mut given: Option<Form> = None;
        for (name, wire) in tariffs {
            let Some(of_tariff) = read(&fields, name, details)? else { continue };
            form.set(wire, "1");
            // Both tariffs share their parameters, so one of two differing details would be lost.
            if given.as_ref().is_some_and(|given| *given != of_tariff) {
                let message =
                    format!("`{name}` takes the same details as `{}`, since they share the parameters", tariffs[0].0);
                return Err(Error::new(fields.code(), message).parameter(fields.path_of(name)));
            }
            given = Some(of_tariff);
        }
        if let Some(details) = given {
            form.append(details);
        }
    }
    fields.finish()
}

fn read(fields: &Fields, name: &'static str, table: Parameters) -> Result<Option<Form>> {
    let field = fields.take(name);
    if !field.is_given() {
        return Ok(None);
    }
    let details = field.fields()?;
    let mut form = Form::new("");
    parameters::write(&details, table, &mut form)?;
    details.finish()?;
    Ok(Some(form))
}
