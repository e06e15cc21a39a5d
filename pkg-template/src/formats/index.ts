// What is loaded with the first file or stored response.
export { readColumns, readLines } from "./bulk-reader.js";
export { openSource } from "./csv-source.js";
export { readText } from "./decode.js";
export { historyColumns, historyLines } from "./history-output.js";
export { formatsModule, setModuleSource, setPackedModule } from "./module.js";
export { readBatches, readMessages, readRows } from "./row-reader.js";
export { decodeHistory, decodeSenders, decodeTasks } from "./stored-responses.js";
