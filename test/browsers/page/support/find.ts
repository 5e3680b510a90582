/** A thing on the page. */
export interface Target {
  readonly role: 'button' | 'link' | 'textbox' | 'searchbox' | 'status' | 'text'
  /** The accessible name; of a link, a part of it; of a text, all of it. */
  readonly name: string
  /** Only in the message that contains this text. */
  readonly within?: string
  /** Only in a dialog. */
  readonly inDialog?: true
}

/** Where a user would click on a thing. */
export interface Point {
  readonly x: number
  readonly y: number
  /** Something else is there, or the thing is for screen readers alone. */
  readonly isCovered: boolean
}

/**
 * Runs in the browser, as text: finds a thing, unless it is hidden. Tests that run in Chromium alone use Playwright, which
 * knows more.
 */
export function find({ role, name, within, inDialog }: Target): Point | undefined {
  const selectors = {
    button: 'button',
    link: 'a[href]',
    textbox: 'textarea, input:not([type]), input[type="text"]',
    searchbox: 'input[type="search"]',
    status: '[role="status"]',
    text: '[dir="auto"] span',
  }
  const textOf = (node: Node): string => {
    if (node instanceof Element && node.ariaHidden === 'true') return ''
    return node instanceof Text ? node.data : [...node.childNodes].map(textOf).join('')
  }
  const nameOf = (element: HTMLElement): string => {
    const labels = element.getAttribute('aria-labelledby')?.split(' ')
    const named = labels?.map((id) => document.getElementById(id)?.textContent).join(' ')
    const label = (element as HTMLInputElement).labels?.[0]?.textContent
    return (named ?? element.ariaLabel ?? label ?? (textOf(element) || element.title)).trim()
  }
  const isMatch = (element: HTMLElement) =>
    role === 'link' ? nameOf(element).includes(name) : nameOf(element) === name
  // A modal dialog makes everything else inert.
  const dialog = [...document.querySelectorAll('dialog:modal')].at(-1)
  const root = dialog ?? document
  if (inDialog && !dialog) return undefined
  const scopes =
    within === undefined
      ? [root]
      : [...root.querySelectorAll<HTMLElement>('li')].filter((item) => item.innerText.includes(within))
  const element = scopes
    .flatMap((scope) => [...scope.querySelectorAll<HTMLElement>(selectors[role])])
    .find((candidate) => candidate.checkVisibility({ visibilityProperty: true }) && isMatch(candidate))
  if (!element) return undefined
  element.scrollIntoView({ block: 'nearest' })
  const { x, y, width, height } = element.getBoundingClientRect()
  const point = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) }
  const top = document.elementFromPoint(point.x, point.y)
  return { ...point, isCovered: !element.contains(top) }
}
