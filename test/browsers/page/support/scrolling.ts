import type { ChatPage } from './chat-page.ts'
import { until } from './chat-page.ts'

/** How long an answer with older messages is held back, so that the list stands still when they arrive. */
const HOLD_MS = 250

/**
 * Scrolls up with the wheel until a text is there. Whenever older messages arrive, compares where each message in view
 * was before and after.
 */
export async function scrollOlder(window: ChatPage, last: string) {
  const { page, list } = window
  let requests = 0
  let answers = 0
  await page.route(/\/messages\?.*before=/, async (route) => {
    requests++
    const response = await route.fetch()
    await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
    await route.fulfill({ response })
    answers++
  })
  const drifts: number[] = []
  await list.hover()
  for (let step = 0; step < 300 && (await list.getByText(last, { exact: true }).count()) === 0; step++) {
    await page.mouse.wheel(0, -900)
    const before = await settledPositions(window)
    if (requests === answers) continue
    await until(async () => {
      if (requests !== answers) throw new Error('older messages have not arrived')
    })
    const after = await settledPositions(window)
    drifts.push(
      ...[...before].flatMap(([text, top]) =>
        (after.get(text) ?? top) === top ? [] : [(after.get(text) ?? top) - top],
      ),
    )
  }
  await page.unrouteAll({ behavior: 'wait' })
  return { loads: answers, drifts }
}

/** Where the messages in view are, by their texts, once they have not moved for some frames. */
async function settledPositions({ list }: ChatPage): Promise<ReadonlyMap<string, number>> {
  const positions = await list.evaluate(async (element) => {
    const read = () =>
      [...element.querySelectorAll<HTMLElement>('li, [role="listitem"]')]
        .filter(
          (item) =>
            item.getBoundingClientRect().bottom > 80 && item.getBoundingClientRect().top < innerHeight - 80,
        )
        .map((item) => [item.innerText, item.getBoundingClientRect().top] as const)
    const frame = () => new Promise(requestAnimationFrame)
    let last = JSON.stringify(read())
    for (let still = 0; still < 6; ) {
      await frame()
      const now = JSON.stringify(read())
      still = now === last ? still + 1 : 0
      last = now
    }
    return read()
  })
  return new Map(positions)
}
