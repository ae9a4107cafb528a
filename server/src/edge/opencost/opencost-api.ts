import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { jsonText } from '../../kernel/large-text.ts'
import { Turn } from '../../kernel/turn.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import { type AllocationAnswer, parseWindow, stepMsOf } from '../../service/cost/index.ts'
import { allocationJson } from './allocation-json.ts'
import type { OpencostApi, OpencostDeps } from './index.ts'

/** Names of properties that OpenCost has others for. */
const others: Readonly<Record<string, string>> = {
  ...{ deployment: 'controller', statefulset: 'controller', daemonset: 'controller', job: 'controller' },
  ...{
    controllername: 'controller',
    controllerkind: 'controllerKind',
    department: 'team',
    product: 'service',
  },
}

/**
 * `/allocation` and `/allocation/compute` as OpenCost serves them on port 9003, and under `/model` as Kubecost does. Source of parameters and
 * shapes: https://opencost.io/docs/integrations/api. Beside OpenCost's `code` and `data` an answer has `notices`, of what is not in it.
 */
export function createOpencostApi({ cost, clock }: OpencostDeps): OpencostApi {
  const handle = async ({ tenant, query }: IngestRequest): Promise<IngestReply> => {
    const text = query.get('window')
    if (!text) throw new Fault('INVALID_REQUEST', 'window is missing: write window=7d.')
    const window = parseWindow(text, clock.now())
    const duration = (name: string): number | undefined => {
      const value = query.get(name)
      return value ? stepMsOf(name, value) : undefined
    }
    const answer = await cost.allocation(tenant, {
      window,
      aggregate: (query.get('aggregate') ?? '')
        .split(',')
        .filter((part) => part !== '')
        .map((part) => others[part.toLowerCase()] ?? part),
      stepMs: duration('step'),
      resolutionMs: duration('resolution'),
      includeIdle: isTrue(query.get('includeIdle') ?? query.get('idle')),
      shareIdle: isTrue(query.get('shareIdle')),
      idleByNode: isTrue(query.get('idleByNode')) || undefined,
    })
    return json(200, {
      code: 200,
      data: setsOf(answer, isTrue(query.get('accumulate'))),
      ...(answer.notices.length > 0 ? { notices: answer.notices } : {}),
    })
  }
  const paths = ['/allocation', '/allocation/compute', '/model/allocation', '/model/allocation/compute']
  return {
    receivers: paths.map((path) => ({
      ...{ method: 'GET', path: `/opencost${path}`, permission: 'cost:read', handle, refuse },
      summary: 'OpenCost: what ran and what it cost.',
    })),
  }
}

function setsOf(answer: AllocationAnswer, accumulate: boolean) {
  const sets = accumulate ? [answer.total] : answer.sets
  return sets.map(({ allocations, parts, ...window }) =>
    Object.fromEntries(
      allocations.map((one) => [one.name, allocationJson(one, window, parts.get(one.name))]),
    ),
  )
}

/** As Go reads a boolean. */
const isTrue = (text: string | null): boolean => text !== null && /^(1|t|true)$/i.test(text)

const headers = { 'content-type': 'application/json' }
const json = async (status: number, body: unknown): Promise<IngestReply> => ({
  ...{ status, headers },
  body: await jsonText(body, new Turn(systemClock)),
})

const refuse = (fault: Fault): IngestReply => ({
  ...{ status: fault.status, headers },
  body: JSON.stringify({ code: fault.status, message: `Error: ${fault.message}` }),
})
