const COLUMNS = 80

/** A control sequence with its parameter and its command, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one.
const tokens = /\u001b\[\??(\d*)([A-Za-z])|./gsu

/** What a terminal of 80 columns shows after this output. Knows the control sequences that Node's line editor uses. */
export function screenOf(output: string): readonly string[] {
  const rows: string[][] = [[]]
  let [row, column] = [0, 0]

  const rowAt = (at: number): string[] => {
    rows[at] ??= []
    return rows[at]
  }
  function put(character: string): void {
    if (column === COLUMNS) newLine()
    const cells = rowAt(row)
    while (cells.length < column) cells.push(' ')
    cells[column++] = character
  }
  function newLine(): void {
    row++
    column = 0
    rowAt(row)
  }
  function control(parameter: number, command: string): void {
    const count = parameter || 1
    if (command === 'A') row = Math.max(0, row - count)
    if (command === 'B') row += count
    if (command === 'C') column += count
    if (command === 'D') column = Math.max(0, column - count)
    if (command === 'G') column = count - 1
    if (command === 'J' || command === 'K') rowAt(row).length = Math.min(rowAt(row).length, column)
    if (command === 'J') rows.length = row + 1
  }

  for (const [token, parameter, command] of output.matchAll(tokens)) {
    if (command !== undefined) control(Number(parameter), command)
    else if (token === '\r') column = 0
    else if (token === '\n') newLine()
    else if (token >= ' ') put(token)
  }
  return rows.map((cells) =>
    Array.from(cells, (cell) => cell ?? ' ')
      .join('')
      .trimEnd(),
  )
}
