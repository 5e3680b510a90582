import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The list of messages is a component for React, whose part is played by Preact. */
const react = fileURLToPath(new URL('ui/react.ts', import.meta.url))
const alias = { 'react/jsx-runtime': 'preact/jsx-runtime', 'react-dom': react, react }

const shared = {
  target: ['chrome123', 'firefox120', 'safari17.5'],
  // A data: address would need an exception in the Content-Security-Policy.
  assetsInlineLimit: 0,
  emptyOutDir: false,
}

/** Builds the page and the element in one process. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias },
  build: { outDir: fileURLToPath(new URL('../dist/site', import.meta.url)) },
  environments: {
    client: { build: { ...shared, modulePreload: { polyfill: false } } },
    element: {
      consumer: 'client',
      build: {
        ...shared,
        copyPublicDir: false,
        // One file without a hash in its name, because other sites contain its address.
        rolldownOptions: { input: 'element.tsx', output: { entryFileNames: 'admin-chat.js' } },
      },
    },
  },
  builder: {
    buildApp: async (builder) => {
      await Promise.all(Object.values(builder.environments).map((environment) => builder.build(environment)))
    },
  },
})
