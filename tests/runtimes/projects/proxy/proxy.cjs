const { createClient } = require("smsc-wasm");
const { createProxy } = require("smsc-wasm/proxy");

import("./proxy-checks.mjs")
  .then(({ proxyChecks }) => proxyChecks({ createClient, createProxy }, process.argv[2]))
  .then((result) => console.log(JSON.stringify(result)));
