/** The first rows of a task's file. Only the start of the file is downloaded. */
import { useEffect } from "preact/hooks";
import type { CsvDialect, Smsc, Task, TaskRow } from "smsc-wasm";
import type { CallOptions } from "../api/run-call.ts";
import { useCall } from "../api/use-call.ts";
import { Dialog } from "../components/dialog.tsx";
import { ErrorMessage } from "../components/error-message.tsx";
import { Progress } from "../components/progress.tsx";
import { texts } from "../i18n/texts.ts";

const MAX_ROWS = 50;

interface Preview {
  readonly rows: readonly TaskRow[];
  readonly dialect: CsvDialect | undefined;
}

async function readPreview(id: number, client: Smsc, { signal, onWait }: CallOptions): Promise<Preview> {
  const file = await client.tasks.download({ id }, { signal, onWait });
  const rows: TaskRow[] = [];
  for await (const row of file.rows({ signal })) {
    rows.push(row);
    if (rows.length === MAX_ROWS) break;
  }
  return { rows, dialect: file.csv };
}

export function PreviewDialog({ task, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const { result, error, isRunning, start } = useCall<Preview>();
  useEffect(() => void start((client, options) => readPreview(task.id, client, options)), [start, task.id]);
  return (
    <Dialog title={task.name} onClose={onClose}>
      {isRunning && <Progress label={texts.value.loading} />}
      <ErrorMessage error={error} />
      {result && <Rows {...result} />}
    </Dialog>
  );
}

function Rows({ rows, dialect }: Preview) {
  const { tasks } = texts.value;
  const columns = dialect?.columns ?? rows.find(Array.isArray)?.map((_, index) => String(index + 1)) ?? [];
  return (
    <>
      <p class="hint">
        {tasks.previewRows(rows.length)}. {dialect && tasks.dialect(dialect.encoding, `“${dialect.delimiter}”`)}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="preview" tabIndex={0} aria-label={tasks.preview}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {columns.map((column, at) => (
                  <td key={column}>{Array.isArray(row) ? row[at] : row[column]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
