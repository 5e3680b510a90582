import { type Activity, activitiesOf, total } from './activities.ts'
import { type Metered, meters, type Price, priceOf } from './prices.ts'
import type { Usage } from './usage.ts'

/** What something costs in a month, in US dollars. */
export interface Line {
  readonly name: string
  readonly usd: number
}

export interface Bill {
  /** By cause, in the order of the code. */
  readonly causes: readonly Line[]
  /** As AWS bills it. */
  readonly services: readonly Line[]
  readonly usd: number
  /** The total less what is free for every account each month. */
  readonly usdAfterFree: number
}

/** The bill of a month, by cause and by service. */
export function billOf(usage: Usage): Bill {
  const activities = activitiesOf(usage)
  const metered = total(activities.map((activity) => activity.metered))
  const services = new Map<Price['service'], number>()
  let usdAfterFree = 0
  for (const meter of meters) {
    const { service, usd, free = 0 } = priceOf(meter)
    const amount = metered[meter] ?? 0
    services.set(service, (services.get(service) ?? 0) + amount * usd)
    usdAfterFree += Math.max(0, amount - free) * usd
  }
  const usd = costOf(metered)
  return {
    causes: activities.map(({ name, metered }: Activity) => ({ name, usd: costOf(metered) })),
    services: [...services].map(([name, usd]) => ({ name, usd })),
    usd,
    usdAfterFree,
  }
}

const costOf = (metered: Metered): number =>
  meters.reduce((sum, meter) => sum + (metered[meter] ?? 0) * priceOf(meter).usd, 0)
