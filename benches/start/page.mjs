// In a browser: the time from the script's first line to the first response, with compilation of the module.
const began = performance.now();
const { createClient } = await import("smsc-wasm");
const fetch = async () => new Response('{"balance":"100.50"}');
const smsc = await createClient({ apiKey: "key", fetch, dangerouslyAllowBrowser: true });
await smsc.call("balance.php", {});
globalThis.result = performance.now() - began;
