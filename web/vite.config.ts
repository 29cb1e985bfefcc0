import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/web/",
  plugins: [svelte()],
  // For work on the page: everything else comes from a server.
  server: {
    proxy: Object.fromEntries(["/graphql", "/uploads", "/evidence"].map((path) => [path, process.env["KINERJA"] ?? "http://127.0.0.1:8000"])),
  },
  build: {
    target: "es2022",
    outDir: "out",
    assetsDir: "",
    modulePreload: { polyfill: false },
    // Nothing is inlined, so that the policy needs no exception.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
