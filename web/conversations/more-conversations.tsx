import { useEffect, useRef } from 'preact/hooks'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { Problem, useAction } from '../ui/use-action.tsx'

/** The next page is loaded when the end of the list is this close to the visible part. */
const AHEAD = '300px'

/** Loads the next page of conversations when the user scrolls near the end of the list or clicks the button. */
export function MoreConversations() {
  const texts = useAllTexts()
  const chat = useChat()
  const { run, isBusy, problem } = useAction()
  const ref = useRef<HTMLDivElement>(null)
  const load = () => void run(chat.moreConversations)
  useEffect(() => {
    // Do not retry a failed load automatically: the user can click the button.
    if (!ref.current || isBusy || problem) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && load(), {
      root: ref.current.closest('.sidebar-scroller'),
      rootMargin: AHEAD,
    })
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [isBusy, problem])
  return (
    <div ref={ref} class="more-conversations">
      <button type="button" class="button" aria-disabled={isBusy} onClick={load}>
        {isBusy ? texts.loadingConversations : texts.moreConversations}
      </button>
      <Problem text={problem} />
    </div>
  )
}
