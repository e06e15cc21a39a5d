import { decodeHistory } from "/node_modules/smsc-wasm/dist/formats.js";

addEventListener("message", (event) => {
  const answer = async () => {
    const error = await decodeHistory("0,-3", 1).catch((error) => error);
    event.source.postMessage({ code: error.code, message: error.message });
  };
  event.waitUntil(answer());
});
