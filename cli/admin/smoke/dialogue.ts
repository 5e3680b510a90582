import { type Addresses, openScene, type Scene, type Step } from '../../../verification/dialogues/scene.ts'
import { alone } from '../../../verification/dialogues/steps/alone.ts'
import { connecting } from '../../../verification/dialogues/steps/connecting.ts'
import { startingGroup } from '../../../verification/dialogues/steps/groups.ts'
import { readingAndEditing } from '../../../verification/dialogues/steps/reading-and-editing.ts'
import { reconnecting } from '../../../verification/dialogues/steps/reconnecting.ts'
import { sending } from '../../../verification/dialogues/steps/sending.ts'
import { smokeTitle } from './title.ts'

const GROUP = '$group'
/** The entries of a group that one invited user has joined. */
const ENTRIES_AT_START = 1

/**
 * The documented dialogues that change nothing but a group of their own. A conversation of two cannot be used,
 * because a pair cannot be left.
 */
export const safeSteps: readonly Step[] = [
  ...connecting(['ada', 'bob']),
  ...startingGroup,
  ...sending(GROUP, ENTRIES_AT_START),
  ...readingAndEditing(GROUP, ENTRIES_AT_START),
  ...reconnecting(GROUP),
]

/** The dialogues that one administrator can play alone: they store nothing. A group begins with an invitation. */
export const soloSteps: readonly Step[] = [...connecting(['ada']), ...alone]

/** The result of a step. */
export interface Outcome {
  readonly step: Pick<Step, 'title' | 'rule'>
  readonly result: 'ok' | 'failed' | 'skipped'
  readonly problem?: string
}

/** An administrator who plays the dialogues. */
export interface Player {
  readonly id: string
  readonly token: string
}

export interface Players {
  readonly ada: Player
  /** Absent if one administrator plays alone. */
  readonly bob?: Player
}

/**
 * Plays the safe steps until one fails, and then cleans up. The scene gets a group of its own, so several runs can play
 * at once.
 *
 * @param tell called after each step
 * @param steps the steps to play; by default, all that are safe for these players
 */
export async function playSmoke(
  addresses: Addresses,
  players: Players,
  run: string,
  tell: (outcome: Outcome) => void,
  steps = players.bob ? safeSteps : soloSteps,
): Promise<void> {
  const scene = openScene(addresses, tokensOf(players), {
    ...namesOf(players),
    run,
    title: smokeTitle(run),
  })
  try {
    let hasFailed = false
    for (const step of steps) {
      if (hasFailed) tell({ step, result: 'skipped' })
      else hasFailed = !(await attempt(step, () => scene.play(step), tell))
    }
    const { ada, bob } = players
    if (!bob) return
    await attempt(
      { title: 'the messages are deleted, and both leave the group', rule: 'GROUP-4' },
      () => cleanUp(scene, { ada, bob }),
      tell,
    )
  } finally {
    scene.close()
  }
}

const tokensOf = (players: Players) =>
  Object.fromEntries(Object.entries(players).map(([name, { token }]) => [name, token]))

/** The names by which steps refer to the players and their tokens. */
const namesOf = (players: Players) =>
  Object.fromEntries(
    Object.entries(players).flatMap(([name, { id, token }]) => [
      [name, id],
      [`${name}Token`, token],
    ]),
  )

async function attempt(
  step: Outcome['step'],
  work: () => Promise<void>,
  tell: (outcome: Outcome) => void,
): Promise<boolean> {
  try {
    await work()
    tell({ step, result: 'ok' })
    return true
  } catch (error) {
    tell({ step, result: 'failed', problem: textOf(error) })
    return false
  }
}

/**
 * `fetch` puts the reason of a failure into the `cause` of its error. If it tried several addresses, the cause has only
 * a code.
 */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, cause } = error
  if (!(cause instanceof Error)) return message
  return `${message}: ${cause.message || String((cause as NodeJS.ErrnoException).code)}`
}

/** Removes what the steps have stored, however far they got. */
async function cleanUp(scene: Scene, players: Readonly<Record<'ada' | 'bob', Player>>): Promise<void> {
  const { group, toGroup } = scene.kept
  if (group === undefined) return
  // If the invitation was accepted, it is not found, which does not matter.
  await scene.call('ada', 'withdrawInvitation', { path: { id: toGroup } })
  for (const user of ['bob', 'ada'] as const) {
    const { messages = [] } = await scene.call(user, 'listMessages', {
      path: { id: group },
      query: { after: 0, limit: 100 },
    })
    for (const { kind, seq, sender_id, deleted_at } of messages) {
      if (kind !== 'message' || sender_id !== players[user].id || deleted_at) continue
      await scene.call(user, 'deleteMessage', { path: { id: group, seq } })
    }
    await scene.call(user, 'leaveGroup', { path: { id: group } })
  }
  const { code } = await scene.call('ada', 'listMessages', { path: { id: group } })
  if (code !== 'not_found') throw new Error(`the group ${group} remains`)
}
