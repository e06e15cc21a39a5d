import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { createProxy } from "smsc-wasm/proxy";
import { proxyChecks } from "./proxy-checks.mjs";
import { smoke } from "./smoke.mjs";

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const service = searchParams.get("service");
    if (!service) return new Response("ready");
    if (searchParams.has("proxy")) return Response.json(await proxyChecks({ createClient, createProxy }, service));
    return Response.json(await smoke({ createClient, decodeHistory, SmscError }, service));
  },
};
