import { createClient, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

export default {
  async fetch(request) {
    const service = new URL(request.url).searchParams.get("service");
    return service ? Response.json(await smoke({ createClient, SmscError }, service)) : new Response("ready");
  },
};
