import type { DpdkPort, DpdkStats } from '@aiops/contract/model/cnf'

export type PortRates = Partial<Record<Exclude<keyof DpdkPort, 'port'>, number>>

const counters = ['rx_packets', 'tx_packets', 'rx_errors', 'tx_errors', 'rx_missed', 'rx_nombuf'] as const

/** Per second between two readings. Nothing where a counter went back (its port was started again) or no time passed. */
export function portRates(before: DpdkStats | undefined, now: DpdkStats): Map<string, PortRates> {
  const rates = new Map<string, PortRates>()
  const seconds = before ? (Date.parse(now.last_updated) - Date.parse(before.last_updated)) / 1_000 : 0
  if (!before || !(seconds > 0)) return rates
  for (const port of now.ports) {
    const old = before.ports.find((one) => one.port === port.port)
    if (!old) continue
    const found: PortRates = {}
    for (const name of counters) {
      const [from, to] = [old[name], port[name]]
      if (from !== null && to !== null && to >= from) found[name] = (to - from) / seconds
    }
    rates.set(port.port, found)
  }
  return rates
}
