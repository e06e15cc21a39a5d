/** The form with the filters. The address changes when it is submitted. */
import type { TargetedSubmitEvent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { errorAt } from "../i18n/error-text.ts";
import { codeTexts, texts } from "../i18n/texts.ts";
import { navigate } from "../url.ts";
import { CHANNELS, type Filters, hrefOfFilters, NO_FILTERS } from "./filters.ts";

interface Props {
  /** The filters of the address. */
  readonly filters: Filters;
  /** The error of the current list, which may concern a filter. */
  readonly error: unknown;
}

export function FilterForm({ filters, error }: Props) {
  const [draft, setDraft] = useState(filters);
  useEffect(() => setDraft(filters), [filters]);
  const set = (name: keyof Filters) => (value: string) => setDraft((before) => ({ ...before, [name]: value }));
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    navigate(hrefOfFilters(draft));
  };
  const { history } = texts.value;
  const numbersError = errorAt(error, "phones") ?? errorAt(error, "emails") ?? errorAt(error, "channel");
  const statuses = Object.entries(codeTexts.value.messageStatuses)
    .map(([code, text = code]) => [code, text] as const)
    .sort(([one], [other]) => Number(one) - Number(other));
  return (
    <form class="filters" aria-label={history.filters} onSubmit={submit} noValidate>
      <TextField
        label={history.start}
        name="start"
        type="date"
        value={draft.start}
        onInput={set("start")}
        error={errorAt(error, "start")}
      />
      <TextField
        label={history.end}
        name="end"
        type="date"
        value={draft.end}
        onInput={set("end")}
        error={errorAt(error, "end")}
      />
      <TextField
        label={history.numbers}
        name="numbers"
        value={draft.numbers}
        onInput={set("numbers")}
        attributes={{ placeholder: "79991234567", inputMode: "email", autocomplete: "off" }}
        error={numbersError}
      />
      <SelectField
        label={history.channel}
        name="channel"
        value={draft.channel}
        onChange={set("channel")}
        options={CHANNELS.map((channel) => [channel, history.channels[channel]])}
      />
      <SelectField
        label={history.status}
        name="status"
        value={draft.status}
        onChange={set("status")}
        options={[["", history.anyStatus], ...statuses]}
      />
      <div class="actions">
        <Button type="submit" variant="brand">
          {history.apply}
        </Button>
        <Button onClick={() => navigate(hrefOfFilters(NO_FILTERS))}>{history.reset}</Button>
      </div>
    </form>
  );
}
