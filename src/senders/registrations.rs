//! At which operators a name is to be registered, with the details that Ukraine and Belarus ask for.

use crate::{
    error::{Error, Result},
    form::Form,
    input::{Field, Fields},
    parameters::{self, Parameters},
};

/// The registrations that are nothing but a wish.
const WISHES: Parameters = "mtsStep:b sberStep:b tele2:b motiv:b megaStep:b beeStep:b motivStep:b winmobStep:b \
                            volnamobStep:b tele2Step:b";

const UKRAINE: Parameters =
    "!legalName>fio:f !taxId>inn:f !site:f !email:f !address:f !description>desc:f !subject>subj:f";

const BELARUS: Parameters = "!companyName>by_fio:f !taxId>by_inn:f !address>by_address:f !occupation>by_ocup:n1-19 \
                             !mailingType>by_type:n1-3 !sampleMessage>by_mes:f !site>by_site:f";

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
                let [(first, _), _] = tariffs;
                let message = ["`", name, "` takes the same details as `", first, "`, since they share the parameters"];
                return Err(Error::new(fields.code(), &message).parameter(&fields.path_of(name)));
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
