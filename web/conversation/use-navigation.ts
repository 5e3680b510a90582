import { useMemo } from 'preact/hooks'
import type { Readable, Room } from '../../client/index.ts'
import { type Source, source } from '../../client/readable.ts'
import { useFrame, useTexts } from '../app/context.ts'
import { problemText } from '../ui/problem-text.ts'
import type { OpenRoom } from './room-context.ts'
import { indexOfSeq } from './rows.ts'
import type { Target } from './target.ts'

/** An entry that is more than this many entries above the loaded ones is not loaded for one click. */
const MAX_JUMP = 5000

/** How long the notice about a failed click is shown. */
const NOTICE_MS = 6000

/** What has become of a click on a quote: `loading`, or in words why the quoted message is not shown. */
export type Notice = string | undefined

/** Finds entries, and has the list show them. */
export function useNavigation(room: Room): Pick<OpenRoom, 'find' | 'scrollTo' | 'scrollToEnd'> & {
  /** What the list is to show next. */
  readonly targets: Source<Target | undefined>
  /** What the list says about a click on a quote. */
  readonly notice: Readable<Notice>
} {
  const texts = useTexts()
  const { announcement } = useFrame()
  return useMemo(() => {
    const targets = source<Target | undefined>(undefined)
    const notice = source<Notice>(undefined)
    let timer: ReturnType<typeof setTimeout> | undefined
    function say(next: Notice): void {
      clearTimeout(timer)
      notice.set(next)
      if (!next || next === 'loading') return
      announcement.set(next)
      timer = setTimeout(() => notice.set(undefined), NOTICE_MS)
    }
    function find(seq: number) {
      const { entries } = room.log.getSnapshot()
      return entries[indexOfSeq(entries, seq)]
    }
    async function load(seq: number): Promise<void> {
      const first = room.log.getSnapshot().entries[0]?.seq ?? 0
      if (!find(seq)) say('loading')
      if (first - seq <= MAX_JUMP) await room.around(seq)
      if (find(seq)) targets.set({ seq })
      say(find(seq) ? undefined : texts.unavailableQuote)
    }
    return {
      targets,
      notice,
      find,
      scrollTo: (seq) => void load(seq).catch((error) => say(problemText(error, texts))),
      scrollToEnd: () => targets.set({ seq: 'newest' }),
    }
  }, [room, texts, announcement])
}
