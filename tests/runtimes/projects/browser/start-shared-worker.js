const worker = new SharedWorker(`./shared-worker.js${location.search}`, { type: "module" });
worker.port.onmessage = ({ data }) => {
  globalThis.result = data;
};
worker.addEventListener("error", ({ message }) => {
  globalThis.result = { failure: message ?? "the shared worker did not start" };
});
