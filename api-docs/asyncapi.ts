import * as z from 'zod/mini'
import { clientFrames } from '../protocol/client-frames.ts'
import { requestId } from '../protocol/fields.ts'
import { limits } from '../protocol/limits.ts'
import { frameTypes, SOCKET_PATH } from '../protocol/routes.ts'
import { answerFrames, errorFrameShape, pushFrames } from '../protocol/server-frames.ts'
import { answerTexts, clientTexts, pushTexts } from './frames.ts'
import { deployedHost, info, paragraphs } from './info.ts'
import { type Json, mapValues, onlyUsed, pascal, schemaRef, toSchemas } from './schemas.ts'

const CHANNEL = '#/channels/chat'

const description = paragraphs(
  'The chat over a WebSocket, as its server sees it: it receives what clients send, and sends what they get.',
  `Frames are text, each one JSON object whose \`type\` names it, of at most ${limits.frameBytes} bytes and ${limits.nesting} levels of nesting. The server ignores fields that it does not know, and so must clients.`,
  `Who speaks is proven on the connection, not by its URL or headers: the first frame is \`authenticate\`, within ${limits.authenticationMillis / 1000} s of connecting, or the connection is closed. Until then every other frame is answered with \`unauthorized\`. The token is a JWT of an administrator, signed with HS256, with the claims \`user_id\` and \`exp\`.`,
  'A push is a hint, the log is the truth: pushes may be lost, and arrive in any order. Clients order by `seq`, send `ping`, compare `heads` with what they hold, and ask for what they lack with `join_conversation` and `after_seq`.',
  'The platform has error frames of its own, which have no `type`: what they refused may be tried again.',
)

export function asyncapi(): Json {
  const frames = {
    ...mapValues(clientFrames, withRequest),
    ...mapValues(answerFrames, withRequest),
    ...pushFrames,
    error: errorFrameShape,
  }
  const schemas = toSchemas(
    Object.fromEntries(Object.entries(frames).map(([type, frame]) => [schemaName(type), frame])),
    { target: 'draft-07' },
  )
  const messages = {
    ...mapValues(clientTexts, ({ summary }, type) => correlated(type, summary)),
    ...mapValues(answerTexts, (summary, type) => correlated(type, summary)),
    error: correlated('error', 'Why a frame was refused, or why the connection ends.'),
    ...mapValues(pushTexts, (summary, type) => message(type, summary)),
  }
  return {
    asyncapi: '3.0.0',
    info: info('admin-chat: WebSocket', description),
    defaultContentType: 'application/json',
    servers: {
      laptop: { host: 'localhost:5000', pathname: SOCKET_PATH, protocol: 'ws', description: 'npm start' },
      deployed: {
        host: '{host}',
        pathname: '/{stage}',
        protocol: 'wss',
        description: 'The output `WebSocketUrl` of the stack.',
        variables: { host: deployedHost, stage: { default: 'prod', description: 'The stage of the API.' } },
      },
    },
    channels: {
      chat: {
        address: '',
        title: 'One connection',
        description: 'There is nothing after the path of the server.',
        messages: mapValues(messages, (_message, type) => ({ $ref: `#/components/messages/${type}` })),
      },
    },
    operations: {
      ...Object.fromEntries(frameTypes.map((type) => [type, received(type)])),
      ...mapValues({ ...pushTexts, error: 'Tells why the connection ends.' }, (summary, type) => ({
        action: 'send',
        summary,
        ...speaking(type),
      })),
    },
    components: {
      messages,
      correlationIds: {
        request: {
          description: `Chosen by the client, at most ${limits.requestIdLength} characters; its answer or error repeats it.`,
          location: '$message.payload#/request_id',
        },
      },
      schemas: onlyUsed(schemas, messages),
    },
  }
}

const withRequest = (frame: z.ZodMiniObject) => z.extend(frame, { request_id: z.exactOptional(requestId) })

const schemaName = (type: string) => `${pascal(type)}Frame`

const message = (name: string, summary: string) => ({ name, summary, payload: schemaRef(schemaName(name)) })

const correlated = (name: string, summary: string) => ({
  ...message(name, summary),
  correlationId: { $ref: '#/components/correlationIds/request' },
})

/** The part of an operation or a reply that says what goes over the channel. */
const speaking = (...types: readonly string[]) => ({
  channel: { $ref: CHANNEL },
  messages: types.map((type) => ({ $ref: `${CHANNEL}/messages/${type}` })),
})

function received(type: (typeof frameTypes)[number]): Json {
  const { summary, answer } = clientTexts[type]
  const answers = answer === undefined ? ['error'] : [answer, 'error']
  return { action: 'receive', summary, ...speaking(type), reply: speaking(...answers) }
}
