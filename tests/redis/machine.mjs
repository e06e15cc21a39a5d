/** One of several processes that share an account: `machine.mjs <port of Redis> <kind of client>`. Tasks arrive as messages. */
import { redisLimiter } from "smsc-wasm/redis";
import { work } from "../many/work.mjs";
import { clients } from "./server.mjs";

const { client } = await clients[process.argv[3]](Number(process.argv[2]));
process.on("disconnect", () => process.exit());
process.on("message", async ({ key, url, machine, machines, hold }) => {
  const limiter = redisLimiter(client, { key });
  if (hold) process.send(await Promise.all(hold.map((request) => limiter.acquire(request))));
  else process.send(await work(limiter, url, machine, machines));
});
process.send("ready");
