import { defineFlows } from "./lib/define-flows.mjs";

defineFlows("firefox");
