import { allowedOrigins, composeLog, composeRestDeps, siteRules } from '../compose.ts'
import { recordAlone } from '../log/record.ts'
import { withCors } from '../rest/cors.ts'
import { dispatch } from '../rest/dispatch.ts'
import { aboutEvent, type RestEvent } from '../rest/event.ts'
import { restHandlers } from '../rest/handlers.ts'
import { siteOnly } from '../rest/site-only.ts'

const logged = composeLog(recordAlone)
const deps = composeRestDeps()
const handlers = restHandlers(deps)
const handle = withCors(
  allowedOrigins(),
  siteOnly(siteRules(), (event) => dispatch(deps, handlers, event)),
)

/** Handles every REST call, including unknown routes. */
export const handler = (event: RestEvent) => logged(aboutEvent(event), () => handle(event))
