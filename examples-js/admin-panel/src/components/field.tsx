import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** The attributes that connect an input with its label, hint and error. */
export interface InputAttributes {
  readonly id: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly children: (attributes: InputAttributes) => ComponentChildren;
}

/** A label above an input, with a hint and the input's error below it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const descriptions = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-invalid": Boolean(error), "aria-describedby": descriptions || undefined })}
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
      {error && (
        <small id={`${id}-error`} class="error">
          {error}
        </small>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, "children"> {
  readonly name: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: "text" | "date" | "email" | "number";
  readonly attributes?: {
    readonly placeholder?: string;
    readonly inputMode?: "email" | "numeric";
    readonly autocomplete?: "off" | "one-time-code";
    readonly autofocus?: boolean;
    readonly required?: boolean;
  };
}

export function TextField({ name, value, onInput, type = "text", attributes, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(input) => (
        <input
          // Preact's types allow only one `type` at a time.
          {...({ type } as { type: "text" })}
          {...input}
          {...attributes}
          name={name}
          value={value}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps extends Omit<FieldProps, "children"> {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Values with their texts. */
  readonly options: readonly (readonly [value: string, text: string])[];
}

export function SelectField({ name, value, onChange, options, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {(input) => (
        <select {...input} name={name} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {options.map(([option, text]) => (
            <option key={option} value={option} selected={option === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
