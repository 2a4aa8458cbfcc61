// Builds the client into web/dist; in development the API comes from the server on port 8000.
import { defineConfig } from "vite";

const server = process.env["TOANCANH_SERVER"] ?? "http://127.0.0.1:8000";

const PAGES = /^\/(modules|indicators|areas)(\/|\?|$)/; // as services/page.py hands them out

export default defineConfig({
  plugins: [{
    name: "pages",
    configureServer: ({ middlewares }) => void middlewares.use((request, _answer, next) => {
      if (PAGES.test(request.url ?? "")) request.url = "/page.html";
      next();
    }),
  }],
  build: {
    outDir: "dist",
    target: "es2022",
    assetsInlineLimit: 0, // icons and fonts stay files: the content security policy may forbid data: addresses
    chunkSizeWarningLimit: 1200, // MapLibre alone is above the usual mark
    rolldownOptions: {
      input: ["index.html", "page.html"],
      output: {
        codeSplitting: {
          groups: [
            { name: "maplibre", test: /node_modules\/maplibre-gl/ },
            { name: "charts", test: /node_modules\/(echarts|zrender)/ },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": server, "/ogc": server } },
  preview: { proxy: { "/api": server, "/ogc": server } },
});
