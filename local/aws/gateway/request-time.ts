/** Formats a time in Common Log Format, for example `20/Jan/2024:11:55:08 +0000`. */
export function requestTime(epochMs: number): string {
  return new Date(epochMs).toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) (.*) GMT$/, '$1/$2/$3:$4 +0000')
}
