import type { ComponentChildren } from 'preact'
import type { Person } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { Avatar } from '../ui/avatar.tsx'

/** A person with one line about them, and what can be done with them. */
export function PersonRow(props: {
  readonly person: Person
  readonly name?: string
  /** By default the e-mail address. */
  readonly detail?: string
  readonly isOnline?: boolean
  /** A line below. */
  readonly note?: ComponentChildren
  readonly children?: ComponentChildren
}) {
  const { person, isOnline = false, note, children } = props
  const texts = useTexts()
  const name = nameOf(person) || texts.unknownPerson
  return (
    <div class="person">
      <Avatar id={person.id} name={name} isOnline={isOnline} />
      <span class="person-text">
        <bdi class="person-name">{props.name ?? name}</bdi>
        <bdi class="person-detail hint">{props.detail ?? person.email}</bdi>
        {note && <span class="person-note hint">{note}</span>}
      </span>
      {children}
    </div>
  )
}
