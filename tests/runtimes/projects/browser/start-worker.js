const worker = new Worker(`./worker.js${location.search}`, { type: "module" });
worker.addEventListener("message", ({ data }) => {
  globalThis.result = data;
});
worker.addEventListener("error", ({ message }) => {
  globalThis.result = { failure: message ?? "the worker did not start" };
});
