import { isoTime } from '../../../../kernel/clock.ts'

export type Post = (path: string, body: unknown) => Promise<void>

/** What somebody outside sees of a service: null latency where it does not answer, null rate where no bill says. */
export type Probe = {
  service: string
  provider: string
  latencyMs: number | null
  rateHourlyUsd: number | null
}
export type MonitorAlert = { name: string; service: string; summary: string; firing: boolean }

/** Probes before it knows what is usual, and bad ones in a row that it alerts at, as good ones that it takes back at. */
const learnProbes = 10
const inARow = 3
const slowFactor = 2
const dearFactor = 1.5

/** What is usual is of one provider: elsewhere it has to be learned again. */
type Watch = {
  latencies: Map<string, number[]>
  rates: Map<string, number[]>
  bad: Map<string, number>
  good: Map<string, number>
  firing: Map<string, string>
}

/**
 * Another team's monitor: probes every service from outside where it runs now, watches its bill, and has alert rules of its own. It knows
 * nothing of the provider telemetry, and the platform hears of it by Alertmanager's webhook alone.
 */
export class Monitor {
  readonly #watches = new Map<string, Watch>()
  readonly #post: Post
  readonly #told: (alert: MonitorAlert) => void

  constructor(post: Post, told: (alert: MonitorAlert) => void) {
    this.#post = post
    this.#told = told
  }

  async probe(probes: readonly Probe[]): Promise<void> {
    for (const probe of probes) await this.#judge(probe)
  }

  async #judge(probe: Probe): Promise<void> {
    const watch = this.#watch(probe.service)
    const { latencyMs, rateHourlyUsd: rate } = probe
    const latencies = listOf(watch.latencies, probe.provider)
    const rates = listOf(watch.rates, probe.provider)
    const usualLatency = usual(latencies)
    const usualRate = usual(rates)
    const slow = latencyMs !== null && usualLatency !== null && latencyMs > slowFactor * usualLatency
    const dear = rate !== null && usualRate !== null && rate > dearFactor * usualRate
    if (latencyMs !== null && !slow) learn(latencies, latencyMs)
    if (rate !== null && !dear) learn(rates, rate)
    await this.#rule(watch, probe, 'ServiceUnreachable', latencyMs === null, 'does not answer its probe')
    await this.#rule(
      watch,
      probe,
      'ServiceSlow',
      slow,
      `answers in ${latencyMs?.toFixed(0)} ms, usually ${usualLatency?.toFixed(0)} ms`,
    )
    await this.#rule(
      watch,
      probe,
      'BillRising',
      dear,
      `is billed $${rate?.toFixed(2)}/h, usually $${usualRate?.toFixed(2)}/h`,
    )
  }

  async #rule(watch: Watch, probe: Probe, name: string, isBad: boolean, what: string): Promise<void> {
    const bad = isBad ? (watch.bad.get(name) ?? 0) + 1 : 0
    const good = isBad ? 0 : (watch.good.get(name) ?? 0) + 1
    watch.bad.set(name, bad)
    watch.good.set(name, good)
    const since = watch.firing.get(name)
    if (since === undefined && bad >= inARow) await this.#tell(watch, probe, name, what, true)
    if (since !== undefined && good >= inARow) await this.#tell(watch, probe, name, 'is well again', false)
  }

  async #tell(
    watch: Watch,
    { service }: Probe,
    name: string,
    what: string,
    isFiring: boolean,
  ): Promise<void> {
    const now = isoTime(Date.now())
    const startsAt = watch.firing.get(name) ?? now
    if (isFiring) watch.firing.set(name, now)
    else watch.firing.delete(name)
    const summary = `${service} ${what}`
    const status = isFiring ? 'firing' : 'resolved'
    const alert = {
      ...{ status, startsAt, endsAt: isFiring ? '0001-01-01T00:00:00Z' : now, generatorURL: '' },
      labels: { alertname: name, severity: 'critical', service },
      ...{ annotations: { summary }, fingerprint: `${name}-${service}` },
    }
    this.#told({ name, service, summary, firing: isFiring })
    await this.#post('/api/v1/alerts/webhook', {
      ...{ version: '4', receiver: 'aiops', status, groupKey: name, externalURL: '', truncatedAlerts: 0 },
      ...{ groupLabels: { alertname: name }, commonLabels: {}, commonAnnotations: {}, alerts: [alert] },
    })
  }

  #watch(service: string): Watch {
    const known = this.#watches.get(service)
    if (known) return known
    const made: Watch = {
      ...{ latencies: new Map(), rates: new Map(), bad: new Map(), good: new Map(), firing: new Map() },
    }
    this.#watches.set(service, made)
    return made
  }
}

function listOf(lists: Map<string, number[]>, provider: string): number[] {
  const list = lists.get(provider) ?? []
  lists.set(provider, list)
  return list
}

function learn(values: number[], value: number): void {
  values.push(value)
  if (values.length > 300) values.shift()
}

/** Median; null until enough was seen. */
function usual(values: readonly number[]): number | null {
  if (values.length < learnProbes) return null
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}
