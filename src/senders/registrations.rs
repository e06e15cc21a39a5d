//! At which operators a name is to be registered, with the details that Ukraine and Belarus ask for.

use crate::{
    error::{Error, Result},
    form::Form,
    input::{Field, Fields},
    parameters::{self, Parameters},
    text::snake,
};

/// The registrations that are nothing but a wish.
const WISHES: Parameters = "mtsStep:b sberStep:b tele2:b motiv:b megaStep:b beeStep:b motivStep:b winmobStep:b \
                            volnamobStep:b tele2Step:b";

const UKRAINE: Parameters =
    "!legalName>fio:f !taxId>inn:f !site:f !email:f !address:f !description>desc:f !subject>subj:f";

const BELARUS: Parameters = "!companyName>by_fio:f !taxId>by_inn:f !address>by_address:f !occupation>by_ocup:n1-19 \
                             !mailingType>by_type:n1-3 !sampleMessage>by_mes:f !site>by_site:f";

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
    // A country's national and its international tariff, which share the details.
    for (national, international, details) in [("uaReg", "uaInt", UKRAINE), ("byReg", "byInt", BELARUS)] {
        let mut given: Option<Form> = None;
        for name in [national, international] {
            let Some(of_tariff) = read(&fields, name, details)? else { continue };
            form.set(&snake(name), "1");
            // Of two differing details one would be lost.
            if given.as_ref().is_some_and(|given| *given != of_tariff) {
                let message = "`%` takes the same details as `%`, since they share the parameters";
                return Err(Error::new(fields.code(), message, &[name, national]).parameter(&fields.path_of(name)));
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
