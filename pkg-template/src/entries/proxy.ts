/** `smsc-wasm/proxy`: adds the account's credentials to the requests of pages. */
export type { Permission } from "../proxy/allow.js";
export { createProxy, type ProxyHandler } from "../proxy/create-proxy.js";
export { type NodeRequest, type NodeResponse, toNodeListener } from "../proxy/node-listener.js";
export type { Authorization, ProxyOptions, ProxyRequest, ProxySettings } from "../proxy/options.js";
export type { MethodName } from "../proxy/service-commands.js";
