// In a browser: how long it takes from the script's first line to the first reply, the compiling of the module included.
const began = performance.now();
const { createClient } = await import("smsc-wasm");
const fetch = async () => new Response('{"balance":"100.50"}');
const smsc = await createClient({ apiKey: "key", fetch, dangerouslyAllowBrowser: true });
await smsc.call("balance.php", {});
globalThis.result = performance.now() - began;
