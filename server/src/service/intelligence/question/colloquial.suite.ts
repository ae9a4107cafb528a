import type { Understanding } from '@aiops/contract/model/answer'
import { createGazetteer } from './gazetteer.ts'
import type { NamedThing, Question } from './question.ts'
import { readCompound } from './read-compound.ts'
import { readQuestion } from './read-question.ts'

const ofKind = (kind: NamedThing['kind'], names: string, more: Partial<NamedThing> = {}): NamedThing[] =>
  names.split(' ').map((name) => ({ kind, name, id: `${kind.toLowerCase()}/${name}`, ...more }))

/** Another small system, of an airline, for tests of how people talk. */
const things = createGazetteer([
  ...ofKind('CLUSTER', 'alpine-prod alpine-dr ridge-03'),
  ...ofKind('NODE', 'hut-1 hut-2 hut-3', { cluster_id: 'cluster/alpine-prod' }),
  ...ofKind('NAMESPACE', 'air ground'),
  ...ofKind('SERVICE', 'booking seats pricing loyalty mail-relay'),
  ...ofKind('WORKLOAD', 'booking seats pricing-canary loyalty fares-import', { namespace: 'air' }),
  ...ofKind('DATABASE', 'booking-db'),
  ...ofKind('QUEUE', 'ticket-stream'),
  ...ofKind('METRIC', 'seats_held_total'),
  ...ofKind('ALERT', 'CertificateExpiresSoon HighLatency'),
  ...ofKind('RUNBOOK', 'drain-queue'),
  ...ofKind('PERSON', 'ines team-air'),
])

const options = {
  ...{ things, nowMs: Date.parse('2026-11-21T14:30:00Z'), keptMs: 2 * 3_600_000 },
  ...{ before: [], clusterContext: [] },
}

export const hear = (text: string, before: readonly Understanding[] = []): Question =>
  readQuestion(text, { ...options, before })

/** With all that one sentence asks. */
export const hearAll = (text: string): Question => readCompound(text, options)
