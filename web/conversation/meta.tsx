import type { Message, Pending } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { isPending } from './rows.ts'

/** When a message was sent, whether it was edited and, for the user's own, how far it has got. */
export function Meta(props: {
  readonly item: Message | Pending
  /** Milliseconds since 1970. */
  readonly at: number
  readonly isOwn: boolean
}) {
  const texts = useTexts()
  const { item, at, isOwn } = props
  const date = new Date(at)
  const isEdited = !isPending(item) && item.edited_at !== undefined && item.deleted_at === undefined
  return (
    <span class="meta">
      {isEdited && <span class="meta-edited">{texts.edited}</span>}
      <time dir="ltr" dateTime={date.toISOString()} title={texts.format.full(date)}>
        {texts.format.time(date)}
      </time>
      {isOwn && <Mark state={stateOf(item)} />}
    </span>
  )
}

type State = 'waiting' | 'sending' | 'notSent' | 'sent' | 'read'

const icons: Readonly<Record<State, IconName>> = {
  waiting: 'clock',
  sending: 'clock',
  notSent: 'alert',
  sent: 'check',
  read: 'checks',
}

function stateOf(item: Message | Pending): State {
  if (!isPending(item)) return item.is_read ? 'read' : 'sent'
  return item.status === 'failed' ? 'notSent' : item.status
}

function Mark({ state }: { readonly state: State }) {
  const texts = useTexts()
  return (
    <span class="mark" data-state={state} title={texts[state]}>
      <Icon name={icons[state]} />
      <span class="visually-hidden">{texts[state]}</span>
    </span>
  )
}
