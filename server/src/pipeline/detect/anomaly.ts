import type { Anomaly } from '@aiops/contract/model/anomaly'
import { entityKind, entityOf } from '@aiops/contract/model/entity'
import type { Series } from '@aiops/contract/model/series'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { isoTime } from '../../kernel/clock.ts'
import type { SeriesDescription } from '../../port/metric-store.ts'
import { confidenceOf } from './confidence.ts'
import type { Opened, Transition } from './opened.ts'
import { possibleBand } from './possible-band.ts'
import type { MetricRole, Profile } from './rule/profile.ts'
import { sentenceOf } from './sentence.ts'

export const modelVersion = 'basic-1'

/** A person notices an answer that takes this much longer (Nielsen 1993: 0.1 s feels instantaneous). */
const noticedS = 0.1
const largeBytes = 128 * 2 ** 20

/** A series as the contract shows it. */
export function seriesOf({ ref, labels, meta }: SeriesDescription): Series {
  const entity = entityOf(labels)
  return {
    id: ref,
    name: labels.__name__ ?? '',
    labels,
    kind: meta.kind,
    ...(meta.unit === undefined ? {} : { unit: meta.unit }),
    ...(entity === undefined ? {} : { entity }),
    derived: meta.derived ?? false,
  }
}

/** The record of an anomaly as it now stands. */
export function anomalyOf(
  known: Pick<Anomaly, 'id' | 'detected_at' | 'incident_id'>,
  description: SeriesDescription,
  profile: Profile,
  { opened, kind, atMs, reason }: Transition,
  others: readonly SeriesDescription[] = [],
): Anomaly {
  const series = seriesOf(description)
  const { mid, worst } = opened
  const severity = milderOf(severityOf(profile.role, series, opened), profile.severityMax)
  return {
    ...known,
    tenant_id: description.tenant,
    ...(series.entity === undefined ? {} : { entity: series.entity }),
    series,
    state: kind === 'ENDED' ? 'ENDED' : 'ACTIVE',
    severity,
    shape: opened.shape,
    tier: opened.tier,
    expected: expectedOf(series, profile, opened),
    actual: worst,
    deviation: opened.deviation,
    deviation_percent: mid === 0 ? null : ((worst - mid) / Math.abs(mid)) * 100,
    score: opened.ratio / (1 + opened.ratio),
    confidence: confidenceOf(opened),
    started_at: isoTime(opened.startedMs),
    ended_at: kind === 'ENDED' ? isoTime(Math.max(atMs, opened.startedMs)) : null,
    model_version: modelVersion,
    ...(others.length === 0
      ? {}
      : { together: [series.name, ...others.map(({ labels }) => labels.__name__ ?? '')] }),
    sentence:
      sentenceOf(series, profile.role, opened, others.map(seriesOf)) +
      (kind === 'ENDED' ? endings[reason] : ''),
  }
}

/** A limit that people set is told as they set it. */
function expectedOf(series: Series, { above, below }: Profile, opened: Opened): Anomaly['expected'] {
  const { low, mid, high } = possibleBand(series, opened, opened.worst)
  if (opened.shape !== 'THRESHOLD_BREACH') return { low, mid, high }
  return {
    ...{ low: Number.isFinite(below) ? opened.low : low, mid },
    high: Number.isFinite(above) ? opened.high : high,
  }
}

const endings: Record<Transition['reason'], string> = {
  JUDGED: '',
  RECOVERED: '',
  ADOPTED: '; it lasted so long that it counts as usual now',
  SILENT: '; then the series fell silent',
  FORGOTTEN: '; it did not come back and is no longer waited for',
}

function severityOf(role: MetricRole, series: Series, opened: Opened): Severity {
  const { mid, worst, sign } = opened
  const factor = mid === 0 ? Number.POSITIVE_INFINITY : worst / mid
  if (opened.shape === 'MISSING')
    return series.entity && entityKind(series.entity) === 'service' ? 'CRITICAL' : 'HIGH'
  // None of them says so by itself.
  if (opened.shape === 'MULTIVARIATE') return 'LOW'
  // How severe it may be is set beside the limit.
  if (opened.shape === 'THRESHOLD_BREACH') return 'HIGH'
  switch (role) {
    case 'ERRORS':
      return worst >= 0.5 ? 'CRITICAL' : worst >= 0.15 ? 'HIGH' : 'MEDIUM'
    case 'LATENCY':
      return factor >= 3 && inSeconds(worst - mid, series.unit) >= noticedS ? 'HIGH' : 'MEDIUM'
    case 'MEMORY':
      return factor >= 2 && worst - mid >= largeBytes ? 'HIGH' : 'MEDIUM'
    case 'TRAFFIC':
      if (sign > 0) return factor >= 5 ? 'MEDIUM' : 'LOW'
      return factor <= 0.25 ? 'HIGH' : 'MEDIUM'
    case 'GENERIC':
      return Math.abs(factor - 1) >= 0.5 ? 'MEDIUM' : 'LOW'
    default:
      return 'MEDIUM'
  }
}

/** A unit that is no time counts as seconds. */
const inSeconds = (value: number, unit: string | undefined): number =>
  unit === 'ms' ? value / 1e3 : unit === 'us' ? value / 1e6 : unit === 'ns' ? value / 1e9 : value

/** The milder of what it deserves and what it may be. */
const milderOf = (deserved: Severity, max: Severity): Severity =>
  severities.indexOf(deserved) < severities.indexOf(max) ? max : deserved
