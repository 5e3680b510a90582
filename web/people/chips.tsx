import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { nameOf } from '../app/names.ts'
import { Icon } from '../ui/icon.tsx'

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }

/** The people who are chosen. A click, Backspace or Delete removes one; the arrow keys move between them. */
export function Chips(props: {
  readonly people: readonly Person[]
  readonly onRemove: (person: Person) => void
  /** Called when the last person is removed. Gives the focus to something that remains. */
  readonly onEmpty: () => void
}) {
  const texts = useAllTexts()
  const { people, onRemove, onEmpty } = props

  function remove(chip: HTMLElement, person: Person): void {
    const next = chipBeside(chip, 1) ?? chipBeside(chip, -1)
    if (next) next.focus()
    else onEmpty()
    onRemove(person)
  }

  function onKeyDown(event: KeyboardEvent & { readonly currentTarget: HTMLElement }, person: Person): void {
    const step = steps[event.key]
    if (step) chipBeside(event.currentTarget, step)?.focus()
    if (event.key === 'Backspace' || event.key === 'Delete') remove(event.currentTarget, person)
  }

  if (people.length === 0) return null
  return (
    <ul class="chips">
      {people.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            class="chip"
            aria-label={texts.removePerson(nameOf(person))}
            onClick={(event) => remove(event.currentTarget, person)}
            onKeyDown={(event) => onKeyDown(event, person)}
          >
            <bdi class="truncate">{nameOf(person)}</bdi>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The previous or the next chip. Every chip is the button of an item. */
function chipBeside(chip: HTMLElement, step: number): HTMLElement | null | undefined {
  const item = chip.parentElement
  const beside = step > 0 ? item?.nextElementSibling : item?.previousElementSibling
  return beside?.querySelector('button')
}
