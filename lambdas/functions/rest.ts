import { allowedOrigins, composeRestDeps, siteRules } from '../compose.ts'
import { withCors } from '../rest/cors.ts'
import { dispatch } from '../rest/dispatch.ts'
import { restHandlers } from '../rest/handlers.ts'
import { siteOnly } from '../rest/site-only.ts'

const deps = composeRestDeps()
const handlers = restHandlers(deps)

/** Handles every REST call, including unknown routes. */
export const handler = withCors(
  allowedOrigins(),
  siteOnly(siteRules(), (event) => dispatch(deps, handlers, event)),
)
