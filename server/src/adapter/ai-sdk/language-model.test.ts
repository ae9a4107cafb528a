import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Rule } from '../../../../test/model/script.ts'
import {
  type ScriptedModel,
  type ScriptedProtocol,
  startScriptedModel,
} from '../../../../test/model/scripted-server.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { LanguageModel, ModelDefinition, ModelPart, ModelRequest } from '../../port/language-model.ts'
import { createHttpClient } from '../http/http-client.ts'
import { openLanguageModel } from './index.ts'

const protocols: [LanguageModel['protocol'], ScriptedProtocol][] = [
  ['OPENAI_COMPATIBLE', 'openai'],
  ['OPENAI', 'openai-responses'],
  ['ANTHROPIC', 'anthropic'],
  ['GOOGLE', 'google'],
]

const http = createHttpClient({ clock: systemClock }, { deny: ['denied.test'] })
const deps = { http, clock: systemClock, secret: async (name: string) => `value-of-${name}\n` }

const definition = (own: Partial<ModelDefinition>): ModelDefinition => ({
  name: 'tester',
  protocol: 'OPENAI_COMPATIBLE',
  url: '',
  model: 'm-1',
  key: 'model-key',
  local: true,
  windowTokens: 8_192,
  callsTools: true,
  foundryLocal: false,
  ports: [],
  firstTokenTimeoutMs: 3_000,
  idleTimeoutMs: 3_000,
  ...own,
})

const request = (own: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [
    { role: 'system', text: 'You answer.' },
    { role: 'user', text: 'What is broken?' },
  ],
  tools: [
    {
      name: 'alerts_list',
      description: 'Lists alerts.',
      inputSchema: { type: 'object', properties: { severity: { type: 'string' } } },
    },
  ],
  toolChoice: 'auto',
  temperature: 0,
  maxTokens: 500,
  ...own,
})

async function collect(parts: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  const all: ModelPart[] = []
  for await (const part of parts) all.push(part)
  return all
}
const textOf = (parts: readonly ModelPart[]): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
const endOf = (parts: readonly ModelPart[]) => parts.at(-1)
const callsOf = (parts: readonly ModelPart[]) =>
  parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : []))

afterAll(() => http.close())

describe.each(protocols)('a model that speaks %s', (protocol, wire) => {
  let server: ScriptedModel
  beforeAll(async () => {
    server = await startScriptedModel(wire, { rules: [{}] })
  })
  afterAll(() => server.close())

  const open = (own: Partial<ModelDefinition> = {}) =>
    openLanguageModel(definition({ protocol, url: server.url, ...own }), deps)
  const play = async (rule: Rule, own: Partial<ModelRequest> = {}, model: Partial<ModelDefinition> = {}) => {
    server.play({ rules: [rule] })
    return collect(open(model).complete(request(own), AbortSignal.timeout(10_000)))
  }
  const failure = (rule: Rule, model: Partial<ModelDefinition> = {}) =>
    play(rule, {}, model).then(
      (parts) => ({ kind: `none, but ${JSON.stringify(parts)}`, message: '', retryAfterMs: 0 }),
      (error) => error,
    )

  it('gives text as it comes, then the end with its tokens', async () => {
    const parts = await play({ say: ['Two pods of checkout are failing.'] })
    expect(textOf(parts)).toBe('Two pods of checkout are failing.')
    expect(parts.length).toBeGreaterThan(3)
    expect(endOf(parts)).toEqual({ type: 'end', reason: 'STOP', inputTokens: 11, outputTokens: 7 })
  })

  it('puts text together that was cut within characters, whatever the packets', async () => {
    const said = 'Größe 5 µs – “日本語” 🙂 ñandú.'
    expect(textOf(await play({ say: [said], writeBytes: 1, pieceChars: 3 }))).toBe(said)
  })

  it('gives calls made at once, with their arguments put together again, before the end', async () => {
    const parts = await play({
      say: [
        'I look.',
        { call: 'alerts_list', arguments: { severity: 'CRITICAL', note: 'a"b\\c {é}' }, id: 'call_a' },
        { call: 'pods_list', arguments: { namespace: 'shop' }, id: 'call_b' },
      ],
      pieceChars: 2,
      writeBytes: 5,
    })
    expect(callsOf(parts).map(({ name, input }) => [name, input])).toEqual([
      ['alerts_list', { severity: 'CRITICAL', note: 'a"b\\c {é}' }],
      ['pods_list', { namespace: 'shop' }],
    ])
    expect(callsOf(parts).map(({ id }) => id)).toEqual(['call_a', 'call_b'])
    expect(endOf(parts)).toMatchObject({ type: 'end', reason: 'TOOL_CALLS' })
    expect(parts.findIndex(({ type }) => type === 'tool_call')).toBe(parts.length - 3)
  })

  it('can be one that repeats what it was asked', async () => {
    expect(
      textOf(await play({ say: [{ echo: 'user', between: ['What', '?'] }, ' ', { echo: 'system' }] })),
    ).toBe('is broken You answer.')
  })

  it('passes on a call of a tool that nobody offered', async () => {
    const [call] = callsOf(await play({ say: [{ call: 'rm_rf', arguments: {} }] }))
    expect(call).toMatchObject({ name: 'rm_rf', input: {} })
  })

  it('has no input where the arguments are no JSON object, and says what they were', async () => {
    for (const text of ['{"severity": "CRIT', '[1]', '"x"', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`]) {
      const parts = await play({ say: [{ call: 'alerts_list', arguments: text }] }).catch((error) => error)
      // A server that cannot form such a call breaks off instead.
      if (parts instanceof Error) expect(parts).toMatchObject({ kind: 'BROKEN' })
      else expect(callsOf(parts)[0]).toMatchObject({ input: undefined, raw: expect.any(String) })
    }
  })

  it('says where the answer was cut or withheld', async () => {
    expect(endOf(await play({ finish: 'CUT' }))).toMatchObject({ reason: 'CUT' })
    expect(endOf(await play({ finish: 'FILTERED' }))).toMatchObject({ reason: 'FILTERED' })
  })

  it('knows no tokens where the server says none', async () => {
    expect(endOf(await play({ usage: null }))).toMatchObject({ inputTokens: null, outputTokens: null })
  })

  it('cuts an answer that goes on far beyond what was asked for', async () => {
    const parts = await play(
      { say: [{ repeat: 'on and on ', times: 20_000 }], pieceChars: 1_000 },
      { maxTokens: 100 },
    )
    expect(endOf(parts)).toMatchObject({ reason: 'CUT' })
    expect(textOf(parts).length).toBeLessThan(4_000)
    await vi.waitFor(() => expect(server.open).toBe(0))
  })

  it.each([
    [429, 'RATE_LIMITED'],
    [408, 'RATE_LIMITED'],
    [500, 'SERVER'],
    [503, 'SERVER'],
    [529, 'SERVER'],
    [400, 'REFUSED'],
    [401, 'REFUSED'],
    [403, 'REFUSED'],
    [404, 'REFUSED'],
    [302, 'REFUSED'],
  ])('reads status %i as %s', async (status, kind) => {
    const error = await failure({
      fault: { type: 'STATUS', status, headers: { location: 'http://169.254.169.254/' } },
    })
    expect(error).toMatchObject({ kind, retryAfterMs: undefined })
    expect(error.message).toContain(`tester answered ${status}`)
  })

  it('knows when it may be asked again, in seconds, as a date and in milliseconds', async () => {
    const limited = (headers: Record<string, string>) =>
      failure({ fault: { type: 'STATUS', status: 429, headers } }).then(({ retryAfterMs }) => retryAfterMs)
    expect(await limited({ 'retry-after': '7' })).toBe(7_000)
    expect(await limited({ 'retry-after-ms': '1500', 'retry-after': '2' })).toBe(1_500)
    expect(await limited({ 'retry-after': '999999999' })).toBe(3_600_000)
    expect(await limited({ 'retry-after': 'soon' })).toBeUndefined()
    const date = await limited({ 'retry-after': new Date(Date.now() + 30_000).toUTCString() })
    expect(date).toBeGreaterThan(25_000)
    expect(date).toBeLessThanOrEqual(30_000)
  })

  it('does not repeat its key, even where the server does', async () => {
    const message = 'wrong key value-of-model-key\n\u0007sent'
    const error = await failure({ fault: { type: 'STATUS', status: 401, message } })
    expect(error.message).toBe('tester answered 401 (wrong key *** sent).')
  })

  it('takes a stream that breaks, ends early or holds garbage for broken, and gives no half call', async () => {
    const say = ['Some words to begin with.', { call: 'alerts_list', arguments: { severity: 'CRITICAL' } }]
    for (const fault of [
      { type: 'CUT', after: 2 },
      { type: 'CUT', after: 7 },
      { type: 'END', after: 2 },
      { type: 'GARBAGE', after: 2 },
    ] as const) {
      server.play({ rules: [{ say, fault, pieceChars: 6 }] })
      const parts: ModelPart[] = []
      const reading = (async () => {
        for await (const part of open().complete(request(), AbortSignal.timeout(5_000))) parts.push(part)
      })()
      await expect(reading, JSON.stringify(fault)).rejects.toMatchObject({ kind: 'BROKEN' })
      expect(parts.every(({ type }) => type === 'text')).toBe(true)
    }
  })

  it('takes an error within the stream for the server’s', async () => {
    const error = await failure({
      say: ['Some words.'],
      fault: { type: 'ERROR', after: 2, message: 'overloaded' },
    })
    expect(['SERVER', 'BROKEN']).toContain(error.kind)
    expect(error.message).toContain('overloaded')
  })

  it('gives up on silence, before the first word and after it, and closes the connection', async () => {
    for (const after of [0, 1, 3]) {
      const error = await failure(
        { say: ['Some words to begin with.'], fault: { type: 'STALL', after } },
        { firstTokenTimeoutMs: 150, idleTimeoutMs: 150 },
      )
      expect(error).toMatchObject({ kind: 'TIMEOUT', message: 'tester said nothing for 0.15 s.' })
      await vi.waitFor(() => expect(server.open).toBe(0))
    }
  })

  it('closes the connection when it is told to, and when nobody reads on', async () => {
    server.play({ rules: [{ say: [{ repeat: 'words ', times: 500 }], pieceMs: 5 }] })
    const abort = new AbortController()
    const reading = (async () => {
      for await (const part of open().complete(request(), abort.signal))
        if (part.type === 'text') abort.abort(new Error('stopped'))
    })()
    await expect(reading).rejects.toThrow('stopped')
    await vi.waitFor(() => expect(server.open).toBe(0))
    for await (const part of open().complete(request(), new AbortController().signal))
      if (part.type === 'text') break
    await vi.waitFor(() => expect(server.open).toBe(0))
    await expect(collect(open().complete(request(), AbortSignal.abort(new Error('early'))))).rejects.toThrow(
      'early',
    )
  })

  it('says that nothing listens, that an address may not be asked, and that there is no key', async () => {
    const refused = await failure({}, { url: 'http://127.0.0.1:1/v1' })
    expect(refused).toMatchObject({ kind: 'CONNECT' })
    expect(refused.message).toContain('127.0.0.1:1')
    const before = server.requests.length
    expect(await failure({}, { url: 'http://169.254.169.254/v1' })).toMatchObject({ kind: 'CONNECT' })
    expect(await failure({}, { url: 'http://denied.test/v1' })).toMatchObject({ kind: 'CONNECT' })
    const keyless = openLanguageModel(definition({ protocol, url: server.url }), {
      ...deps,
      secret: () => Promise.reject(new Error('ENOENT')),
    })
    await expect(collect(keyless.complete(request(), AbortSignal.timeout(1_000)))).rejects.toMatchObject({
      kind: 'REFUSED',
      message: 'tester: there is no secret model-key with its key.',
    })
    expect(server.requests.length).toBe(before)
  })

  it('sends what was asked for, as it is written down here', async () => {
    const [asked] = callsOf(
      await play({ say: [{ call: 'alerts_list', arguments: { severity: 'HIGH' }, id: 'call_1' }] }),
    )
    server.requests.length = 0
    await play(
      { when: { tool: 'two alerts' }, say: ['Two.'] },
      {
        toolChoice: 'none',
        messages: [
          { role: 'system', text: 'You answer.' },
          { role: 'system', text: 'Shortly.' },
          { role: 'user', text: 'What is broken?' },
          {
            role: 'assistant',
            text: 'I look.',
            toolCalls: [asked!, { id: 'call_2', name: 'pods_list', input: undefined, raw: '{' }],
          },
          { role: 'tool', toolCallId: 'call_1', name: 'alerts_list', text: 'two alerts', failed: false },
          { role: 'tool', toolCallId: 'call_2', name: 'pods_list', text: 'That was no JSON.', failed: true },
        ],
      },
    )
    const [sent] = server.completions()
    expect(sent?.headers['user-agent']).toBe('aiops')
    const { authorization, 'x-api-key': own, 'x-goog-api-key': google } = sent!.headers
    expect([authorization, own, google].filter(Boolean)).toEqual([
      protocol.startsWith('OPENAI') ? 'Bearer value-of-model-key' : 'value-of-model-key',
    ])
    expect({ path: sent?.path, body: sent?.body }).toMatchSnapshot()
  })

  it('takes neither address nor key from the environment', async () => {
    for (const name of ['OPENAI', 'ANTHROPIC', 'GOOGLE_GENERATIVE_AI']) {
      vi.stubEnv(`${name}_API_KEY`, 'from-environment')
      vi.stubEnv(`${name}_BASE_URL`, 'http://127.0.0.1:9/')
    }
    server.requests.length = 0
    await play({}, {}, { key: '' })
    vi.unstubAllEnvs()
    expect(server.completions()).toHaveLength(1)
    expect(JSON.stringify(server.completions())).not.toContain('from-environment')
  })
})

it('takes an answer without [DONE] where its end was said', async () => {
  const server = await startScriptedModel('openai', { rules: [{ say: ['Fine.'], noDone: true }] })
  const model = openLanguageModel(definition({ url: server.url }), deps)
  expect(endOf(await collect(model.complete(request(), AbortSignal.timeout(5_000))))).toMatchObject({
    reason: 'STOP',
  })
  await server.close()
})

it('hands a thought signature of Gemini back with the call', async () => {
  const server = await startScriptedModel('google', {
    rules: [{ say: [{ call: 'alerts_list', arguments: {} }] }],
  })
  const model = openLanguageModel(definition({ protocol: 'GOOGLE', url: server.url }), deps)
  const parts = await collect(model.complete(request(), AbortSignal.timeout(5_000)))
  const messages = [
    ...request().messages,
    { role: 'assistant' as const, text: '', toolCalls: callsOf(parts) },
    {
      role: 'tool' as const,
      toolCallId: callsOf(parts)[0]!.id,
      name: 'alerts_list',
      text: 'none',
      failed: false,
    },
  ]
  server.play({ rules: [{ say: ['None.'] }] })
  await collect(model.complete(request({ messages }), AbortSignal.timeout(5_000)))
  expect(JSON.stringify(server.completions().at(-1)?.body)).toContain(
    '"thoughtSignature":"signature-alerts_list"',
  )
  await server.close()
})
