import type { RestHandler } from '../../../lambdas/rest/handler.ts'

/** Each handler below expects the call of another route. `npm run typecheck` fails if one of them compiles. */
export const wrong = {
  otherBody: (async ({ body }) => {
    // @ts-expect-error: the body of this route has no `content`
    return { conversation_id: body.content }
  }) satisfies RestHandler<'PUT /api/admin/chat/invitations/{id}/respond'>,
  otherQuery: (async ({ query }) => {
    // @ts-expect-error: this route has no query
    return { message: query.limit }
  }) satisfies RestHandler<'DELETE /api/admin/chat/conversations/{id}/messages/{seq}'>,
}
