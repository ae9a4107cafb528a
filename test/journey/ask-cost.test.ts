import type { Answer, Understanding } from '@aiops/contract/model/answer'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { inventedIn } from '../ask/score.ts'
import { tellCost } from '../ask/system/tell-cost.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

/** The cost world of test/ask in the real program: what is told by the public API is what answers say, and nothing besides. */
const folder = temporaryFolder('ask-cost')
let server: Server

beforeAll(async () => {
  server = await startServer(folder.path, ['ingest.host.enabled=false', 'placement.interval=1s'])
  await tellCost(server.client, Date.now())
  // What was decided while half of it was told is decided again.
  const toldMs = Date.now()
  const hasDecided = async () => {
    const { engine } = await server.client.getCostOverview()
    expect(Date.parse(engine.last_run ?? '')).toBeGreaterThan(toldMs)
  }
  await vi.waitFor(hasDecided, { timeout: 30_000, interval: 200 })
})
afterAll(async () => {
  await server?.stop()
  folder.remove()
})

async function asked(...texts: string[]): Promise<Answer> {
  const before: Understanding[] = []
  let answer: Answer | undefined
  for (const question of texts) {
    answer = await server.client.ask({ body: { question, before } })
    before.push(answer.understanding)
  }
  return answer!
}

it.each([
  ['ANSWERED', ['What do we spend?'], /2\.90 USD\/h.*2,117 USD\/month/s],
  ['ANSWERED', ['What do we pay at aws?'], /2\.30 USD\/h/],
  ['ANSWERED', ['What does freight cost?'], /1\.20 USD\/h at aws/],
  ['ANSWERED', ['What does freight cost?', 'and alibaba?'], /At alibaba freight would cost 0\.90 USD\/h/],
  ['ANSWERED', ['What is cheapest for stowage?'], /cheapest at alibaba: 0\.60 USD\/h/],
  ['ANSWERED', ['Should freight move?'], /from aws to alibaba.*held/s],
  ['ANSWERED', ['Should freight move?', 'why not?'], /against moving freight/],
  ['ANSWERED', ['What would flip the decision about pilotage?'], /flips if/],
  ['ANSWERED', ['How sure is the decision about freight?'], /30 are needed/],
  ['ANSWERED', ['How old are our prices?'], /too old to decide by/],
  ['ANSWERED', ['What changed through Git?'], /No change through Git is known/],
  ['ANSWERED', ['What does the policy say?'], /stateful-at-risk denies/],
  ['ANSWERED', ['Is the kill switch on?'], /kill switch is off/],
  ['ANSWERED', ['Who created the budget?'], /createBudget/],
  ['UNANSWERABLE', ['What does a request cost?'], /no service has both/],
  ['UNANSWERABLE', ['Is there drift?'], /no stack was looked at/],
  ['UNANSWERABLE', ['Should warehouse-9 move?'], /nothing called warehouse-9/],
  ['UNANSWERABLE', ['Move freight to alibaba'], /Nothing was moved/],
] as const)('%s to %j', async (outcome, texts, said) => {
  const answer = await asked(...texts)
  expect(answer.text).toMatch(said)
  expect(answer.outcome).toBe(outcome)
  expect(inventedIn(answer), answer.text).toEqual([])
})

it('has proposed nothing and moved nothing, whatever was asked', async () => {
  expect((await server.client.listDeployments()).total).toBe(0)
  const { placements } = await server.client.listProviderTelemetry()
  expect(placements.find(({ service }) => service === 'freight')?.provider).toBe('aws')
})
