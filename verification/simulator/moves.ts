import type { Device } from './device.ts'

/**
 * Changes of groups that users make. A correct client may also get the refusals that are listed here, because it may
 * know less than the server.
 */
export const moves = {
  invite: (device: Device, group: string, user: string) =>
    start(device, `invite ${user} to ${group}`, ['forbidden', 'not_found', 'conversation_exists'], () =>
      device.room(group)?.invite([user]),
    ),
  remove: (device: Device, group: string, user: string) =>
    start(device, `remove ${user} from ${group}`, ['bad_request', 'forbidden', 'not_found'], () =>
      device.room(group)?.removeParticipant(user),
    ),
  handOver: (device: Device, group: string, user: string) =>
    start(device, `make ${user} the owner of ${group}`, ['forbidden', 'not_found'], () =>
      device.room(group)?.setOwner(user),
    ),
  leave: (device: Device, group: string) => {
    const { ledger, options } = device
    const tookPart = ledger.groups.get(group)?.participants.has(options.user)
    start(device, `leave ${group}`, tookPart ? [] : ['not_found'], () => device.room(group)?.leave())
  },
  /** Creates a group with the others. */
  create: (device: Device, key: string, others: readonly string[]) => {
    const groups = new Set<string>()
    device.ledger.created.set(`${device.options.user} ${key}`, groups)
    // One of the others may have been dismissed.
    start(device, `create ${key}`, ['not_found'], async () => {
      const group = await device.chat?.createGroup({ userIds: others })
      if (group) groups.add(group.id)
    })
  },
  /**
   * Edits one acknowledged message of the user that was not edited before.
   *
   * @param content deletes the message if empty
   */
  edit: (device: Device, conversation: string, content: string) => {
    const { ledger, options } = device
    const send = [...ledger.sends.values()].find(
      (candidate) =>
        candidate.user === options.user &&
        candidate.conversation === conversation &&
        candidate.acked &&
        !ledger.edits.has(candidate),
    )
    const room = device.room(conversation)
    if (!send?.acked || !room) return
    const { seq } = send.acked
    const edit = { send, seq, content, acked: false }
    ledger.edits.set(send, edit)
    // The message may have expired.
    const isSure = ledger.isParticipant(options.user, conversation) && !ledger.retention
    const refusals = isSure ? [] : ['not_found']
    start(device, `edit ${send.key} at ${seq} of ${conversation}`, refusals, async () => {
      await (content === '' ? room.remove(seq) : room.edit(seq, content))
      edit.acked = true
    })
  },
}

function start(
  device: Device,
  what: string,
  refusals: readonly string[],
  act: () => Promise<unknown> | undefined,
): void {
  if (!device.stopped) device.scheduler.background(device.call(what, refusals, async () => await act()))
}
