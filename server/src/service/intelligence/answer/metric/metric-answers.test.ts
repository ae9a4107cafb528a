import { SloInput, type SloState, type SloView } from '@aiops/contract/model/slo'
import { describe, expect, test } from 'vitest'
import {
  answered,
  entityRef,
  minutesAgo,
  type Said,
  situationOf,
  suiteNowMs,
  textOf,
} from '../found.suite.ts'
import { compare } from './compare.ts'
import { metricCourse } from './course.ts'
import { findMetricsAnswer } from './find.ts'
import { cart, fact, found, memory, mib, now, queried, series } from './metric-found.suite.ts'
import { slo } from './target.ts'
import { top } from './top.ts'
import { metricValue } from './value.ts'

describe('a value', () => {
  const asked = situationOf('METRIC_VALUE', {
    ...{ text: 'Memory usage of cart?', entities: [cart] },
    slots: { metric: { aspect: 'MEMORY', names: [], text: 'memory' } },
  })

  test('is said first, with the level that it came from and the query that it was read by', () => {
    const shift = { at: minutesAgo(27), before: 380 * mib, after: 620 * mib }
    const { draft, made } = answered(metricValue, asked, [
      found([memory]),
      queried('value', series(620 * mib, { shift })),
    ])
    expect(draft.claims[0]).toMatchObject({ role: 'HEADLINE', text: 'The memory use of cart is 620 MiB.' })
    expect(textOf(draft)).toContain('It went from 380 MiB to 620 MiB at 14:04 UTC, 27 min ago.')
    expect(draft.charts[0]).toMatchObject({
      query: 'sum (process_resident_memory_bytes{service="cart"})',
      unit: 'By',
    })
    expect(made.map(({ tool }) => tool)).toEqual(['find_metrics', 'query_metrics'])
    expect(made[1]?.input).toMatchObject({
      cluster_ids: ['local'],
      start_time: minutesAgo(120),
      end_time: now,
    })
  })

  test('that stopped coming is not what is', () => {
    const gone = series(440, { last_at: minutesAgo(40) })
    const { draft } = answered(metricValue, asked, [found([memory]), queried('value', gone)])
    expect(draft.claims[0]?.text).toBe(
      'The memory use of cart has had no value since 13:51 UTC, 40 min ago; it was 440 B then.',
    )
  })

  test('of a moment stands beside what is now', () => {
    const time = {
      startMs: suiteNowMs - 3_600_000,
      endMs: suiteNowMs - 3_600_000,
      text: 'an hour ago',
      isMoment: true,
    }
    const then = series(380 * mib, { last_at: minutesAgo(60) })
    const script = [found([memory]), queried('value', then), queried('now', series(620 * mib))]
    const { draft } = answered(metricValue, { ...asked, question: { ...asked.question, time } }, script)
    expect(draft.claims[0]?.text).toBe('The memory use of cart was 380 MiB at 13:31 UTC, 1 h ago.')
    expect(textOf(draft)).toContain('Now it is 620 MiB.')
  })

  test('of a time of which nothing is kept is not looked for', () => {
    const time = {
      startMs: 0,
      endMs: 1,
      text: 'last week',
      isMoment: false,
      outOfRange: true,
      notice: 'Two hours are kept.',
    }
    const { draft, made } = answered(metricValue, { ...asked, question: { ...asked.question, time } }, [
      found([memory]),
    ])
    expect(draft.outcome).toBe('UNANSWERABLE')
    expect(draft.claims[0]?.text).toContain('nothing is kept of last week')
    expect(made).toHaveLength(1)
  })

  test('that nothing measures is said to be that', () => {
    const { draft } = answered(metricValue, asked, [found([])])
    expect(draft.outcome).toBe('UNANSWERABLE')
    expect(draft.claims[0]?.text).toBe('No metric tells of memory of cart.')
  })

  test('of a cluster that cannot be asked names the cluster and the reason', () => {
    const west = entityRef('CLUSTER', 'west', { id: 'west' })
    const missing = [{ cluster_id: 'west', cluster_name: 'west', reason: 'west: nothing listens there.' }]
    const { draft } = answered(metricValue, { ...asked, question: { ...asked.question, entities: [west] } }, [
      found([], undefined, missing),
    ])
    expect(draft.outcome).toBe('UNANSWERABLE')
    expect(draft.claims[0]?.text).toBe(
      'I cannot say: west could not be asked about memory. Nothing listens there.',
    )
    expect(draft.notChecked).toEqual([{ what: 'metrics of west', reason: 'west: nothing listens there.' }])
  })

  test('of a pool comes with its limit', () => {
    const facts = [fact('db_pool_connections_used'), fact('db_pool_connections_max')]
    const pool = {
      ...asked.question,
      text: 'connections of cart',
      slots: { metric: { aspect: 'POOL' as const, names: [], text: 'connections' } },
    }
    const script = [found(facts), queried('value', series(20)), queried('limit', series(20))]
    const { draft } = answered(metricValue, { ...asked, question: pool }, script)
    expect(textOf(draft)).toContain('The number of connections in use of cart is 20.')
    expect(textOf(draft)).toContain('The maximum is 20, so all of it is in use.')
  })

  test('a question that holds a query in a name asks for that name alone', () => {
    const evil = entityRef('SERVICE', 'a"}) or vector(1) #')
    const facts = [
      fact('process_resident_memory_bytes', {
        entity_matchers: [{ label: 'service', op: '=', value: evil.name }],
      }),
    ]
    const { made } = answered(metricValue, { ...asked, question: { ...asked.question, entities: [evil] } }, [
      found(facts),
    ])
    expect(made[1]?.input).toMatchObject({
      query: 'sum (process_resident_memory_bytes{service="a\\"}) or vector(1) #"})',
    })
  })
})

test('a course says where it began, ended and shifted', () => {
  const situation = situationOf('METRIC_COURSE', {
    ...{ text: 'How did memory of cart develop?', entities: [cart] },
    slots: { metric: { aspect: 'MEMORY', names: [], text: 'memory' } },
  })
  const one = series(620 * mib, { first: 380 * mib, min: 380 * mib, change: 240 * mib })
  const { draft } = answered(metricCourse, situation, [found([memory]), queried('course', one)])
  expect(draft.claims[0]?.text).toBe('The memory use of cart rose from 380 MiB to 620 MiB in 2 h.')
  expect(draft.charts[0]).toMatchObject({ start: minutesAgo(60), end: now })
})

describe('a comparison', () => {
  const two = situationOf('COMPARE', {
    ...{ text: 'Compare the memory of cart and pay', entities: [cart, entityRef('SERVICE', 'pay')] },
    slots: { metric: { aspect: 'MEMORY', names: [], text: 'memory' }, compareWith: 'ENTITY' },
  })

  test('of two things says which has more, and by how much', () => {
    const script = [
      found([memory], 'first'),
      found([memory], 'second'),
      queried('first', series(100 * mib)),
      queried('second', series(400 * mib)),
    ]
    const { draft } = answered(compare, two, script)
    expect(draft.claims[0]?.text).toBe('pay has the higher memory use: 100 MiB for cart and 400 MiB for pay.')
    expect(textOf(draft)).toContain('pay has 300 MiB more than cart, 4 times as much.')
  })

  test('is refused where units differ, with both values', () => {
    const ratio = fact('node_memory_utilization_ratio', { labels: ['node'] })
    const script = [
      found([memory], 'first'),
      found([ratio], 'second'),
      queried('first', series(100 * mib)),
      queried('second', series(0.5)),
    ]
    const { draft } = answered(compare, two, script)
    expect(draft.claims[0]?.text).toContain('They cannot be compared')
    expect(draft.claims[0]?.text).toContain('50 %')
  })

  test('with before takes the sides of the change that is known', () => {
    const change: Said = {
      tool: 'list_changes',
      output: {
        changes: [
          {
            ...{ id: 'c', at: minutesAgo(27), kind: 'ROLLOUT', source: 'API', entities: ['service/cart'] },
            ...{
              summary: 'deployment of cart 1 → 2',
              fields: [],
              object: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
              actor: 'bot',
            },
          },
        ],
        ...{ total: 1, missing: [] },
      },
    }
    const before = situationOf('COMPARE', {
      ...{ text: 'Does cart 2 use more memory than 1?', entities: [cart] },
      slots: { metric: { aspect: 'MEMORY', names: [], text: 'memory' }, compareWith: 'BEFORE' },
    })
    const script = [
      found([memory]),
      change,
      queried('before', series(380 * mib)),
      queried('after', series(620 * mib)),
    ]
    const { draft, made } = answered(compare, before, script)
    expect(draft.claims[0]?.text).toBe(
      'Yes, the memory use of cart is higher: 380 MiB until 14:04 UTC, 27 min ago, 620 MiB since then.',
    )
    expect(textOf(draft)).toContain('What changed then: deployment of cart 1 → 2.')
    expect(made.find(({ as }) => as === 'before')?.input).toMatchObject({ end_time: minutesAgo(27) })
  })
})

describe('a ranking', () => {
  const asked = (text: string, order?: 'MOST' | 'FEWEST') =>
    situationOf('TOP', {
      text,
      slots: {
        limit: 3,
        metric: { aspect: 'MEMORY', names: [], text: 'memory' },
        ...(order ? { order } : {}),
      },
    })
  const named = (service: string, value: number) => series(value, { labels: { service } })

  test('names the first, and as many as were asked for', () => {
    const facts = [fact('process_resident_memory_bytes', { series: 9, entity_matchers: [] })]
    const script = [
      found(facts),
      queried('top', named('pay', 3 * mib), named('cart', 9 * mib), named('gate', 5 * mib)),
    ]
    const { draft, made } = answered(top, asked('Top 3 services by memory'), script)
    expect(draft.claims[0]?.text).toBe(
      'cart has the highest memory use: 9 MiB, before gate (5 MiB) and pay (3 MiB).',
    )
    expect(draft.tables[0]?.rows).toHaveLength(3)
    expect(made[1]?.input).toMatchObject({
      query: 'topk(3, sum by (service) (process_resident_memory_bytes))',
    })
  })

  test('least left is most used', () => {
    const facts = [
      fact('node_memory_utilization_ratio', { labels: ['node'], series: 3, entity_matchers: [] }),
    ]
    const { made } = answered(top, asked('Which nodes have the least memory left?', 'FEWEST'), [found(facts)])
    expect(made[1]?.input).toMatchObject({ query: 'topk(3, avg by (node) (node_memory_utilization_ratio))' })
  })

  test('of nothing named is asked back', () => {
    const { draft } = answered(top, situationOf('TOP', { text: 'top 5 services' }), [found([memory])])
    expect(draft.outcome).toBe('CLARIFY')
    expect(draft.choices.map(({ text }) => text)).toContain('Memory')
  })
})

test('what a metric is comes from the catalogue', () => {
  const situation = situationOf('FIND_METRICS', { text: 'What unit is process_resident_memory_bytes in?' })
  const { draft } = answered(findMetricsAnswer, situation, [found([memory])])
  expect(draft.claims[0]?.text).toBe('process_resident_memory_bytes is in bytes.')
})

test('objectives are told as they stand, those in danger first', () => {
  const view = (name: string, state: SloState, reason: string): SloView => ({
    slo: {
      ...SloInput.parse({ name, objective: 99.9, indicator: { kind: 'ERRORS', service: 'cart' } }),
      ...{ id: name, document: null, created_at: now, updated_at: now, created_by: 'anna' },
    },
    status: {
      ...{ state, reason, evaluated_at: now, ratio: 0.99, events: { total: 1, bad: 1 }, exhaustion: null },
      ...{
        window: { start: now, end: now, coverage: 1, full: true },
        burn_rates: [],
        alerts: [],
        notices: [],
      },
      budget: { unit: 'EVENTS', total: 1, used: 1, left: 0, used_ratio: 1, left_ratio: 0 },
    },
  })
  const answer = (slos: SloView[]) =>
    answered(slo, situationOf('SLO', { text: 'are we within our SLOs?' }), [
      { tool: 'list_slos', output: { slos, total: slos.length } },
      found([], 'slo'),
    ]).draft
  const spent = answer([
    view('a', 'EXHAUSTED', 'The budget is spent.'),
    view('b', 'OK', '50 % of it are left.'),
  ])
  expect(spent.outcome).toBe('ANSWERED')
  expect(spent.claims[0]?.text).toContain('a is in danger')
  expect(textOf(spent)).toContain('50 % of it are left.')
  expect(answer([view('a', 'NO_DATA', 'Nothing is known.')]).outcome).toBe('UNANSWERABLE')
  expect(answer([view('b', 'OK', 'fine.')]).claims[0]?.text).toContain('within their error budgets')
})

test('no objective is said to be none, with what is measured instead', () => {
  const errors = fact('cart:error_ratio')
  const script = [found([], 'slo'), found([errors]), queried('errors', series(0.03))]
  const { draft } = answered(
    slo,
    situationOf('SLO', { text: 'error budget of cart?', entities: [cart] }),
    script,
  )
  expect(draft.outcome).toBe('UNANSWERABLE')
  expect(textOf(draft)).toContain('no SLO is defined for cart')
  expect(textOf(draft)).toContain('The error ratio of cart is 3 % now.')
})
