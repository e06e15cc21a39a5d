export default {
  compatibilityDate: "2026-10-01",
  srcDir: "server",
  // docs/hosts.md names this setting.
  experimental: { wasm: true },
  // Writes the configuration of wrangler, as later versions of Nitro do.
  cloudflare: { deployConfig: true },
};
