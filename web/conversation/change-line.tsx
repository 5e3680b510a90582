import type { ParticipantChange } from '../../client/index.ts'
import { useTexts, useUserId } from '../app/context.ts'
import { isolated, nameOf } from '../app/names.ts'
import type { Texts } from '../text/texts.ts'

interface ChangeProps {
  readonly change: ParticipantChange
  readonly removerName: string | undefined
  readonly ownerName: string | undefined
}

/** Says that a user has joined or left, or has become the owner. */
export function ChangeLine(props: ChangeProps) {
  return (
    <p class="change" tabIndex={-1}>
      {wordsOf(props, useUserId(), useTexts())}
    </p>
  )
}

function wordsOf({ change, removerName, ownerName }: ChangeProps, userId: string, texts: Texts): string {
  const { kind, participant, removed_by, owner_id } = change
  const isUser = participant.id === userId
  const name = isolated(nameOf(participant)) || texts.unknownPerson
  const owner = owner_id === userId ? texts.youBecameOwner : texts.becameOwner(isolated(ownerName) || name)
  if (kind === 'owner_changed') return owner
  if (kind === 'participant_joined') return isUser ? texts.youJoined : texts.joined(name)
  const remover = isolated(removerName)
  const removed = () => {
    if (removed_by === userId) return texts.youRemoved(name)
    return isUser ? texts.removedYou(remover) : texts.removedBy(name, remover)
  }
  const left = () => (isUser ? texts.youLeft : texts.left(name))
  const words = removed_by === undefined ? left() : removed()
  return owner_id === undefined ? words : `${words} · ${owner}`
}
