/** Controls WebKitGTK by WebDriver (https://www.w3.org/TR/webdriver2/). It has no headless mode and gets a virtual display. */
import { spawn } from "node:child_process";
import { freePort } from "./process.mjs";

const CAPABILITIES = {
  alwaysMatch: {
    // An unreachable proxy blocks all connections except to this machine.
    proxy: {
      proxyType: "manual",
      httpProxy: "127.0.0.1:9",
      sslProxy: "127.0.0.1:9",
      noProxy: ["127.0.0.1", "localhost"],
    },
  },
};

/** A browser on a busy machine is sometimes lost while it starts. */
const ATTEMPTS = 3;
const START_MS = 20_000;
const COMMAND_MS = 60_000;

export class WebKit {
  #processes;
  #session;
  #version;

  /** Starts Xvfb, WebKitWebDriver and a browser, by the paths of the two programs. */
  static async start(driver, xvfb) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await WebKit.#startOnce(driver, xvfb);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  static async #startOnce(driver, xvfb) {
    const display = spawn(xvfb, ["-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const number = await new Promise((resolve, reject) => {
      display.stdio[3].once("data", (line) => resolve(String(line).trim()));
      display.once("error", reject).once("exit", () => reject(new Error("Xvfb did not start")));
    });
    const port = await freePort();
    const server = spawn(driver, ["-p", port], {
      stdio: "ignore",
      env: { ...process.env, DISPLAY: `:${number}`, WAYLAND_DISPLAY: "", GDK_BACKEND: "x11" },
    });
    const webkit = new WebKit([server, display]);
    try {
      await webkit.#open(`http://127.0.0.1:${port}/session`);
    } catch (error) {
      await webkit.close();
      throw error;
    }
    return webkit;
  }

  constructor(processes) {
    this.#processes = processes;
    process.once("exit", this.#stop);
  }

  async #open(url) {
    for (const until = Date.now() + START_MS; ; ) {
      const response = await fetch(url).catch(() => undefined);
      await response?.body?.cancel();
      if (response) break;
      if (Date.now() > until) throw new Error("WebKitWebDriver did not start");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { sessionId, capabilities } = await send("POST", url, { capabilities: CAPABILITIES }, START_MS);
    this.#session = `${url}/${sessionId}`;
    this.#version = capabilities.browserVersion;
  }

  version() {
    return this.#version;
  }

  /** Opens a page and waits for its `globalThis.result`. */
  async result(address, timeout = 30_000) {
    await send("POST", `${this.#session}/url`, { url: address }, Math.max(timeout, COMMAND_MS));
    for (const until = Date.now() + timeout; Date.now() < until; ) {
      // `undefined` arrives as `null`. A busy page answers late.
      const script = { script: "return globalThis.result", args: [] };
      const result = await send("POST", `${this.#session}/execute/sync`, script, timeout);
      if (result !== null) return result;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the page set no result before the timeout");
  }

  async close() {
    if (this.#session) await send("DELETE", this.#session).catch(() => {});
    this.#stop();
  }

  #stop = () => {
    process.off("exit", this.#stop);
    for (const child of this.#processes) child.kill("SIGKILL");
  };
}

async function send(method, url, parameters, timeoutMs = COMMAND_MS) {
  const body = parameters && JSON.stringify(parameters);
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method, body, headers, signal: AbortSignal.timeout(timeoutMs) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}
