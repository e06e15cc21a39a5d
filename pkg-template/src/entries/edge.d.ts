export * from "../client/api.js";
export { decodeHistory, decodeSenders, decodeTasks } from "./formats-edge.js";
