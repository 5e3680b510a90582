import { useTexts } from '../app/context.ts'
import { Icon } from '../ui/icon.tsx'

/** @param props.count how many messages have arrived below */
export function JumpToLatest(props: { readonly count: number; readonly onClick: () => void }) {
  const texts = useTexts()
  const { count, onClick } = props
  return (
    <button
      type="button"
      class="jump"
      aria-label={texts.latest}
      title={count > 0 ? texts.latestCount(count) : texts.latest}
      onClick={onClick}
    >
      <Icon name="down" />
      {count > 0 && (
        <span class="badge jump-count" aria-hidden="true">
          {count > 99 ? '99+' : count}
        </span>
      )}
    </button>
  )
}
