export { decodeHistory, decodeSenders, decodeTasks, type ReplyFormat, type SavedSenders, } from "../client/stored-responses.js";
