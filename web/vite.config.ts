import { defineConfig } from "vite";

// The shop and its documents are three pages, so that whoever shops never downloads a document's viewer.
const pages = { shop: "index.html", api: "docs/api.html", socket: "docs/socket.html" };
const server = process.env.FASTSHOP_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  build: {
    target: "es2022",
    // The strict CSP allows no data: fonts or scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The viewer of the HTTP document is as large as it is; nothing else comes near.
    chunkSizeWarningLimit: 1_600,
    rollupOptions: { input: pages },
  },
  server: {
    proxy: { "/api": server, "/demo-images": server, "/ws": { target: server, ws: true } },
  },
});
