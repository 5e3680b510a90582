/** Profiles of administrators for a proof. */
export const profilesOf = (ids: readonly string[]) =>
  ids.map((id) => ({ id, firstname: id, lastname: 'Proof', email: `${id}@example.org`, role: 'admin' }))
