import { fileURLToPath } from 'node:url'
import { type BuildOptions, defineConfig, type Plugin } from 'vite'
import { namesOfTexts } from './text/names.ts'

const shortNames = {
  // The names that virtua gives to its own properties, and those of texts.
  regex: new RegExp(`^(\\$.*|${namesOfTexts.join('|')})$`),
  // A text has the same name in every file. Terser writes a `$` before the names that are to be shortened.
  cache: {
    props: Object.fromEntries(namesOfTexts.map((name, index) => [`$${name}`, `$${index.toString(36)}`])),
  },
}

const shared = {
  // With the options of lib/client-files.ts, terser makes smaller files than the minifier of Vite.
  minify: 'terser',
  terserOptions: {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, unsafe: true, inline: 1 },
    mangle: { properties: shortNames },
  },
  target: ['chrome123', 'firefox120', 'safari17.5', 'ios17.5'],
  // A data: address would need an exception in the Content-Security-Policy.
  assetsInlineLimit: 0,
  emptyOutDir: false,
} satisfies BuildOptions

/** Files that are loaded later have no styles or files of their own that Vite would have to load with them. */
const withoutPreloading: Plugin = {
  name: 'without-preloading',
  enforce: 'pre',
  load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load()' : null),
}

/** Builds the page and the element in one process. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [withoutPreloading],
  // `h(type, props, ...children)` is shorter than `jsx(type, { ...props, children })`.
  oxc: {
    jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' },
    jsxInject: "import { Fragment, h } from 'preact'",
  },
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
