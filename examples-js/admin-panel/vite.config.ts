import { defineConfig } from "vite";
import { demoAccount } from "./server/demo-account.ts";

export default defineConfig({
  plugins: [demoAccount()],
  build: {
    rolldownOptions: {
      output: {
        // The package has its own file, which stays in the browser's cache when the panel changes.
        codeSplitting: { groups: [{ name: "smsc-wasm", test: /[\\/]node_modules[\\/]smsc-wasm[\\/]/ }] },
      },
    },
  },
});
