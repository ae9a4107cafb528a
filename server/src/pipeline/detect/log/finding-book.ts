import type { Anomaly } from '@aiops/contract/model/anomaly'
import { entityOf } from '@aiops/contract/model/entity'
import { assert } from '../../../kernel/assert.ts'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import type { Random } from '../../../kernel/random.ts'
import { redact } from '../../../kernel/redaction.ts'
import type { AnomalyWriter } from '../anomaly-writer.ts'
import type { Finding } from './finding.ts'

export const findingModel = 'signal-1'

type Deps = {
  writer: AnomalyWriter
  clock: Clock
  random: Random
  /** The number of a series, made where it is new; −1 where there is no room. */
  seriesRef(finding: Finding): number
  /** What else is known of that time, to be said with it: `version 1.3 came 40 s before`; '' for nothing. */
  remark(finding: Finding): Promise<string>
}

const events = { OPENED: 'ANOMALY_DETECTED', UPDATED: 'ANOMALY_UPDATED', ENDED: 'ANOMALY_ENDED' } as const

/** Findings that are open, as anomalies. Of one matter they are written in order. */
export class FindingBook {
  readonly #deps: Deps
  readonly #open = new Map<string, Anomaly>()
  readonly #remarks = new Map<string, string>()
  #last: Promise<void> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  get openCount(): number {
    return this.#open.size
  }

  apply(finding: Finding): void {
    const { clock, random } = this.#deps
    const known = this.#open.get(finding.key)
    if (!known && finding.kind !== 'OPENED') return
    const series = this.#deps.seriesRef(finding)
    if (series < 0) return
    const nowMs = clock.now()
    const fresh = { id: random.uuid(nowMs), detected_at: isoTime(nowMs) }
    const anomaly = anomalyOf(finding, series, known ?? fresh)
    if (finding.kind === 'ENDED') this.#open.delete(finding.key)
    else this.#open.set(finding.key, anomaly)
    this.#last = this.#last.then(() => this.#write(finding, anomaly))
  }

  /** Nobody follows any more what is open of keys that begin so. */
  closeAll(reason: string, prefix = ''): void {
    for (const [key, anomaly] of this.#open) {
      if (!key.startsWith(prefix)) continue
      this.#open.delete(key)
      this.#remarks.delete(anomaly.id)
      this.close(anomaly, reason)
    }
  }

  close(anomaly: Anomaly, reason: string): void {
    const ended_at = isoTime(this.#deps.clock.now())
    this.#deps.writer.write(
      { ...anomaly, state: 'ENDED', ended_at, sentence: `${anomaly.sentence}; ${reason}` },
      'ANOMALY_ENDED',
    )
  }

  async stop(): Promise<void> {
    await this.#last
    await this.#deps.writer.stop()
  }

  async #write(finding: Finding, anomaly: Anomaly): Promise<void> {
    const { remark, writer } = this.#deps
    if (finding.kind === 'OPENED') this.#remarks.set(anomaly.id, await remark(finding).catch(() => ''))
    const said = this.#remarks.get(anomaly.id) ?? ''
    if (finding.kind === 'ENDED') this.#remarks.delete(anomaly.id)
    writer.write(
      said === '' ? anomaly : { ...anomaly, sentence: `${anomaly.sentence}; ${said}` },
      events[finding.kind],
    )
  }
}

function anomalyOf(finding: Finding, ref: number, known: Pick<Anomaly, 'id' | 'detected_at'>): Anomaly {
  const { series, pattern, edge, expected, actual, startedMs } = finding
  assert(ref >= 0, 'a series with a number')
  const entity = entityOf(series.labels)
  return {
    id: known.id,
    tenant_id: finding.tenant,
    ...(entity === undefined ? {} : { entity }),
    series: {
      id: ref,
      name: series.labels.__name__ ?? '',
      labels: series.labels,
      kind: 'GAUGE',
      unit: series.unit,
      ...(entity === undefined ? {} : { entity }),
      derived: true,
    },
    state: finding.kind === 'ENDED' ? 'ENDED' : 'ACTIVE',
    severity: finding.severity,
    shape: finding.shape,
    tier: finding.tier,
    expected,
    actual,
    deviation: finding.deviation,
    deviation_percent: expected.mid === 0 ? null : ((actual - expected.mid) / Math.abs(expected.mid)) * 100,
    score: finding.score,
    confidence: finding.confidence,
    started_at: isoTime(startedMs),
    detected_at: known.detected_at,
    ended_at: finding.kind === 'ENDED' ? isoTime(Math.max(finding.atMs, startedMs)) : null,
    model_version: findingModel,
    sentence: redact(finding.sentence).text,
    incident_id: null,
    ...(pattern === undefined
      ? {}
      : {
          pattern: {
            ...pattern,
            template: redact(pattern.template).text,
            example: redact(pattern.example).text,
          },
        }),
    ...(edge === undefined ? {} : { edge }),
  }
}
