/** The `number`th text of a room: about 250 characters. */
export const textOf = (number: number): string => `${number} ${'m'.repeat(250)}`
