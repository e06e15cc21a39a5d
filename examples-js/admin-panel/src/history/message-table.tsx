// biome-ignore-all lint/a11y/useSemanticElements: the rows are positioned, which takes the roles of a table's elements away
// biome-ignore-all lint/a11y/useFocusableInteractive: a row of a table is not interactive, its button is
/** The table of messages. Only the rows in view are in the document, and the end of the list loads more. */
import { useEffect, useRef } from "preact/hooks";
import type { Message } from "smsc-wasm";
import { MessageStatusBadge } from "../components/status-badge.tsx";
import { useMedia } from "../components/use-media.ts";
import { useVirtualizer } from "../components/use-virtualizer.ts";
import { formatMoney, formatTime } from "../i18n/format.ts";
import { texts } from "../i18n/texts.ts";

interface Props {
  readonly messages: readonly Message[];
  /** Whether more messages can be loaded. */
  readonly canContinue: boolean;
  readonly onEnd: () => void;
  readonly onOpen: (message: Message) => void;
}

/** Rows of one line; on a phone, cards of two lines. The styles have the same heights. */
const ROW_HEIGHT = 40;
const CARD_HEIGHT = 76;
/** The next page is requested this many rows before the end. */
const ROWS_AHEAD = 20;

export function MessageTable({ messages, canContinue, onEnd, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const isPhone = useMedia("(max-width: 45rem)");
  const virtualizer = useVirtualizer({
    count: messages.length,
    rowHeight: isPhone ? CARD_HEIGHT : ROW_HEIGHT,
    getScrollElement: () => scroller.current,
  });

  const items = virtualizer.getVirtualItems();
  const isAtEnd = (items.at(-1)?.index ?? 0) >= messages.length - ROWS_AHEAD;
  // A page may hold no message with the selected status. The next one is then loaded by a button only.
  const requestedAt = useRef(-1);
  useEffect(() => {
    if (!isAtEnd || !canContinue || requestedAt.current === messages.length) return;
    requestedAt.current = messages.length;
    onEnd();
  }, [isAtEnd, canContinue, messages.length, onEnd]);

  const moveFocus = (index: number) => {
    if (index < 0 || index >= messages.length) return;
    virtualizer.scrollToIndex(index);
    // The row is in the document after the next frame.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] button`)?.focus(),
    );
  };

  const { columns, table } = texts.value.history;
  return (
    <div ref={scroller} class="messages" role="table" aria-label={table} aria-rowcount={messages.length + 1}>
      <div class="message-head" role="row" aria-rowindex={1}>
        {[columns.sent, columns.recipient, columns.sender, columns.status, columns.cost, columns.text].map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      <div class="message-rows" role="rowgroup" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {items.map(({ index, start }) => {
          const message = messages[index];
          return (
            message && (
              <MessageRow
                key={message.intId}
                message={message}
                index={index}
                top={start}
                onOpen={() => onOpen(message)}
                onMove={moveFocus}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly message: Message;
  readonly index: number;
  readonly top: number;
  readonly onOpen: () => void;
  readonly onMove: (index: number) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

function MessageRow({ message, index, top, onOpen, onMove }: RowProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onMove(index + step);
  };
  return (
    // The row's button does the same for the keyboard.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      class="message-row"
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onOpen}
    >
      <span role="cell" class="sent">
        <button type="button" class="link" onKeyDown={onKeyDown}>
          {formatTime(message.sendTimestamp)}
        </button>
      </span>
      <span role="cell" class="recipient">
        {message.phone}
      </span>
      <span role="cell" class="sender">
        {message.senderId}
      </span>
      <span role="cell" class="status">
        <MessageStatusBadge status={message.status} />
      </span>
      <span role="cell" class="cost">
        {message.cost && formatMoney(message.cost)}
      </span>
      <span role="cell" class="text">
        {message.message}
      </span>
    </div>
  );
}
