import en from './en.ts?raw'
import enParts from './en-parts.ts?raw'

/** Other things have these names as well: methods, states, and a property that browsers define. */
const OTHERWISE_USED = [
  'createGroup',
  'isTyping',
  'moreConversations',
  'notSent',
  'signedOut',
  'signOut',
  'tooLong',
]

/**
 * The names of texts that the build can shorten. Each contains a capital letter, which no name of the protocol does,
 * and occurs neither in the client nor as a string.
 */
export const namesOfTexts: readonly string[] = [...`${en}${enParts}`.matchAll(/^ {2}(\w*[A-Z]\w*):/gm)]
  .map(([, name = '']) => name)
  .filter((name) => !OTHERWISE_USED.includes(name))
