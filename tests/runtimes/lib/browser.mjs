/** Starts headless Chromium, Firefox and WebKitGTK, and returns the results of pages in them. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromiumFlags, firefoxPreferences } from "../../browser-settings.mjs";
import { NotRun } from "./not-run.mjs";
import { WebKit } from "./webkit.mjs";

const PROGRAMS = {
  chrome: {
    variable: "CHROME_PATH",
    title: "Chromium",
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    paths: [
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ],
  },
  firefox: {
    variable: "FIREFOX_PATH",
    title: "Firefox",
    names: ["firefox-esr", "firefox"],
    paths: ["/Applications/Firefox.app/Contents/MacOS/firefox", "C:\\Program Files\\Mozilla Firefox\\firefox.exe"],
  },
  webkit: {
    variable: "WEBKIT_DRIVER_PATH",
    title: "WebKitWebDriver of WebKitGTK",
    names: ["WebKitWebDriver"],
    paths: [],
  },
  xvfb: { variable: "XVFB_PATH", title: "Xvfb", names: ["Xvfb"], paths: [] },
};

/** Starts a browser of each kind. */
const STARTS = {
  chrome: (options) =>
    Puppet.start({ browser: "chrome", executablePath: findProgram("chrome"), args: chromiumFlags, ...options }),
  firefox: () =>
    Puppet.start({
      browser: "firefox",
      executablePath: findProgram("firefox"),
      extraPrefsFirefox: firefoxPreferences,
    }),
  webkit: () => WebKit.start(findProgram("webkit"), findProgram("xvfb")),
};

/** @param {keyof typeof PROGRAMS} name */
function findProgram(name) {
  const { variable, names, paths, title } = PROGRAMS[name];
  const given = process.env[variable];
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`${variable} is ${given}, but that file does not exist`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  const path = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...paths].find((path) =>
    existsSync(path),
  );
  if (!path) throw new NotRun(`${title} is not installed. Install it, or set ${variable} to its path`);
  return path;
}

/** A browser that puppeteer controls. */
class Puppet {
  #browser;

  static async start(options) {
    return new Puppet(await puppeteer.launch({ headless: true, ...options }));
  }

  constructor(browser) {
    this.#browser = browser;
  }

  async version() {
    return (await this.#browser.version()).replace(/^.*?\/([\d.]+).*$/, "$1");
  }

  /** Installs the extension of a folder. Returns its id. */
  installExtension(folder) {
    return this.#browser.installExtension(folder);
  }

  /** The first service worker that runs. */
  async serviceWorker() {
    const isWorker = (target) => target.type() === "service_worker";
    return (await this.#browser.waitForTarget(isWorker, { timeout: 30_000 })).worker();
  }

  async result(address, timeout = 30_000, slower = 1) {
    const page = await this.#browser.newPage();
    if (slower > 1) await page.emulateCPUThrottling(slower);
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    try {
      await page.goto(address, { waitUntil: "load", timeout: 60_000 });
      // `waitForFunction` evaluates code within the page, which a strict policy forbids.
      for (const until = Date.now() + timeout; Date.now() < until; ) {
        const result = await page.evaluate(() => globalThis.result);
        if (result !== undefined) return result;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("the page set no result before the timeout");
    } catch (error) {
      throw new Error(`${error.message}\n${problems.join("\n")}`, { cause: error });
    } finally {
      await page.close();
    }
  }

  close() {
    return this.#browser.close();
  }
}

/** The browsers of one run. Each is started on first use. */
export class Browsers {
  #started = new Map();

  /** @param {keyof typeof STARTS} kind */
  #get(kind) {
    if (!this.#started.has(kind)) this.#started.set(kind, (async () => STARTS[kind]())());
    return this.#started.get(kind);
  }

  /** The version number, such as `140.5`. */
  async version(kind) {
    return (await this.#get(kind)).version();
  }

  /** Starts Chromium for the duration of `use`, which gets the browser and the id of the extension in `folder`. */
  async withExtension(folder, use) {
    const browser = await STARTS.chrome({ pipe: true, enableExtensions: true });
    try {
      return await use(browser, await browser.installExtension(folder));
    } finally {
      await browser.close();
    }
  }

  /** Opens a page and waits for its `globalThis.result`. `slower` is the CPU slowdown factor, for Chromium only. */
  async result(address, kind = "chrome", timeout, slower) {
    return (await this.#get(kind)).result(address, timeout, slower);
  }

  async close() {
    for (const browser of this.#started.values()) await browser.then((open) => open.close()).catch(() => {});
  }
}
