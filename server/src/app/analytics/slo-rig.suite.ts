import type { Labels } from '@aiops/contract/model/label'
import { type Slo, SloInput } from '@aiops/contract/model/slo'
import type { z } from 'zod'
import { ManualClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { labelTest } from '../../kernel/matcher.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { DocumentFile } from '../../port/document-source.ts'
import type { SloRepository } from '../../port/slo-repository.ts'
import { createSlos, type SloAlert, SloConfig, type SloForecast, type Slos } from '../../service/slo/index.ts'
import { createPromqlEngine, promqlLanguage, type SampleSource } from '../../service/telemetry/index.ts'

const minuteMs = 60_000

type Column = { labels: Labels; timesMs: number[]; values: number[] }

/** Series in memory, appended to in order of time. */
export class ColumnSource implements SampleSource {
  readonly #series = new Map<string, Column>()

  add(labels: Labels, timeMs: number, value: number): void {
    const key = JSON.stringify(Object.entries(labels).sort())
    const column = this.#series.get(key) ?? { labels, timesMs: [], values: [] }
    this.#series.set(key, column)
    column.timesMs.push(timeMs)
    column.values.push(value)
  }

  get(name: string): Column[] {
    return [...this.#series.values()].filter(({ labels }) => labels.__name__ === name)
  }

  async *select({ matchers, startMs, endMs }: Parameters<SampleSource['select']>[0]) {
    const fits = labelTest(matchers)
    const found = [...this.#series.values()].flatMap(({ labels, timesMs, values }) => {
      if (!fits(labels)) return []
      const from = timesMs.findIndex((time) => time >= startMs)
      if (from < 0) return []
      let to = timesMs.length
      while (to > from && (timesMs[to - 1] as number) > endMs) to -= 1
      if (to === from) return []
      return [
        {
          labels,
          timesMs: Float64Array.from(timesMs.slice(from, to)),
          values: Float64Array.from(values.slice(from, to)),
        },
      ]
    })
    if (found.length > 0) yield found
  }
}

function memoryRepository(): SloRepository {
  const kept = new Map<string, Slo>()
  return {
    insert: async (_, slo) => void kept.set(slo.id, slo),
    async update(_, slo) {
      if (!kept.has(slo.id)) return false
      kept.set(slo.id, slo)
      return true
    },
    delete: async (_, id) => kept.delete(id),
    list: async () => [...kept.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

/** Objectives over counters that a test sends; `restart` is a new process over the same samples and records. */
export class SloRig {
  readonly clock = new ManualClock(Date.UTC(2026, 2, 1))
  readonly source = new ColumnSource()
  readonly told: SloAlert[] = []
  readonly files: DocumentFile[] = []
  readonly asked: string[] = []
  readonly repository = memoryRepository()
  failRecording = false
  slos: Slos
  readonly #config: Partial<SloConfig>
  readonly #forecast: SloForecast | undefined
  /** Of the counters, by labels. */
  readonly #totals = new Map<string, number>()

  constructor(config: Partial<SloConfig> = {}, forecast?: SloForecast) {
    this.#config = config
    this.#forecast = forecast
    this.slos = this.#open()
  }

  #open(): Slos {
    const engine = createPromqlEngine(this.clock)
    return createSlos(
      {
        ...{ clock: this.clock, random: seededRandom(7), metrics: createMetrics(), log: silentLog },
        ...{ tenants: ['default'], repository: this.repository, language: promqlLanguage },
        documents: [{ tenant: 'default', source: { load: async () => [...this.files] } }],
        queryRange: async (_, query, { timeoutMs: _timeout, ...range }) => {
          this.asked.push(query)
          const context = { source: this.source }
          if (range.startMs === range.endMs) {
            const { value } = await engine.instant(query, range.endMs, context)
            if (value.type === 'scalar')
              return [{ labels: {}, timesMs: [range.endMs], values: [value.value] }]
            return value.type !== 'vector'
              ? []
              : value.samples.map((one) => ({
                  ...{ labels: one.labels, timesMs: [range.endMs], values: [one.value] },
                }))
          }
          const { value } = await engine.range(query, range, context)
          return value.type === 'matrix' ? value.series : []
        },
        record: async (_, samples) => {
          if (this.failRecording) throw new Error('the disk is full')
          for (const { labels, timeMs, value } of samples) this.source.add(labels, timeMs, value)
        },
        alert: async (_, alerts) => void this.told.push(...alerts),
        forecast: this.#forecast,
      },
      SloConfig.parse({ evaluation_delay: '0s', ...this.#config }),
    )
  }

  async restart(): Promise<void> {
    this.slos = this.#open()
    await this.read()
  }

  /** Records and documents, without the schedule: a test evaluates itself. */
  async read(): Promise<void> {
    await this.slos.start()
    await this.slos.stop()
  }

  async create(input: Partial<z.input<typeof SloInput>>) {
    return this.slos.create('default', 'anna', sloInput(input))
  }

  /** Sends counters of requests every 15 s for so many minutes, evaluating at the end of each. */
  async run(minutes: number, perMinute: { ok: number; bad: number } | null, evaluate = true): Promise<void> {
    for (let i = 0; i < minutes; i += 1) {
      for (let quarter = 0; quarter < 4; quarter += 1) {
        await this.clock.advance(minuteMs / 4)
        if (perMinute)
          for (const [code, count] of [
            ['200', perMinute.ok],
            ['500', perMinute.bad],
          ] as const)
            this.send({ __name__: 'http_requests_total', job: 'cart', code }, count / 4)
      }
      if (evaluate) await this.slos.evaluate()
    }
  }

  /** Counts a counter on, and sends it. */
  send(labels: Labels, more: number): void {
    const key = JSON.stringify(labels)
    const value = (this.#totals.get(key) ?? 0) + more
    this.#totals.set(key, value)
    this.source.add(labels, this.clock.now(), value)
  }

  /** The counters begin anew, as of a process that was started again. */
  resetCounters(): void {
    this.#totals.clear()
  }

  /** The only one. */
  get status() {
    const [view] = this.slos.list('default')
    if (!view) throw new Error('there is no objective')
    return view.status
  }
}

export const sloInput = (input: Partial<z.input<typeof SloInput>>): SloInput =>
  SloInput.parse({
    ...{ name: 'cart', service: 'cart', objective: 99.9 },
    indicator: {
      kind: 'RATIO',
      bad: 'sum(rate(http_requests_total{job="cart",code=~"5.."}[{{.window}}]))',
      total: 'sum(rate(http_requests_total{job="cart"}[{{.window}}]))',
    },
    ...input,
  })
