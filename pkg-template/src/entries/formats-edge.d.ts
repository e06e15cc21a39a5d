export { decodeHistory, decodeSenders, decodeTasks } from "../client/stored-responses.js";
