/**
 * Loaded before every suite (`node --import`). Refuses connections to hosts other than this machine, so that no test can reach
 * the real service.
 */
import { Socket } from "node:net";

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
const connect = Socket.prototype.connect;

Socket.prototype.connect = function (...args) {
  // Node.js itself passes an array of normalized arguments.
  const [target, host] = Array.isArray(args[0]) ? args[0] : args;
  const local =
    typeof target === "object"
      ? target.path || LOOPBACK.test(target.host ?? "localhost")
      : LOOPBACK.test(typeof host === "string" ? host : "localhost") || Number.isNaN(Number(target));
  if (!local) throw new Error("a test tried to connect to something other than this machine");
  return connect.apply(this, args);
};
