import { useState } from 'preact/hooks'
import type { Message, Pending } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { isEmojiOnly } from './emoji.ts'
import { MessageActions } from './message-actions.tsx'
import { MessageText } from './message-text.tsx'
import { Meta } from './meta.tsx'
import { Quote } from './quote.tsx'
import type { RowProps } from './row.tsx'
import { isPending } from './rows.ts'

/** A message with its sender, its state and its actions. */
export function Bubble(props: RowProps & { readonly item: Message | Pending }) {
  const texts = useTexts()
  const { item, isOwn, isGroup, startsRun, endsRun, name, actions } = props
  const isDeleted = !isPending(item) && item.deleted_at !== undefined
  const isEmoji = !isDeleted && isEmojiOnly(item.content)
  // Tab stops at the links and buttons of a message only while the focus is in it. Otherwise, there would be hundreds.
  const [hasFocus, setFocus] = useState(false)
  const tabIndex = hasFocus ? 0 : -1
  const hasName = isGroup && !isOwn && startsRun
  return (
    <div
      class="message"
      data-own={isOwn}
      data-highlighted={props.isHighlighted}
      onFocusIn={() => setFocus(true)}
      onFocusOut={() => setFocus(false)}
    >
      {isGroup && !isOwn && (
        <span class="message-avatar">
          {startsRun && !isPending(item) && <Avatar id={item.sender_id} name={name} />}
        </span>
      )}
      {/* A tap gives the bubble the focus, which shows the actions. */}
      <div
        class="bubble"
        tabIndex={-1}
        data-own={isOwn}
        data-ends-run={endsRun}
        data-emoji={isEmoji}
        data-state={isPending(item) ? item.status : 'sent'}
      >
        <span class={hasName ? 'bubble-name' : 'visually-hidden'} dir="auto">
          {isOwn ? texts.you : name}
        </span>
        {props.quoteSeq !== undefined && !isDeleted && (
          <Quote
            seq={props.quoteSeq}
            quoted={props.quoted}
            name={props.quotedName ?? ''}
            tabIndex={tabIndex}
            onShow={actions.show}
          />
        )}
        <div class="bubble-text" dir="auto">
          {isDeleted ? (
            <em class="bubble-deleted">{texts.deletedMessage}</em>
          ) : (
            <MessageText item={item} tabIndex={tabIndex} onUnfold={actions.stay} />
          )}
          <Meta item={item} at={props.at} isOwn={isOwn && !isDeleted} />
        </div>
        {isPending(item) && item.status === 'failed' && (
          <Later part="Failure" pending={item} actions={actions} />
        )}
      </div>
      {!isPending(item) && !isDeleted && (
        <MessageActions message={item} isOwn={isOwn} tabIndex={tabIndex} actions={actions} />
      )}
    </div>
  )
}
