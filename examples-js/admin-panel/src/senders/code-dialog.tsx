/** Confirms a phone number as a sender name: requests a code, and takes it. */
import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { isSmscError } from "smsc-wasm";
import { useCall } from "../api/use-call.ts";
import { announce } from "../components/announcement.tsx";
import { Button } from "../components/button.tsx";
import { Callout } from "../components/callout.tsx";
import { Dialog } from "../components/dialog.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { TextField } from "../components/field.tsx";
import { errorAt, errorText } from "../i18n/error-text.ts";
import { texts } from "../i18n/texts.ts";

interface Props {
  readonly name: string;
  readonly onClose: () => void;
  readonly onConfirmed: () => void;
}

export function CodeDialog({ name, onClose, onConfirmed }: Props) {
  const [step, setStep] = useState<"request" | "confirm">("request");
  const [isSent, setSent] = useState(false);
  const request = useCall<true>();
  const { code } = texts.value;
  const send = async () => {
    const isDone = await request.start(async (client, options) => {
      await client.senders.sendCode({ name }, options);
      return true;
    });
    if (!isDone) return;
    setSent(true);
    setStep("confirm");
  };
  return (
    <Dialog title={code.title(name)} onClose={onClose}>
      {step === "request" ? (
        <>
          <p>{code.explain}</p>
          <ErrorMessage error={request.error} />
          <div class="actions">
            <Button onClick={() => setStep("confirm")}>{code.have}</Button>
            <Button variant="brand" isBusy={request.isRunning} onClick={() => void send()}>
              {code.send}
            </Button>
          </div>
        </>
      ) : (
        <>
          {isSent && <Callout tone="success">{code.sent}</Callout>}
          <CodeForm name={name} onConfirmed={onConfirmed} />
        </>
      )}
    </Dialog>
  );
}

function CodeForm({ name, onConfirmed }: { readonly name: string; readonly onConfirmed: () => void }) {
  const [value, setValue] = useState("");
  const { error, isRunning, start } = useCall<true>();
  const { code } = texts.value;
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const isDone = await start(async (client, options) => {
      await client.senders.confirmCode({ name, code: value.trim() }, options);
      return true;
    });
    if (!isDone) return;
    announce(code.confirmed(name));
    onConfirmed();
  };
  // The service names no parameter for a wrong code.
  const fieldError =
    isSmscError(error) && error.code === "wrong_code" ? errorText(error).meaning : errorAt(error, "code");
  return (
    <form onSubmit={submit} noValidate>
      <TextField
        label={code.code}
        name="code"
        value={value}
        onInput={setValue}
        error={fieldError}
        attributes={{ inputMode: "numeric", autocomplete: "one-time-code", autofocus: true }}
      />
      {fieldError === undefined && <ErrorMessage error={error} />}
      <div class="actions">
        <Button type="submit" variant="brand" isBusy={isRunning} isDisabled={value.trim() === ""}>
          {code.confirm}
        </Button>
      </div>
    </form>
  );
}
