import { errorText } from "../i18n/error-text.ts";
import { texts } from "../i18n/texts.ts";
import { Button } from "./button.tsx";
import { Callout } from "./callout.tsx";

interface Props {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** A failed call: its meaning, the details on demand, and a button to repeat it. */
export function ErrorMessage({ error, onRetry }: Props) {
  if (error === undefined) return null;
  const { meaning, details } = errorText(error);
  return (
    <Callout tone="danger">
      <p>{meaning}</p>
      <details>
        <summary>{texts.value.details}</summary>
        <p>{details}</p>
      </details>
      {onRetry && <Button onClick={onRetry}>{texts.value.retry}</Button>}
    </Callout>
  );
}
