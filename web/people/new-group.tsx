import { useState } from 'preact/hooks'
import { useTexts } from '../app/context.ts'
import { Icon } from '../ui/icon.tsx'
import { NewGroupDialog } from './new-group-dialog.tsx'

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
      {isOpen && <NewGroupDialog onClose={() => setOpen(false)} />}
    </>
  )
}
