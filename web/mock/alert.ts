/** Alerts of the stand-in: those of its incidents and 50,000 others, as many as a bad week brings. */
import type { Alert } from '@aiops/contract/model/alert'
import type { AlertPreset } from '@aiops/contract/model/alert-preset'
import type { RuleNoise } from '@aiops/contract/model/rule-noise'
import { severities } from '@aiops/contract/model/severity'
import type { Input } from './refusal.ts'

const minuteMs = 60_000
const count = 50_000
const ago = (minutes: number): string => new Date(Date.now() - minutes * minuteMs).toISOString()
const facetKeys = ['state', 'severity', 'source', 'name', 'service'] as const
type Key = (typeof facetKeys)[number]

export function alertHandlers(empty: boolean, ofIncidents: () => readonly Alert[]) {
  const presets: AlertPreset[] = empty ? [] : [presetOf('p0', 'Disks of Europe', true)]
  const others = empty ? [] : Array.from({ length: count }, (_, i) => made(i))
  return {
    searchAlerts: ({ query }: Input) => {
      const one = (name: string): string | undefined => query[name]?.[0]
      const listed = (name: string): string[] =>
        (query[name] ?? []).flatMap((part) =>
          name === 'state' || name === 'severity' ? part.split(',') : part,
        )
      const text = (one('text') ?? '').toLowerCase()
      const rest = [...ofIncidents(), ...others].filter(
        (alert) =>
          (!one('fingerprint') || alert.fingerprint === one('fingerprint')) &&
          (!one('entity') || alert.entity === one('entity')) &&
          yesNo(one('silenced'), alert.silenced_by !== undefined) &&
          (yesNo(one('incident'), alert.incident_id !== null) || alert.incident_id === one('incident')) &&
          (query.label ?? []).every((label) => hasLabel(alert, label)) &&
          (text === '' ||
            `${alert.name} ${alert.message} ${JSON.stringify(alert.labels)}`.toLowerCase().includes(text)),
      )
      const chosen = facetKeys.map((key) => [key, listed(key)] as const)
      const fits = (alert: Alert, without?: Key): boolean =>
        chosen.every(
          ([key, some]) => key === without || some.length === 0 || some.includes(kindOf(alert, key)),
        )
      const found = rest.filter((alert) => fits(alert))
      if (one('sort') === '-severity')
        found.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
      if (one('sort') === 'starts_at')
        found.sort((a, b) => (a.status + a.starts_at < b.status + b.starts_at ? -1 : 1))
      const [page, size] = [Number(one('page') ?? 1), Number(one('page_size') ?? 20)]
      const facets = Object.fromEntries(
        facetKeys.map((key) => [
          key,
          counts(
            rest.filter((alert) => fits(alert, key)),
            key,
          ),
        ]),
      )
      return {
        ...{ items: found.slice((page - 1) * size, page * size), total: found.length, page, page_size: size },
        ...{ total_pages: Math.ceil(found.length / size), facets: one('facets') === 'no' ? null : facets },
      }
    },
    listAlertPresets: () => ({ presets }),
    createAlertPreset: ({ body }: Input) => {
      const preset = {
        ...presetOf(`p${presets.length}`, String(body.name), body.shared === true),
        search: String(body.search),
      }
      presets.push(preset)
      return preset
    },
    deleteAlertPreset: ({ params }: Input) => {
      presets.splice(
        presets.findIndex(({ id }) => id === params.id),
        1,
      )
      return null
    },
    actOnAlerts: ({ body }: Input) => {
      const ids = (body.ids as string[] | undefined) ?? Array.from({ length: 312 }, (_, i) => `a${i}`)
      const result = (incident: object | null, outcome: string, some: string[], why = '') => ({
        ...{ incident, outcome, why, ids: some },
      })
      const [first = '', ...rest] = ids
      const named = { id: 'inc-42', number: 42, title: 'Payments fail', severity: 'CRITICAL' }
      return {
        ...{ dry_run: body.dry_run === true, matched: ids.length, missing: [] },
        ...{ done: rest.length, unchanged: 0, failed: 1 },
        results: [
          result(null, 'FAILED', [first], 'In no incident: join them to one, or silence them.'),
          ...(rest.length > 0 ? [result(named, 'DONE', rest)] : []),
        ],
      }
    },
    bulkAlerts: ({ body }: Input) => ({ silences: [], covered: (body.ids as string[]).length, missing: [] }),
    listRuleNoise: () => {
      const rules = empty ? [] : noise
      return {
        ...{ from: ago(7 * 1_440), to: ago(0), rules, total: rules.length, truncated: false },
        firings: rules.reduce((sum, { firings }) => sum + firings, 0),
      }
    },
  }
}

const yesNo = (asked: string | undefined, is: boolean): boolean =>
  asked === undefined || (asked === 'yes' && is) || (asked === 'no' && !is)

function hasLabel({ labels }: Alert, condition: string): boolean {
  const at = condition.indexOf('=')
  const not = condition[at - 1] === '!'
  return (labels[condition.slice(0, not ? at - 1 : at)] === condition.slice(at + 1)) !== not
}

const kindOf = (alert: Alert, key: Key): string =>
  key === 'state' ? alert.status : key === 'service' ? (alert.labels.service ?? '') : alert[key]

function counts(alerts: readonly Alert[], key: Key): Record<string, number> {
  const totals = new Map<string, number>()
  for (const alert of alerts) totals.set(kindOf(alert, key), (totals.get(kindOf(alert, key)) ?? 0) + 1)
  return Object.fromEntries([...totals].sort((a, b) => b[1] - a[1]).slice(0, 50))
}

const services = [
  'checkout',
  'cart',
  'payments',
  'catalogue-of-everything-we-ever-sold-worldwide',
  'mail',
  'ledger',
]
const names = [
  'HighLatency',
  'PodCrashLooping',
  'DiskAlmostFull',
  'CertificateExpiresSoon',
  'QueueGrows',
  'TargetDown',
]

function made(i: number): Alert {
  const [service, name] = [services[i % services.length]!, names[(i * 7 + (i >> 3)) % names.length]!]
  const firing = i % 5 === 0
  const began = 2 + i * 0.2
  return {
    ...{ id: `made-${i}`, tenant_id: 'default', fingerprint: `fp-${i % 12_000}`, name },
    ...{ source: ['alertmanager', 'grafana', 'slo'][i % 3]!, severity: severities[(i * 3 + (i >> 2)) % 5]! },
    ...{ status: firing ? 'FIRING' : 'RESOLVED', entity: `service/${service}` },
    message:
      i % 11 === 0
        ? '<b>not bold</b> the queue of orders grows by 40 a second and nobody takes anything out of it, which cannot go on for very much longer'
        : `p95 of ${service} is ${40 + (i % 900)} ms, above 30 ms for 5 min`,
    labels: {
      ...{ alertname: name, service, namespace: 'shop', region: i % 7 === 0 ? 'us' : 'eu' },
      pod: `${service}-${(i % 12_000).toString(36)}`,
    },
    annotations: {
      description: 'It is slower than it has been at this hour of any day of last week.',
      runbook_url: 'https://runbooks.example/latency',
    },
    ...{
      starts_at: ago(began),
      received_at: ago(began),
      ends_at: firing ? null : ago(Math.max(0, began - 1 - (i % 9))),
    },
    generator_url: i % 2 === 0 ? 'https://prometheus.example/graph?g0.expr=up' : 'javascript:alert(1)',
    incident_id: i % 4 === 0 ? '01k00000000000000000000042' : null,
    ...(i % 13 === 0 ? { silenced_by: ['s1'] } : {}),
  }
}

const rule = (
  name: string,
  advice: RuleNoise['advice'],
  firings: number,
  sentence: string,
  used: number,
): RuleNoise => {
  const [short, flaps, silenced] = [
    Math.round(firings * 0.6),
    Math.round(firings * 0.3),
    Math.round(firings * 0.1),
  ]
  const parts: RuleNoise['parts'] = (
    [
      ['UNUSED', firings - used, 0.4, 'helped with no incident'],
      ['SHORT', short, 0.25, 'ended by themselves within 5 min'],
      ['FLAPPING', flaps, 0.2, 'came back within 10 min'],
      ['SILENCED', silenced, 0.15, 'were silenced'],
    ] as const
  ).map(([kind, hits, weight, words]) => ({
    ...{ kind, weight, share: hits / firings, sentence: `${hits} of ${firings} firings ${words}` },
  }))
  return {
    ...{
      name,
      source: 'alertmanager',
      severity: 'HIGH',
      firings,
      firing_now: 3,
      flaps,
      short,
      used,
      silenced,
    },
    ...{ median_seconds: 142, at_night: 9, parts, advice, sentence },
    score: parts.reduce((sum, part) => sum + part.share * part.weight, 0),
  }
}
const noise: RuleNoise[] = [
  rule(
    'DiskAlmostFull',
    'DELETE',
    412,
    'Delete, or make it a dashboard: it fired 412 times and helped with no incident.',
    0,
  ),
  rule(
    'PodCrashLooping',
    'RAISE_FOR',
    90,
    'Raise `for` by 5 min: 54 of 90 firings ended by themselves before that.',
    21,
  ),
  rule(
    'BackupSlow',
    'SILENCE_AT_NIGHT',
    30,
    'Silence at night: 28 of 30 firings began between 22:00 and 06:00 UTC, and nobody acted on one of those.',
    2,
  ),
  rule('HighLatency', 'KEEP', 40, 'Keep: 38 of 40 firings helped with an incident.', 38),
]

const presetOf = (id: string, name: string, shared: boolean): AlertPreset => ({
  ...{ id, name, shared, search: '?state=FIRING&cel=labels.region%20%3D%3D%20%22eu%22' },
  ...{ created_by: 'ana', created_at: ago(60) },
})
