import type { Conversation, Room } from '../../client/index.ts'

/** Who is in a group, and what one may change about that. */
export function PeopleDialog(_props: {
  readonly conversation: Conversation
  readonly room: Room
  readonly onClose: () => void
}) {
  return null
}
