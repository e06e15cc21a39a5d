import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

export default {
  async fetch(request) {
    const service = new URL(request.url).searchParams.get("service");
    return service
      ? Response.json(await smoke({ createClient, decodeHistory, SmscError }, service))
      : new Response("ready");
  },
};
