const PREFIX = 'Smoke test '

/** The title of the group of a run. By this title, an import recognizes what a run has left behind. */
export const smokeTitle = (run: string) => `${PREFIX}${run}`

export const isSmokeTitle = (title: unknown): boolean => typeof title === 'string' && title.startsWith(PREFIX)
