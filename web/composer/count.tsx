import { useEffect } from 'preact/hooks'
import { useFrame, useTexts } from '../app/context.ts'

/** So many characters before the limit, the count appears. */
const NEAR = 200
/** So many characters before the limit, it is announced again. */
const VERY_NEAR = 20

/** How many characters are left, near the limit and beyond it. */
export function Count({ left, id }: { readonly left: number; readonly id: string }) {
  const texts = useTexts()
  const { announcement } = useFrame()
  const words = left < 0 ? texts.tooLong(-left) : left <= NEAR ? texts.charactersLeft(left) : ''
  // Announcing every change would interrupt what the screen reader says about the text.
  const step = [NEAR, VERY_NEAR, -1].filter((most) => left <= most).length
  useEffect(() => {
    if (words) announcement.set(words)
  }, [step])
  return (
    <p id={id} class="composer-count hint" data-over={left < 0} hidden={!words}>
      {words}
    </p>
  )
}
