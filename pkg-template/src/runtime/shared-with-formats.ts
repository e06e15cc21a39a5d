// What the client shares with the second module: it has its state here, not in a copy of each.
export * from "../files/pause.js";
export * from "./formats-loader.js";
