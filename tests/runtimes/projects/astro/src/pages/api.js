import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../smoke.mjs";

export async function GET({ url }) {
  return Response.json(await smoke({ createClient, decodeHistory, SmscError }, url.searchParams.get("service")));
}
