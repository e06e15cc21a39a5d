/** The calls that wait for the service's limits, with the time left and a button to cancel each. */
import { type Wait, waits } from "../api/waits.ts";
import { formatDuration } from "../i18n/format.ts";
import { texts } from "../i18n/texts.ts";
import { Button } from "./button.tsx";
import { Callout } from "./callout.tsx";
import { useClock } from "./use-clock.ts";

export function WaitList() {
  const now = useClock(waits.value.length > 0);
  const current = waits.value.filter(({ until }) => until > now);
  return (
    <div class="waits">
      {current.map((wait) => (
        <WaitItem key={wait.controller} wait={wait} now={now} />
      ))}
    </div>
  );
}

function WaitItem({ wait, now }: { readonly wait: Wait; readonly now: number }) {
  const { rateLimit, retry, cancel } = texts.value.waits;
  return (
    <Callout tone="warning">
      <span>{wait.reason === "rate_limit" ? rateLimit : retry} </span>
      {/* A timer is not read aloud every second. */}
      <strong role="timer">{formatDuration(wait.until - now)}</strong>
      <Button onClick={() => wait.controller.abort()}>{cancel}</Button>
    </Callout>
  );
}
