import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `vite` serves the page and hands everything else to a running server, or to the stand-in of `web/mock`. */
const server = process.env.AIOPS_URL ?? 'http://127.0.0.1:8080'
const proxied = ['/api', '/health', '/ready', '/metrics', '/openapi.json', '/docs', '/prometheus']

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(proxied.map((path) => [path, { target: server }])),
      '/ws': { target: server, ws: true },
      '/loki': { target: server, ws: true },
    },
  },
  build: {
    target: 'es2022',
    // Inlined files would be data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    // The polyfill would be an inline script in spirit: every browser of the target has module preload.
    modulePreload: { polyfill: false },
  },
})
