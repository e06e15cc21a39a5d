/** Serves an edge function of Netlify, which runs in Deno: serve.mjs <port> */
import handler from "./.netlify/edge-functions/server/server.js";

const port = Number(Deno.args[0]);
const context = { next: () => new Response("not found", { status: 404 }) };
Deno.serve({ hostname: "127.0.0.1", port }, async (request) => (await handler(request, context)) ?? context.next());
