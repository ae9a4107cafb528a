/** Anomalies of the stand-in: those of its incidents and enough others to fill a page, and what people say of them. */
import { type Anomaly, type AnomalyShape, AnomalyShape as shapes } from '@aiops/contract/model/anomaly'
import type { Feedback } from '@aiops/contract/model/feedback'
import { severities } from '@aiops/contract/model/severity'
import { type Input, Refusal } from './refusal.ts'

const minuteMs = 60_000
const ago = (minutes: number): string => new Date(Date.now() - minutes * minuteMs).toISOString()

export function anomalyHandlers(ofIncidents: () => readonly Anomaly[]) {
  const seed = ofIncidents()[0]
  const others = seed ? Array.from({ length: 240 }, (_, i) => made(seed, i)) : []
  const all = (): Anomaly[] =>
    [...ofIncidents(), ...others].sort((a, b) => (a.detected_at < b.detected_at ? 1 : -1))
  const labels: Feedback[] = []
  const find = (id: string | undefined): Anomaly => {
    const one = all().find((anomaly) => anomaly.id === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no anomaly ${id}.`)
    return one
  }
  return {
    listAnomalies: ({ query }: Input) => {
      const listed = (name: string): string[] =>
        (query[name] ?? []).flatMap((one) => one.split(',')).filter(Boolean)
      const fits = (anomaly: Anomaly, without?: string): boolean =>
        (['shape', 'severity', 'tier'] as const).every(
          (name) => name === without || listed(name).length === 0 || listed(name).includes(anomaly[name]),
        ) &&
        (!query.state?.[0] || anomaly.state === query.state[0]) &&
        (!query.entity?.[0] || anomaly.entity === query.entity[0]) &&
        `${anomaly.sentence} ${anomaly.series.name}`
          .toLowerCase()
          .includes((query.text?.[0] ?? '').toLowerCase())
      const count = (name: 'shape' | 'severity' | 'tier') =>
        Object.fromEntries(
          Object.entries(
            Object.groupBy(
              all().filter((one) => fits(one, name)),
              (one) => one[name],
            ),
          ).map(([key, some]) => [key, some?.length ?? 0]),
        )
      const found = all().filter((one) => fits(one))
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      return {
        ...{ items: found.slice((page - 1) * size, page * size), total: found.length, page, page_size: size },
        total_pages: Math.ceil(found.length / size),
        facets: { shape: count('shape'), severity: count('severity'), tier: count('tier') },
      }
    },
    getAnomaly: ({ params }: Input) => find(params.id),
    listFeedback: ({ query }: Input) => {
      const items = labels.filter((one) => !query.target_id?.[0] || one.target_id === query.target_id[0])
      return {
        ...{ items, total: items.length, page: 1, page_size: 50, total_pages: 1 },
        counts: {
          ...{ total: items.length, users: 1 },
          by_verdict: { TRUE: 0, FALSE: 0, NOISE: 0, EXPECTED: 0, CAUSE_RIGHT: 0, CAUSE_WRONG: 0 },
          by_state: { ACCEPTED: items.length, QUARANTINED: 0, REJECTED: 0 },
        },
      }
    },
    labelAnomaly: ({ params, body }: Input) => {
      const anomaly = find(params.id)
      if (
        body.verdict !== 'TRUE' &&
        ['HIGH', 'CRITICAL'].includes(anomaly.severity) &&
        String(body.explanation).length < 50
      )
        throw new Refusal(
          400,
          'VALIDATION_FAILED',
          'To contradict a severe anomaly, say why in 50 characters.',
        )
      const label = {
        ...{ id: `f${labels.length}`, tenant_id: 'default', target: 'ANOMALY', target_id: anomaly.id },
        ...{ subject: anomaly.sentence, severity: anomaly.severity, verdict: body.verdict, cause: null },
        ...{ explanation: body.explanation, user: 'you', state: 'ACCEPTED', reasons: [], anomalies: [] },
        ...{
          created_at: ago(0),
          updated_at: ago(0),
          reviewed_by: null,
          reviewed_at: null,
          review_comment: '',
        },
      } as Feedback
      labels.unshift(label)
      return label
    },
  }
}

const services = ['checkout', 'cart', 'payments', 'catalogue-of-everything-we-ever-sold-worldwide', 'mail']

function made(seed: Anomaly, i: number): Anomaly {
  const shape = shapes.options[i % shapes.options.length] as AnomalyShape
  const service = services[i % services.length] as string
  const active = i % 9 === 0
  return {
    ...seed,
    ...{
      id: `mock-${i}`,
      shape,
      entity: `service/${service}`,
      incident_id: i % 4 === 0 ? seed.incident_id : null,
    },
    severity: severities[i % severities.length]!,
    tier: (['BASIC', 'AGILE', 'ROBUST'] as const)[i % 3]!,
    state: active ? 'ACTIVE' : 'ENDED',
    ...{ started_at: ago(12 + i * 17), detected_at: ago(11 + i * 17), ended_at: active ? null : ago(i * 17) },
    sentence: `The p95 of ${service} ${i % 2 ? 'rose' : 'fell'} to ${(0.2 + i / 50).toFixed(2)} s, ${1 + (i % 7)} times what it usually is at this hour.`,
    ...(shape === 'NEW_PATTERN'
      ? {
          pattern: {
            id: '4f1c',
            template: 'connection to <*> refused after <*> attempts',
            example: 'connection to 10.2.0.7:5432 refused after 5 attempts',
          },
        }
      : {}),
    ...(shape === 'NEW_EDGE' ? { edge: { caller: service, callee: 'ledger' } } : {}),
  }
}
