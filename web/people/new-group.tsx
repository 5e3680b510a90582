import { useState } from 'preact/hooks'
import { useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { Icon } from '../ui/icon.tsx'

/** Begins a group. */
export function NewGroup() {
  const texts = useTexts()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" class="button new-group" onClick={() => setOpen(true)}>
        <Icon name="group" />
        {texts.newGroup}
      </button>
      {isOpen && <Later part="NewGroupDialog" onClose={() => setOpen(false)} />}
    </>
  )
}
