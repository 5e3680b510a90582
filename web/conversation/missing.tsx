import type { Conversation, Room } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useFrame, useUserId } from '../app/context.ts'
import { useKept, useKey } from '../app/kept.ts'
import { nameOf, titleOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import type { AllTexts } from '../text/texts.ts'
import { Icon } from '../ui/icon.tsx'

/**
 * Shown in place of a conversation that the user cannot read, with what the user has written there.
 *
 * @param last the conversation while the user took part; only groups can be left
 */
export function Missing(props: {
  readonly id: string
  readonly room: Room
  readonly last: Conversation | undefined
}) {
  const { id, room, last } = props
  const texts = useAllTexts()
  const { route } = useFrame()
  const userId = useUserId()
  const draft = useKept(useKey('draft', id))
  const { pending } = useReadable(room.log)
  const unsent = [...pending.map(({ content }) => content), draft].filter(Boolean).join('\n\n')
  function discard(): void {
    for (const { clientMessageId } of pending) room.discard(clientMessageId)
    room.setDraft('')
  }
  return (
    <div class="empty">
      <Icon name="chat" />
      <p role="alert">{last ? endOf(last, userId, texts) : texts.noSuchConversation}</p>
      {unsent && (
        <>
          <label class="label missing-draft">
            <span>{texts.notSent}</span>
            <textarea class="field" dir="auto" rows={4} readOnly value={unsent} />
          </label>
          <button type="button" class="button" data-kind="danger" onClick={discard}>
            {texts.discard}
          </button>
        </>
      )}
      <button type="button" class="button" onClick={() => route.go(undefined)}>
        {texts.back}
      </button>
    </div>
  )
}

/** The server does not say whether the user has left on another device or was removed. Only the owner can remove. */
function endOf(group: Conversation, userId: string, texts: AllTexts): string {
  const owner = group.participants.find(({ id }) => id === group.owner_id)
  const title = titleOf(group, userId, texts)
  return owner && owner.id !== userId
    ? texts.leftOrRemoved(title, nameOf(owner) || texts.unknownPerson)
    : texts.leftGroup(title)
}
