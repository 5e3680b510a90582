/** What the list is asked to show: the entry with this `seq`, or the newest entries. */
export interface Target {
  readonly seq: number | 'newest'
}
