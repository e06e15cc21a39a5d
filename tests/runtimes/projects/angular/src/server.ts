import { join } from "node:path";
import {
  AngularNodeAppEngine,
  createNodeRequestHandler,
  isMainModule,
  writeResponseToNodeResponse,
} from "@angular/ssr/node";
import express from "express";
import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../smoke.mjs";

const app = express();
const angular = new AngularNodeAppEngine();

app.get("/api", async (request, response) => {
  const { service } = request.query;
  response.json(await smoke({ createClient, decodeHistory, SmscError }, String(service)));
});

app.use(express.static(join(import.meta.dirname, "../browser"), { index: false, redirect: false }));

app.use((request, response, next) => {
  angular
    .handle(request)
    .then((rendered) => (rendered ? writeResponseToNodeResponse(rendered, response) : next()))
    .catch(next);
});

if (isMainModule(import.meta.url)) {
  const { PORT } = process.env;
  app.listen(Number(PORT), "127.0.0.1");
}

export const reqHandler = createNodeRequestHandler(app);
