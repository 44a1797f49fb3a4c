/** The studio is built into the library's own `dist`, which serves it. */
import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

/** The server that `npm run dev` asks: any that runs, `http://127.0.0.1:7777` unless told. */
const server = process.env["STUDIO_SERVER"] ?? "http://127.0.0.1:7777";

export default defineConfig(({ command }) => {
  // A test that packs the library has another, which would make a development build.
  if (command === "build") process.env["NODE_ENV"] = "production";
  return config(command);
});

const config = (command: "build" | "serve"): UserConfig => ({
  // Relative, because the server may be mounted below any path: index.html has a <base> that the server writes.
  base: command === "build" ? "./" : "/studio/",
  plugins: [react()],
  // The server puts a fresh nonce in its place: Mantine writes its variables into a <style>.
  html: { cspNonce: "STUDIO_NONCE" },
  build: {
    outDir: "../minutier/dist/studio",
    emptyOutDir: true,
    sourcemap: false,
    license: { fileName: "licenses.md" },
    // The entry's own chunks are many and small: preloading says them all at once.
    modulePreload: { polyfill: false },
    // An inlined asset would be a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      // The form library's own test helper names it, which nothing here uses: its code falls away, and with it the name.
      external: ["@rjsf/validator-ajv8"],
      // What the first load needs is one file: split by what screens share of it, it is many, which compress less.
      output: { codeSplitting: { groups: [{ name: "start", tags: ["$initial"] }] } },
    },
  },
  server: {
    proxy: { "^/(?!studio(/|$))": { target: server, changeOrigin: true } },
  },
});
