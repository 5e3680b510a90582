import { type Component, createElement, type FunctionComponent } from 'preact'

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
