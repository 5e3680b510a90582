import type { Entry } from '../../client/index.ts'
import { Later } from '../app/later.tsx'
import { memo } from '../ui/memo.ts'
import { Bubble } from './bubble.tsx'
import { ChangeLine } from './change-line.tsx'
import { DayLine, NewLine, StartLine } from './dividers.tsx'
import { isMessage, isPending, type Row } from './rows.ts'
import type { Actions } from './use-actions.ts'

export interface RowProps extends Omit<Row, 'key'> {
  /** The day as a number; see `dayOf`. */
  readonly today: number
  readonly isGroup: boolean
  /** The first row of the conversation. */
  readonly isFirst: boolean
  /** What was before this row has been removed because of its age. */
  readonly isStart: boolean
  /** The name of the sender. */
  readonly name: string
  /** The `seq` of the message that this one answers. */
  readonly quoteSeq: number | undefined
  /** That message, if it is loaded. */
  readonly quoted: Entry | undefined
  readonly quotedName: string | undefined
  readonly isHighlighted: boolean
  /** The names of the user who removed the participant, and of the new owner, if the row is about that. */
  readonly removerName: string | undefined
  readonly ownerName: string | undefined
  readonly actions: Actions
}

/** One row of the list. It is rendered again only if something about it has changed. */
export const RowView = memo((props: RowProps) => {
  const { item, at, isFirst, isStart, startsDay, isFirstNew, startsRun } = props
  return (
    <div class="row" data-starts-run={startsRun}>
      {isFirst && <Later part="AcceptedWords" />}
      {isStart && <StartLine />}
      {startsDay && <DayLine at={at} />}
      {isFirstNew && <NewLine />}
      {isPending(item) || isMessage(item) ? (
        <Bubble {...props} item={item} />
      ) : (
        <ChangeLine change={item} removerName={props.removerName} ownerName={props.ownerName} />
      )}
    </div>
  )
})
