import { describe, expect, it } from 'vitest'
import { failed, memorySpending, question, type Rig, rig, routed, said, type Turn } from './router.suite.ts'
import type { RoutedPart } from './router.ts'

const signal = new AbortController().signal
const local = (name: string, own: object = {}) => ({ name, url: 'http://vllm:8000/v1', model: 'm', ...own })
const ask = ({ router }: Rig, own: object = {}, tenant = 'default') =>
  routed(router.complete(tenant, question, { signal, ...own }))
const types = (parts: RoutedPart[]) => parts.map(({ type }) => type)
const last = (parts: RoutedPart[]) => parts.at(-1)

describe('budgets', () => {
  const priced = local('a', { price_input_usd: 1, price_output_usd: 10 })

  it('of one answer end it with a sentence and no call', async () => {
    const all = rig(
      { providers: [local('a')], budgets: { steps_per_answer: 2 }, cache: { entries_max: 0 } },
      {},
    )
    const budget = all.router.budget()
    for (let step = 0; step < 2; step += 1)
      expect(last(await ask(all, { budget }))).toMatchObject({ type: 'end' })
    expect(last(await ask(all, { budget }))).toMatchObject({
      note: 'The 2 calls of language models for one answer are used up.',
    })
    expect(all.asked).toHaveLength(2)
    expect(budget.usage).toMatchObject([{ provider: 'a', input_tokens: 200, output_tokens: 20, calls: 2 }])
  })

  it('of tokens for one answer shorten it, then end it', async () => {
    const all = rig(
      { providers: [local('a')], budgets: { tokens_per_answer: 1_000 }, cache: { entries_max: 0 } },
      { a: [said('x', 750, 200)] },
    )
    const budget = all.router.budget()
    await ask(all, { budget })
    expect(last(await ask(all, { budget }))).toMatchObject({
      note: 'The 1000 tokens for one answer are used up.',
    })
    expect(all.asked).toHaveLength(1)
    const short = rig({ providers: [local('a')], budgets: { tokens_per_answer: 1_000 } }, {})
    await routed(short.router.complete('default', { ...question, maxTokens: 5_000 }, { signal }))
    expect(short.asked[0]?.request.maxTokens).toBeLessThan(1_000)
    expect(short.asked[0]?.request.maxTokens).toBeGreaterThan(900)
  })

  it('of seconds end a model that is slow, and no other is asked', async () => {
    const slow: Turn = [{ type: 'text', text: 'well' }, 'SILENCE']
    const all = rig(
      { providers: [local('a'), local('b')], budgets: { seconds_per_answer: 10 } },
      { a: [slow] },
    )
    const asking = ask(all)
    await new Promise((resolve) => setImmediate(resolve))
    await all.clock.advance(10_000)
    const parts = await asking
    expect(types(parts)).toEqual(['start', 'text', 'reset', 'none'])
    expect(last(parts)).toMatchObject({
      note: 'Language models took the 10 s that they may take for one answer.',
    })
    expect(all.asked).toHaveLength(1)
  })

  it('of tokens for a day hold for a tenant, until the day is over', async () => {
    const all = rig(
      { providers: [local('a')], budgets: { tokens_per_day: 1_000 }, cache: { entries_max: 0 } },
      { a: [said('x', 900, 50)] },
    )
    await ask(all, {}, 'shop')
    expect(last(await ask(all, {}, 'shop'))).toMatchObject({
      note: 'The 1000 tokens of language models for a day are used up.',
    })
    expect(last(await ask(all, {}, 'bank'))).toMatchObject({ type: 'end' })
    await all.clock.advance(86_400_000)
    expect(last(await ask(all, {}, 'shop'))).toMatchObject({ type: 'end' })
  })

  it('of a day hold after a restart, with what was under way when it came', async () => {
    const spending = memorySpending()
    const config = {
      providers: [local('a')],
      budgets: { tokens_per_day: 2_000 },
      cache: { entries_max: 0 },
    }
    const before = rig(config, { a: [said('x', 900, 50), ['SILENCE']] }, { spending })
    await ask(before, {}, 'shop')
    // Nobody hears of its end: the process is gone.
    const cutOff = before.router.complete('shop', question, { signal })
    await cutOff.next()
    const after = rig(config, {}, { spending })
    expect(last(await ask(after, {}, 'bank'))).toMatchObject({ type: 'end' })
    await ask(after, {}, 'shop')
    const { tokens } = await spending.spent('shop', Math.floor(after.clock.now() / 86_400_000))
    expect(tokens).toBeGreaterThan(1_400)
    expect(tokens).toBeLessThanOrEqual(2_000)
  })

  it('that cannot be read let no model be asked, and that is no error', async () => {
    const broken = async () => Promise.reject(new Error('the disk is full'))
    const spending = { spent: broken, reserve: broken, add: broken }
    const all = rig({ providers: [local('a')] }, {}, { spending })
    expect(last(await ask(all))).toMatchObject({
      type: 'none',
      note: expect.stringContaining('cannot be read'),
    })
    expect(all.asked).toEqual([])
  })

  it('of money hold by the prices, also for many at once, and leave models that cost nothing', async () => {
    const all = rig(
      { providers: [priced, local('free')], budgets: { usd_per_day: 0.012 }, cache: { entries_max: 0 } },
      { a: [said('x', 100, 400)] },
    )
    const parts = await Promise.all(Array.from({ length: 8 }, () => ask(all)))
    const by = (name: string) =>
      parts.filter((list) => (last(list) as { model?: { name: string } }).model?.name === name)
    expect(by('a').length).toBeLessThanOrEqual(3)
    expect(by('free').length).toBe(8 - by('a').length)
    const [shown] = all.router.list('default')
    expect(shown?.cost_usd).toBeLessThanOrEqual(0.0125)
    expect(shown?.cost_usd).toBeCloseTo((by('a').length * (100 * 1 + 400 * 10)) / 1e6, 9)
  })

  it('are charged with the bound where a server does not count', async () => {
    const silent: Turn = [
      { type: 'text', text: 'x'.repeat(220) },
      { type: 'end', reason: 'STOP', inputTokens: null, outputTokens: null },
    ]
    const all = rig({ providers: [local('a')], budgets: { tokens_per_answer: 1_000 } }, { a: [silent] })
    const budget = all.router.budget()
    const parts = await ask(all, { budget })
    expect(last(parts)).toMatchObject({ inputTokens: null, usage: { cost_usd: null } })
    expect(budget.tokensLeft).toBeLessThanOrEqual(900)
    expect(all.router.list('default')[0]).toMatchObject({ input_tokens: 0, output_tokens: 0, cost_usd: null })
  })
})

it('counts calls, failures, tokens and cost for each tenant, and in metrics', async () => {
  const providers = [local('a', { price_input_usd: 2, price_output_usd: 8 }), local('b')]
  const all = rig({ providers }, { a: [said('x', 1_000, 100), failed('SERVER')] })
  await ask(all, {}, 'shop')
  await ask(all, {}, 'bank')
  const [a] = all.router.list('shop')
  expect(a).toMatchObject({ calls: 1, failures: 0, input_tokens: 1_000, output_tokens: 100 })
  expect(a?.cost_usd).toBeCloseTo(0.0028, 9)
  expect(all.router.list('bank')[0]).toMatchObject({ calls: 1, failures: 1, input_tokens: 0 })
  expect(all.router.list('else')[0]).toMatchObject({ calls: 0, last_used_at: null })
  const text = await all.metrics.render()
  expect(text).toContain('aiops_llm_requests_total{provider="a",outcome="DONE"} 1')
  expect(text).toContain('aiops_llm_requests_total{provider="a",outcome="SERVER"} 1')
  expect(text).toContain('aiops_llm_tokens_total{provider="a",direction="input"} 1000')
  expect(text).toContain('aiops_llm_failovers_total{provider="a"} 1')
})
