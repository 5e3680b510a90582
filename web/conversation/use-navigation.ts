import { useMemo } from 'preact/hooks'
import type { Room } from '../../client/index.ts'
import { type Source, source } from '../../client/readable.ts'
import { useFrame, useTexts } from '../app/context.ts'
import type { OpenRoom } from './room-context.ts'
import { indexOfSeq } from './rows.ts'
import type { Target } from './target.ts'

/** An entry further up than so many others is not loaded for one click. */
const MAX_JUMP = 5000

/** Finds entries, and has the list show them. */
export function useNavigation(room: Room): Pick<OpenRoom, 'find' | 'scrollTo' | 'scrollToEnd'> & {
  /** What the list is to show next. */
  readonly targets: Source<Target | undefined>
} {
  const texts = useTexts()
  const { announcement } = useFrame()
  return useMemo(() => {
    const targets = source<Target | undefined>(undefined)
    function find(seq: number) {
      const { entries } = room.log.getSnapshot()
      return entries[indexOfSeq(entries, seq)]
    }
    async function load(seq: number): Promise<void> {
      const first = room.log.getSnapshot().entries[0]?.seq ?? 0
      if (first - seq <= MAX_JUMP) await room.around(seq)
      if (find(seq)) targets.set({ seq })
      else announcement.set(texts.unavailableQuote)
    }
    return {
      targets,
      find,
      scrollTo: (seq) => void load(seq).catch(() => announcement.set(texts.failed)),
      scrollToEnd: () => targets.set({ seq: 'newest' }),
    }
  }, [room, texts, announcement])
}
