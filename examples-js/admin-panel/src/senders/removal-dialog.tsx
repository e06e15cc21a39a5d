import { useCall } from "../api/use-call.ts";
import { announce } from "../components/announcement.tsx";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { texts } from "../i18n/texts.ts";
import type { ListedSender } from "./types.ts";

interface Props {
  readonly sender: ListedSender;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

/** Asks before a sender name is deleted. */
export function RemovalDialog({ sender: { id, name }, onClose, onRemoved }: Props) {
  const { error, isRunning, start } = useCall<true>();
  const { senders } = texts.value;
  const remove = async () => {
    const isDone = await start(async (client, options) => {
      await client.senders.remove({ id }, options);
      return true;
    });
    if (!isDone) return;
    announce(senders.removed(name));
    onRemoved();
  };
  const footer = (
    <>
      <Button onClick={onClose}>{texts.value.cancel}</Button>
      <Button variant="danger" isBusy={isRunning} onClick={() => void remove()}>
        {senders.remove}
      </Button>
    </>
  );
  return (
    <Dialog title={senders.remove} onClose={onClose} footer={footer}>
      <p>{senders.removeQuestion(name)}</p>
      <ErrorMessage error={error} />
    </Dialog>
  );
}
