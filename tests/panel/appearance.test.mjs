import { describe } from "node:test";
import { accessibilityFlows } from "./flows/accessibility.mjs";
import { imageFlows } from "./flows/images.mjs";
import { defineFlows } from "./lib/define-flows.mjs";

describe("Chromium", () => defineFlows("chrome", [accessibilityFlows(["light", "dark", "phone"]), imageFlows]));
describe("Firefox", () => defineFlows("firefox", [accessibilityFlows(["light"])]));
