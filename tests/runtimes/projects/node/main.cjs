const { createClient, SmscError } = require("smsc-wasm");

import("./smoke.mjs")
  .then(({ smoke }) => smoke({ createClient, SmscError }, process.argv[2]))
  .then((result) => console.log(JSON.stringify(result)));
