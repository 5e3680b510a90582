import * as z from 'zod/mini'
import { requestId } from '../protocol/fields.ts'
import { clientFrames, type FrameType, frameTypes } from '../protocol/frames.ts'
import { limits } from '../protocol/limits.ts'
import { answerFrames, errorFrameShape, pushFrames } from '../protocol/server-frames.ts'
import { SOCKET_PATH } from '../protocol/socket-route.ts'
import { deployedHost, info, paragraphs } from './info.ts'
import { type Json, mapValues, onlyUsed, pascal, schemaRef, toSchemas } from './schemas.ts'

const CHANNEL = '#/channels/chat'

const description = paragraphs(
  'The chat over a WebSocket, from the point of view of the server: it receives what clients send.',
  `Frames are text. Each is one JSON object whose \`type\` names it, of at most ${limits.frameBytes} bytes and ${limits.nesting} levels of nesting. The server ignores unknown fields, and so must clients.`,
  `Clients authenticate on the connection, not by URL or headers: the first frame is \`authenticate\`, within ${limits.authenticationMs / 1000} s of connecting; otherwise the server closes the connection. Until then every other frame gets \`unauthorized\`. The token is the JWT of an administrator, signed with HS256, with the claims \`user_id\` and \`exp\`.`,
  'Pushes are hints; the log is the truth. Pushes may be lost and may arrive in any order. Clients order entries by `seq`, send `ping`, compare `heads` with what they have, and request what is missing with `join_conversation` and `after_seq`.',
  'API Gateway also sends error frames of its own, which have no `type`. A frame that caused such an error can be sent again.',
)

const errorFrame = {
  summary: 'Says why a frame was refused, or why the connection is about to be closed.',
  schema: errorFrameShape,
}

export function asyncapi(): Json {
  const requested = { ...clientFrames, ...answerFrames }
  const schemas = toSchemas(
    {
      ...named(mapValues(requested, ({ schema }) => withRequestId(schema))),
      ...named(mapValues({ ...pushFrames, error: errorFrame }, ({ schema }) => schema)),
    },
    { target: 'draft-07' },
  )
  const messages = {
    ...mapValues({ ...requested, error: errorFrame }, ({ summary }, type) => correlated(type, summary)),
    ...mapValues(pushFrames, ({ summary }, type) => message(type, summary)),
  }
  return {
    asyncapi: '3.0.0',
    info: {
      ...info('admin-chat: WebSocket', description, { url: 'https://spdx.org/licenses/MIT.html' }),
      tags: [{ name: 'chat', description: 'Conversations between administrators.' }],
    },
    defaultContentType: 'application/json',
    servers: {
      laptop: { host: 'localhost:5000', pathname: SOCKET_PATH, protocol: 'ws', description: 'npm start' },
      deployed: {
        host: '{host}',
        pathname: SOCKET_PATH,
        protocol: 'wss',
        description:
          'This path on the site, whose URL is the output `SiteUrl` of the stack. The output `WebSocketUrl` is the URL of the API itself.',
        variables: { host: deployedHost },
      },
    },
    channels: {
      chat: {
        address: '',
        title: 'One connection',
        description: 'The address is empty: nothing is appended to the path of the server.',
        messages: mapValues(messages, (_message, type) => ({ $ref: `#/components/messages/${type}` })),
      },
    },
    operations: {
      ...Object.fromEntries(frameTypes.map((type) => [type, received(type)])),
      ...mapValues({ ...pushFrames, error: errorFrame }, ({ summary }, type) => ({
        action: 'send',
        summary,
        description:
          type === 'error'
            ? 'Answers a frame, or is sent before the server closes the connection.'
            : 'A push: the server sends it without a request.',
        ...carrying(type),
      })),
    },
    components: {
      messages,
      correlationIds: {
        request: {
          description: `Chosen by the client, at most ${limits.requestIdLength} characters; the answer or error repeats it.`,
          location: '$message.payload#/request_id',
        },
      },
      schemas: onlyUsed(schemas, messages),
    },
  }
}

const withRequestId = (frame: z.ZodMiniObject) => z.extend(frame, { request_id: z.exactOptional(requestId) })

const schemaName = (type: string) => `${pascal(type)}Frame`

const named = (schemas: Readonly<Record<string, z.ZodMiniType>>) =>
  Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [schemaName(type), schema]))

const message = (name: string, summary: string) => ({ name, summary, payload: schemaRef(schemaName(name)) })

const correlated = (name: string, summary: string) => ({
  ...message(name, summary),
  correlationId: { $ref: '#/components/correlationIds/request' },
})

/** The part of an operation or a reply that names its messages. */
const carrying = (...types: readonly string[]) => ({
  channel: { $ref: CHANNEL },
  messages: types.map((type) => ({ $ref: `${CHANNEL}/messages/${type}` })),
})

function received(type: FrameType): Json {
  const { summary, answer } = clientFrames[type]
  const answers = answer ? [answer.type, 'error'] : ['error']
  const description = answer
    ? `Answered by \`${answer.type}\`, or by \`error\`.`
    : 'Has no answer, except `error` if it is refused.'
  return { action: 'receive', summary, description, ...carrying(type), reply: carrying(...answers) }
}
