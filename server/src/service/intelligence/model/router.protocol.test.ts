import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Rule } from '../../../../../test/model/script.ts'
import {
  type ScriptedModel,
  type ScriptedProtocol,
  startScriptedModel,
} from '../../../../../test/model/scripted-server.ts'
import { openLanguageModel } from '../../../adapter/ai-sdk/index.ts'
import { createHttpClient } from '../../../adapter/http/http-client.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import type { ModelToolCall } from '../../../port/language-model.ts'
import { ModelConfig } from './config.ts'
import { memorySpending, question, routed } from './router.suite.ts'
import { createModelRouter, type ModelRouter, type RoutedPart } from './router.ts'

const http = createHttpClient({ clock: systemClock }, { deny: [] })
afterAll(() => http.close())

const wires: [string, ScriptedProtocol][] = [
  ['OPENAI_COMPATIBLE', 'openai'],
  ['OPENAI', 'openai-responses'],
  ['ANTHROPIC', 'anthropic'],
  ['GOOGLE', 'google'],
]

/** Short where silence is what is tried; a busy machine is no silent one. */
const patience = (fault: string): string => (fault.startsWith('silence') ? '600ms' : '10s')

function routerOf(config: object, idle = '10s'): ModelRouter {
  const deps = { http, clock: systemClock, secret: async () => 'key-of-nobody' }
  const open: Parameters<typeof createModelRouter>[0]['open'] = (definition) =>
    openLanguageModel(definition, deps)
  const timeouts = { first_token: '10s', idle }
  return createModelRouter(
    { open, clock: systemClock, metrics: createMetrics(), spending: memorySpending() },
    ModelConfig.parse({ timeouts, cache: { entries_max: 0 }, ...config }),
  )
}

const say = ['Two pods of checkout are failing since 10:02.']
/** What each fault of a first model comes to, with a sound one behind it. */
const faults: [string, Rule, string[]][] = [
  [
    '429',
    { fault: { type: 'STATUS', status: 429, headers: { 'retry-after': '5' } } },
    ['start', 'start', 'end'],
  ],
  ['500', { fault: { type: 'STATUS', status: 500 } }, ['start', 'start', 'end']],
  ['401', { fault: { type: 'STATUS', status: 401 } }, ['start', 'none']],
  ['400', { fault: { type: 'STATUS', status: 400 } }, ['start', 'none']],
  ['silence from the first', { fault: { type: 'STALL', after: 0 } }, ['start', 'start', 'end']],
  ['silence amid words', { say, fault: { type: 'STALL', after: 3 } }, ['start', 'reset', 'start', 'end']],
  ['a cut', { say, fault: { type: 'CUT', after: 3 } }, ['start', 'reset', 'start', 'end']],
  ['an early end', { say, fault: { type: 'END', after: 3 } }, ['start', 'reset', 'start', 'end']],
  ['garbage', { say, fault: { type: 'GARBAGE', after: 3 } }, ['start', 'reset', 'start', 'end']],
  ['no count of tokens', { say, usage: null }, ['start', 'end']],
  ['bytes one by one', { say, writeBytes: 1 }, ['start', 'end']],
  [
    'an unknown tool',
    { say: [{ call: 'format_disk', arguments: { yes: true } }] },
    ['start', 'tool_call', 'end'],
  ],
]

describe.each(wires)('behind %s', (protocol, wire) => {
  let first: ScriptedModel
  let second: ScriptedModel
  beforeAll(async () => {
    first = await startScriptedModel(wire, { rules: [{}] })
    second = await startScriptedModel('openai', { rules: [{ say: ['The second answers.'] }] })
  })
  afterAll(async () => {
    await first.close()
    await second.close()
  })
  const providers = (firstToken = '10s') => [
    {
      name: 'first',
      protocol,
      url: first.url,
      model: 'm',
      window_tokens: 8_192,
      first_token_timeout: firstToken,
    },
    { name: 'second', url: second.url, model: 'm' },
  ]

  it.each(faults)('%s comes to what the rules say', async (fault, rule, types) => {
    first.play({ rules: [rule] })
    const before = second.requests.length
    const parts = await routed(
      routerOf({ providers: providers(patience(fault)) }, patience(fault)).complete('shop', question, {
        signal: AbortSignal.timeout(10_000),
      }),
    )
    expect(parts.map(({ type }) => type).filter((type) => type !== 'text')).toEqual(types)
    expect(textAfterReset(parts).length).toBeGreaterThanOrEqual(
      types.includes('none') || types.includes('tool_call') ? 0 : 5,
    )
    expect(second.requests.length - before).toBe(types.filter((type) => type === 'start').length - 1)
    await vi.waitFor(() => expect(first.open).toBe(0))
  })

  it('a tool is called and its result answered, step by step', async () => {
    first.play({
      rules: [
        {
          when: { user: 'broken' },
          say: [{ call: 'alerts_list', arguments: { severity: 'CRITICAL' }, id: 'c1' }],
        },
        { when: { tool: '2 alerts' }, say: ['Two alerts fire.'] },
      ],
    })
    const router = routerOf({ providers: providers() })
    const budget = router.budget()
    const tools = [
      { name: 'alerts_list', description: 'Lists alerts.', inputSchema: { type: 'object', properties: {} } },
    ]
    const options = { signal: AbortSignal.timeout(10_000), budget }
    const called = await routed(router.complete('shop', { ...question, tools }, options))
    const calls = called.flatMap((part): ModelToolCall[] => (part.type === 'tool_call' ? [part.call] : []))
    expect(calls).toMatchObject([{ name: 'alerts_list', input: { severity: 'CRITICAL' } }])
    const messages = [
      ...question.messages,
      { role: 'assistant' as const, text: '', toolCalls: calls },
      {
        role: 'tool' as const,
        toolCallId: calls[0]!.id,
        name: 'alerts_list',
        text: '2 alerts',
        failed: false,
      },
    ]
    const answered = await routed(router.complete('shop', { ...question, tools, messages }, options))
    expect(textAfterReset(answered)).toBe('Two alerts fire.')
    expect(budget.usage).toMatchObject([{ provider: 'first', input_tokens: 22, output_tokens: 14, calls: 2 }])
  })
})

it('outside this network nobody sees one byte under LOCAL_ONLY, whatever is asked', async () => {
  const outside = await startScriptedModel('anthropic', { rules: [{}] })
  let connections = 0
  const router = routerOf({
    providers: [
      { name: 'cloud', protocol: 'ANTHROPIC', url: outside.url, model: 'm', local: false },
      { name: 'down', url: 'http://127.0.0.1:1/v1', model: 'm' },
    ],
  })
  const signal = AbortSignal.timeout(10_000)
  for (const options of [{}, { only: 'cloud' }, { without: ['down'] }])
    for await (const part of router.complete('shop', question, { signal, ...options }))
      if (part.type === 'none') connections += outside.requests.length
  expect([connections, outside.requests]).toEqual([0, []])
  expect(router.list('shop').map(({ name, state }) => [name, state])).toEqual([
    ['down', 'UNREACHABLE'],
    ['cloud', 'EXCLUDED'],
  ])
  await outside.close()
})

function textAfterReset(parts: readonly RoutedPart[]): string {
  const from = parts.findLastIndex(({ type }) => type === 'reset') + 1
  return parts
    .slice(from)
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('')
}
