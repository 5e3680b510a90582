import { type Admin, anAdmin, groupUp, pairUp } from '../../../support/chat.ts'
import { word } from '../../../support/people.ts'

/** A user whom the page shows under a name that no other test uses. */
export interface Person extends Admin {
  readonly name: string
}

export async function aPerson(firstname: string): Promise<Person> {
  const unique = firstname + word()
  return { ...(await anAdmin(unique)), name: `${unique} Test` }
}

/** Ada and Bob, who have a conversation. */
export async function twoPeople() {
  const [ada, bob] = await Promise.all([aPerson('Ada'), aPerson('Bob')])
  return { ada, bob, conversation: await pairUp(ada, bob) }
}

/** Ada's group, in which Bob and Eve take part. Its title is “Ops”. */
export async function threePeople() {
  const [ada, bob, eve] = await Promise.all([aPerson('Ada'), aPerson('Bob'), aPerson('Eve')])
  return { ada, bob, eve, group: await groupUp(ada, [bob, eve]) }
}
