import type { ChangingGroup, Ledger } from './ledger.ts'
import type { Row } from './rows.ts'

/** What is stored about a group, besides its log. */
export interface StoredGroup {
  readonly owner: string
  readonly participants: ReadonlySet<string>
  /** Users whose lists contain the group. */
  readonly listed: ReadonlySet<string>
}

/** A group after some entries of its log. */
interface GroupState {
  owner: string
  /** In the order in which they joined. The participants at the start come first, in the order of their ids. */
  readonly participants: Set<string>
  /** The `seq` of the entry with which each former participant left most recently. */
  readonly leftAt: Map<string, number>
}

type Report = (kind: 'leak' | 'wrong participants' | 'wrong owner', text: string) => void

/** Derives participants and owner from the log, and reports every entry that the entries before it do not allow. */
export function replay(
  { owner, participants }: ChangingGroup,
  entries: readonly unknown[],
  report: Report = () => undefined,
): GroupState {
  const state: GroupState = { owner, participants: new Set([...participants].sort()), leftAt: new Map() }
  const bySeq = (entries as readonly Row[]).toSorted((a, b) => Number(a['seq']) - Number(b['seq']))
  for (const entry of bySeq) apply(state, entry, report)
  return state
}

function apply(state: GroupState, entry: Row, report: Report): void {
  const { seq, kind = 'message', sender: from } = entry
  const sender = String(from)
  const isParticipant = state.participants.has(sender)
  const storedOwner = entry['owner'] === undefined ? undefined : String(entry['owner'])
  if (kind === 'participant_joined') {
    if (isParticipant) report('wrong participants', `${sender} joined again with ${seq}`)
    state.participants.add(sender)
  } else if (!isParticipant) {
    report(
      /^message/.test(String(kind)) ? 'leak' : 'wrong participants',
      `${sender} wrote ${seq} without taking part`,
    )
    return
  }
  if (kind === 'owner_changed') {
    if (sender !== state.owner) report('wrong owner', `${sender} made ${storedOwner} the owner with ${seq}`)
    if (storedOwner !== undefined) state.owner = storedOwner
  }
  if (kind === 'participant_left') {
    const { removed_by: remover } = entry
    if (remover !== undefined && remover !== state.owner)
      report('wrong owner', `${remover} removed ${sender} with ${seq}`)
    state.participants.delete(sender)
    state.leftAt.set(sender, Number(seq))
  }
  if (!state.participants.has(state.owner)) state.owner = [...state.participants][0] ?? state.owner
  if (storedOwner !== undefined && storedOwner !== state.owner)
    report('wrong owner', `${storedOwner} is the owner from ${seq} on instead of ${state.owner}`)
}

/** Compares what is stored about a group, and what its users have received, with its log. */
export function checkGroup(
  { groups, history, reached }: Ledger,
  id: string,
  entries: readonly unknown[],
  stored: StoredGroup,
): void {
  const group = groups.get(id)
  if (!group) return
  const { owner, participants, leftAt } = replay(group, entries, (kind, text) =>
    history.violate(kind, `${text} in ${id}`, [id]),
  )
  const expected = [...participants].sort().join()
  for (const [what, users] of [
    ['participants', stored.participants],
    ['lists', stored.listed],
  ] as const) {
    const found = [...users].sort().join()
    if (found !== expected)
      history.violate('wrong participants', `${what} of ${id}: ${found}, not ${expected}`, [id])
  }
  if (participants.size > 0 && stored.owner !== owner)
    history.violate('wrong owner', `${stored.owner} instead of ${owner} owns ${id}`, [id])
  for (const user of group.candidates) {
    const heard = reached.get(`${id} ${user}`) ?? 0
    const last = leftAt.get(user) ?? 0
    if (!participants.has(user) && heard > last)
      history.violate('leak', `${heard} of ${id} reached ${user}, who left with ${last}`, [user])
  }
}

/** Checks that no user participates in any conversation after the dismissal. */
export function checkDismissed(
  { dismissedAt, history }: Ledger,
  lists: ReadonlyMap<string, readonly string[]>,
): void {
  for (const user of dismissedAt.keys()) {
    const left = lists.get(user) ?? []
    if (left.length > 0)
      history.violate('wrong participants', `${user} takes part in ${left.join()} after the dismissal`, [
        user,
      ])
  }
}

/** Checks that each call created one group, however often it was repeated. */
export function checkCreated(
  { created, history }: Ledger,
  stored: ReadonlyMap<string, readonly string[]>,
): void {
  for (const [call, ids] of created) {
    if (ids.size > 1) history.violate('stored twice', `${call} returned ${[...ids].join(' and ')}`, [call])
  }
  for (const [user, ids] of stored) {
    const calls = [...created.keys()].filter((call) => call.startsWith(`${user} `))
    if (ids.length > calls.length)
      history.violate('stored twice', `${ids.length} groups of ${user} for ${calls.length} calls`, [user])
  }
}
