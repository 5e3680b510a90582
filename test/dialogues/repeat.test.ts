import { expect, it } from 'vitest'
import { anAdmin } from '../support/chat.ts'
import { functionsInProcess } from '../support/in-process.ts'
import { type Client, dataOf, repeatedCalls } from '../support/repeated-calls.ts'

const functions = functionsInProcess()

async function aClient(name: string): Promise<Client & { readonly id: string }> {
  const { id, token } = await anAdmin(name)
  return {
    id,
    call: async (...call) => {
      const { status, body } = await functions.call(token, ...call)
      if (status !== 200) throw new Error(`${call[0]} ${call[1]}: ${status} ${body['message']}`)
      return body
    },
  }
}

// test/local/faults/repeat.long.test.ts also loses answers.
it.each(repeatedCalls.map((each) => [`${each.route} ${each.action ?? ''}`.trim(), each] as const))(
  '[REPEAT-1] a repeated call changes nothing and returns the same answer: %s',
  async (_, { prepare, call, check, repeated }) => {
    const [ada, bob, cyd] = [await aClient('ada'), await aClient('bob'), await aClient('cyd')]
    const people = { ada, bob, cyd, ids: { ada: ada.id, bob: bob.id, cyd: cyd.id } }
    const id = await prepare(people)
    const first = dataOf(await call(people, id))
    expect(dataOf(await call(people, id))).toEqual({ ...first, ...repeated })
    await check(people, id)
    expect(functions.reported).toEqual([])
  },
)
