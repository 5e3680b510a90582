import {
  createContainerDriver,
  createListLayout,
  createVirtualStore,
  type Driver,
  type Layout,
  type Store,
} from 'virtua/unstable_core'

/** Knows the sizes of rows and which rows are near the view, and keeps the view in place when sizes change. */
export interface ListEngine {
  readonly store: Store
  readonly layout: Layout
  readonly driver: Driver
}

export function createEngine(length: number): ListEngine {
  const layout = createListLayout(length)
  const store = createVirtualStore(layout)
  return { store, layout, driver: createContainerDriver(store, layout, false) }
}
