export * from "../client/api.js";
export { decodeHistory, decodeSenders, decodeTasks, type ReplyFormat, type SavedSenders, } from "./formats.js";
