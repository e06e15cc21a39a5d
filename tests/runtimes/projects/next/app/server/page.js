import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../smoke.mjs";

export default async function Page({ searchParams }) {
  const { service } = await searchParams;
  const result = JSON.stringify(await smoke({ createClient, decodeHistory, SmscError }, service));
  return <p id="result">{encodeURIComponent(result)}</p>;
}
