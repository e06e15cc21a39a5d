/**
 * Loaded before every suite (`node --import`): a connection to anything but this machine is refused, so that no test
 * can ever reach the real service.
 */
import { Socket } from "node:net";

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
const connect = Socket.prototype.connect;

Socket.prototype.connect = function (...args) {
  // Node's own callers pass the options inside an array that they have already put in order.
  const [target, host] = Array.isArray(args[0]) ? args[0] : args;
  const local =
    typeof target === "object"
      ? target.path || LOOPBACK.test(target.host ?? "localhost")
      : LOOPBACK.test(typeof host === "string" ? host : "localhost") || Number.isNaN(Number(target));
  if (!local) throw new Error("a test tried to connect to something other than this machine");
  return connect.apply(this, args);
};
