/** A temporary Redis server on a local port, without persistence. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { Redis } from "ioredis";
import { createClient } from "redis";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the server. Returns its port and a function that stops it. */
export async function startRedis() {
  const port = await freePort();
  const args = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmpdir()];
  const server = spawn(process.env.SMSC_REDIS ?? "redis-server", args.map(String), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = () => server.kill("SIGKILL");
  process.once("exit", stop);
  for await (const text of server.stdout.setEncoding("utf8")) if (/Ready to accept connections/.test(text)) break;
  server.stdout.resume();
  return {
    port,
    async close() {
      process.off("exit", stop);
      stop();
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    },
  };
}

/** A client of each kind that `redisLimiter` accepts. */
export const clients = {
  async redis(port) {
    const client = await createClient({ socket: { host: "127.0.0.1", port } }).connect();
    return { client, close: () => client.close() };
  },
  async ioredis(port) {
    const client = new Redis(port, "127.0.0.1");
    return { client, close: () => client.disconnect() };
  },
  async "a function"(port) {
    const client = new Redis(port, "127.0.0.1");
    const run = (script, keys, args) => client.call("EVAL", script, keys.length, ...keys, ...args);
    return { client: run, close: () => client.disconnect() };
  },
};
