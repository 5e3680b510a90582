import type { Person } from '../../../protocol/model.ts'
import type { User } from '../../model.ts'

/** A user as others see them. A removed user keeps the id and loses the name. */
export const toPerson = (id: string, user?: User): Person => ({
  id,
  firstname: user?.firstname ?? '',
  lastname: user?.lastname ?? '',
  email: user?.email ?? '',
})
