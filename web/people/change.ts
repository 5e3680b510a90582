import type { Conversation, Person, Room } from '../../client/index.ts'
import { nameOf } from '../app/names.ts'
import type { AllTexts } from '../text/texts.ts'

/** A change of a group that the user is asked about first. */
export interface Change {
  readonly question: string
  /** The consequences of the change. */
  readonly detail?: string
  readonly action: string
  run(room: Room): Promise<void>
}

export const removal = (person: Person, texts: AllTexts): Change => ({
  question: texts.removePersonSure(nameOf(person)),
  action: texts.remove,
  run: (room) => room.removeParticipant(person.id),
})

export const handover = (person: Person, texts: AllTexts): Change => ({
  question: texts.makeOwnerSure(nameOf(person)),
  detail: texts.makeOwnerDetail,
  action: texts.makeOwnerShort,
  run: (room) => room.setOwner(person.id),
})

/** An owner who leaves hands the group over to the participant who joined first. */
export function leaving({ owner_id, participants }: Conversation, userId: string, texts: AllTexts): Change {
  const hasHeir = owner_id === userId && participants.length > 1
  return {
    question: texts.leaveGroupSure,
    detail: hasHeir ? texts.leaveAsOwnerDetail : texts.leaveGroupDetail,
    action: texts.leaveGroup,
    run: (room) => room.leave(),
  }
}
