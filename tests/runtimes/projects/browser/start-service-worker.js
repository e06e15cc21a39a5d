navigator.serviceWorker.addEventListener("message", ({ data }) => {
  globalThis.result = data;
});
navigator.serviceWorker.startMessages();
try {
  const registration = await navigator.serviceWorker.register(`./service-worker.js${location.search}`, {
    type: "module",
  });
  (registration.installing ?? registration.active).postMessage("run");
} catch (error) {
  globalThis.result = { failure: String(error) };
}
