/** Features that an operator can switch off, because they cost money and not every site wants them. */
export interface Features {
  /** Participants see who is typing. */
  readonly typing: boolean
  /** Users see who is online. */
  readonly presence: boolean
}

export const allFeatures: Features = { typing: true, presence: true }
