import { measure } from "./measure.mjs";

console.log(JSON.stringify(await measure()));
