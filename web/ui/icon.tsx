/** The shapes on a 24 by 24 grid, drawn with lines. */
const shapes = {
  send: 'M4 12 20 4l-5 16-3-7-8-1Z',
  menu: 'M4 6h16M4 12h16M4 18h16',
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M6 9l6 6 6-6',
  group:
    'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM3 19c.5-3 3-5 6-5s5.5 2 6 5M16 11a2.5 2.5 0 1 0-1-4.8M17 14c2 .5 3.5 2 4 4',
  add: 'M12 5v14M5 12h14',
  edit: 'M4 20h4L19 9l-4-4L4 16v4ZM13.5 6.5l4 4',
  delete: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  reply: 'M10 6 4 12l6 6M4 12h10c4 0 6 2 6 6',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2',
  check: 'M5 13l4 4L19 7',
  checks: 'M2 13l4 4 9-10M11 16l1.5 1.5L22 7',
  alert: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5v6M12 16.5h.01',
  owner: 'M5 18h14M5 15 3.5 7.5 8 11l4-6 4 6 4.5-3.5L19 15H5Z',
  leave: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9',
  chat: 'M4 5h16v11H10l-5 4v-4H4V5Z',
} as const

export type IconName = keyof typeof shapes

/** A decoration: what it means is always said in words as well. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}
