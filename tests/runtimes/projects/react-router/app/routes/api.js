import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../smoke.mjs";

export async function loader({ request }) {
  const service = new URL(request.url).searchParams.get("service");
  return Response.json(await smoke({ createClient, decodeHistory, SmscError }, service));
}
