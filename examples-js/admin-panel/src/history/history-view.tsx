/** The page of sent messages: filters, table, statistics, export. */
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { Message } from "smsc-wasm";
import { isCancelled } from "../api/run-call.ts";
import { announce } from "../components/announcement.tsx";
import { Button } from "../components/button.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { Progress } from "../components/progress.tsx";
import { saveBlob } from "../components/save-file.ts";
import { texts } from "../i18n/texts.ts";
import { parameters } from "../url.ts";
import { toCsv } from "./csv.ts";
import { FilterForm } from "./filter-form.tsx";
import { queryOf, readFilters, selectByStatus } from "./filters.ts";
import { MessageDetails } from "./message-details.tsx";
import { MessageList } from "./message-list.ts";
import { MessageTable } from "./message-table.tsx";
import { StatisticsView } from "./statistics-view.tsx";

export function HistoryView() {
  const filters = useMemo(() => readFilters(parameters.value), [parameters.value]);
  const list = useMessageList(JSON.stringify(queryOf(filters)));
  const loaded = list.messages.value;
  const messages = useMemo(() => selectByStatus(loaded, filters.status), [loaded, filters.status]);
  const [opened, setOpened] = useState<Message>();
  const loadMore = useCallback(() => void list.loadMore(), [list]);

  const save = async () => {
    await list.loadAll();
    if (!list.isComplete.peek()) return;
    const selection = selectByStatus(list.messages.peek(), filters.status);
    saveBlob(toCsv(selection), fileName(filters.start, filters.end));
    announce(texts.peek().history.saved(selection.length));
  };

  const { history } = texts.value;
  const isLoading = list.isLoading.value;
  const isComplete = list.isComplete.value;
  const error = list.error.value;
  return (
    <>
      <h1>{history.title}</h1>
      <FilterForm filters={filters} error={error} />
      <div class="toolbar">
        <p role="status">{history.shown(messages.length, loaded.length, isComplete)}</p>
        {isLoading ? (
          <Button onClick={() => list.cancel()}>{texts.value.cancel}</Button>
        ) : (
          !isComplete && <Button onClick={() => void list.loadAll()}>{history.all}</Button>
        )}
        <Button onClick={() => void save()} isDisabled={isLoading || loaded.length === 0}>
          {history.export}
        </Button>
      </div>
      <div class="loading">{isLoading && <Progress label={texts.value.loading} />}</div>
      {isCancelled(error) ? (
        <p>
          <Button onClick={loadMore}>{history.more}</Button>
        </p>
      ) : (
        <ErrorMessage error={error} onRetry={loadMore} />
      )}
      {isComplete && messages.length === 0 && <p>{history.empty}</p>}
      {messages.length > 0 && (
        <MessageTable
          // A new list starts at its top.
          key={list}
          messages={messages}
          canContinue={list.canContinue.value}
          onEnd={loadMore}
          onOpen={setOpened}
        />
      )}
      {loaded.length > 0 && list.canContinue.value && (
        <p>
          <Button onClick={loadMore}>{history.more}</Button>
        </p>
      )}
      {messages.length > 0 && <StatisticsView messages={messages} />}
      {opened && <MessageDetails message={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

/** The list of a query, which starts to load. Another query cancels it. */
function useMessageList(query: string): MessageList {
  const list = useMemo(() => new MessageList(JSON.parse(query)), [query]);
  useEffect(() => {
    void list.loadMore();
    return () => list.cancel();
  }, [list]);
  return list;
}

const fileName = (start: string, end: string): string => `${["messages", start, end].filter(Boolean).join("-")}.csv`;
