import type { Message } from "smsc-wasm";
import { Dialog } from "../components/dialog.tsx";
import { MessageStatusBadge } from "../components/status-badge.tsx";
import { formatFullTime, formatMoney } from "../i18n/format.ts";
import { codeTexts, texts } from "../i18n/texts.ts";

/** Everything about one message. */
export function MessageDetails({ message, onClose }: { readonly message: Message; readonly onClose: () => void }) {
  const { columns, message: title } = texts.value.history;
  const { deliveryErrors, messageTypes } = codeTexts.value;
  const { status, err, type, cost, operator, country, mccmnc, region } = message;
  const rows: readonly (readonly [label: string, value: string])[] = [
    [columns.sent, formatFullTime(message.sendTimestamp)],
    [columns.changed, formatFullTime(message.lastTimestamp)],
    [columns.recipient, message.phone],
    [columns.sender, message.senderId],
    [columns.error, err ? (deliveryErrors[err] ?? String(err)) : ""],
    [columns.cost, cost && formatMoney(cost)],
    [columns.parts, String(message.smsCnt)],
    [columns.type, messageTypes[type] ?? String(type)],
    [columns.operator, [operator, country, mccmnc].filter(Boolean).join(", ")],
    [columns.region, region],
    [columns.id, `${message.id} (${message.intId})`],
  ];
  return (
    <Dialog title={title} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it on a small screen */}
      <section tabIndex={0} aria-label={title}>
        <p>
          <MessageStatusBadge status={status} />
        </p>
        <p class="message-text">{message.message}</p>
        <dl class="properties">
          {rows
            .filter(([, value]) => value)
            .map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
      </section>
    </Dialog>
  );
}
