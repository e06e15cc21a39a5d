#!/usr/bin/env node
/** `smsc-warehouse`: exports the history and task files into Parquet, DuckDB and Arrow, and sums the costs. */
import { createClient } from "smsc-wasm";
import { readClientOptions, readCommandLine, readHistoryQuery } from "./src/command-line.mjs";
import { exportTables } from "./src/export/tables.mjs";
import { describeFailure, EXIT_CODES, UsageError } from "./src/outcome.mjs";
import { createProgress } from "./src/progress.mjs";
import { queryCosts } from "./src/query.mjs";
import { formatCosts, formatExport } from "./src/result-table.mjs";
import { MESSAGES, taskTableName } from "./src/schema.mjs";
import { historySource, taskSource } from "./src/sources.mjs";

/** Aborts at Ctrl-C or SIGTERM. The second signal ends the process at once; the incomplete files are removed then too. */
function createStopSignal() {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(EXIT_CODES[name]);
      stop.abort(name);
    });
  }
  return stop.signal;
}

async function runExport({ out, format, task, cost, json, ...period }, stopSignal) {
  const query = readHistoryQuery(period);
  if (!query && task === undefined) throw new UsageError("Nothing to export. Set --from, --to or --task.");
  const progress = createProgress(process.stderr);
  const client = await createClient({ ...readClientOptions(process.env), onWait: progress.wait });
  // Also ends a download that a failure left open.
  const end = new AbortController();
  const signal = AbortSignal.any([stopSignal, end.signal]);
  const sources = [];
  // The task first: its errors are known after a few requests, and the history can take hours.
  if (task !== undefined) {
    const open = () => taskSource(client, { id: task, cost }, { signal, onProgress: progress.file });
    sources.push({ name: taskTableName(task), open });
  }
  if (query) {
    const open = () => historySource(client, query, { signal, onProgress: progress.history });
    sources.push({ name: MESSAGES.name, open });
  }
  try {
    const tables = await exportTables(out, format, sources, signal);
    progress.stop();
    console.log(json ? JSON.stringify({ tables }) : formatExport(tables, out));
  } finally {
    progress.stop();
    end.abort();
  }
}

async function runQuery(options, signal) {
  const result = await queryCosts(options, signal);
  console.log(options.json ? JSON.stringify(result) : formatCosts(result, options.by));
}

const { command, options } = readCommandLine(process.argv);
const signal = createStopSignal();
try {
  await (command === "export" ? runExport(options, signal) : runQuery(options, signal));
} catch (error) {
  const { exitCode, text } = describeFailure(error, signal);
  process.exitCode = exitCode;
  console.error(text);
}
