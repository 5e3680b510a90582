import { useAllTexts } from '../app/all-texts.ts'
import { Icon } from '../ui/icon.tsx'

/** @param props.count how many messages have arrived below */
export function JumpToLatest(props: { readonly count: number; readonly onClick: () => void }) {
  const texts = useAllTexts()
  const { count, onClick } = props
  // The name contains the visible text, as users of voice control expect.
  const name = count > 0 ? `${texts.latest}, ${texts.latestCount(count)}` : texts.latest
  return (
    <button type="button" class="jump" aria-label={name} title={name} onClick={onClick}>
      <Icon name="down" />
      {count > 0 && <span class="badge jump-count">{count}</span>}
    </button>
  )
}
