import { Icon } from './icon.tsx'

/** Initials on a color that is always the same for one id. A presence dot if the person is online. */
export function Avatar(props: {
  readonly id: string
  readonly name: string
  readonly isGroup?: boolean
  readonly isOnline?: boolean
}) {
  return (
    <span class="avatar" data-color={colorOf(props.id)} aria-hidden="true">
      {props.isGroup ? <Icon name="group" /> : initialsOf(props.name)}
      {props.isOnline && <span class="avatar-online" />}
    </span>
  )
}

const COLORS = 6

function colorOf(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997
  return sum % COLORS
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
