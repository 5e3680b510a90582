import { useEffect } from 'preact/hooks'
import { useAllTexts } from '../app/all-texts.ts'
import { useFrame } from '../app/context.ts'

/** The count is announced again when no more than this many characters are left. */
const VERY_NEAR = 20

/** How many characters are left, near the limit and beyond it. */
export function Count({ left, id }: { readonly left: number; readonly id: string }) {
  const texts = useAllTexts()
  const { announcement } = useFrame()
  const words = left < 0 ? texts.tooLong(-left) : texts.charactersLeft(left)
  // Announcing every change would interrupt what the screen reader says about the text.
  const step = [VERY_NEAR, -1].filter((most) => left <= most).length
  useEffect(() => announcement.set(words), [step])
  return (
    <p id={id} class="composer-count hint" data-over={left < 0}>
      {words}
    </p>
  )
}
