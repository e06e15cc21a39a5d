import { Component, InjectionToken, inject, resource } from "@angular/core";
import { createClient, messageStatuses, type Smsc } from "smsc-wasm";

/** The client of the application, which calls the service through a proxy. */
export const SMSC = new InjectionToken<Promise<Smsc>>("SMSC", {
  providedIn: "root",
  factory: () => createClient({ baseUrl: "/smsc" }),
});

@Component({
  selector: "app-messages",
  template: `
    @if (messages.hasValue()) {
      @for (message of messages.value(); track message.intId) {
        <li>{{ message.phone }}: {{ statuses[message.status] }}</li>
      }
    } @else {
      <p role="alert">{{ messages.error()?.message }}</p>
    }
  `,
})
export class Messages {
  readonly #smsc = inject(SMSC);
  readonly statuses = messageStatuses;
  readonly messages = resource({
    loader: async ({ abortSignal }) => {
      const smsc = await this.#smsc;
      return (await smsc.history.list({ limit: 10 }, { signal: abortSignal })).messages;
    },
  });
}
