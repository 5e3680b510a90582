import { Avatar } from '../ui/avatar.tsx'
import { useAllTexts } from './all-texts.ts'
import { useFrame } from './context.ts'
import type { DemoUser } from './demo-users.ts'
import { nameOf } from './names.ts'

/** Signs in for this tab alone, so that another window can sign in as another user. */
export function DemoUsers({ users }: { readonly users: readonly DemoUser[] }) {
  const texts = useAllTexts()
  const { session } = useFrame()
  return (
    <ul class="demo-users">
      {users.map((user) => (
        <li key={user.id}>
          <button type="button" class="demo-user" onClick={() => session.signIn(user.token, true)}>
            <Avatar id={user.id} name={nameOf(user)} />
            {texts.continueAs(nameOf(user))}
          </button>
        </li>
      ))}
    </ul>
  )
}
