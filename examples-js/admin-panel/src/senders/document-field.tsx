/** Takes a document by drag and drop, or from a file dialog. */
import { useId, useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { formatBytes } from "../i18n/format.ts";
import { texts } from "../i18n/texts.ts";
import { checkDocument, DOCUMENT_ENDINGS } from "./document-check.ts";

interface Props {
  readonly file: File | undefined;
  readonly onChange: (file: File | undefined) => void;
  /** The client's error about the document. */
  readonly error: string | undefined;
}

export function DocumentField({ file, onChange, error: clientError }: Props) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [rejected, setRejected] = useState<ReturnType<typeof checkDocument>>();
  const { senders } = texts.value;
  const error = rejected ? senders[rejected] : clientError;

  const take = (candidate: File | undefined) => {
    if (!candidate) return;
    const problem = checkDocument(candidate);
    setRejected(problem);
    onChange(problem ? undefined : candidate);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files[0]);
  };
  const onDragOver = (event: DragEvent) => {
    // Without this, the browser opens the file instead.
    event.preventDefault();
    setOver(true);
  };
  return (
    <div class="field">
      <label for={id}>{senders.document}</label>
      {/* The input does the same for the keyboard. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      <div
        class={`drop-zone ${isOver ? "over" : ""}`}
        onDrop={onDrop}
        onDragOver={onDragOver}
        onDragLeave={() => setOver(false)}
      >
        {file ? (
          <p>
            {file.name}, {formatBytes(file.size)}{" "}
            <Button onClick={() => onChange(undefined)}>{senders.documentRemove}</Button>
          </p>
        ) : (
          <p aria-hidden="true">{senders.documentDrop}</p>
        )}
        <input
          id={id}
          class={file ? "visually-hidden" : ""}
          type="file"
          name="document"
          accept={DOCUMENT_ENDINGS.join(",")}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-hint`}
          onChange={({ currentTarget }) => {
            take(currentTarget.files?.[0]);
            // So that the same file can be chosen again.
            currentTarget.value = "";
          }}
        />
      </div>
      <small id={`${id}-hint`} class={error === undefined ? "hint" : "error"}>
        {error ?? senders.documentHint}
      </small>
    </div>
  );
}
