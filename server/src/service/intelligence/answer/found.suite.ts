import type { EntityRef, EvidenceRecord, Intent, ToolCallRecord } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import type { z } from 'zod'
import type { Question, Slots } from '../question/question.ts'
import { type ToolName, type ToolOf, tools } from '../tool/index.ts'
import type { Tool, ToolOutcome } from '../tool/tool.ts'
import type { Answerer, Draft, Found, InputOf, PlannedCall, Situation } from './answerer.ts'

/** What a tool is made to have said; without `output` the call failed for the reason in `failed`. */
export type Said = {
  [N in ToolName]: {
    tool: N
    input?: InputOf<N>
    output?: z.input<ToolOf<N>['output']>
    failed?: string
    as?: string
  }
}[ToolName]

export const suiteNowMs = Date.parse('2026-03-02T14:31:00Z')
/** A moment that many minutes before now. */
export const minutesAgo = (minutes: number, nowMs = suiteNowMs): string =>
  new Date(nowMs - minutes * 60_000).toISOString()

/** Hand-made outcomes, with the records that the real tools make of them; what does not fit a tool's schemas throws. */
export function foundOf(said: readonly Said[], nowMs = suiteNowMs): Found {
  const outcomes = new Map<string, ToolOutcome<never>>()
  const calls: ToolCallRecord[] = []
  let nextRecord = 1
  for (const one of said) {
    const tool = tools[one.tool] as unknown as Tool
    const input = tool.input.parse(one.input ?? {})
    const scope = { nowMs, clusterIds: [], signal: new AbortController().signal }
    const output = one.output === undefined ? undefined : tool.output.parse(one.output)
    const drafts = output === undefined ? [] : tool.evidence(output, input, scope)
    const records = drafts.map(
      (draft): EvidenceRecord => ({ ...draft, id: `e${nextRecord++}`, tool: one.tool }),
    )
    const call: ToolCallRecord = {
      ...{ id: `c${calls.length + 1}`, tool: one.tool, arguments: input, records: records.length, ms: 1 },
      status: output === undefined ? 'FAILED' : records.length === 0 ? 'EMPTY' : 'OK',
      sentence: output === undefined ? (one.failed ?? 'It failed.') : tool.sentence(output, input),
    }
    calls.push(call)
    outcomes.set(keyOf(one.tool, one.as), { call, output, records } as ToolOutcome<never>)
  }
  const of = (tool: string, as?: string) => outcomes.get(keyOf(tool, as))
  return {
    of: (tool, as) => of(tool, as) as never,
    output: (tool, as) => of(tool, as)?.output as never,
    record: (tool, index, as) => of(tool, as)?.records[index],
    calls,
  }
}

const keyOf = (tool: string, as: string | undefined): string => `${tool} ${as ?? ''}`

export const suitePersona: Persona = {
  ...{ id: 'default', name: 'Default Assistant', description: '', system_prompt: '', capabilities: [] },
  ...{ icon: 'robot', evidence_weights: {}, focus: [], depth: 'NORMAL', voice: 'PLAIN', is_builtin: true },
  ...{ shared: true, created_by: 'system', created_at: null, updated_at: null },
}

export const entityRef = (
  kind: EntityRef['kind'],
  name: string,
  more: Partial<EntityRef> = {},
): EntityRef => ({
  ...{ kind, name, id: `${kind.toLowerCase()}/${name}` },
  ...more,
})

/** A question of that intent, the last hour unless said otherwise. */
export function situationOf(
  intent: Intent,
  question: Partial<Omit<Question, 'intent' | 'slots'>> & { slots?: Slots; persona?: Partial<Persona> } = {},
  nowMs = suiteNowMs,
): Situation {
  const { persona, ...more } = question
  return {
    nowMs,
    persona: { ...suitePersona, ...persona },
    question: {
      ...{
        text: '',
        intent,
        score: 1,
        others: [],
        isUnsure: false,
        entities: [],
        ambiguous: [],
        unknown: [],
      },
      time: { startMs: nowMs - 3_600_000, endMs: nowMs, text: '', isMoment: false },
      ...{ slots: {}, isFollowUp: false },
      ...more,
    },
  }
}

/** Runs plan and rounds over what the tools are made to say, and composes; calls that nobody scripted fail. */
export function answered(
  answerer: Answerer,
  situation: Situation,
  script: readonly Said[],
): { draft: Draft; found: Found; made: PlannedCall[] } {
  const made: PlannedCall[] = [...answerer.plan(situation)]
  const outcomesOf = (): Found =>
    foundOf(
      made.map((call) => saidOf(call, script)),
      situation.nowMs,
    )
  for (let round = 1; round <= 3; round += 1) {
    const more = answerer.next?.(situation, outcomesOf(), round) ?? []
    if (more.length === 0) break
    made.push(...more)
  }
  const found = outcomesOf()
  return { draft: citing(answerer.compose(situation, found), found), found, made }
}

const saidOf = (call: PlannedCall, script: readonly Said[]): Said => {
  const one = script.find(({ tool, as }) => tool === call.tool && as === call.as)
  return { ...(one ?? { failed: 'Nobody was asked.' }), ...call } as Said
}

/** The draft, once every citation in it was seen to lead somewhere. */
function citing(draft: Draft, found: Found): Draft {
  const known = new Set<string>(found.calls.map(({ id }) => id))
  const cited = [
    ...draft.claims.flatMap(({ cites }) => cites),
    ...draft.tables.flatMap(({ rows }) => rows.flatMap(({ cites }) => cites)),
    ...draft.charts.flatMap(({ cites }) => cites),
  ]
  const records = found.calls.reduce((sum, call) => sum + call.records, 0)
  const lost = cited.filter((id) => !known.has(id) && !(/^e\d+$/.test(id) && Number(id.slice(1)) <= records))
  if (lost.length > 0) throw new Error(`Nothing has the id ${lost.join(', ')}.`)
  return draft
}

/** All that a reader would see, in one text. */
export const textOf = (draft: Draft): string =>
  [
    ...draft.claims.map(({ text }) => text),
    ...draft.tables.flatMap(({ title, rows }) => [
      title,
      ...rows.map(({ cells }) => Object.values(cells).join(' | ')),
    ]),
    ...draft.choices.map(({ text }) => text),
    ...draft.notChecked.map(({ what, reason }) => `${what}: ${reason}`),
    ...draft.suggestions,
  ].join('\n')
