/** The registration of a sender name: the values of its form, and the request that they make. */
import type { BelarusDetails, Registrations, SenderInput, UkraineDetails } from "smsc-wasm";

/** Operators that need no details. */
export const SIMPLE_OPERATORS = [
  "mtsStep",
  "megaStep",
  "beeStep",
  "tele2Step",
  "tele2",
  "motivStep",
  "motiv",
  "sberStep",
  "winmobStep",
  "volnamobStep",
] as const satisfies readonly (keyof Registrations)[];
type SimpleOperator = (typeof SIMPLE_OPERATORS)[number];

export const UKRAINE_FIELDS = [
  "legalName",
  "taxId",
  "site",
  "email",
  "address",
  "description",
  "subject",
] as const satisfies readonly (keyof UkraineDetails)[];

export const BELARUS_FIELDS = [
  "companyName",
  "taxId",
  "address",
  "occupation",
  "mailingType",
  "sampleMessage",
  "site",
] as const satisfies readonly (keyof BelarusDetails)[];

/** Tariffs of the countries, which take the same details. */
export const UKRAINE_TARIFFS = ["uaReg", "uaInt"] as const;
export const BELARUS_TARIFFS = ["byReg", "byInt"] as const;

export type Operator = SimpleOperator | (typeof UKRAINE_TARIFFS)[number] | (typeof BELARUS_TARIFFS)[number];

type Texts<Key extends string> = Readonly<Record<Key, string>>;

/** The values of the form. */
export interface Registration {
  readonly name: string;
  readonly comment: string;
  readonly operators: ReadonlySet<Operator>;
  readonly ukraine: Texts<keyof UkraineDetails>;
  readonly belarus: Texts<keyof BelarusDetails>;
  readonly document: File | undefined;
  readonly documentInfo: string;
}

const emptyTexts = <Key extends string>(keys: readonly Key[]) =>
  Object.fromEntries(keys.map((key) => [key, ""])) as Record<Key, string>;

export const EMPTY_REGISTRATION: Registration = {
  name: "",
  comment: "",
  operators: new Set(),
  ukraine: emptyTexts(UKRAINE_FIELDS),
  belarus: emptyTexts(BELARUS_FIELDS),
  document: undefined,
  documentInfo: "",
};

/** The chosen tariffs of a country. */
export const chosen = <Tariff extends Operator>(operators: ReadonlySet<Operator>, tariffs: readonly Tariff[]) =>
  tariffs.filter((tariff) => operators.has(tariff));

/** The paths of the required inputs that are empty. All are shown at once, before the client reports the first. */
export function findMissing({ name, operators, ukraine, belarus }: Registration): string[] {
  const missing = name.trim() === "" ? ["name"] : [];
  const [ukraineTariff] = chosen(operators, UKRAINE_TARIFFS);
  const [belarusTariff] = chosen(operators, BELARUS_TARIFFS);
  if (ukraineTariff) missing.push(...missingDetails(ukraineTariff, UKRAINE_FIELDS, ukraine));
  if (belarusTariff) missing.push(...missingDetails(belarusTariff, BELARUS_FIELDS, belarus));
  return missing;
}

const missingDetails = <Key extends string>(tariff: Operator, fields: readonly Key[], values: Texts<Key>) =>
  fields.filter((field) => values[field].trim() === "").map((field) => `registrations.${tariff}.${field}`);

export function toInput(registration: Registration): SenderInput {
  const { comment, document, documentInfo } = registration;
  const name = registration.name.trim();
  return {
    name,
    email: name.includes("@") ? {} : undefined,
    comment: comment || undefined,
    registrations: toRegistrations(registration),
    document,
    documentInfo: (document && documentInfo) || undefined,
  };
}

function toRegistrations({ operators, ukraine, belarus }: Registration): Registrations | undefined {
  if (operators.size === 0) return undefined;
  const belarusDetails: BelarusDetails = {
    ...belarus,
    occupation: Number(belarus.occupation),
    mailingType: Number(belarus.mailingType),
  };
  const detailsOf = (operator: Operator) => {
    if (operator === "uaReg" || operator === "uaInt") return ukraine;
    return operator === "byReg" || operator === "byInt" ? belarusDetails : true;
  };
  return Object.fromEntries([...operators].map((operator) => [operator, detailsOf(operator)]));
}
