import type { Page } from 'playwright'

/** What sticks out of its box, or is cut off without an ellipsis. Scrollers may hold more than they show. */
export const overflows = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    /** Rounding of sizes in fractions of a pixel. */
    const TOLERANCE_PX = 1
    const nameOf = (element: Element) =>
      `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${element.textContent?.slice(0, 40)}`
    const isHiddenFromView = (element: Element) =>
      element.closest('.visually-hidden') !== null ||
      getComputedStyle(element).clipPath.startsWith('inset(50%')
    const problemOf = (element: Element): string | undefined => {
      if (!element.checkVisibility({ visibilityProperty: true }) || isHiddenFromView(element))
        return undefined
      const { overflowX, overflowY, textOverflow, webkitLineClamp, display } = getComputedStyle(element)
      if (display === 'inline' || element instanceof SVGElement) return undefined
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element
      const { left, right } = element.getBoundingClientRect()
      const isWide = scrollWidth > clientWidth + TOLERANCE_PX
      const isHigh = scrollHeight > clientHeight + TOLERANCE_PX
      const clips = (overflow: string) => overflow === 'hidden' || overflow === 'clip'
      if (isWide && !/auto|scroll/.test(overflowX) && textOverflow !== 'ellipsis') {
        return `${scrollWidth} px wide in ${clientWidth} px`
      }
      if (isHigh && clips(overflowY) && webkitLineClamp === 'none' && textOverflow !== 'ellipsis') {
        return `${scrollHeight} px high in ${clientHeight} px`
      }
      if (left < -TOLERANCE_PX || right > innerWidth + TOLERANCE_PX) return `from ${left} to ${right} px`
      return undefined
    }
    return [document.documentElement, ...document.body.querySelectorAll('*')].flatMap((element) => {
      const problem = problemOf(element)
      return problem === undefined ? [] : [`${nameOf(element)}: ${problem}`]
    })
  })
