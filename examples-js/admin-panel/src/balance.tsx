import { useEffect } from "preact/hooks";
import { useCall } from "./api/use-call.ts";
import { formatMoney } from "./i18n/format.ts";
import { texts } from "./i18n/texts.ts";

/** The account's balance. Without it the panel still works, so an error is not shown. */
export function Balance() {
  const { result, start } = useCall<{ balance: string; currency?: string | undefined }>();
  useEffect(() => void start((client, options) => client.balance(options)), [start]);
  if (!result) return null;
  return (
    <p class="balance">
      {texts.value.balance}: <strong>{formatMoney(result.balance)}</strong> {result.currency}
    </p>
  );
}
