import { TestBed } from "@angular/core/testing";
import { createClient } from "smsc-wasm";
import { createEmulator, faults } from "smsc-wasm/testing";
import { Messages, SMSC } from "./messages";

const emulator = createEmulator({
  messages: [
    { phone: "79160000001", status: 1 },
    { phone: "79160000002", status: 20 },
  ],
});

/** The text of the component's elements of this kind. */
async function render(selector: string) {
  const useValue = createClient(emulator.clientOptions());
  TestBed.configureTestingModule({ providers: [{ provide: SMSC, useValue }] });
  const fixture = TestBed.createComponent(Messages);
  await fixture.whenStable();
  const elements: NodeListOf<HTMLElement> = fixture.nativeElement.querySelectorAll(selector);
  return [...elements].map(({ textContent }) => textContent);
}

describe("Messages", () => {
  beforeEach(() => emulator.reset());

  it("shows the messages of the emulator", async () => {
    const items = await render("li");
    expect(items.sort()).toEqual(["79160000001: delivered", "79160000002: cannot be delivered"]);
  });

  it("shows an error of the emulator", async () => {
    emulator.faults.push(faults.apiError(4));
    expect(await render("[role=alert]")).toEqual([expect.stringContaining("IP")]);
  });
});
