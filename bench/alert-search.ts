import { parseArgs } from 'node:util'
import type { Alert } from '@aiops/contract/model/alert'
import { severities } from '@aiops/contract/model/severity'
import type { AlertSearchFilter, AlertSort } from '../server/src/port/alert-search-repository.ts'
import { noiseOfRules } from '../server/src/service/noise/index.ts'
import { cpuSeconds, machine } from './machine.ts'
import { openBenchRecords } from './records.ts'

/**
 * The list of alerts with its counts of each kind, from records on disk, without HTTP: CPU and wall milliseconds a question.
 *   node bench/alert-search.ts [--alerts 50000] [--rounds 20] [--records URL]
 */
const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '20' },
    records: { type: 'string' },
  },
})
const total = Number(values.alerts)
const rounds = Number(values.rounds)
const startMs = Date.UTC(2026, 0, 5)
const iso = (ms: number): string => new Date(ms).toISOString()

function alertAt(i: number): Alert {
  const [service, name] = [`service-${i % 160}`, `Alert${(i * 7) % 50}`]
  const startsMs = startMs + i * 10_000
  const firing = i % 5 === 0
  return {
    ...{ id: `alert-${i}`, tenant_id: 'default', fingerprint: (i * 2_654_435_761).toString(16), name },
    ...{ source: ['alertmanager', 'grafana', 'slo'][i % 3]!, severity: severities[(i * 3) % 5]! },
    ...{ status: firing ? 'FIRING' : 'RESOLVED', entity: `service/${service}` },
    message: `p95 of ${service} is ${i % 900} ms, above its limit`,
    labels: {
      alertname: name,
      service,
      namespace: 'shop',
      pod: `${service}-${i}`,
      region: i % 7 ? 'eu' : 'us',
    },
    annotations: { description: 'It is slower than it has been at this hour of any day of last week.' },
    generator_url: `https://prometheus.example/graph?g0.expr=${name}`,
    ...{ starts_at: iso(startsMs), received_at: iso(startsMs + 1_000), incident_id: null },
    ends_at: firing ? null : iso(startsMs + (i % 40) * 60_000),
  }
}

const { records, close } = await openBenchRecords(values.records)
const seeded = cpuSeconds()
for (let from = 0; from < total; from += 500)
  await records.alerts.upsertAll(
    Array.from({ length: Math.min(500, total - from) }, (_, i) => alertAt(from + i)),
  )
const writeSeconds = cpuSeconds() - seeded
await records.alerts.markCorrelated(
  Array.from({ length: Math.ceil(total / 4) }, (_, i) => ({
    id: `alert-${i * 4}`,
    incidentId: 'incident-1',
  })),
)

type Question = [string, AlertSearchFilter, AlertSort?, number?]
const questions: readonly Question[] = [
  ['all', {}],
  ['all, last page', {}, '-received_at', total - 200],
  ['all, most severe', {}, '-severity'],
  ['all, longest firing', {}, 'starts_at'],
  ['firing', { states: ['FIRING'] }],
  ['firing, critical, most severe', { states: ['FIRING'], severities: ['CRITICAL'] }, '-severity'],
  ['a name and a service', { names: ['Alert7'], services: ['service-33'] }],
  ['text in all', { text: 'limit' }],
  ['text in few', { text: 'service-77-' }],
  ['text in none', { text: 'nowhere' }],
  ['label of one', { labels: [{ name: 'pod', equal: true, value: 'service-77-77' }] }],
  ['label of most', { labels: [{ name: 'region', equal: true, value: 'eu' }] }],
  ['label not', { labels: [{ name: 'region', equal: false, value: 'eu' }] }],
  ['firing, label of most', { states: ['FIRING'], labels: [{ name: 'region', equal: true, value: 'eu' }] }],
  ['entity', { entity: 'service/service-5' }],
  ['no incident, last hour', { incident: false, startMs: startMs + total * 10_000 - 3_600_000 }],
  ['same fingerprint', { fingerprint: (41 * 2_654_435_761).toString(16) }],
]
const rows: { name: string; total: number; p50: number; p95: number }[] = []
const all: number[] = []
const wall: number[] = []
for (const [name, filter, sort = '-received_at', offset = 0] of questions) {
  const times: number[] = []
  let found = 0
  for (let round = 0; round < rounds; round += 1) {
    const [before, beganMs] = [process.cpuUsage(), performance.now()]
    found = (
      await records.alertSearch.search('default', filter, { sort, limit: 200, offset, facets: offset === 0 })
    ).total
    const { user, system } = process.cpuUsage(before)
    wall.push(performance.now() - beganMs)
    times.push((user + system) / 1_000)
  }
  all.push(...times)
  rows.push({ name, total: found, p50: at(times, 0.5), p95: at(times, 0.95) })
}
const noiseFrom = cpuSeconds()
const firings = await records.alertSearch.firings('default', {
  ...{ fromMs: 0, toMs: startMs * 2, sources: [], limit: total, offset: 0 },
})
const rules = noiseOfRules(firings, new Set(['incident-1']))
const noise_ms = (cpuSeconds() - noiseFrom) * 1_000
await close()

function at(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]! * 10) / 10
}

console.table(rows)
console.log(
  JSON.stringify({
    ...{ machine: machine(), alerts: total, rounds, write_us_each: Math.round((writeSeconds * 1e6) / total) },
    cpu_ms: { p50: at(all, 0.5), p95: at(all, 0.95), max: at(all, 1) },
    wall_ms: { p50: at(wall, 0.5), p95: at(wall, 0.95), max: at(wall, 1) },
    noise: { rules: rules.length, cpu_ms: Math.round(noise_ms) },
  }),
)
