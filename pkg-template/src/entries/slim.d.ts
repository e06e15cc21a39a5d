export * from "../client/api.js";
