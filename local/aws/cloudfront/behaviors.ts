import type { BehaviorModel } from '../../stack/site-model.ts'

/** Returns a function that selects the behavior for a path: the first one whose pattern matches. */
export function behaviorRouter<B extends Pick<BehaviorModel, 'pathPattern'>>(behaviors: readonly B[]) {
  const compiled = behaviors.map((behavior) => ({ behavior, pattern: compile(behavior.pathPattern) }))
  return (path: string): B => {
    const match = compiled.find(({ pattern }) => pattern.test(path))
    if (!match) throw new Error(`the distribution has no default behavior for ${path}`)
    return match.behavior
  }
}

/** `*` stands for any text, including slashes, and `?` for one character. Case matters. */
const compile = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  )
