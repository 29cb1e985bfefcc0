import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/web/",
  plugins: [svelte()],
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
