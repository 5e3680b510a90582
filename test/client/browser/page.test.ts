import { describe, expect, it } from 'vitest'
import { browserPage } from '../../../client/browser/page.ts'
import type { PageEvent } from '../../../client/types.ts'

/** A window with a document, as far as the page uses them. */
function fakeWindow() {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const window = Object.assign(new EventTarget(), { document })
  const page = browserPage(window)
  const events: PageEvent[] = []
  const unsubscribe = page.subscribe((event) => void events.push(event))
  return { document, window, page, events, unsubscribe }
}

describe('the page in a browser', () => {
  it('[CLIENT-3] reports when it is shown and hidden', () => {
    const { document, page, events } = fakeWindow()
    for (const visibilityState of ['hidden', 'visible']) {
      document.visibilityState = visibilityState
      document.dispatchEvent(new Event('visibilitychange'))
      expect(page.isVisible()).toBe(visibilityState === 'visible')
    }
    expect(events).toEqual(['hidden', 'visible'])
  })

  it('[CLIENT-8] leaves when it is closed, cached or frozen, and wakes up afterwards', () => {
    const { document, window, events } = fakeWindow()
    window.dispatchEvent(new Event('pagehide'))
    document.dispatchEvent(new Event('freeze'))
    document.dispatchEvent(new Event('resume'))
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    expect(events).toEqual(['leave', 'leave', 'wake', 'wake'])
  })

  it('[CLIENT-3] does not wake up when it is shown for the first time', () => {
    const { window, events } = fakeWindow()
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }))
    expect(events).toEqual([])
  })

  it('[CLIENT-3] passes on what the browser says about the network', () => {
    const { window, events } = fakeWindow()
    window.dispatchEvent(new Event('offline'))
    window.dispatchEvent(new Event('online'))
    expect(events).toEqual(['offline', 'online'])
  })

  it('[CLIENT-3] reports nothing after the subscription has ended', () => {
    const { window, events, unsubscribe } = fakeWindow()
    unsubscribe()
    window.dispatchEvent(new Event('online'))
    expect(events).toEqual([])
  })
})

describe('outside browsers', () => {
  it('[CLIENT-3] the page is always visible', () => {
    const page = browserPage()
    page.subscribe(() => {})()
    expect(page.isVisible()).toBe(true)
  })
})
