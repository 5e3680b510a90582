/** Path of the WebSocket on a site. API Gateway itself serves it at `/<stage>`. */
export const SOCKET_PATH = '/ws/chat'

/** The expression that API Gateway evaluates on each client frame to choose a route. */
export const ROUTE_SELECTION = '$request.body.type'
