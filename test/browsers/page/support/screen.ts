import { vi } from 'vitest'
import { type InputAction, type InputSource, keys, type Tab } from '../../support/engine.ts'
import { find, type Point, type Target } from './find.ts'

/** What a user does in a window of any browser. Every action waits until the thing is there. */
export interface Screen {
  /** Waits until the thing is there. */
  see(target: Target): Promise<void>
  click(target: Target): Promise<void>
  /** Moves the pointer over the thing. */
  hover(target: Target): Promise<void>
  /** Replaces the text of a field. */
  fill(target: Target, text: string): Promise<void>
  press(key: 'Enter' | 'Escape'): Promise<void>
  /** The texts of the items of a list, from the top. */
  items(list: string): Promise<readonly string[]>
  reload(): Promise<void>
  close(): Promise<void>
}

/** The page waits up to 20 s before it connects again. */
const TIMEOUT_MS = 45_000

export function screenOf(tab: Tab): Screen {
  const locate = async (target: Target, isToBeUsed: boolean): Promise<Point> => {
    let last: string | undefined
    const look = async () => {
      const point = (await tab.evaluate(`(${find})(${JSON.stringify(target)}) ?? null`)) as Point | null
      const isStill = JSON.stringify(point) === last
      last = JSON.stringify(point)
      if (point && (!isToBeUsed || (isStill && !point.isCovered))) return point
      throw new Error(`There is no ${target.role} ${JSON.stringify(target.name)}: ${await textOf(tab)}`)
    }
    return await vi.waitFor(look, { timeout: TIMEOUT_MS, interval: 30 })
  }
  const act = (type: InputSource['type'], actions: readonly InputAction[]) =>
    tab.perform([{ type, id: type, actions }])
  const hover = async (target: Target) => {
    const { x, y } = await locate(target, true)
    await act('pointer', [{ type: 'pointerMove', duration: 0, x, y }])
  }
  const click = async (target: Target) => {
    await hover(target)
    await act('pointer', [
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ])
  }
  const press = (value: string): readonly InputAction[] => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ]
  return {
    see: async (target) => void (await locate(target, false)),
    click,
    hover,
    async fill(target, text) {
      await click(target)
      await act('key', [
        { type: 'keyDown', value: keys.Control },
        ...press('a'),
        { type: 'keyUp', value: keys.Control },
        ...[...text].flatMap(press),
      ])
    },
    press: async (key) => void (await act('key', press(keys[key]))),
    items: async (list) => (await tab.evaluate(`(${itemsOf})(${JSON.stringify(list)})`)) as string[],
    reload: tab.reload,
    close: tab.close,
  }
}

const textOf = (tab: Tab) => tab.evaluate('document.body.innerText.slice(0, 500)')

/** Runs in the browser. */
function itemsOf(list: string): readonly string[] {
  const lists = [...document.querySelectorAll('ul, ol, [role="list"]')]
  const found = lists.find(({ ariaLabel }) => ariaLabel === list)
  return [...(found?.querySelectorAll<HTMLElement>('li, [role="listitem"]') ?? [])].map(
    ({ innerText }) => innerText,
  )
}
