// What the list of messages, a component for React, and this page need beyond Preact itself. `preact/compat` would be
// five times as large, because it plays the part of all of React.
import {
  type Component,
  type CSSProperties,
  createElement,
  type FunctionComponent,
  type Key,
  options,
  type Ref,
  type VNode,
} from 'preact'

export * from 'preact/hooks'

/** Creates an element, as the compiled code of the list does it. */
export const jsx = (type: string, props: object, key?: Key): VNode => createElement(type, { ...props, key })

/** Renders the component again only if one of its props has changed. */
export function memo<Props extends object>(component: FunctionComponent<Props>): FunctionComponent<Props> {
  return function Memo(this: Component<Props>, props: Props) {
    this.shouldComponentUpdate = (next) => !isSame(this.props, next)
    return createElement(component, props)
  } as FunctionComponent<Props>
}

function isSame(a: object, b: object): boolean {
  const entries = Object.entries(a)
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([name, value]) => Object.is(value, (b as Record<string, unknown>)[name]))
  )
}

/** Preact passes `ref` to functions as one of their props. */
export function forwardRef<T, Props extends object>(
  render: (props: Props, ref: Ref<T>) => VNode | null,
): FunctionComponent<Props & { readonly ref?: Ref<T> }> {
  return ({ ref, ...props }) => render(props as unknown as Props, ref ?? null)
}

/** Renders what the callback changes before it returns. */
export function flushSync(change: () => void): void {
  const { debounceRendering } = options
  options.debounceRendering = (render) => render()
  change()
  if (debounceRendering) options.debounceRendering = debounceRendering
  else delete options.debounceRendering
}

/** React takes numbers for pixels, Preact does not. */
export const inPixels = (style: CSSProperties = {}): CSSProperties =>
  Object.fromEntries(
    Object.entries(style).map(([name, value]) => [name, typeof value === 'number' ? `${value}px` : value]),
  )
