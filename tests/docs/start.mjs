/** Starts a snippet: node start.mjs <URL of the program>. A Worker, a module with a default `fetch`, gets a request. */
import assert from "node:assert/strict";
import "./environment.mjs";

const { default: worker } = await import(process.argv[2]);
if (typeof worker?.fetch === "function") {
  const response = await worker.fetch(new Request("https://worker.example/"), {
    SMSC_API_KEY: process.env.SMSC_API_KEY,
  });
  assert.equal(response.status, 200, await response.text());
}
