/** The dialog that registers a sender name. */
import type { TargetedSubmitEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useCall } from "../api/use-call.ts";
import { announce } from "../components/announcement.tsx";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { TextField } from "../components/field.tsx";
import { errorAt } from "../i18n/error-text.ts";
import { texts } from "../i18n/texts.ts";
import { DetailsFields, OperatorChoice } from "./details-fields.tsx";
import { DocumentField } from "./document-field.tsx";
import {
  BELARUS_FIELDS,
  BELARUS_TARIFFS,
  EMPTY_REGISTRATION,
  findMissing,
  type Operator,
  type Registration,
  SIMPLE_OPERATORS,
  toInput,
  UKRAINE_FIELDS,
  UKRAINE_TARIFFS,
} from "./registration.ts";

interface Props {
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

export function RegistrationDialog({ onClose, onAdded }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(EMPTY_REGISTRATION);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const { error, isRunning, start } = useCall<true>();
  const { senders } = texts.value;

  const set = (change: Partial<Registration>) => setValues((before) => ({ ...before, ...change }));
  const toggle = (operator: Operator) => {
    const operators = new Set(values.operators);
    if (!operators.delete(operator)) operators.add(operator);
    set({ operators });
  };
  const errorOf = (path: string) => (missing.includes(path) ? senders.required : errorAt(error, path));

  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const nowMissing = findMissing(values);
    setMissing(nowMissing);
    if (nowMissing.length > 0) return;
    const isDone = await start(async (client, options) => {
      await client.senders.add(toInput(values), options);
      return true;
    });
    if (!isDone) return;
    announce(senders.added(values.name));
    onAdded();
  };

  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [missing, error]);

  return (
    <Dialog title={senders.add} onClose={onClose}>
      <form ref={form} class="registration" onSubmit={submit} noValidate>
        <TextField
          label={senders.name}
          hint={senders.nameHint}
          name="name"
          value={values.name}
          onInput={(name) => set({ name })}
          error={errorOf("name") ?? errorOf("email")}
          attributes={{ required: true, autofocus: true, autocomplete: "off" }}
        />
        <TextField
          label={senders.comment}
          name="comment"
          value={values.comment}
          onInput={(comment) => set({ comment })}
          error={errorOf("comment")}
        />
        <fieldset>
          <legend>{senders.registrations}</legend>
          <OperatorChoice keys={SIMPLE_OPERATORS} operators={values.operators} onToggle={toggle} />
        </fieldset>
        <DetailsFields
          title={senders.ukraine}
          tariffs={UKRAINE_TARIFFS}
          operators={values.operators}
          onToggle={toggle}
          fields={UKRAINE_FIELDS}
          values={values.ukraine}
          onInput={(field, value) => set({ ukraine: { ...values.ukraine, [field]: value } })}
          errorOf={errorOf}
        />
        <DetailsFields
          title={senders.belarus}
          tariffs={BELARUS_TARIFFS}
          operators={values.operators}
          onToggle={toggle}
          fields={BELARUS_FIELDS}
          values={values.belarus}
          onInput={(field, value) => set({ belarus: { ...values.belarus, [field]: value } })}
          errorOf={errorOf}
        />
        <DocumentField file={values.document} onChange={(document) => set({ document })} error={errorOf("document")} />
        {values.document && (
          <TextField
            label={senders.documentInfo}
            name="documentInfo"
            value={values.documentInfo}
            onInput={(documentInfo) => set({ documentInfo })}
            error={errorOf("documentInfo")}
          />
        )}
        <ErrorMessage error={error} />
        <div class="actions">
          <Button onClick={onClose}>{texts.value.cancel}</Button>
          <Button type="submit" variant="brand" isBusy={isRunning}>
            {senders.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
