/** A resource of a chat, which may still exist although the stack of the chat is gone. */
export interface Remain {
  /** What it is, such as `table`. */
  readonly kind: string
  readonly name: string
  /** Its size, or whatever else helps to decide whether to delete it. */
  readonly detail: string
  readonly dollarsPerMonth: number
  /** Deletes it; absent if only AWS can delete it, which happens automatically. */
  readonly remove?: () => Promise<void>
}

/** A place where resources of a chat may remain. */
export interface Place {
  /** What is looked for, such as `tables named AdminChat-Tables…`. */
  readonly lookedFor: string
  find(): Promise<readonly Remain[]>
}

/** Waits. It is passed in, so that tests do not have to wait. */
export type Pause = (milliseconds: number) => Promise<void>

/** Looks in all places at once. */
export async function findRemains(places: readonly Place[]): Promise<readonly Remain[]> {
  return (await Promise.all(places.map((place) => place.find()))).flat()
}

/** List prices in us-east-1, in dollars per GB and month, of 2025. */
export const PRICES = {
  /** Storage, and the continuous backup of the same size. */
  table: 0.25 + 0.2,
  tableBackup: 0.1,
  logGroup: 0.03,
}
export const SECRET_DOLLARS_PER_MONTH = 0.4

const GB = 1_000_000_000

export const costOf = (bytes: number, dollarsPerGb: number) => (bytes / GB) * dollarsPerGb

export const sizeText = (bytes: number) =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`

/** Names that CloudFormation generates: the stack, the logical id, which ends in eight digits, and a random suffix. */
export const generatedName = (stack: string, logicalId: string) =>
  new RegExp(`^${escaped(stack)}-${logicalId}[0-9A-F]{8}-[0-9A-Za-z]{8,}`)

export const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
