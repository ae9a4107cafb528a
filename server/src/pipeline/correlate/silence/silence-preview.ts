import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { SilencePreview } from '@aiops/contract/model/maintenance'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import { checkMatcher, labelTest } from '../../../kernel/matcher.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import { labelsOfAlert, labelsOfAnomaly } from './signal-labels.ts'

const weekMs = 7 * 86_400_000
const examplesMax = 20
/** Alerts narrowed down by the database at once. */
const pageMax = 5_000
type Records = Pick<RecordStore, 'alertSearch' | 'anomalies'>
type Test = (labels: Labels) => boolean
type Found<T> = { count: number; examples: T[]; truncated: boolean }

/** What matchers would hide: what is firing, and what was received in seven days. At most `readMax` of each are looked at, the newest. */
export async function previewSilence(
  records: Records,
  tenant: TenantId,
  matchers: readonly Matcher[],
  nowMs: number,
  readMax: number,
): Promise<SilencePreview> {
  for (const matcher of matchers) checkMatcher(matcher)
  const test = labelTest(matchers)
  const week = { startMs: nowMs - weekMs, endMs: nowMs + 1 }
  const labels = narrowing(matchers)
  const firing = await alertsOf(records, tenant, { labels, states: ['FIRING'] }, test, readMax)
  const recent = await alertsOf(records, tenant, { labels, ...week }, test, readMax)
  const active = await anomaliesOf(records, tenant, { state: 'ACTIVE' }, test, readMax)
  const noticed = await anomaliesOf(records, tenant, week, test, readMax)
  return {
    at: isoTime(nowMs),
    now: covered(firing, active),
    last_7_days: covered(recent, noticed),
    truncated: [firing, recent, active, noticed].some(({ truncated }) => truncated),
  }
}

const covered = (alerts: Found<Alert>, anomalies: Found<Anomaly>): SilencePreview['now'] => ({
  ...{ alerts: alerts.count, anomalies: anomalies.count },
  ...{ alert_examples: alerts.examples, anomaly_examples: anomalies.examples },
})

/** What the database can look for itself. `alertname` may stand in no label, and names may hold what its paths cannot. */
const narrowing = (matchers: readonly Matcher[]): { name: string; equal: boolean; value: string }[] =>
  matchers
    .filter(({ name, op }) => op === '=' && name !== 'alertname' && /^[A-Za-z_][\w.\-/:]*$/.test(name))
    .slice(0, 20)
    .map(({ name, value }) => ({ name, equal: true, value }))

async function alertsOf(
  { alertSearch }: Records,
  tenant: TenantId,
  filter: Parameters<Records['alertSearch']['search']>[1],
  test: Test,
  readMax: number,
): Promise<Found<Alert>> {
  return sift(
    readMax,
    (alert: Alert) => test(labelsOfAlert(alert)),
    async (limit, offset) => {
      const page = { sort: '-received_at' as const, limit, offset, facets: false }
      const { alerts, total } = await alertSearch.search(tenant, filter, page)
      return { items: alerts, total }
    },
  )
}

async function anomaliesOf(
  { anomalies }: Records,
  tenant: TenantId,
  filter: { state?: 'ACTIVE'; startMs?: number; endMs?: number },
  test: Test,
  readMax: number,
): Promise<Found<Anomaly>> {
  return sift(
    readMax,
    (anomaly: Anomaly) => test(labelsOfAnomaly(anomaly)),
    async (limit, offset) => {
      const found = await anomalies.list(tenant, { ...filter, limit, offset })
      return { items: found.anomalies, total: found.total }
    },
  )
}

async function sift<T>(
  readMax: number,
  fits: (item: T) => boolean,
  read: (limit: number, offset: number) => Promise<{ items: T[]; total: number }>,
): Promise<Found<T>> {
  const found: Found<T> = { count: 0, examples: [], truncated: false }
  for (let offset = 0; ; offset += pageMax) {
    const limit = Math.min(pageMax, readMax - offset)
    const { items, total } = await read(limit, offset)
    for (const item of items)
      if (fits(item)) {
        found.count += 1
        if (found.examples.length < examplesMax) found.examples.push(item)
      }
    const seen = offset + items.length
    if (items.length < limit || seen >= total) return found
    if (seen >= readMax) return { ...found, truncated: true }
    // The record store answers without giving way.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
