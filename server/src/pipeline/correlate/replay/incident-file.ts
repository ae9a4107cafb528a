import { LessonRelation } from '@aiops/contract/model/correlation-lesson'
import { Diagnosis } from '@aiops/contract/model/diagnosis'
import { IncidentStatus } from '@aiops/contract/model/incident'
import { Severity } from '@aiops/contract/model/severity'
import { z } from 'zod'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { CoreEvent } from '../core/correlate-core.ts'
import type { Signal as CoreSignal } from '../core/signal.ts'

/** Longer files are refused. */
const linesMax = 200_000

const Ruled = z.object({ key: z.string(), only: z.boolean(), why: z.string() })
const Routed = z.object({ to: z.string(), order: z.number(), why: z.string() })

const Signal = z.object({
  id: z.string(),
  kind: z.enum(['ANOMALY', 'ALERT']),
  key: z.string(),
  family: z.string(),
  rule: z.string(),
  entity: z.string().optional(),
  exact: z.string().optional(),
  severity: Severity,
  confidence: z.number(),
  startMs: z.number(),
  endMs: z.number().nullable(),
  seenMs: z.number(),
  silent: z.boolean(),
  joint: z.boolean().optional(),
  symptom: z.string(),
  sentence: z.string(),
  tokens: z.array(z.string()).transform((tokens) => ({ all: new Set(tokens) })),
  scopes: z.array(z.string()),
  ruled: Ruled.nullish(),
  routed: Routed.nullish(),
})
const nowMs = z.number()
const hand = {
  ...{ nowMs, incidentId: z.string(), actor: z.string() },
  ...{ comment: z.string().optional(), untaught: z.boolean().optional() },
}
const Side = z.object({ rule: z.string(), place: z.string() })
const Lesson = z.object({ a: Side, b: Side, relation: LessonRelation, logOdds: z.number() })

const Event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('SIGNAL'), nowMs, signal: Signal }),
  z.object({ type: z.literal('WITHDRAWN'), nowMs, memberId: z.string() }),
  z.object({ type: z.literal('TICK'), nowMs }),
  z.object({ type: z.literal('TOPOLOGY'), nowMs }),
  z.object({ type: z.literal('DIAGNOSED'), nowMs, diagnosis: Diagnosis }),
  z.object({ type: z.literal('STATUS'), ...hand, status: IncidentStatus }),
  z.object({ type: z.literal('MERGE'), ...hand, into: z.string() }),
  z.object({ type: z.literal('SPLIT'), ...hand, memberIds: z.array(z.string()) }),
  z.object({ type: z.literal('REMOVE'), ...hand, memberIds: z.array(z.string()) }),
  z.object({ type: z.literal('MOVE'), ...hand, memberIds: z.array(z.string()), into: z.string() }),
  z.object({ type: z.literal('ADMIT'), ...hand, signals: z.array(Signal) }),
  z.object({ type: z.literal('SEVERITY'), ...hand, severity: Severity.nullable() }),
  z.object({
    ...{ type: z.literal('RULED'), nowMs },
    marks: z
      .array(z.tuple([z.string(), z.object({ ruled: Ruled.nullable(), routed: Routed.nullable() })]))
      .transform((marks) => new Map(marks)),
  }),
  z.object({ type: z.literal('LESSONS'), nowMs, lessons: z.array(Lesson) }),
])

/** What the topology answered when it was asked of an entity, in its order; holds until it is told again. */
const Known = z.object({
  entity: z.string(),
  near: z.array(z.tuple([z.number(), z.array(z.tuple([z.string(), z.number()]))])),
  dependencies: z.array(z.string()).nullable(),
  dependents: z.array(z.string()).nullable(),
})
export type KnownEntity = z.infer<typeof Known>

const Header = z.object({
  format: z.literal('aiops-incident'),
  version: z.literal(1),
  tenant: z.string(),
  settings: z.record(z.string(), z.number()),
  /** Ids that were given out, in order. */
  ids: z.array(z.string()),
})
export type IncidentFileHeader = z.infer<typeof Header>

export type IncidentFileLine = { event: CoreEvent } | { topology: KnownEntity }

const Line = z.union([z.object({ event: Event }), z.object({ topology: Known })])

/** JSON lines: a header, then `lineOf` events of the correlation in order, and before each what it newly asked of the topology. */
export const writeIncidentFile = (header: IncidentFileHeader, lines: readonly string[]): string =>
  `${canonicalJson(header)}\n${lines.join('')}`

/** Sets and maps as lists. What rules and silences look at has had its say before and is left out. */
export function lineOf(line: IncidentFileLine): string {
  let value: unknown = line
  if ('event' in line && line.event.type === 'SIGNAL') {
    const { nowMs, signal } = line.event
    value = { event: { type: 'SIGNAL', nowMs, signal: writtenSignal(signal) } }
  } else if ('event' in line && line.event.type === 'ADMIT')
    value = { event: { ...line.event, signals: line.event.signals.map(writtenSignal) } }
  else if ('event' in line && line.event.type === 'RULED')
    value = { event: { ...line.event, marks: [...line.event.marks] } }
  return `${canonicalJson(value)}\n`
}

const writtenSignal = (signal: CoreSignal) => ({ ...signal, tokens: [...signal.tokens.all] })

/** Throws INVALID_REQUEST naming the line that cannot be read. */
export function readIncidentFile(text: string): { header: IncidentFileHeader; lines: IncidentFileLine[] } {
  const [first = '', ...rest] = text.split('\n').filter((line) => line.trim() !== '')
  if (rest.length > linesMax) throw new Fault('INVALID_REQUEST', `The file has more than ${linesMax} lines.`)
  const header = parsed(Header, first, 1)
  // The schema is the event's form, checked by the type of what reads it.
  const lines = rest.map((line, i) => parsed(Line, line, i + 2) as IncidentFileLine)
  return { header, lines }
}

function parsed<T>(schema: z.ZodType<T>, line: string, number: number): T {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new Fault('INVALID_REQUEST', `Line ${number} of the incident file is not JSON.`)
  }
  const result = schema.safeParse(value)
  if (!result.success)
    throw new Fault(
      'INVALID_REQUEST',
      `Line ${number} of the incident file: ${result.error.issues[0]?.message}.`,
    )
  return result.data
}
