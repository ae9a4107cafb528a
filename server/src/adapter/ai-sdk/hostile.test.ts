import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anthropicFrames } from '../../../../test/model/anthropic-messages.ts'
import { googleFrames } from '../../../../test/model/google-generate.ts'
import { openAiChatFrames } from '../../../../test/model/openai-chat.ts'
import { openAiResponsesFrames } from '../../../../test/model/openai-responses.ts'
import { type Frames, type Turn, turnOf } from '../../../../test/model/script.ts'
import { systemClock } from '../../kernel/clock.ts'
import { type LanguageModel, ModelFailure, type ModelPart } from '../../port/language-model.ts'
import { createHttpClient } from '../http/http-client.ts'
import { openLanguageModel } from './index.ts'

/** Servers that say anything: what a model is, nobody here can know. */
const http = createHttpClient({ clock: systemClock }, { deny: [] })
let answer: Buffer = Buffer.alloc(0)
const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer)
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.close()
  http.close()
})

const protocols: [LanguageModel['protocol'], (turn: Turn) => Frames][] = [
  ['OPENAI_COMPATIBLE', openAiChatFrames],
  ['OPENAI', openAiResponsesFrames],
  ['ANTHROPIC', anthropicFrames],
  ['GOOGLE', googleFrames],
]

const turn = turnOf({ say: ['Some words.', { call: 'alerts_list', arguments: { a: 1 } }] }, 'm')

describe.each(protocols)('whatever a server of %s sends', (protocol, framesOf) => {
  const frames = Object.values(framesOf(turn)).flat()
  const open = () =>
    openLanguageModel(
      {
        ...{
          name: 'hostile',
          protocol,
          model: 'm',
          key: '',
          local: true,
          windowTokens: 4_096,
          callsTools: true,
        },
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        ...{ foundryLocal: false, ports: [], firstTokenTimeoutMs: 5_000, idleTimeoutMs: 5_000 },
      },
      { http, clock: systemClock, secret: async () => '' },
    )
  async function read(): Promise<ModelPart[] | ModelFailure> {
    const parts: ModelPart[] = []
    const request = {
      ...{ messages: [{ role: 'user' as const, text: 'x' }], tools: [] },
      ...{ toolChoice: 'auto' as const, temperature: 0, maxTokens: 1_000 },
    }
    try {
      for await (const part of open().complete(request, AbortSignal.timeout(10_000))) parts.push(part)
      return parts
    } catch (error) {
      expect(error).toBeInstanceOf(ModelFailure)
      return error as ModelFailure
    }
  }
  const isSound = (read: ModelPart[] | ModelFailure): void => {
    if (!(read instanceof ModelFailure)) expect(read.at(-1)?.type).toBe('end')
    else expect(read.kind).not.toBe('TIMEOUT')
  }

  it('in bytes, ends in words or in a failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        answer = Buffer.from(bytes)
        isSound(await read())
      }),
      { numRuns: 40 },
    )
  })

  it('in frames that are lost, doubled, mixed up or changed, ends in words or in a failure', async () => {
    const bent = fc
      .tuple(
        fc.constantFrom(...frames),
        fc.nat(200),
        fc.constantFrom('', '"', '{', '}', 'null', '\n', '0', ':'),
      )
      .map(([frame, at, text]) => frame.slice(0, at) + text + frame.slice(at + text.length))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(...frames), bent), { maxLength: 20 }),
        async (list) => {
          answer = Buffer.from(list.join(''))
          isSound(await read())
        },
      ),
      { numRuns: 100 },
    )
  })
})
