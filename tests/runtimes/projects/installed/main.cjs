const { createClient, decodeHistory, SmscError } = require("smsc-wasm");

import("./smoke.mjs")
  .then(({ smoke }) => smoke({ createClient, decodeHistory, SmscError }, process.argv[2]))
  .then((result) => console.log(JSON.stringify(result)));
