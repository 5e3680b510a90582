import { expect, it } from 'vitest'
import { complete } from '../../../cli/chat/complete.ts'
import { aFakeChat, aPair, aSession, bob, grace } from './fake-chat.ts'

async function completions() {
  const server = await aFakeChat()
  const other = { ...bob, id: 'u9', email: 'bob2@example.com' }
  server.people = [bob, grace, other]
  server.conversations.push(aPair('c2', grace))
  server.invitations = [{ id: 'i1', from_user: grace, message: '', status: 'pending', created_at: '' }]
  const { session } = aSession(server.url)
  await session.begin()
  await session.lists.load()
  return async (line: string) => {
    const { offers, typed } = await complete(line, session)
    return offers.map((offer) => line.slice(0, line.length - typed.length) + offer)
  }
}

it('Tab completes commands, conversations, people and invitations', async () => {
  const complete = await completions()
  expect(await complete('/inv')).toEqual(['/invite ', '/invitations '])
  expect(await complete('/open ')).toEqual(['/open Bob Babbage', '/open Grace Hopper'])
  expect(await complete('/open hop')).toEqual(['/open Grace Hopper'])
  expect(await complete('/accept G')).toEqual(['/accept Grace Hopper'])
  expect(await complete('/invite grace@')).toEqual(['/invite Grace Hopper'])
  expect(await complete('/group team bob "Grace H')).toEqual(['/group team bob "Grace Hopper" '])
})

it('Tab offers e-mail addresses for people with the same name', async () => {
  const complete = await completions()
  expect(await complete('/invite bob')).toEqual(['/invite bob2@example.com', '/invite bob@example.com'])
})

it('Tab completes nothing in messages and in what a command takes verbatim', async () => {
  const complete = await completions()
  for (const line of ['gra', '//open gra', '/edit 3 gra', '/group gra', '/search gra', '/unknown gra'])
    expect(await complete(line)).toEqual([])
})
