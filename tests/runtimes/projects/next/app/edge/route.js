import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../smoke.mjs";

export const runtime = "edge";

export async function GET(request) {
  return Response.json(
    await smoke({ createClient, decodeHistory, SmscError }, new URL(request.url).searchParams.get("service")),
  );
}
