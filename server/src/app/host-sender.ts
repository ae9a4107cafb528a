import { defaultTenant } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { HostProbe, HostReading } from '../port/host-probe.ts'
import type { Relay } from '../service/relay/index.ts'

type Deps = {
  clock: Clock
  log: Log
  relay: Pick<Relay, 'keep'>
  tenant: string | undefined
  /** Null: the machine is not read. */
  probe: HostProbe | null
}

/** The machine of an edge as a sender of OTLP. A reading that cannot be kept is left out; the next one comes soon. */
export function createHostSender(
  { clock, log, relay, tenant = defaultTenant, probe }: Deps,
  interval: string,
) {
  let running: Promise<void> | undefined
  let cancel = (): void => undefined
  let failing = false
  async function read(from: HostProbe): Promise<void> {
    try {
      const readings = await from.read()
      const receivedMs = clock.now()
      await relay.keep({
        ...{ tenant, method: 'POST', path: '/v1/metrics', receivedMs },
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(requestOf(from.hostName, readings, receivedMs))),
      })
      failing = false
    } catch (error) {
      if (!failing) log.warn({ error: messageOf(error) }, 'the host cannot be observed for now')
      failing = true
    }
  }
  return {
    start(): void {
      if (!probe) return
      cancel = clock.every(durationMs(interval), () => {
        running ??= read(probe).finally(() => {
          running = undefined
        })
      })
    },
    async stop(): Promise<void> {
      cancel()
      await running
    },
  }
}

/** An OTLP metrics request in JSON. */
function requestOf(hostName: string, readings: readonly HostReading[], timeMs: number): object {
  const metrics = readings
    .filter(({ value }) => Number.isFinite(value))
    .map(({ name, kind, unit, attributes, value }) => {
      const dataPoints = [
        {
          timeUnixNano: `${BigInt(timeMs) * 1_000_000n}`,
          asDouble: value,
          attributes: Object.entries(attributes).map(([key, text]) => ({
            key,
            value: { stringValue: text },
          })),
        },
      ]
      return kind === 'COUNTER'
        ? { name, unit, sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints } }
        : { name, unit, gauge: { dataPoints } }
    })
  const attributes = [{ key: 'host.name', value: { stringValue: hostName } }]
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] }
}
