import type { ParticipantChange } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import type { Texts } from '../text/texts.ts'

interface ChangeProps {
  readonly change: ParticipantChange
  readonly removerName: string | undefined
  readonly ownerName: string | undefined
}

/** Says that a user has joined or left, or has become the owner. */
export function ChangeLine(props: ChangeProps) {
  return (
    <p class="change" dir="auto" tabIndex={-1}>
      {wordsOf(props, useTexts())}
    </p>
  )
}

function wordsOf({ change, removerName, ownerName }: ChangeProps, texts: Texts): string {
  const name = nameOf(change.participant) || texts.unknownPerson
  if (change.kind === 'participant_joined') return texts.joined(name)
  if (change.kind === 'owner_changed') return texts.becameOwner(ownerName ?? name)
  const left = removerName === undefined ? texts.left(name) : texts.removedBy(name, removerName)
  return ownerName === undefined ? left : `${left} · ${texts.becameOwner(ownerName)}`
}
