import { environment } from '../../../../lambdas/environment.ts'
import { splitOrigins } from '../../../../protocol/origins.ts'
import { type Check, note, ok } from '../check.ts'
import { functionConfiguration } from '../function-configuration.ts'

/** Whether other sites may use the chat. */
export const origins: Check = {
  name: 'origins',
  async run(target) {
    const { environment: variables } = await functionConfiguration(target, 'lifecycle')
    const allowed = splitOrigins(variables[environment.allowedOrigins] ?? '')
    if (allowed.length > 0)
      return ok(`The chat's own page and pages of ${allowed.join(', ')} can use the chat.`)
    return note(
      "No origin is allowed, so in browsers, only the chat's own page can use it.",
      target.stack === undefined
        ? 'If a page of yours uses the chat, start it with ALLOWED_ORIGINS.'
        : 'If a site of yours uses the chat, deploy with -c allowedOrigins=https://your-site.example.',
    )
  },
}
