// biome-ignore-all lint/performance/useDomNodeTextContent: a person sees only the rendered text
/** A page with the panel, used as a person does: by the texts of links, buttons and labels. */
import assert from "node:assert/strict";

const TIMEOUT_MS = 15_000;

export class PanelPage {
  /** Errors of the page's scripts, and messages of its console. */
  problems = [];

  constructor(page, url) {
    this.page = page;
    this.url = url;
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && this.problems.push(message.text()));
  }

  async open(search = "") {
    await this.page.goto(`${this.url}/${search}`, { waitUntil: "load" });
    await this.until("the panel", () => document.querySelector("h1") !== null);
  }

  /** The part of the address with the filters. */
  search() {
    return this.page.evaluate(() => location.search);
  }

  /** Waits until `condition`, a function of the page, returns something other than `undefined`, `false` and `null`. */
  async until(what, condition, ...values) {
    for (const end = Date.now() + TIMEOUT_MS; ; ) {
      const result = await this.page.evaluate(condition, ...values);
      if (result) return result;
      if (Date.now() > end) {
        const text = await this.page.evaluate(() => document.body.innerText.slice(-1500));
        assert.fail(`the page did not show ${what}. It shows:\n${text}\n${this.problems.join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits for a text. */
  see(text) {
    return this.until(`“${text}”`, (text) => document.body.innerText.includes(text), text);
  }

  /** Waits until a text is gone. */
  seeNo(text) {
    return this.until(`no “${text}”`, (text) => !document.body.innerText.includes(text), text);
  }

  /** Clicks the link, button or summary with this text, in the topmost dialog or in the element that `within` selects. */
  async click(text, within) {
    const mark = await this.until(
      `the button “${text}”`,
      (text, within) => {
        const dialog = [...document.querySelectorAll("wa-dialog")].at(-1);
        const root = within ? document.querySelector(within) : (dialog ?? document);
        const candidates = [...(root?.querySelectorAll("a, button, wa-button, summary") ?? [])];
        const found = candidates.find(
          (element) => element.textContent.trim() === text && element.checkVisibility() && !element.disabled,
        );
        if (!found || found.loading) return undefined;
        const mark = `click-${performance.now()}`;
        found.setAttribute("data-test", mark);
        return mark;
      },
      text,
      within,
    );
    await (await this.page.$(`[data-test="${mark}"]`)).click();
  }

  /** The input with this label. */
  async field(label) {
    const id = await this.until(
      `the field “${label}”`,
      (label) => {
        const found = [...document.querySelectorAll("label")].findLast(
          ({ textContent }) => textContent.trim() === label,
        );
        const input = found?.control;
        if (!input) return undefined;
        input.id ||= `field-${performance.now()}`;
        return input.id;
      },
      label,
    );
    return this.page.$(`[id="${id}"]`);
  }

  async type(label, text) {
    const input = await this.field(label);
    await input.click();
    await this.page.keyboard.type(text);
  }

  /** Sets a value at once. Date fields take their keys in an order that depends on the browser. */
  async set(label, value) {
    const input = await this.field(label);
    await input.evaluate((input, value) => {
      input.value = value;
      for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
    }, value);
  }

  async check(label) {
    await (await this.field(label)).click();
  }

  /** The text below a field that says what is wrong with it, if the field is marked as invalid. */
  async errorOf(label) {
    return (await this.field(label)).evaluate((input) => {
      if (input.getAttribute("aria-invalid") !== "true") return undefined;
      const ids = input.getAttribute("aria-describedby").split(" ");
      return document.getElementById(ids.at(-1)).textContent;
    });
  }

  texts(selector) {
    return this.page.$$eval(selector, (elements) => elements.map(({ textContent }) => textContent.trim()));
  }

  /** Forgets the browser's own messages about responses with this status. */
  forgive(status) {
    this.problems = this.problems.filter((problem) => !problem.includes(`status of ${status}`));
  }

  /** Fails if a script of the page failed. */
  expectNoProblems() {
    assert.deepEqual(this.problems, []);
  }
}
