import { useAllTexts } from '../app/all-texts.ts'
import { Icon } from '../ui/icon.tsx'

/** @param props.count how many messages have arrived below */
export function JumpToLatest(props: { readonly count: number; readonly onClick: () => void }) {
  const texts = useAllTexts()
  const { count, onClick } = props
  // What is visible is part of the name, as people who speak to their computer expect.
  const name = count > 0 ? `${texts.latest}, ${texts.latestCount(count)}` : texts.latest
  return (
    <button type="button" class="jump" aria-label={name} title={name} onClick={onClick}>
      <Icon name="down" />
      {count > 0 && <span class="badge jump-count">{count}</span>}
    </button>
  )
}
