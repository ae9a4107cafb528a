import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import { Turn } from '../../kernel/turn.ts'
import type { PlacementConfig } from './config.ts'
import type { PlacementDeps } from './index.ts'
import { toldPlacement } from './provider/provider-book.ts'
import { readingsOf, samplesOf, seriesNames } from './provider/provider-series.ts'
import { behindMsMax, type Refusal, readTelemetry, type TelemetryBody } from './provider/reading.ts'
import type { TenantLedger } from './tenant-ledger.ts'

const samplesPerWrite = 20_000

/** How what is told comes in: by the API, from a file, from series that others send. All of it becomes series. */
export class TelemetryIntake {
  readonly #deps: PlacementDeps
  readonly #config: PlacementConfig
  readonly #moved: (ledger: TenantLedger, service: string, left: string) => Promise<void>
  #fileText = ''
  #fileProblem = ''
  readonly #readings
  readonly #refused

  constructor(
    deps: PlacementDeps,
    config: PlacementConfig,
    moved: (ledger: TenantLedger, service: string, left: string) => Promise<void>,
  ) {
    this.#deps = deps
    this.#config = config
    this.#moved = moved
    this.#readings = deps.metrics.counter(
      'aiops_placement_readings_total',
      'Readings of services at providers that were taken.',
    )
    this.#refused = deps.metrics.counter(
      'aiops_placement_readings_refused_total',
      'Readings of services at providers that were not taken.',
    )
  }

  async tell(
    ledger: TenantLedger,
    body: TelemetryBody,
    sourceOtherwise: string,
  ): Promise<{ readings: number; placements: number; refused: Refusal[] }> {
    const nowMs = this.#deps.clock.now()
    const told = readTelemetry(body, sourceOtherwise, nowMs, nowMs - behindMsMax)
    const turn = new Turn(this.#deps.clock)
    const taken = []
    for (const reading of told.readings) {
      if (turn.due()) await turn.give()
      try {
        ledger.book.read(reading)
        taken.push(reading)
      } catch (error) {
        if (!isFault(error)) throw error
        told.refused.push({ path: `${reading.service}.${reading.provider}`, message: error.message })
      }
    }
    this.#readings.inc(taken.length)
    this.#refused.inc(told.refused.length)
    if (taken.length === 0 && told.placements.length === 0 && told.refused.length > 0)
      throw new Fault('VALIDATION_FAILED', 'Nothing of it could be taken.', {
        details: told.refused.slice(0, 20),
      })
    await this.#place(ledger, told.placements)
    told.refused.push(...(await this.#write(ledger, taken, turn)))
    await ledger.flush()
    return { readings: taken.length, placements: told.placements.length, refused: told.refused.slice(0, 100) }
  }

  /** The telemetry file, if it changed. What is wrong with it is logged once and shown. */
  async readFile(ledger: TenantLedger): Promise<void> {
    if (this.#config.telemetry_file === '') return
    try {
      const text = await this.#deps.files.read(this.#config.telemetry_file)
      if (text === this.#fileText) return
      this.#fileText = text
      const body: unknown = JSON.parse(text)
      if (typeof body !== 'object' || body === null || Array.isArray(body))
        throw new Fault('VALIDATION_FAILED', 'it holds no object of services')
      await this.tell(ledger, body as TelemetryBody, `file ${this.#config.telemetry_file.split('/').at(-1)}`)
      this.#fileProblem = ''
    } catch (error) {
      const problem = messageOf(error)
      if (problem !== this.#fileProblem)
        this.#deps.log.warn({ problem }, 'The file of provider telemetry cannot be used')
      this.#fileProblem = problem
    }
  }
  get fileProblem(): string {
    return this.#fileProblem
  }

  /** Series of the described names that others send: an exporter that is scraped, a remote write. Those written here come back and are known. */
  async readSeries(ledger: TenantLedger): Promise<void> {
    const newest = await this.#deps.newest(ledger.tenant, Object.values(seriesNames))
    const oldestMs = this.#deps.clock.now() - 2 * durationMs(this.#config.telemetry.stale_after)
    const { readings, placements } = readingsOf(newest.filter(({ timeMs }) => timeMs > oldestMs))
    const turn = new Turn(this.#deps.clock)
    for (const reading of readings) {
      if (turn.due()) await turn.give()
      const known = ledger.book.services
        .get(reading.service)
        ?.pairs.get(reading.provider)
        ?.bySource.get(reading.source)
      if (known && known.atMs >= Date.parse(reading.at)) continue
      try {
        if (ledger.book.read(reading)) this.#readings.inc()
      } catch (error) {
        if (!isFault(error)) throw error
        this.#refused.inc()
      }
    }
    const told = placements.filter(({ service, provider, atMs }) => {
      const known = ledger.book.services.get(service)?.placements
      // What is written here repeats what is believed; only who tells of another place, later, tells something.
      const before = ledger.book.placement(service)
      return (
        !before ||
        (before.provider !== provider && atMs > Date.parse(known?.TELEMETRY?.since ?? before.since))
      )
    })
    await this.#place(ledger, told)
  }

  /**
   * That a service does not run there any more, as a series: of a place that is out nothing is told again, and its last value would stand
   * for minutes as if the service ran at both.
   */
  async writeLeft(ledger: TenantLedger, service: string, provider: string): Promise<void> {
    const reading = ledger.book.services.get(service)?.pairs.get(provider)?.reading
    if (reading === undefined) return
    const unknown = { cost_hourly_usd: null, latency_ms: null, credits: null, available_gpus: null }
    const at = isoTime(this.#deps.clock.now())
    const samples = samplesOf(
      [{ ...reading, ...unknown, at }],
      (name) => ledger.book.placement(name)?.provider,
    )
    await this.#deps
      .write(ledger.tenant, samples)
      .catch((error: unknown) =>
        this.#deps.log.warn({ problem: messageOf(error) }, 'That a service has moved could not be written'),
      )
  }

  async #place(
    ledger: TenantLedger,
    placements: readonly { service: string; provider: string; atMs?: number }[],
  ): Promise<void> {
    for (const { service, provider, atMs } of placements) {
      const left = ledger.place(toldPlacement(ledger.book, service, provider, atMs ?? this.#deps.clock.now()))
      if (left !== undefined) await this.#moved(ledger, service, left)
    }
  }

  async #write(
    ledger: TenantLedger,
    readings: Parameters<typeof samplesOf>[0],
    turn: Turn,
  ): Promise<Refusal[]> {
    const lost: Refusal[] = []
    const size = samplesPerWrite / Object.keys(seriesNames).length
    for (let at = 0; at < readings.length; at += size) {
      if (turn.due()) await turn.give()
      const samples = samplesOf(
        readings.slice(at, at + size),
        (service) => ledger.book.placement(service)?.provider,
      )
      const { rejected, reason } = await this.#deps.write(ledger.tenant, samples)
      if (rejected > 0) lost.push({ path: 'series', message: `${rejected} samples were not kept: ${reason}` })
    }
    return lost
  }
}

/** Somebody says where a service runs. */
export const saidPlacement = (
  service: string,
  where: { provider: string; region: string | null; instance: string | null },
  source: 'API' | 'DEPLOYMENT',
  atMs: number,
) => ({ service, ...where, since: isoTime(atMs), source })
