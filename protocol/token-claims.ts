/** Claims that a token must have besides `user_id` and `exp`. A claim without a value here is not checked. */
export interface TokenClaims {
  /** `aud`, or one of the values in it. */
  readonly audience?: string | undefined
  /** `iss` */
  readonly issuer?: string | undefined
}

/** What an operator may set as an audience or an issuer. */
export const isClaimValue = (value: string) => /^[\x21-\x7e]{1,255}$/.test(value)

export const CLAIM_VALUE_RULE = 'must be 1 to 255 visible ASCII characters without spaces'
