/** The tariffs of a country, and the details that they require. */
import { TextField } from "../components/field.tsx";
import { codeTexts, texts } from "../i18n/texts.ts";
import type { Operator } from "./registration.ts";

interface Props<Key extends string> {
  readonly title: string;
  readonly tariffs: readonly Operator[];
  readonly operators: ReadonlySet<Operator>;
  readonly onToggle: (operator: Operator) => void;
  readonly fields: readonly Key[];
  readonly values: Readonly<Record<Key, string>>;
  readonly onInput: (field: Key, value: string) => void;
  /** The error of the input with that path. */
  readonly errorOf: (path: string) => string | undefined;
}

const isNumber = (field: string): boolean => field === "occupation" || field === "mailingType";

export function DetailsFields<Key extends keyof typeof texts.value.senders.fields>(props: Props<Key>) {
  const { title, tariffs, operators, onToggle, fields, values, onInput, errorOf } = props;
  const chosen = tariffs.filter((tariff) => operators.has(tariff));
  // The tariffs have the same details, so an error concerns the one input of both.
  const errorAt = (field: string) =>
    chosen.map((tariff) => errorOf(`registrations.${tariff}.${field}`)).find((error) => error !== undefined);
  return (
    <fieldset>
      <legend>{title}</legend>
      <OperatorChoice keys={tariffs} operators={operators} onToggle={onToggle} />
      {chosen.length > 0 && (
        <div class="details-fields">
          {fields.map((field) => (
            <TextField
              key={field}
              label={texts.value.senders.fields[field]}
              name={field}
              type={isNumber(field) ? "number" : field === "email" ? "email" : "text"}
              value={values[field]}
              onInput={(value) => onInput(field, value)}
              error={errorAt(field)}
              attributes={{ required: true }}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly keys: readonly Operator[];
  readonly operators: ReadonlySet<Operator>;
  readonly onToggle: (operator: Operator) => void;
}

/** A checkbox for each operator. */
export function OperatorChoice({ keys, operators, onToggle }: ChoiceProps) {
  return (
    <div class="choices">
      {keys.map((key) => (
        <label key={key}>
          <input type="checkbox" name={key} checked={operators.has(key)} onChange={() => onToggle(key)} />
          {codeTexts.value.operatorNames[key]}
        </label>
      ))}
    </div>
  );
}
