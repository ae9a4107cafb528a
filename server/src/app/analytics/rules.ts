import { encodeWriteRequest, type WrittenSeries } from '../../edge/prometheus/index.ts'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { type Ingest, labelFingerprint, type PlainAlert } from '../../pipeline/ingest/index.ts'
import {
  createRules,
  promqlLanguage,
  type RuleAlert,
  type RuleSample,
  type Rules,
  type RulesDeps,
} from '../../service/telemetry/index.ts'
import type { Config } from '../config.ts'
import { tenantDocuments } from '../storage/tenant-documents.ts'

type Parts = Omit<RulesDeps, 'language' | 'documents' | 'record' | 'alert'> & {
  folder: string
  ingest: Ingest
}

/** Recording and alerting rules over what is stored, in Prometheus' files. */
export const openRules = ({ folder, ingest, ...parts }: Parts, config: Config): Rules =>
  createRules(
    {
      ...{ ...parts, language: promqlLanguage },
      documents: tenantDocuments(folder, config.auth.tenants),
      ...ruleDelivery(ingest, config.ingest.alerts_per_request_max),
    },
    config.telemetry.rules,
  )

/** Series in one request of ingest. */
const seriesMax = 20_000

/** What rules make goes the way of what senders send: series durably into the stores, alerts to correlation, `alertsMax` in one request. */
export function ruleDelivery(ingest: Ingest, alertsMax: number): Pick<RulesDeps, 'record' | 'alert'> {
  return {
    async record(tenant, samples) {
      for (let at = 0; at < samples.length; at += seriesMax) {
        const body = encodeWriteRequest(samples.slice(at, at + seriesMax).map(writtenOf))
        const delivery = { kind: 'remote-write' as const, tenant, body, encoding: 'identity' as const }
        const { rejected, reason } = await ingest.deliver('rule', { ...delivery, format: 'protobuf' })
        if (rejected > 0) throw new Fault('QUERY_FAILED', `${rejected} samples were not taken: ${reason}`)
      }
    },
    async alert(tenant, alerts) {
      for (let at = 0; at < alerts.length; at += alertsMax)
        await ingest.acceptAlerts(tenant, 'rule', alerts.slice(at, at + alertsMax).map(plainOf))
    },
  }
}

/** Prometheus' stale marker, a NaN whose bits count. */
const stale = new Float64Array(new BigUint64Array([0x7ff0_0000_0000_0002n]).buffer)

function writtenOf(sample: RuleSample): WrittenSeries {
  const { labels, timeMs } = sample
  if ('stale' in sample) return { labels, timesMs: [timeMs], values: stale }
  if ('value' in sample) return { labels, timesMs: [timeMs], values: Float64Array.of(sample.value) }
  const histograms = { timesMs: [timeMs], histograms: [sample.histogram] }
  return { labels, timesMs: [], values: new Float64Array(0), histograms }
}

/** As one that a Prometheus posts: the same alert of both is one. */
function plainOf({ labels, annotations, phase, startsMs, endsMs, query }: RuleAlert): PlainAlert {
  const name = labels.alertname ?? 'alert'
  const ends = phase === 'FIRING' ? { expires_at: isoTime(endsMs) } : { ends_at: isoTime(endsMs) }
  return {
    ...{ name, severity: labels.severity ?? '', labels, annotations, joins: true, ...ends },
    status: phase === 'FIRING' ? 'FIRING' : 'RESOLVED',
    message: annotations.summary || annotations.description || annotations.message || name,
    starts_at: isoTime(startsMs),
    fingerprint: labelFingerprint(labels),
    generator_url: `/prometheus/graph?g0.expr=${encodeURIComponent(query)}`,
  }
}
