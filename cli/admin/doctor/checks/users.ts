import { count } from '../../../columns.ts'
import { type Check, note, ok, problem } from '../check.ts'
import { isTemporary } from '../round-trip/temporary-users.ts'

export const administrators: Check = {
  name: 'users',
  async run(target) {
    const users = (await target.users.listUsers()).filter(({ id }) => !isTemporary(id))
    const admins = users.filter(({ role }) => role === 'admin')
    const command = `npm run users -- ${target.stack === undefined ? '' : `--stack ${target.stack} `}import FILE`
    if (admins.length === 0) {
      const roles = [...new Set(users.map(({ role }) => JSON.stringify(role)))]
      const others =
        users.length === 0
          ? ''
          : `; there are ${count(users.length, 'user')} with the role ${roles.join(', ')}`
      return problem(
        `There is no administrator, so no user can chat${others}.`,
        `Import users with the role "admin": "${command}".`,
      )
    }
    if (admins.length === 1) {
      return note(
        'There is only one administrator, who has no one to chat with.',
        `Import more: "${command}".`,
      )
    }
    return ok(`${count(admins.length, 'administrator')} can chat.`)
  },
}
