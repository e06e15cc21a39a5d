import { createClient } from "smsc-wasm";

export default {
  async fetch() {
    const fetch = async () => new Response('{"balance":"100.50"}');
    const smsc = await createClient({ apiKey: "key", fetch });
    return new Response((await smsc.call("balance.php", {})).balance);
  },
};
