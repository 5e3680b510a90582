import { useEffect } from 'preact/hooks'
import { useAllTexts } from '../app/all-texts.ts'
import { useFrame, useIsConnected } from '../app/context.ts'
import { Problem } from '../ui/use-action.tsx'
import type { Search } from './use-search.ts'

/** What has become of a search, apart from the people that it has found. */
export function SearchState({ query, people, isSlow, problem }: Search) {
  const texts = useAllTexts()
  const { announcement } = useFrame()
  const isConnected = useIsConnected()
  function hintOf(): string | undefined {
    if (people) return people.length === 0 ? texts.noPeople : undefined
    if (!isSlow || problem) return undefined
    if (query === undefined) return texts.typeMore
    return isConnected ? undefined : texts.waitingToConnect
  }
  const hint = hintOf()
  const words = people?.length ? texts.found(people.length) : hint
  useEffect(() => {
    if (words) announcement.set(words)
  }, [people, words])
  const isSearching = isSlow && !people && !problem && !hint
  return (
    <>
      {isSearching && <progress class="search-progress" aria-label={texts.searching} />}
      <Problem text={problem} />
      {hint && <p class="search-none muted">{hint}</p>}
    </>
  )
}
