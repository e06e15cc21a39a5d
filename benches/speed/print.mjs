import { measureCalls } from "./measure.mjs";

console.log(JSON.stringify(await measureCalls()));
