/** Whether the user works with a finger: the keyboard is probably on the screen. */
export const isTouch = (): boolean => matchMedia('(pointer: coarse)').matches
