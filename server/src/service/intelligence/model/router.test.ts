import { describe, expect, it } from 'vitest'
import { abilityOf, completerOf, NoModelAnswered } from './completer.ts'
import { failed, question, type Rig, rig, routed, said, type Turn } from './router.suite.ts'
import type { ModelAudit, RoutedPart } from './router.ts'

const signal = new AbortController().signal
const local = (name: string, own: object = {}) => ({ name, url: 'http://vllm:8000/v1', model: 'm', ...own })
const cloud = (name: string, own: object = {}) => ({
  ...{ name, protocol: 'ANTHROPIC', model: 'm', key: 'CLOUD_KEY' },
  ...own,
})
const ask = ({ router }: Rig, own: object = {}, tenant = 'default') =>
  routed(router.complete(tenant, question, { signal, ...own }))
const types = (parts: RoutedPart[]) => parts.map(({ type }) => type)
const last = (parts: RoutedPart[]) => parts.at(-1)
const textOf = (parts: RoutedPart[]) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
const states = ({ router }: Rig, tenant = 'default') =>
  Object.fromEntries(router.list(tenant).map(({ name, state }) => [name, state]))

describe('the policy', () => {
  const providers = [cloud('claude'), local('vllm'), local('ollama')]

  it('constructs and asks nothing outside this network unless told, whatever fails inside', async () => {
    const all = rig({ providers }, { vllm: [failed('CONNECT')], ollama: [failed('SERVER')] })
    const parts = await ask(all)
    expect(types(parts)).toEqual(['start', 'start', 'none'])
    expect(last(parts)).toMatchObject({ note: 'vllm could not be reached. ollama failed.' })
    expect(all.opened).toEqual(['vllm', 'ollama'])
    expect(states(all)).toEqual({ vllm: 'UNREACHABLE', ollama: 'UNREACHABLE', claude: 'EXCLUDED' })
  })

  it('asks local ones first where it says so, and those outside once they have failed', async () => {
    const all = rig(
      { policy: 'LOCAL_FIRST', providers },
      { vllm: [failed('SERVER')], ollama: [failed('TIMEOUT')] },
    )
    expect(textOf(await ask(all))).toBe('claude says so.')
    expect(all.asked.map(({ name }) => name)).toEqual(['vllm', 'ollama', 'claude'])
  })

  it('keeps the order of the list where anyone may be asked', async () => {
    const all = rig({ policy: 'ANY', providers }, {})
    expect(last(await ask(all))).toMatchObject({ type: 'end', model: { name: 'claude', local: false } })
  })

  it('is each tenant’s own', async () => {
    const all = rig({ policy: 'ANY', policies: { bank: 'LOCAL_ONLY' }, providers }, {})
    expect(textOf(await ask(all, {}, 'bank'))).toBe('vllm says so.')
    expect(textOf(await ask(all, {}, 'shop'))).toBe('claude says so.')
    expect([all.router.policyOf('bank'), all.router.policyOf('constructor')]).toEqual(['LOCAL_ONLY', 'ANY'])
  })

  it('holds for a model that is named too, and a name that does not exist is refused', async () => {
    const all = rig({ providers }, {})
    expect(last(await ask(all, { only: 'claude' }))).toMatchObject({
      type: 'none',
      note: 'The policy does not allow to ask claude.',
    })
    expect(textOf(await ask(all, { only: 'ollama' }))).toBe('ollama says so.')
    await expect(ask(all, { only: 'gpt' })).rejects.toMatchObject({ code: 'MODEL_NOT_AVAILABLE' })
    expect(all.opened).not.toContain('claude')
  })

  it('ends without a model where none is configured', async () => {
    expect(last(await ask(rig({}, {})))).toEqual({
      ...{ type: 'none', reasons: [], note: 'No language model is configured.' },
    })
  })
})

describe('a model that fails', () => {
  const providers = [local('a'), local('b')]

  it.each(['CONNECT', 'RATE_LIMITED', 'SERVER', 'TIMEOUT', 'BROKEN'] as const)(
    'with %s before its first word gives way to the next, at once',
    async (kind) => {
      const all = rig({ providers }, { a: [failed(kind)] })
      const parts = await ask(all)
      expect([types(parts), textOf(parts)]).toEqual([['start', 'start', 'text', 'end'], 'b says so.'])
      expect(all.clock.monotonic()).toBe(0)
    },
  )

  it('because it refuses is not replaced by another', async () => {
    const all = rig({ providers }, { a: [failed('REFUSED')] })
    expect(last(await ask(all))).toMatchObject({
      type: 'none',
      note: 'a refused the request.',
      reasons: [{ provider: 'a', kind: 'REFUSED', detail: 'its server says REFUSED' }],
    })
    expect(all.asked).toHaveLength(1)
    expect(all.router.list('default')[0]).toMatchObject({
      state: 'UNREACHABLE',
      message: 'its server says REFUSED',
    })
  })

  it('amid its words has them taken back before the next begins', async () => {
    const half: Turn = [{ type: 'text', text: 'Half of a' }, ...failed('BROKEN')]
    const all = rig({ providers }, { a: [half] })
    const parts = await ask(all)
    expect(types(parts)).toEqual(['start', 'text', 'reset', 'start', 'text', 'end'])
    expect(parts[2]).toEqual({ type: 'reset', reason: 'a broke off.' })
  })

  it('amid its words and is the last has them taken back too', async () => {
    const half: Turn = [{ type: 'text', text: 'Half of a' }, ...failed('TIMEOUT')]
    expect(types(await ask(rig({ providers: [local('a')] }, { a: [half] })))).toEqual([
      ...['start', 'text', 'reset', 'none'],
    ])
  })

  it('with a defect of ours is no error to whoever asks', async () => {
    const all = rig({ providers }, { a: [[{ type: 'text', text: 'x' }]] })
    expect(types(await ask(all))).toEqual(['start', 'text', 'reset', 'start', 'text', 'end'])
  })

  it('five times in a row rests for 30 s, and is tried with three at once then', async () => {
    const all = rig(
      { providers, cache: { entries_max: 0 } },
      { a: [...Array(5).fill(failed('SERVER')), ['SILENCE']] },
    )
    for (let turn = 0; turn < 5; turn += 1) await ask(all)
    expect(states(all)).toMatchObject({ a: 'RESTING', b: 'READY' })
    await ask(all)
    await all.clock.advance(29_999)
    await ask(all)
    expect(all.asked.filter(({ name }) => name === 'a')).toHaveLength(5)
    await all.clock.advance(1)
    const abort = new AbortController()
    const trials = Array.from({ length: 3 }, () => ask(all, { signal: abort.signal }).catch(() => 'aborted'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(textOf(await ask(all))).toBe('b says so.')
    expect(all.asked.filter(({ name }) => name === 'a')).toHaveLength(8)
    abort.abort()
    expect(await Promise.all(trials)).toEqual(['aborted', 'aborted', 'aborted'])
  })

  it('and says when it may be asked again rests until then', async () => {
    const all = rig(
      { providers: [local('a')], cache: { entries_max: 0 } },
      { a: [failed('RATE_LIMITED', 7_000), said('Back.')] },
    )
    await ask(all)
    expect(all.router.list('default')[0]).toMatchObject({
      state: 'RESTING',
      message: expect.stringMatching(/^Not asked for 7 s/),
    })
    expect(last(await ask(all))).toMatchObject({ note: 'a rests after failures.' })
    await all.clock.advance(7_000)
    expect(textOf(await ask(all))).toBe('Back.')
    expect(states(all)).toEqual({ a: 'READY' })
  })

  it('can be passed over by whoever found its words wrong', async () => {
    expect(textOf(await ask(rig({ providers }, {}), { without: ['a'] }))).toBe('b says so.')
  })
})

describe('who asks', () => {
  it('ends it by a signal, and by reading no further', async () => {
    const all = rig({ providers: [local('a')] }, { a: [[{ type: 'text', text: 'x' }, 'SILENCE']] })
    const abort = new AbortController()
    const asking = ask(all, { signal: abort.signal })
    await new Promise((resolve) => setImmediate(resolve))
    abort.abort(new Error('stopped'))
    await expect(asking).rejects.toThrow('stopped')
    expect(states(all)).toEqual({ a: 'NOT_TRIED' })
  })

  it('frees its place by reading no further, and finds the next model while it is taken', async () => {
    const providers = [local('a'), local('b')]
    const all = rig(
      { providers, concurrent_max: 1, cache: { entries_max: 0 } },
      { a: [[{ type: 'text', text: 'x' }, 'SILENCE']] },
    )
    for (const stopAt of ['start', 'text']) {
      for await (const part of all.router.complete('default', question, { signal })) {
        if (part.type === 'start') expect(part.model.name).toBe('a')
        if (part.type !== stopAt) continue
        expect(textOf(await ask(all))).toBe('b says so.')
        break
      }
    }
    expect(all.asked.map(({ name }) => name)).toEqual(['b', 'a', 'b'])
  })

  it('shapes the request for the model that gets it', async () => {
    const providers = [local('small', { window_tokens: 4_096 }), local('large', { window_tokens: 32_768 })]
    const all = rig({ providers }, { small: [failed('CONNECT')] })
    await routed(
      all.router.complete(
        'default',
        ({ windowTokens, callsTools }) => ({
          ...question,
          messages: [{ role: 'user', text: `${windowTokens} ${callsTools}` }],
        }),
        { signal },
      ),
    )
    expect(all.asked.map(({ request }) => (request.messages[0] as { text: string }).text)).toEqual([
      '4096 false',
      '32768 true',
    ])
  })

  it('cannot send what no window could hold', async () => {
    const all = rig({ providers: [local('a', { window_tokens: 512 })] }, {})
    const long = { ...question, messages: [{ role: 'user' as const, text: 'word '.repeat(1_000) }] }
    const parts = await routed(all.router.complete('default', long, { signal }))
    expect(last(parts)).toMatchObject({ reasons: [{ kind: 'WINDOW' }] })
    expect(all.asked).toEqual([])
  })

  it('reads it as one completion with what all models can do', async () => {
    const providers = [local('a', { window_tokens: 4_096 }), local('b', { window_tokens: 32_768 })]
    const all = rig({ providers }, { a: [[{ type: 'text', text: 'Ha' }, ...failed('BROKEN')]] })
    expect(abilityOf(all.router, 'default')).toEqual({ windowTokens: 4_096, callsTools: false })
    expect(abilityOf(rig({}, {}).router, 'default')).toBeUndefined()
    const resets: string[] = []
    const parts = []
    const complete = completerOf(all.router, 'default')
    for await (const part of complete(question, { signal, onReset: (reason) => resets.push(reason) }))
      parts.push(part.type)
    expect([parts, resets]).toEqual([['served', 'text', 'served', 'text', 'end'], ['a broke off.']])
    const none = completerOf(rig({}, {}).router, 'default')
    await expect(
      none(question, { signal, onReset: () => undefined })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toThrow(NoModelAnswered)
  })
})

describe('the cache', () => {
  it('gives the very same request of the same tenant its answer again, for a while', async () => {
    const all = rig({ providers: [local('a')] }, {})
    const first = await ask(all, {}, 'shop')
    const second = await ask(all, {}, 'shop')
    expect(textOf(second)).toBe(textOf(first))
    expect(last(second)).toMatchObject({ type: 'end', cached: true, usage: { calls: 0, input_tokens: 0 } })
    await ask(all, {}, 'bank')
    expect(all.asked).toHaveLength(2)
    await all.clock.advance(600_000)
    expect(last(await ask(all, {}, 'shop'))).toMatchObject({ cached: false })
  })

  it('keeps nothing of answers that are sampled, cut or broken', async () => {
    const providers = [local('a')]
    const cut: Turn = [
      { type: 'text', text: 'x' },
      { type: 'end', reason: 'CUT', inputTokens: 1, outputTokens: 1 },
    ]
    for (const all of [
      rig({ providers: [local('a', { temperature: 0.7 })] }, {}),
      rig({ providers, cache: { entries_max: 0 } }, {}),
      rig({ providers, cache: { bytes_max: 40 } }, {}),
      rig({ providers }, { a: [cut] }),
    ]) {
      await ask(all)
      await ask(all)
      expect(all.asked).toHaveLength(2)
    }
    const sampled = rig({ providers: [local('a', { temperature: 0.7 })], cache: { sampled: true } }, {})
    await ask(sampled)
    await ask(sampled)
    expect(sampled.asked).toHaveLength(1)
    expect(sampled.asked[0]?.request.temperature).toBe(0.7)
  })
})

describe('what leaves this network', () => {
  const providers = [local('inside'), cloud('claude')]
  const secret = {
    ...question,
    messages: [
      { role: 'user' as const, text: 'token hunter2' },
      {
        role: 'assistant' as const,
        text: '',
        toolCalls: [{ id: '1', name: 't', input: { a: ['hunter2'] }, raw: '{"a":["hunter2"]}' }],
      },
    ],
  }

  it('has its secrets taken out, and is audited by hash', async () => {
    const records: ModelAudit[] = []
    const all = rig(
      { policy: 'ANY', providers },
      { inside: [failed('CONNECT')] },
      {
        audit: (record) => void records.push(record),
        redact: (text) => text.replaceAll('hunter2', '[secret]'),
      },
    )
    await routed(all.router.complete('shop', secret, { signal }))
    expect(JSON.stringify(all.asked[0]?.request)).toContain('hunter2')
    expect(JSON.stringify(all.asked[1]?.request)).not.toContain('hunter2')
    expect(JSON.stringify(all.asked[1]?.request.messages[1])).toContain('"a":["[secret]"]')
    expect(records).toEqual([
      expect.objectContaining({
        tenant: 'shop',
        provider: 'claude',
        outcome: 'DONE',
        inputTokens: 100,
        outputTokens: 10,
      }),
    ])
    expect(records[0]?.requestSha256).toMatch(/^[0-9a-f]{64}$/)
    expect(records[0]?.responseSha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is audited when it fails too, and an audit that fails is counted, not an error', async () => {
    const all = rig(
      { policy: 'ANY', providers: [cloud('claude')] },
      { claude: [failed('SERVER')] },
      {
        audit: () => Promise.reject(new Error('disk full')),
      },
    )
    expect(last(await ask(all))).toMatchObject({ type: 'none' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(await all.metrics.render()).toContain('aiops_llm_unaudited_total{provider="claude"} 1')
  })
})
