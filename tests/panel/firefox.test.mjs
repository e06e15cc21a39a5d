import { allFlows } from "./flows/index.mjs";
import { defineFlows } from "./lib/define-flows.mjs";

defineFlows("firefox", allFlows);
