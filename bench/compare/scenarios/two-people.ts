import { LATENCY_TEXTS, type Latency, latencyIn } from './latency.ts'
import { connectAll, cpuPerText, p50, p99, type Scenario, user, WARM_UP } from './scenario.ts'

const users = [0, 1].map(user)

export const twoPeople: Scenario = {
  name: 'two people, one text at a time',
  rooms: { pair: { users } },
  async run(server) {
    const peers = await connectAll(server, users, 'pair')
    let latencies: readonly Latency[] = []
    const cpu = await cpuPerText(server, WARM_UP + LATENCY_TEXTS, async () => {
      latencies = await latencyIn([peers])
    })
    const [{ acknowledged, delivered }] = latencies as [Latency]
    const memoryMb = server.memoryMb()
    for (const peer of peers) peer.close()
    return {
      'acknowledged p50 ms': p50(acknowledged),
      'delivered p50 ms': p50(delivered),
      'delivered p99 ms': p99(delivered),
      ...cpu,
      'memory MB': memoryMb,
    }
  },
}
