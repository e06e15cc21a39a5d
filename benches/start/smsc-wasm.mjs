import { createClient } from "smsc-wasm";

const smsc = await createClient({ apiKey: "key", baseUrl: process.argv[2] });
console.log((await smsc.call("balance.php", {})).balance);
