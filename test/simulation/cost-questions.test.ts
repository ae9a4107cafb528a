import { readFileSync } from 'node:fs'
import { permissions } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import type { Answer, Understanding } from '@aiops/contract/model/answer'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import type { Caller } from '../../server/src/port/operation-client.ts'
import { createAsk } from '../../server/src/service/intelligence/ask.ts'
import { builtinPersonas } from '../../server/src/service/intelligence/persona/index.ts'
import { createKnownThings } from '../../server/src/service/intelligence/question/known-things.ts'
import { createReader } from '../../server/src/service/intelligence/question/reader.ts'
import { createToolBox } from '../../server/src/service/intelligence/tool/tool-box.ts'
import { costNowMs } from '../ask/cost/fact.ts'
import { costWorld } from '../ask/cost/world.ts'
import { AskedQuestion } from '../ask/question.ts'
import { judge } from '../ask/score.ts'

const asked = z
  .array(AskedQuestion)
  .parse(JSON.parse(readFileSync(new URL('../ask/question/cost.json', import.meta.url), 'utf8')))

const anna: Caller = { actor: 'anna', tenant: 'default', permissions }

/** Whoever answers from this world, and nothing else: an operation that is not in it fails. */
function askerOf(world: Partial<Client>) {
  const client = new Proxy(world, {
    get: (target, name) =>
      Reflect.get(target, name) ?? (() => Promise.reject(new Error(`There is no ${String(name)}.`))),
  }) as Client
  const clock = new ManualClock(costNowMs)
  const deps = { clientOf: () => client, clock, metrics: createMetrics() }
  const ask = createAsk({
    ...deps,
    toolBox: createToolBox(deps),
    read: createReader({ known: createKnownThings(deps), clock }, { kept: '2h' }),
    personaOf: async () => builtinPersonas[0]!,
    openTurn: () => undefined,
    random: seededRandom(1),
  })
  return async (texts: readonly string[], caller = anna): Promise<Answer> => {
    const before: Understanding[] = []
    let answer: Answer | undefined
    for (const question of texts) {
      answer = await ask(caller, {
        ...{ question, personaId: 'default', clusterContext: [], before: [...before], model: false },
      })
      before.push(answer.understanding)
    }
    return answer!
  }
}

describe('what is asked about cost and changes', () => {
  const ask = askerOf(costWorld())
  test.each(asked)('$id: $question', async (one) => {
    const { wrong, answer } = judge(one, await ask([...one.before, one.question]))
    expect(wrong, `${answer.understanding.intent}\n${answer.text}`).toEqual([])
  })
})

describe('where nothing tells it', () => {
  const empty = { ...costWorld() }
  empty.getCostOverview = async () => {
    const { spend, ...rest } = await costWorld().getCostOverview!()
    const none = { by_provider: [], by_service: [], unknown: [], current_hourly_usd: null, monthly_usd: null }
    return { ...rest, spend: { ...spend, ...none }, sources: [] }
  }
  empty.listProviderTelemetry = async () => ({
    readings: [],
    placements: [],
    at: new Date(costNowMs).toISOString(),
  })
  empty.listAllocations = async () => ({
    ...(await costWorld().listAllocations!({ query: { aggregate: ['cluster'] } } as never)),
  })
  empty.listBudgets = async () => ({ budgets: [] })
  empty.listPriceBooks = async () => ({ books: [], stale_after_days: 30 })
  empty.listDecisions = async () => ({ items: [], total: 0, page: 1, page_size: 20, total_pages: 0 })
  empty.listDrift = async () => ({ checks: [], interval_seconds: 60 })
  const ask = askerOf(empty)
  test.each([
    ['What do we spend?', /price|telemetry/i],
    ['Are we over budget?', /no budget is set/i],
    ['How old are our prices?', /no price book/i],
    ['Which services should move?', /nothing was decided/i],
    ['Which provider is cheapest?', /telemetry/i],
    ['Is there drift?', /no stack was looked at/i],
  ])('%s names the source that would, and says no number of money', async (question, source) => {
    const answer = await ask([question])
    expect(answer.outcome).toBe('UNANSWERABLE')
    expect(answer.text).toMatch(source)
    expect(answer.text).not.toMatch(/\d\s?USD/)
  })
})

test('who may not see costs is told so, and no number', async () => {
  const held = permissions.filter((one) => one !== 'cost:read')
  const answer = await askerOf(costWorld())(['What do we spend?'], { ...anna, permissions: held })
  expect(answer.outcome).toBe('UNANSWERABLE')
  expect(answer.text).toContain('cost:read')
  expect(answer.text).not.toMatch(/\d\s?USD/)
})
