import { useEffect } from "react";
import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../smoke.mjs";

export default function Home() {
  useEffect(() => {
    const service = new URLSearchParams(location.search).get("service");
    smoke({ createClient, decodeHistory, SmscError }, service, { dangerouslyAllowBrowser: true }).then((result) => {
      globalThis.result = result;
    });
  }, []);
  return <p>A page, which is rendered on the server too</p>;
}
