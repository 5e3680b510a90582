import type { AdminRoute } from '../../lambdas/rest/handler.ts'
import { parseCall } from '../../lambdas/rest/parse-call.ts'
import { HEALTH_ROUTE, restRoutes } from '../../protocol/endpoints.ts'
import { ChatError } from '../../protocol/errors.ts'
import { type FrameType, parseClientFrame } from '../../protocol/frames.ts'
import { isWellFormed } from '../../protocol/text.ts'
import { type Admin, admins, groupUp, invite, pairUp, post } from './chat.ts'
import {
  type Field,
  fieldsOfCall,
  fieldsOfFrame,
  hostileJson,
  hostileStrings,
  type Samples,
  HOSTILE_SEED as SEED,
  sampleOfCall,
  someOf,
  withField,
} from './hostile.ts'

/** The routes that need a token. */
export const adminRoutes = restRoutes.filter((route): route is AdminRoute => route !== HEALTH_ROUTE)

/** A pair with a message, a group and a pending invitation, by the names of the fields that refer to them. */
export interface World {
  readonly ada: Admin
  readonly samples: Samples
  idIn(route: string): string
}

export async function aWorld(): Promise<World> {
  const { ada, bob, carol } = await admins('ada', 'bob', 'carol')
  const pair = await pairUp(ada, bob)
  await post(ada, pair, 'first')
  const group = await groupUp(ada, [bob])
  const invitation = await invite(carol, ada)
  const samples = {
    ...{ conversation_id: pair, content: 'hi', seq: 1, action: 'accept', q: 'ad', token: ada.token },
    ...{ user_id: bob.id, to_user_id: carol.id, toUserId: carol.id, user_ids: [carol.id], sender_id: ada.id },
  }
  const idIn = (route: string) => {
    if (route.includes('/invitations/{id}')) return invitation
    return /\{id\}\/(messages|mark-read)/.test(route) ? pair : group
  }
  return { ada, samples, idIn }
}

/** A frame with the required fields alone. */
export const plainFrame = (type: FrameType, { samples }: World) => fieldsOfFrame(type)[0]?.base(samples) ?? {}

/** Up to `2 * count` frames for each field, with values that the parser accepts: others never reach the rules. */
export function framesWithHostileFields(type: FrameType, world: World, count: number): readonly string[] {
  const base = () => plainFrame(type, world)
  const fields: readonly Pick<Field, 'path' | 'base'>[] = [
    ...fieldsOfFrame(type),
    { path: ['request_id'], base },
  ]
  return fields.flatMap((field) => {
    const texts = hostileJson(SEED, 50).map((json) => withField(field.base(world.samples), field.path, json))
    const isAccepted = (text: string) => accepts(() => parseClientFrame(text).result)
    return someOf(texts.filter(isAccepted), SEED, count)
  })
}

/** What a REST call contains. */
export interface CallParts {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** A call with the required fields alone. */
export function plainCall(route: AdminRoute, { samples, idIn }: World): CallParts {
  const own = { ...samples, id: idIn(route) }
  return {
    path: texts(sampleOfCall(route, 'path', own)),
    query: texts(sampleOfCall(route, 'query', own)),
    body: route.startsWith('GET ') ? undefined : JSON.stringify(sampleOfCall(route, 'body', own)),
  }
}

/** Up to `2 * count` calls for each field, with values that the parser accepts: others never reach the rules. */
export function callsWithHostileFields(route: AdminRoute, world: World, count: number): readonly CallParts[] {
  const parts = plainCall(route, world)
  const inUrl = (['path', 'query'] as const).flatMap((part) =>
    fieldsOfCall(route, part).map(({ path: [name = ''] }) =>
      hostileStrings(SEED, 50)
        // Node refuses headers over 16 KB itself.
        .filter((text) => isWellFormed(text) && encodeURIComponent(text).length < 8000)
        .map((text) => ({ ...parts, [part]: { ...parts[part], [name]: text } })),
    ),
  )
  const own = { ...world.samples, id: world.idIn(route) }
  const inBody = fieldsOfCall(route, 'body').map((field) =>
    hostileJson(SEED, 50).map((json) => ({ ...parts, body: withField(field.base(own), field.path, json) })),
  )
  const isAccepted = ({ path, query, body }: CallParts) => {
    const event = { pathParameters: path, queryStringParameters: query, headers: {}, isBase64Encoded: false }
    return accepts(() => parseCall(route, body === undefined ? event : { ...event, body }))
  }
  return [...inUrl, ...inBody].flatMap((calls) => {
    const accepted = calls.filter(isAccepted).map((call) => JSON.stringify(call))
    return someOf(accepted, SEED, count).map((json) => JSON.parse(json) as CallParts)
  })
}

/** The method and the path below `/api/admin/chat` of a call. */
export function addressOf(route: AdminRoute, { path, query }: CallParts): readonly [string, string] {
  const [method = '', pattern = ''] = route.split(' ')
  const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  return [method, `${filled.replace('/api/admin/chat', '')}?${new URLSearchParams(query)}`]
}

function accepts(parse: () => unknown): boolean {
  try {
    return !(parse() instanceof ChatError)
  } catch {
    return false
  }
}

/** Parameters travel as text. */
const texts = (part: object): Record<string, string> =>
  Object.fromEntries(Object.entries(part).map(([name, value]) => [name, String(value)]))
