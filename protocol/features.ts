/** What an operator may switch off: it costs, and not every site wants it. */
export interface Features {
  /** Whether the others hear who is typing. */
  readonly typing: boolean
  /** Whether users see who is there. */
  readonly presence: boolean
}

export const allFeatures: Features = { typing: true, presence: true }
