import * as z from 'zod/mini'
import { limits } from '../limits.ts'
import { person } from '../model.ts'
import { type Endpoint, pageLimit } from './endpoint.ts'

const searchQuery = z.object({
  q: z.string().check(
    z.maxLength(limits.searchMax, `must be at most ${limits.searchMax} characters`),
    z.meta({
      minLength: 1,
      description: `At least ${limits.searchMin} characters besides accents, white space, apostrophes and hyphens; one is enough in Chinese, Japanese and Korean.`,
    }),
  ),
  limit: pageLimit(limits.pageAdmins, 10),
})
export type SearchQuery = z.output<typeof searchQuery>

export const peopleEndpoints = {
  'GET /api/admin/chat/admins/search': {
    operationId: 'searchAdmins',
    tag: 'people',
    summary: 'Other administrators whose first name, last name or e-mail starts with the query.',
    description:
      'Case, accents, white space, apostrophes and hyphens are ignored. In Chinese, Japanese and Korean names, every character starts a word. If the query has several words, it is enough that each of them starts a word of the name.',
    query: searchQuery,
    data: z.object({ admins: z.array(person) }),
    codes: [],
  },
} as const satisfies Record<string, Endpoint>
