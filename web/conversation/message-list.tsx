import { useEffect, useMemo } from 'preact/hooks'
import type { Readable } from '../../client/index.ts'
import type { Source } from '../../client/readable.ts'
import { useIsConnected, useTexts, useUserId } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { useReadable } from '../app/readable.ts'
import { useNow } from '../ui/use-now.ts'
import { replyTo } from './reply.ts'
import { type OpenRoom, useRoom } from './room-context.ts'
import { RowView } from './row.tsx'
import { dayOf, type Item, isMessage, isPending, type Row, rowsOf } from './rows.ts'
import type { Target } from './target.ts'
import { useActions } from './use-actions.ts'
import { useAnnouncements } from './use-announcements.ts'
import { useArrived } from './use-arrived.ts'
import { useFirstView } from './use-first-view.ts'
import type { Notice } from './use-navigation.ts'
import { useOlder } from './use-older.ts'
import { usePrepended } from './use-prepended.ts'
import { useReading } from './use-reading.ts'
import { useScroller } from './use-scroller.ts'
import { useTarget } from './use-target.ts'
import { VirtualList } from './virtual-list.tsx'

/** The messages of a conversation. Only those near the view are elements. */
export function MessageList(props: {
  readonly targets: Source<Target | undefined>
  readonly notice: Readable<Notice>
  readonly isGroup: boolean
}) {
  const texts = useTexts()
  const userId = useUserId()
  const openRoom = useRoom()
  const { room, nameOf } = openRoom
  const log = useReadable(room.log)
  const reading = useReading(openRoom, log, userId)
  const { entries, pending } = log
  const isCut = !log.hasOlder && log.firstSeq > 1
  const { firstNewSeq, hasOpened } = reading
  const rows = useMemo(
    () => rowsOf({ entries, pending, userId, firstNewSeq }),
    [entries, pending, userId, firstNewSeq],
  )
  const { shown, isPrepended } = usePrepended(rows)
  const scroller = useScroller(shown)
  const older = useOlder(room, log, hasOpened, scroller.isNearStart)
  const highlighted = useTarget(props.targets, log, scroller)
  const loading = useIsConnected() ? texts.loadingOlder : texts.waitingToConnect
  const notice = useReadable(props.notice) ?? (older.isLoading && 'loading')
  const actions = useActions(scroller.stay)
  const today = dayOf(useNow())
  useAnnouncements(log, userId, hasOpened, nameOf)
  useFirstView(shown, reading, scroller)
  const { arrived, onScrollEnd } = useArrived(log, userId, hasOpened, scroller)
  useEffect(() => reading.see(scroller.follows()))

  function onScroll(): void {
    scroller.onScroll()
    void older.load()
  }
  const renderRow = ({ key, ...row }: Row) => (
    <RowView
      {...row}
      {...aboutOthers(row.item, log.lastSeq, openRoom)}
      today={today}
      isGroup={props.isGroup}
      isFirst={!log.hasOlder && !isCut && key === shown[0]?.key}
      isStart={isCut && key === shown[0]?.key}
      isHighlighted={!isPending(row.item) && row.item.seq === highlighted}
      actions={actions}
    />
  )
  return (
    <div class="messages-frame">
      {notice && <p class="messages-notice">{notice === 'loading' ? loading : notice}</p>}
      {hasOpened && rows.length === 0 && (
        <div class="messages-empty muted">
          <Later part="AcceptedWords" />
          <p>{isCut ? texts.olderRemoved : texts.noMessages}</p>
        </div>
      )}
      <Later part="MessageKeys" scroller={scroller} />
      <div
        class="messages"
        ref={scroller.element}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <div class="messages-space" />
        <VirtualList
          engineRef={scroller.engine}
          scrollerRef={scroller.element}
          label={texts.messages}
          rows={shown}
          isPrepended={isPrepended}
          onResize={scroller.onResize}
          onScrollEnd={onScrollEnd}
        >
          {renderRow}
        </VirtualList>
        <div class="messages-end" />
      </div>
      {!scroller.isAtEnd && <Later part="JumpToLatest" count={arrived} onClick={scroller.toEnd} />}
    </div>
  )
}

/** What a row shows of other entries and of people. */
function aboutOthers(item: Item, lastSeq: number, { find, nameOf }: OpenRoom) {
  const named = (userId: string | undefined) => (userId === undefined ? undefined : nameOf(userId))
  const change = isPending(item) || isMessage(item) ? undefined : item
  const metadata = isPending(item) || isMessage(item) ? item.metadata : undefined
  const quoteSeq = replyTo(metadata, isPending(item) ? lastSeq + 1 : item.seq)
  const quoted = quoteSeq === undefined ? undefined : find(quoteSeq)
  return {
    name: isPending(item) ? '' : nameOf(item.sender_id),
    quoteSeq,
    quoted,
    quotedName: named(quoted?.sender_id),
    removerName: named(change?.removed_by),
    ownerName: named(change?.owner_id),
  }
}
