import * as z from 'zod/mini'

/** What the registries of client frames and server frames have in common. */
interface FrameEntry<Type extends string> {
  /** One line for docs/asyncapi.yaml. */
  readonly summary: string
  readonly schema: z.ZodMiniObject<{ readonly type: z.ZodMiniLiteral<Type> }>
}

/** Checks that each entry's schema is for the type under which it is listed. */
export const registry = <const Entries extends { readonly [T in keyof Entries]: FrameEntry<T & string> }>(
  entries: Entries,
) => entries

export const frame = <const Type extends string, Fields extends z.core.$ZodShape>(
  type: Type,
  fields: Fields,
) => z.object({ type: z.literal(type), ...fields })
