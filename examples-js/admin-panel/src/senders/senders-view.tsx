/** The page of sender names: their statuses, and the registration of new ones. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { isAllowed } from "../api/permissions.ts";
import { useCall } from "../api/use-call.ts";
import { Button } from "../components/button.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { Progress } from "../components/progress.tsx";
import { texts } from "../i18n/texts.ts";
import { CodeDialog } from "./code-dialog.tsx";
import { RegistrationDialog } from "./registration-dialog.tsx";
import { RemovalDialog } from "./removal-dialog.tsx";
import { SenderCard } from "./sender-card.tsx";
import type { ListedSender } from "./types.ts";

/** The open dialog. */
type Open = { readonly kind: "registration" } | { readonly kind: "code" | "removal"; readonly sender: ListedSender };

export function SendersView() {
  const { result, error, isRunning, start } = useCall<ListedSender[]>();
  const [open, setOpen] = useState<Open>();
  const load = useCallback(
    () => void start((client, options) => client.senders.list({ all: true, operators: true, files: true }, options)),
    [start],
  );
  useEffect(load, [load]);

  const close = () => setOpen(undefined);
  const closeAndLoad = () => {
    close();
    load();
  };
  const { senders } = texts.value;
  return (
    <>
      <h1>{senders.title}</h1>
      <div class="toolbar">
        <p role="status">{result && senders.number(result.length)}</p>
        <Button onClick={load} isBusy={isRunning}>
          {texts.value.reload}
        </Button>
        {isAllowed("senders.add") && (
          <Button variant="brand" onClick={() => setOpen({ kind: "registration" })}>
            {senders.add}
          </Button>
        )}
      </div>
      <div class="loading">{isRunning && <Progress label={texts.value.loading} />}</div>
      <ErrorMessage error={error} onRetry={load} />
      <div class="cards">
        {result?.map((sender) => (
          <SenderCard
            key={sender.id}
            sender={sender}
            onConfirm={() => setOpen({ kind: "code", sender })}
            onRemove={() => setOpen({ kind: "removal", sender })}
          />
        ))}
      </div>
      {open?.kind === "registration" && <RegistrationDialog onClose={close} onAdded={closeAndLoad} />}
      {open?.kind === "code" && <CodeDialog name={open.sender.name} onClose={close} onConfirmed={closeAndLoad} />}
      {open?.kind === "removal" && <RemovalDialog sender={open.sender} onClose={close} onRemoved={closeAndLoad} />}
    </>
  );
}
