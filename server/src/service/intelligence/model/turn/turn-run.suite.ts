/** For tests: an answer in the hands of a scripted model, with tools over a made-up system. */
import type { EvidenceRecord, ToolCallRecord } from '@aiops/contract/model/answer'
import { z } from 'zod'
import { ManualClock } from '../../../../kernel/clock.ts'
import { seededRandom } from '../../../../kernel/random.ts'
import { call, nowMs, persona, sample, textOfClaims } from './bundle.suite.ts'
import type { Bundle } from './bundle.ts'
import { TurnConfig } from './config.ts'
import type { LookUps, OfferedTool } from './look-up.ts'
import { TokenEstimate } from './pack/token-estimate.ts'
import type { Prose, ProseEvent, ProseRequest } from './prose.ts'
import { type Act, scriptedModel } from './scripted-model.suite.ts'
import { writeProse } from './turn.ts'

export const text = textOfClaims(sample.claims)
export const good =
  'billing is failing: 14 % of its requests are errors and p95 is 1.9 s [e1][e2]. quay-07 did not answer [c2].'

export const tool = (name: string, over: Partial<OfferedTool> = {}): OfferedTool => ({
  ...{
    name,
    description: `Reads ${name}.`,
    effect: 'READ',
    input: z.object({ query: z.string().min(1).max(100), limit: z.number().int().max(50).optional() }),
  },
  ...over,
})

/** Tools over a made-up system, and what was really called. */
export function lookUps(
  records: (at: number) => EvidenceRecord[] = () => [],
  tools: OfferedTool[] = [
    tool('query_metrics'),
    tool('query_logs'),
    tool('propose_runbook', { effect: 'PROPOSE' }),
    tool('post_webhook', { outbound: true }),
  ],
) {
  const made: { name: string; input: unknown }[] = []
  const looks: LookUps = {
    tools,
    async call(name, input) {
      made.push({ name, input })
      const found = records(made.length)
      const status: ToolCallRecord['status'] = found.length > 0 ? 'OK' : 'EMPTY'
      return {
        call: call(`c${100 + made.length}`, {
          tool: name,
          arguments: { ...input },
          status,
          records: found.length,
          sentence: `Looked at ${name}.`,
        }),
        output: {},
        records: found,
      }
    },
  }
  return { looks, made }
}

export type Ran = {
  prose: Prose
  events: ProseEvent[]
  shown: string
  requests: ReturnType<typeof scriptedModel>['requests']
}

export async function run(
  acts: Act[],
  over: Partial<ProseRequest> & { config?: object; signal?: AbortSignal; clock?: ManualClock } = {},
): Promise<Ran> {
  const { complete, requests } = scriptedModel(...acts)
  const events: ProseEvent[] = []
  const { config, signal, clock = new ManualClock(nowMs), ...request } = over
  const prose = await writeProse(
    {
      bundle: sample,
      text,
      persona: persona({ capabilities: ['query_metrics', 'query_logs', 'propose_runbook', 'post_webhook'] }),
      history: [],
      attachments: [],
      ability: { windowTokens: 8_192, callsTools: true },
      ...request,
    },
    {
      complete,
      config: TurnConfig.parse(config ?? {}),
      estimate: new TokenEstimate(),
      clock,
      random: seededRandom(1),
    },
    { on: (event) => events.push(event), ...(signal ? { signal } : {}) },
  )
  let shown = ''
  for (const event of events) {
    if (event.type === 'text') shown += event.text
    if (event.type === 'reset') shown = ''
  }
  return { prose, events, shown, requests }
}

export const unanswered: Bundle = {
  ...sample,
  question: 'How hot is the roof antenna?',
  outcome: 'UNANSWERABLE',
  claims: [{ text: 'Nothing is known of that.', cites: ['c1'], role: 'HEADLINE' }],
  evidence: [],
}
