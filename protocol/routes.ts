/** Where the WebSocket stands on a site; API Gateway itself serves it at `/<stage>`. */
export const SOCKET_PATH = '/ws/chat'

/** What API Gateway evaluates on each client frame to choose a route. */
export const ROUTE_SELECTION = '$request.body.type'

/** The frame types a client may send; each is a WebSocket route of its own. */
export const frameTypes = [
  'authenticate',
  'join_conversation',
  'leave_conversation',
  'send_message',
  'mark_read',
  'typing',
  'ping',
] as const

export type FrameType = (typeof frameTypes)[number]

/**
 * Routes whose Lambda return value travels back to the sender as the route response. `send_message` and `mark_read`
 * are not among them: their answers are posted, so that they leave before others are told. `typing` has no answer.
 */
export const answeredRoutes = [
  'authenticate',
  'join_conversation',
  'leave_conversation',
  'ping',
  '$default',
] as const

/** Every REST route, in the form of an HTTP API route key. */
export const restRoutes = [
  'GET /api/admin/chat/conversations',
  'POST /api/admin/chat/conversations',
  'GET /api/admin/chat/conversations/{id}/messages',
  'POST /api/admin/chat/conversations/{id}/messages',
  'PATCH /api/admin/chat/conversations/{id}/messages/{seq}',
  'DELETE /api/admin/chat/conversations/{id}/messages/{seq}',
  'POST /api/admin/chat/conversations/{id}/mark-read',
  'POST /api/admin/chat/conversations/{id}/invitations',
  'POST /api/admin/chat/conversations/{id}/leave',
  'GET /api/admin/chat/invitations',
  'POST /api/admin/chat/invitations',
  'PUT /api/admin/chat/invitations/{id}/respond',
  'GET /api/admin/chat/admins/search',
  'GET /api/health',
] as const

export type RestRoute = (typeof restRoutes)[number]
