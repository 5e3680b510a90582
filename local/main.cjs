// The entry point of `npm start`. CommonJS without dependencies, so that an old version of Node gets a
// sentence here instead of a stack trace from a dependency.
const required = require('../package.json').engines.node.replace('>=', '')
const [major, minor] = required.split('.').map(Number)
const [runningMajor, runningMinor] = process.versions.node.split('.').map(Number)

if (runningMajor < major || (runningMajor === major && runningMinor < minor)) {
  console.error(
    `admin-chat needs Node.js ${required} or later, but this is ${process.versions.node}. ` +
      'Install a newer version (https://nodejs.org), then run npm ci and npm start again.',
  )
  process.exit(1)
}

import('./bundle-start.mjs')
  .then(({ bundleStart }) => bundleStart())
  .then((file) => import(file))
  .catch((error) => {
    // The sources of this project are always present, so a missing module is a missing dependency.
    const missing = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
    console.error(missing ? 'Dependencies are missing. Run npm ci, then start again.' : error)
    process.exit(1)
  })
