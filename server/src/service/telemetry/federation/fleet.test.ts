import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { broken, fleetOf, hanging, healthy, named, question, whole } from './fleet.suite.ts'

const outcomesOf = (outcomes: { cluster: { id: string }; status: string; reason: string }[]) =>
  Object.fromEntries(
    outcomes.map(({ cluster, status, reason }) => [cluster.id, `${status} ${reason}`.trim()]),
  )

it('says of every cluster how it answered, in the order asked', async () => {
  const behaviours = { b: broken, c: hanging }
  const outcomes = await fleetOf().ask(named('a', 'b', 'c'), question(behaviours))
  expect(outcomesOf(outcomes)).toEqual({
    a: 'SUCCESS',
    b: 'ERROR connection refused',
    c: 'TIMEOUT No answer within 0.2 s.',
  })
})

it('holds nobody up behind clusters that hang, though there are more of them than may be asked at once', async () => {
  const hung = Array.from({ length: 8 }, (_, i) => `hung-${i}`)
  const behaviours = Object.fromEntries(hung.map((name) => [name, hanging]))
  const heard: string[] = []
  const fleet = fleetOf({ max_parallel_queries: 2 })
  const outcomes = await fleet.ask(
    named(...hung, 'well'),
    question(behaviours, { timeoutMs: 1_500 }),
    ({ cluster, status }) => heard.push(`${cluster.id} ${status}`),
  )
  expect(heard[0]).toBe('well SUCCESS')
  expect(outcomes.filter(({ status }) => status === 'SUCCESS')).toHaveLength(1)
})

it('tries a cluster again that could not be reached, not one that refused the question', async () => {
  const asked = { flaky: 0, strict: 0 }
  const outcomes = await fleetOf().ask(
    named('flaky', 'strict'),
    question({
      flaky: async () => {
        asked.flaky += 1
        if (asked.flaky < 3) throw new Fault('UPSTREAM_FAILED', 'reset')
        return whole('at last')
      },
      strict: async () => {
        asked.strict += 1
        throw new Fault('INVALID_PROMQL', 'no such function')
      },
    }),
  )
  expect(outcomesOf(outcomes)).toEqual({ flaky: 'SUCCESS', strict: 'ERROR no such function' })
  expect(asked).toEqual({ flaky: 3, strict: 1 })
})

it('stops asking a cluster that failed five times, and says when it asks again', async () => {
  const fleet = fleetOf({ retry_attempts: 1 })
  for (let i = 0; i < 5; i += 1) await fleet.ask(named('b'), question({ b: broken }))
  const [outcome] = await fleet.ask(named('b'), question({ b: healthy }))
  expect(outcome?.reason).toMatch(/^It failed repeatedly and is asked again in \d+ s: connection refused$/)
  expect(fleet.breaker('default', 'b').state).toBe('OPEN')
  expect(fleet.breaker('other', 'b').state).toBe('CLOSED')
})

it('never counts a bad question against the cluster', async () => {
  const refusing = async () => {
    throw new Fault('QUERY_FAILED', 'many-to-many')
  }
  const fleet = fleetOf()
  for (let i = 0; i < 20; i += 1) await fleet.ask(named('a'), question({ a: refusing }))
  expect(fleet.breaker('default', 'a').state).toBe('CLOSED')
})

it('waits for laggards a little only, unless the question says how long', async () => {
  const clusters = named('a', 'b', 'c', 'd', 'slow')
  const fleet = fleetOf({ laggard_wait: '50ms', laggard_share: 0.2, timeout: '10s' })
  const outcomes = await fleet.ask(clusters, question({ slow: hanging }, { timeoutMs: 0 }))
  expect(outcomes.at(-1)?.reason).toBe(
    'No answer 0.05 s after all but 1 of the clusters had answered; ask with a timeout to wait longer.',
  )
})

it('keeps an answer for as long as the question allows, and says how old it is', async () => {
  const clock = new ManualClock()
  const fleet = fleetOf({}, clock)
  let asked = 0
  const counting = async () => {
    asked += 1
    return whole(`answer ${asked}`)
  }
  const ask = async () =>
    (await fleet.ask(named('a'), question({ a: counting }, { key: () => 'up', ttlMs: 30_000 })))[0]
  expect((await ask())?.answer?.value).toBe('answer 1')
  clock.advance(29_000)
  expect(await ask()).toMatchObject({ answer: { value: 'answer 1' }, cachedAgeMs: 29_000 })
  clock.advance(1_000)
  expect((await ask())?.answer?.value).toBe('answer 2')
})

it('keeps no answer that is not whole', async () => {
  const fleet = fleetOf()
  let asked = 0
  const partial = async () => {
    asked += 1
    return { ...whole('half'), partial: true, warnings: ['store b is down'] }
  }
  const more = { key: () => 'up', ttlMs: 30_000 }
  const [first] = await fleet.ask(named('a'), question({ a: partial }, more))
  await fleet.ask(named('a'), question({ a: partial }, more))
  expect(first).toMatchObject({ status: 'PARTIAL', reason: 'store b is down' })
  expect(asked).toBe(2)
})

it('bounds the questions under way at one cluster', async () => {
  const fleet = fleetOf({ per_cluster_max: 2 })
  const slow = question({ a: hanging }, { timeoutMs: 100 })
  const all = await Promise.all([1, 2, 3].map(() => fleet.ask(named('a'), slow)))
  expect(all.map(([outcome]) => outcome?.status).sort()).toEqual(['ERROR', 'TIMEOUT', 'TIMEOUT'])
})
