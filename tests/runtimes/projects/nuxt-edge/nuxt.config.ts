// docs/hosts.md names this setting.
export default { telemetry: false, nitro: { experimental: { wasm: true } } };
