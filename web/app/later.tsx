import type { ComponentProps, ComponentType } from 'preact'
import type { pageParts } from '../page-parts.ts'
import type { parts } from '../parts.ts'
import { useFrame } from './context.ts'
import { useReadable } from './readable.ts'

/** Components that the first view does not need. An element lacks those that only the page has. */
export type Parts = typeof parts & Partial<typeof pageParts>

type PartProps<Name extends keyof Parts> = ComponentProps<NonNullable<Parts[Name]>>

/** Renders the part with this name as soon as it is loaded, and passes the other props to it. */
export function Later<Name extends keyof Parts>({
  part,
  ...props
}: { readonly part: Name } & PartProps<Name>) {
  const Part = useReadable(useFrame().parts)?.[part] as ComponentType | undefined
  return Part ? <Part {...props} /> : null
}
