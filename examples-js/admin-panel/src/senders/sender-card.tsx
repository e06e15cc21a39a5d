/** One sender name with its status at each operator and its documents. */
import { isAllowed } from "../api/permissions.ts";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import {
  fileStatusText,
  fileTone,
  operatorStatusText,
  operatorTone,
  SenderStatusBadge,
} from "../components/status-badge.tsx";
import { codeTexts, texts } from "../i18n/texts.ts";
import type { ListedSender } from "./types.ts";

interface Props {
  readonly sender: ListedSender;
  readonly onConfirm: () => void;
  readonly onRemove: () => void;
}

/** A phone number as a name belongs to the account once its owner has confirmed it. */
const needsCode = ({ name, status }: ListedSender): boolean => /^\+?\d+$/.test(name) && status !== 1;

export function SenderCard({ sender, onConfirm, onRemove }: Props) {
  const { senders } = texts.value;
  const { name, id, status, files } = sender;
  return (
    <article class="card" aria-labelledby={`sender-${id}`}>
      <header>
        <h2 id={`sender-${id}`}>{name}</h2>
        <SenderStatusBadge status={status} />
      </header>
      <Operators sender={sender} />
      {files.length > 0 && (
        <details>
          <summary>
            {senders.files} ({files.length})
          </summary>
          <ul>
            {files.map((file) => (
              <li key={file.id}>
                {file.name} <Badge tone={fileTone(file.status)}>{fileStatusText(file.status)}</Badge> {file.comment}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="actions">
        {needsCode(sender) && isAllowed("senders.sendCode") && <Button onClick={onConfirm}>{senders.confirm}</Button>}
        {isAllowed("senders.remove") && (
          <Button variant="danger" appearance="plain" onClick={onRemove}>
            {senders.remove}
          </Button>
        )}
      </div>
    </article>
  );
}

/** Status 0 also means that no registration was requested: these are shown on demand. */
function Operators({ sender }: { readonly sender: ListedSender }) {
  const statuses = Object.entries(sender.operators).flatMap(([key, status]) =>
    status === undefined ? [] : ([[key, status]] as const),
  );
  const requested = statuses.filter(([, status]) => status !== 0);
  const others = statuses.filter(([, status]) => status === 0);
  return (
    <>
      <OperatorList statuses={requested} />
      {others.length > 0 && (
        <details>
          <summary>
            {operatorStatusText(0)} ({others.length})
          </summary>
          <OperatorList statuses={others} />
        </details>
      )}
    </>
  );
}

function OperatorList({ statuses }: { readonly statuses: readonly (readonly [key: string, status: number])[] }) {
  if (statuses.length === 0) return null;
  return (
    <ul class="operators" aria-label={texts.value.senders.operators}>
      {statuses.map(([key, status]) => (
        <li key={key}>
          <Badge tone={operatorTone(status)}>
            {codeTexts.value.operatorNames[key] ?? key}: {operatorStatusText(status)}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
