import { useEffect, useState } from 'preact/hooks'

/** Whether the user looks at this page: it is visible and has the focus. */
export function useAttentive(): boolean {
  const [isAttentive, setAttentive] = useState(isLookedAt)
  useEffect(() => {
    const update = () => setAttentive(isLookedAt())
    update()
    addEventListener('focus', update)
    addEventListener('blur', update)
    document.addEventListener('visibilitychange', update)
    return () => {
      removeEventListener('focus', update)
      removeEventListener('blur', update)
      document.removeEventListener('visibilitychange', update)
    }
  }, [])
  return isAttentive
}

const isLookedAt = () => document.visibilityState === 'visible' && document.hasFocus()
