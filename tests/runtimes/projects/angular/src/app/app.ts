import { afterNextRender, Component } from "@angular/core";
import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../smoke.mjs";

@Component({ selector: "app-root", template: "<p>A page, which is rendered on the server too</p>" })
export class App {
  constructor() {
    afterNextRender(async () => {
      const service = new URLSearchParams(location.search).get("service") ?? "";
      const options = { dangerouslyAllowBrowser: true };
      const result = await smoke({ createClient, decodeHistory, SmscError }, service, options);
      Object.assign(globalThis, { result });
    });
  }
}
