/** Chromium and Firefox, headless, and what a page in them gives. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromiumFlags } from "../../chromium.mjs";
import { NotRun } from "./not-run.mjs";

const KINDS = {
  chrome: {
    variable: "CHROME_PATH",
    title: "Chromium",
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    places: [
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ],
    launch: { args: chromiumFlags },
  },
  firefox: {
    variable: "FIREFOX_PATH",
    title: "Firefox",
    names: ["firefox-esr", "firefox"],
    places: ["/Applications/Firefox.app/Contents/MacOS/firefox", "C:\\Program Files\\Mozilla Firefox\\firefox.exe"],
    launch: {
      // A proxy that is not there, for everything but this machine.
      extraPrefsFirefox: {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "network.proxy.no_proxies_on": "127.0.0.1, localhost",
      },
    },
  },
};

/** @param {"chrome" | "firefox"} kind */
function find(kind) {
  const { variable, names, places, title } = KINDS[kind];
  const given = process.env[variable];
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`${variable} names ${given}, where there is no file`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places].find((path) =>
    existsSync(path),
  );
  if (!found) throw new NotRun(`${title} is not installed; install it, or set ${variable} to one`);
  return found;
}

/** The browsers of one run, each started when it is first asked for. */
export class Browsers {
  #started = new Map();

  /** @param {"chrome" | "firefox"} kind */
  get(kind) {
    if (!this.#started.has(kind)) this.#started.set(kind, this.#start(kind));
    return this.#started.get(kind);
  }

  async #start(kind) {
    return puppeteer.launch({ browser: kind, executablePath: find(kind), headless: true, ...KINDS[kind].launch });
  }

  /** As `Firefox 140.5`. */
  async version(kind) {
    return (await (await this.get(kind)).version()).replace(/^.*?\/([\d.]+).*$/, "$1");
  }

  /** Opens a page that leaves what came of it in `globalThis.result`; Chromium on a processor so many times as slow. */
  async result(address, kind = "chrome", timeout = 30_000, slower = 1) {
    const page = await (await this.get(kind)).newPage();
    if (slower > 1) await page.emulateCPUThrottling(slower);
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    try {
      await page.goto(address, { waitUntil: "load", timeout: 60_000 });
      // `waitForFunction` would compile its function within the page, which a strict policy forbids.
      for (const until = Date.now() + timeout; Date.now() < until; ) {
        const result = await page.evaluate(() => globalThis.result);
        if (result !== undefined) return result;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("the page left no result in time");
    } catch (error) {
      throw new Error(`${error.message}\n${problems.join("\n")}`, { cause: error });
    } finally {
      await page.close();
    }
  }

  async close() {
    for (const browser of this.#started.values()) await browser.then((open) => open.close()).catch(() => {});
  }
}
