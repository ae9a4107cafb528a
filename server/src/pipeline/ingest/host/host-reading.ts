import type { TenantId } from '@aiops/contract/model/tenant'
import { z } from 'zod'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { HostReading } from '../../../port/host-probe.ts'
import type { SeriesCatalog, SeriesRef } from '../../../port/metric-store.ts'
import { type LabelLimits, LabelSet } from '../label-set.ts'
import { Rejections } from '../rejection.ts'
import { SampleColumns } from '../sample-columns.ts'
import { parseJson } from '../wire/body.ts'

/** The body of a `points` entry: one reading of the machine. Written here and nowhere else, so it is checked, not trusted. */
const HostBody = z.object({
  time_ms: z.number().int(),
  host_name: z.string(),
  readings: z.array(
    z.tuple([
      z.string(),
      z.enum(['GAUGE', 'COUNTER']),
      z.string(),
      z.array(z.tuple([z.string(), z.string()])),
      z.number(),
    ]),
  ),
})

export function encodeHostReadings(
  timeMs: number,
  hostName: string,
  readings: readonly HostReading[],
): Buffer {
  const finite = readings.filter((reading) => Number.isFinite(reading.value))
  const rows = finite.map((r) => [r.name, r.kind, r.unit, Object.entries(r.attributes), r.value])
  return Buffer.from(JSON.stringify({ time_ms: timeMs, host_name: hostName, readings: rows }))
}

/** Readings known by name and attributes; beyond this many all are forgotten and found again. */
const KNOWN_MAX = 10_000

export class HostDecoder {
  readonly #tenant: TenantId
  readonly #catalog: SeriesCatalog
  readonly #limits: { labels: LabelLimits; samplesMax: number }
  readonly #known = new Map<string, SeriesRef>()

  constructor(tenant: TenantId, catalog: SeriesCatalog, limits: { labels: LabelLimits; samplesMax: number }) {
    this.#tenant = tenant
    this.#catalog = catalog
    this.#limits = limits
  }

  decode(body: Buffer): { columns: SampleColumns; rejections: Rejections } {
    const parsed = HostBody.safeParse(parseJson(body))
    if (!parsed.success) throw new Fault('INVALID_REQUEST', 'The entry is not a reading of a host.')
    const { time_ms, host_name, readings } = parsed.data
    const columns = new SampleColumns(readings.length, this.#limits.samplesMax)
    const rejections = new Rejections()
    for (const [name, kind, unit, attributes, value] of readings) {
      try {
        columns.pushNumber(this.#ref(host_name, { name, kind, unit, attributes }), time_ms, value)
      } catch (error) {
        if (!isFault(error)) throw error
        rejections.add(error)
      }
    }
    return { columns, rejections }
  }

  #ref(
    hostName: string,
    reading: { name: string; kind: HostReading['kind']; unit: string; attributes: [string, string][] },
  ): SeriesRef {
    const key = JSON.stringify([hostName, reading.name, reading.attributes])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const set = new LabelSet(this.#limits.labels)
    set.add('__name__', reading.name)
    set.add('host.name', hostName)
    for (const [name, value] of reading.attributes) set.add(name, value)
    const ref = this.#catalog.intern(this.#tenant, set.labels, { kind: reading.kind, unit: reading.unit })
    if (this.#known.size >= KNOWN_MAX) this.#known.clear()
    this.#known.set(key, ref)
    return ref
  }
}
