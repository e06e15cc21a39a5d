#!/usr/bin/env node
/** `smsc-export`: exports an account's history into SQLite and CSV. */
import { createClient } from "smsc-wasm";
import { readClientOptions, readCommandLine } from "./src/command-line.mjs";
import { checkCsvFolder, writeCsv } from "./src/csv.mjs";
import { HistoryDatabase } from "./src/export-job.mjs";
import { describeFailure, EXIT_CODES } from "./src/outcome.mjs";
import { createProgress } from "./src/progress-bar.mjs";
import { formatSummary, summarize } from "./src/summary.mjs";

/** Aborts at Ctrl-C or SIGTERM. The second signal ends the process at once, which loses nothing either. */
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

/** Downloads the pages that the database does not have yet. */
async function download(clientOptions, job, progress, signal) {
  const client = await createClient({ ...clientOptions, onWait: progress.wait });
  const query = job.query();
  progress.start(query);
  const pages = client.history.pages(query, { signal, onProgress: progress.update });
  for await (const page of pages) job.storePage(page);
}

/** Completes an export and adds its outcome to `report`. */
async function runExport({ query, restart }, report, progress, signal) {
  const clientOptions = readClientOptions(process.env);
  if (report.csv) await checkCsvFolder(report.csv);
  const history = new HistoryDatabase(report.database);
  try {
    const job = history.openExport(query, restart);
    try {
      report.isResumed = job.isResumed;
      if (job.isResumed) progress.note(`Continues after ${job.countMessages()} messages.`);
      if (!job.isDownloaded()) await download(clientOptions, job, progress, signal);
      if (report.csv) await writeCsv(report.csv, job.messages(), signal);
      job.finish();
      Object.assign(report, { status: "complete", ...summarize(job.groups()) });
    } finally {
      report.messages = job.countMessages();
    }
  } finally {
    history.close();
  }
}

const { json, database, csv, ...options } = readCommandLine(process.argv);
const report = { status: "failed", database, csv, isResumed: false, messages: 0 };
const progress = createProgress(process.stderr);
const signal = createStopSignal();
try {
  await runExport(options, report, progress, signal);
  progress.stop();
  if (!json) console.log(formatSummary(report));
} catch (error) {
  progress.stop();
  const failure = describeFailure(error, signal, report);
  process.exitCode = failure.exitCode;
  Object.assign(report, failure.report);
  console.error(failure.text);
}
if (json) console.log(JSON.stringify(report));
