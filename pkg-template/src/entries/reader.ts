// What the client loads with the first file or stored response.
import "./formats.js";

export * from "../formats/index.js";
