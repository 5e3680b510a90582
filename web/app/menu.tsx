import { useId } from 'preact/hooks'
import { IconButton } from '../ui/icon-button.tsx'
import { useTexts } from './context.ts'
import { Later } from './later.tsx'

/** The button that opens the menu, and the menu. */
export function Menu() {
  const texts = useTexts()
  const id = useId()
  return (
    <>
      <IconButton icon="menu" name={texts.menu} popovertarget={id} />
      <div id={id} popover="auto" class="menu" role="dialog" aria-label={texts.menu}>
        <Later part="MenuContent" />
      </div>
    </>
  )
}
