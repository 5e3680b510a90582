import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The list of messages is a component for React, whose part is played by Preact. */
export const alias = {
  react: 'preact/compat',
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react-dom': 'preact/compat',
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias },
  build: {
    outDir: fileURLToPath(new URL('../dist/site', import.meta.url)),
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // A data: address would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    emptyOutDir: true,
    reportCompressedSize: true,
  },
})
