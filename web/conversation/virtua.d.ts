/** What is used here of the part of virtua that is for no particular framework. The package has no types for it. */
declare module 'virtua/unstable_core' {
  export interface Store {
    $getStateVersion(): number
    /** The first and the last index of the rows that have to be elements. */
    $getRange(bufferPx: number): readonly [number, number]
    $getItemOffset(index: number): number
    $getScrollOffset(): number
    $getViewportSize(): number
    $getTotalSize(): number
    $isScrolling(): boolean
    $subscribe(event: number, listener: (isSync?: boolean) => void): () => void
    $update(action: number, length: number, isPrepended: boolean): void
    $dispose(): void
  }

  export interface Layout {
    $findIndex(offset: number): number
    $getItemSize(index: number): number
    /** Called without a size: whether the size is not known. */
    $isSizeEqual(index: number): boolean
  }

  export interface Driver {
    /** Begins with the element of the list. Its parent is the element that scrolls. */
    $observe(list: HTMLElement): void
    $observeItem(item: HTMLElement, index: number): () => void
    /** To be called after each change of the elements. */
    $effect(): void
    $scroll(
      index: number | undefined,
      options: { readonly align?: 'start' | 'center'; readonly offset?: number },
    ): unknown
    $dispose(): void
  }

  export const ACTION_ITEMS_LENGTH_CHANGE: number
  export const UPDATE_VIRTUAL_STATE: number
  export const UPDATE_SCROLL_END_EVENT: number
  export const UPDATE_SIZE_EVENT: number
  export function createListLayout(length: number): Layout
  export function createVirtualStore(layout: Layout): Store
  export function createContainerDriver(store: Store, layout: Layout, isHorizontal: boolean): Driver
}
