/** Chromium and Firefox, which save downloads in a folder of the test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromiumFlags, firefoxPreferences } from "../../browser-settings.mjs";

/** The variables with the browsers' paths. */
const VARIABLES = { chrome: "CHROME_PATH", firefox: "FIREFOX_PATH" };

/** @param {"chrome" | "firefox"} kind */
export async function launch(kind) {
  const downloads = await mkdtemp(join(tmpdir(), "panel-"));
  const browser = await puppeteer.launch({
    browser: kind,
    executablePath: process.env[VARIABLES[kind]],
    headless: true,
    args: kind === "chrome" ? [...chromiumFlags, "--lang=en"] : [],
    extraPrefsFirefox: downloadPreferences(downloads),
  });
  /** A window without data of earlier ones. */
  const createContext = () =>
    browser.createBrowserContext(
      kind === "chrome" ? { downloadBehavior: { policy: "allow", downloadPath: downloads } } : {},
    );
  const close = async () => {
    await browser.close();
    await rm(downloads, { recursive: true, force: true });
  };
  return { kind, downloads, createContext, close };
}

const downloadPreferences = (downloads) => ({
  "intl.accept_languages": "en",
  "browser.download.folderList": 2,
  "browser.download.dir": downloads,
  "browser.download.useDownloadDir": true,
  "browser.helperApps.neverAsk.saveToDisk": "text/csv,application/octet-stream",
  ...firefoxPreferences,
});
