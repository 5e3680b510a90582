import { useId } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useFrame } from '../app/context.ts'
import { keep, useKept, useKey } from '../app/kept.ts'
import { nameOf } from '../app/names.ts'
import { placeOf } from '../app/place.ts'
import { Dialog } from '../ui/dialog.tsx'
import { MAX_TITLE_CHARACTERS } from '../ui/max-lengths.ts'
import { InvitationForm } from './invitation-form.tsx'
import { WordsField } from './words-field.tsx'

/** Creates a group, invites people to it, and opens it. What the user has written is there again after a reload. */
export function NewGroupDialog(props: { readonly onClose: () => void }) {
  const texts = useAllTexts()
  const chat = useChat()
  const { route, announcement } = useFrame()
  const hintId = useId()
  const titleKey = useKey('group', 'title')
  const wordsKey = useKey('group', 'words')
  const [title, words] = [useKept(titleKey), useKept(wordsKey)]

  function onClose(): void {
    keep(titleKey, '')
    keep(wordsKey, '')
    props.onClose()
  }

  async function create(people: readonly Person[]): Promise<void> {
    const isHere = placeOf(route)
    const conversation = await chat.createGroup({
      userIds: people.map(({ id }) => id),
      ...(title.trim() ? { title: title.trim() } : {}),
      ...(words.trim() ? { message: words.trim() } : {}),
    })
    announcement.set(texts.invited(texts.format.list(people.map(nameOf))))
    const opens = isHere()
    onClose()
    if (opens) route.go(conversation.id)
  }
  return (
    <Dialog title={texts.newGroup} onClose={onClose}>
      <InvitationForm
        action={texts.createGroup}
        run={create}
        onClose={onClose}
        before={
          <div class="label">
            <label class="label">
              {texts.groupTitle}
              <input
                class="field"
                dir="auto"
                value={title}
                maxLength={MAX_TITLE_CHARACTERS}
                autocomplete="off"
                aria-describedby={hintId}
                onInput={(event) => keep(titleKey, event.currentTarget.value)}
              />
            </label>
            <span id={hintId} class="hint">
              {texts.titleHint}
            </span>
          </div>
        }
        after={<WordsField text={words} setText={(text) => keep(wordsKey, text)} />}
      />
    </Dialog>
  )
}
