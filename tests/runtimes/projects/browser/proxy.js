import { createClient } from "smsc-wasm";

/** The result of the page: what the client gets through the proxy, without credentials. */
async function run() {
  const baseUrl = new URLSearchParams(location.search).get("proxy");
  const smsc = await createClient({ baseUrl, headers: { "x-session": "open" }, maxRetries: 0 });
  const code = (promise) =>
    promise.then(
      () => "fulfilled",
      ({ code, httpStatus }) => `${code} ${httpStatus}`,
    );

  const { messages } = await smsc.history.list({ limit: 2 });
  const file = await smsc.tasks.download({ id: 11 });
  const document = new File(["%PDF-1.7 ", "x".repeat(100_000)], "файл.pdf", { type: "application/pdf" });
  const { id } = await smsc.senders.add({ name: "NewName", document });
  const stranger = await createClient({ baseUrl, maxRetries: 0 });

  const controller = new AbortController();
  const pending = smsc.history.list({ limit: 3 }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 1000);
  return {
    intIds: messages.map(({ intId }) => intId),
    file: [file.fileName, (await file.text()).length],
    added: id > 0,
    refused: await code(smsc.senders.remove({ name: "NewName" })),
    anonymous: await code(stranger.balance()),
    aborted: (await code(pending)).split(" ")[0],
  };
}

globalThis.result = await run().catch((error) => ({ failure: `${error?.stack ?? error}` }));
