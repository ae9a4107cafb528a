import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import type { HttpStreams } from '../../port/http-client.ts'
import { type EmbedderDefinition, openEmbedder } from './embedder.ts'

const definition: EmbedderDefinition = {
  ...{ protocol: 'OPENAI_COMPATIBLE', url: 'http://ollama:11434/v1/', model: 'nomic', key: 'embedding-key' },
  ...{ local: true, timeoutMs: 1_000 },
}
type Sent = { url: string; body: unknown; authorization: string | undefined }

function rig(answer: unknown, status = 200, more: Partial<EmbedderDefinition> = {}) {
  const sent: Sent[] = []
  const http = {
    stream: async (request: Parameters<HttpStreams['stream']>[0]) => {
      const { url, body, headers } = request
      const given = headers as Record<string, string>
      sent.push({ url, body: JSON.parse(String(body)), authorization: given.authorization })
      return {
        status,
        headers: { 'content-type': 'application/json' },
        body: (async function* () {
          yield Buffer.from(JSON.stringify(answer))
        })(),
      }
    },
  } as unknown as Parameters<typeof openEmbedder>[1]['http']
  const secret = async (): Promise<string> => 'sesame-sesame\n'
  return {
    sent,
    embedder: openEmbedder({ ...definition, ...more }, { http, clock: new ManualClock(), secret }),
  }
}
const signal = new AbortController().signal
const answerOf = (...vectors: number[][]) => ({
  ...{ object: 'list', model: 'nomic', usage: { prompt_tokens: 1, total_tokens: 1 } },
  data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
})

describe('an embedder', () => {
  it('asks in one request, with its key, and gives vectors of length 1 in the order of the texts', async () => {
    const { embedder, sent } = rig(answerOf([3, 4], [0, 2]))
    const vectors = await embedder.embed(['a', 'b'], signal)
    expect(vectors).toEqual([Float32Array.of(0.6, 0.8), Float32Array.of(0, 1)])
    expect(sent).toMatchObject([
      {
        url: 'http://ollama:11434/v1/embeddings',
        body: { model: 'nomic', input: ['a', 'b'] },
        authorization: 'Bearer sesame-sesame',
      },
    ])
  })

  it('speaks the hosted protocols too', async () => {
    const { embedder, sent } = rig(answerOf([1, 0]), 200, { protocol: 'OPENAI', url: '', local: false })
    await embedder.embed(['a'], signal)
    expect(sent[0]?.url).toBe('https://api.openai.com/v1/embeddings')
    expect(embedder.local).toBe(false)
  })

  it.each([
    ['too few vectors', answerOf([1, 0])],
    ['vectors of two lengths', answerOf([1, 0], [1])],
    ['something else', { hello: 'world' }],
  ])('takes %s for a failure', async (_, answer) => {
    await expect(rig(answer).embedder.embed(['a', 'b'], signal)).rejects.toMatchObject({
      name: 'ModelFailure',
    })
  })

  it('says what its server answered, and never its key', async () => {
    const { embedder } = rig({ error: { message: 'wrong key sesame-sesame', type: 'x' } }, 401)
    const error = await embedder.embed(['a'], signal).catch((one: Error) => one)
    expect(error).toMatchObject({ kind: 'REFUSED' })
    expect(String(error)).not.toContain('sesame-sesame')
  })
})
