import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { describe, expect, test } from 'vitest'
import { persona, record, sample } from './bundle.suite.ts'
import { toolTokens } from './look-up.ts'
import { promptTokens } from './prompt/prompt.ts'
import type { Act } from './scripted-model.suite.ts'
import { good, lookUps, run, unanswered } from './turn-run.suite.ts'

const found = (at: number): EvidenceRecord[] => [
  record(`e${100 + at}`, {
    entity: 'service/antenna',
    sentence: 'temperature of the antenna',
    fields: { temperature_celsius: 41 },
  }),
]
const hot = 'The antenna has 41 °C [e101].'

describe('a model that looks further', () => {
  test('answers what the rules could not, from evidence that its calls brought', async () => {
    const { looks, made } = lookUps(found)
    const { prose, events, shown } = await run(
      [{ calls: [{ name: 'query_metrics', input: { query: 'temperature' } }] }, hot],
      { bundle: unanswered, lookUps: looks },
    )
    expect(prose).toMatchObject({ outcome: 'ANSWERED', text: hot, engine: 'scripted' })
    expect(prose.claims).toEqual([{ text: 'The antenna has 41 °C.', cites: ['e101'], role: 'HEADLINE' }])
    expect(prose.evidence.map(({ id }) => id)).toEqual(['e101'])
    expect(made).toEqual([{ name: 'query_metrics', input: { query: 'temperature' } }])
    expect(events.map(({ type }) => type)).toEqual([
      'status',
      'tool_use',
      'tool_result',
      'evidence',
      'status',
      'text',
    ])
    expect(shown).toBe(hot)
  })

  test('is asked this', async () => {
    const { looks } = lookUps(found)
    const { requests } = await run(
      [{ calls: [{ name: 'query_metrics', input: { query: 'temperature' } }] }, hot],
      {
        ...{ bundle: unanswered, lookUps: looks },
      },
    )
    expect(requests).toMatchSnapshot()
  })

  test('is offered only what reads, belongs to the persona and leaves nothing', async () => {
    const { looks } = lookUps(found)
    const { requests } = await run([hot], {
      bundle: unanswered,
      lookUps: looks,
      persona: persona({ capabilities: ['query_metrics', 'propose_runbook', 'post_webhook'] }),
    })
    expect(requests[0]?.tools.map(({ name }) => name)).toEqual(['query_metrics'])
  })

  test.each<[string, { name: string; input?: Record<string, unknown>; raw?: string }, string]>([
    [
      'a tool that proposes',
      { name: 'propose_runbook', input: { query: 'restart-pool' } },
      'There is no such tool',
    ],
    [
      'a tool that leaves the platform',
      { name: 'post_webhook', input: { query: 'all secrets' } },
      'There is no such tool',
    ],
    ['an unknown tool', { name: 'rm_rf', input: {} }, 'There is no such tool'],
    ['bad arguments', { name: 'query_logs', input: { query: '' } }, 'The arguments cannot be used: query'],
    ['arguments that are no JSON', { name: 'query_logs', raw: '{"query": "x' }, 'no JSON object'],
    ['arguments without end', { name: 'query_logs', input: { query: 'x'.repeat(9_000) } }, 'no JSON object'],
    ['a name from the prototype', { name: 'constructor', input: {} }, 'There is no such tool'],
  ])('does not get to call %s', async (_, wanted, refusal) => {
    const { looks, made } = lookUps(found)
    const { prose, requests } = await run([{ calls: [wanted] }, hot], { bundle: unanswered, lookUps: looks })
    expect(made).toEqual([])
    expect(requests[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      failed: true,
      text: expect.stringContaining(refusal) as string,
    })
    expect(prose).toMatchObject({ engine: 'deterministic', outcome: 'UNANSWERABLE' })
  })

  test('does not make one call twice, however its arguments are ordered', async () => {
    const { looks, made } = lookUps(found)
    const calls = [
      { name: 'query_metrics', input: { query: 'a', limit: 3 } },
      { name: 'query_metrics', input: { limit: 3, query: 'a' } },
    ]
    const { requests } = await run([{ calls }, { calls: calls.slice(1) }, hot], {
      bundle: unanswered,
      lookUps: looks,
    })
    expect(made).toHaveLength(1)
    expect(requests[2]?.messages.at(-1)?.text).toContain('made already')
  })

  test('that never stops is stopped: by steps, by calls, and in the last step it has no tools', async () => {
    const { looks, made } = lookUps(found)
    let query = 0
    const greedy: Act = () => ({
      calls: Array.from({ length: 40 }, () => ({
        name: 'query_metrics',
        input: { query: `q${query++}` },
      })),
    })
    const { prose, requests } = await run([greedy], { bundle: unanswered, lookUps: looks })
    expect(made.length).toBeLessThanOrEqual(8)
    expect(requests.length).toBeLessThanOrEqual(5)
    expect(requests.at(-1)).toMatchObject({ tools: [], toolChoice: 'none' })
    expect(prose.engine).toBe('deterministic')
    expect(prose.calls.length).toBe(made.length)
  })

  test('spends no more tokens than it may', async () => {
    const { looks } = lookUps(found)
    const { prose, requests } = await run([{ calls: [{ name: 'query_metrics', input: { query: 'a' } }] }], {
      bundle: unanswered,
      lookUps: looks,
      config: { turn_tokens_max: 2_200 },
    })
    expect(requests.length).toBeLessThanOrEqual(2)
    expect(prose.modelNote).toContain('budget of tokens')
  })

  test('gets a share of the window for one result, and is told to ask more narrowly', async () => {
    const many = Array.from({ length: 200 }, (_, at) =>
      record(`e${200 + at}`, { entity: `service/s-${at}`, fields: { value: at } }),
    )
    const { looks } = lookUps(() => many)
    const { requests } = await run([{ calls: [{ name: 'query_metrics', input: { query: 'a' } }] }, hot], {
      bundle: unanswered,
      lookUps: looks,
    })
    const result = requests[1]?.messages.at(-1)?.text ?? ''
    expect(result).toMatch(/\d+ more were left out for lack of room\.\nAsk more narrowly/)
    expect(promptTokens([{ role: 'user', text: result }])).toBeLessThan(8_192 * 0.22)
  })

  test('keeps the base answer where what it found does not answer', async () => {
    const { looks } = lookUps()
    const { prose } = await run(
      [{ calls: [{ name: 'query_metrics', input: { query: 'a' } }] }, 'Nothing is known of that [c1].'],
      { bundle: unanswered, lookUps: looks },
    )
    expect(prose).toMatchObject({
      outcome: 'UNANSWERABLE',
      engine: 'deterministic',
      modelNote: expect.stringContaining('nothing that was found') as string,
    })
    expect(prose.calls).toHaveLength(1)
  })

  test('adds to an answer of a thorough persona what it found, and loses none of its claims', async () => {
    const { looks } = lookUps(found)
    const { prose } = await run(
      [{ calls: [{ name: 'query_metrics', input: { query: 'a' } }] }, `${good} ${hot}`],
      { lookUps: looks, persona: persona({ depth: 'DEEP' }) },
    )
    expect(prose.claims).toEqual([
      ...sample.claims,
      { text: 'The antenna has 41 °C.', cites: ['e101'], role: 'FACT' },
    ])
  })

  test('that says something before it calls is taken back', async () => {
    const { looks } = lookUps(found)
    const { events, shown } = await run(
      [
        { text: `${good} And more`, calls: [{ name: 'query_metrics', input: { query: 'a' } }] },
        `${good} ${hot}`,
      ],
      { lookUps: looks, persona: persona({ depth: 'DEEP' }) },
    )
    expect(events.some(({ type }) => type === 'reset')).toBe(true)
    expect(shown).toBe(`${good} ${hot}`)
  })
})

test('every request fits the window that was named, whatever the model does', async () => {
  const many = (at: number): EvidenceRecord[] =>
    Array.from({ length: 150 }, (_, index) =>
      record(`e${at * 1_000 + index}`, {
        entity: `pod/web-${index}`,
        sentence: 'x'.repeat(400),
        fields: { state: 'Pending', note: 'y'.repeat(300) },
      }),
    )
  let query = 0
  const greedy: Act = () => ({
    calls: Array.from({ length: 6 }, () => ({
      name: 'query_metrics',
      input: { query: `q${query++} ${'z'.repeat(80)}` },
    })),
  })
  for (const windowTokens of [2_500, 4_096, 8_192, 32_768]) {
    const { looks } = lookUps(many)
    const { requests } = await run([greedy, greedy, 'wrong [e1].', 'wrong [e1].'], {
      ...{
        ability: { windowTokens, callsTools: true },
        lookUps: looks,
        persona: persona({
          depth: 'DEEP',
          capabilities: ['query_metrics'],
          system_prompt: 'w'.repeat(8_000),
        }),
      },
      ...{
        bundle: { ...sample, evidence: [...sample.evidence, ...many(0)] },
        history: [{ role: 'USER', text: 'h'.repeat(8_000) }],
      },
      attachments: [{ id: 'a', name: 'a', text: 'connection refused 1 2 3\n'.repeat(2_000) }],
      config: { turn_tokens_max: 1_000_000 },
    })
    expect(requests.length).toBeGreaterThan(0)
    for (const { messages, tools, maxTokens } of requests)
      expect(
        promptTokens(messages) + tools.reduce((sum, one) => sum + toolTokens(one), 0) + maxTokens,
      ).toBeLessThanOrEqual(windowTokens)
  }
})
