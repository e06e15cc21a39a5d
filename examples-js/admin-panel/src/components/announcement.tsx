/** News that screen readers read aloud and everybody sees for a while. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Callout } from "./callout.tsx";

const SHOWN_MS = 8000;
const announcement = signal<string | undefined>(undefined);

export function announce(text: string): void {
  announcement.value = text;
}

export function Announcement() {
  const text = announcement.value;
  useEffect(() => {
    if (text === undefined) return;
    const timer = setTimeout(() => {
      announcement.value = undefined;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="announcement" aria-live="polite">
      {text !== undefined && <Callout tone="success">{text}</Callout>}
    </div>
  );
}
