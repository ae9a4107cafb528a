import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type ScriptedModel, startScriptedModel } from '../../../../test/model/scripted-server.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { ModelDefinition, ModelPart } from '../../port/language-model.ts'
import { createHttpClient } from '../http/http-client.ts'
import { openLanguageModel } from './index.ts'
import { baseUrlOf } from './serving.ts'

const http = createHttpClient({ clock: systemClock }, { deny: [] })
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(() => http.close())

const start = async (models: string[], port?: number): Promise<ScriptedModel> => {
  const server = await startScriptedModel(
    'openai',
    { models, rules: [{}] },
    port === undefined ? {} : { port },
  )
  closing.push(() => server.close())
  return server
}
const open = (own: Partial<ModelDefinition>) =>
  openLanguageModel(
    {
      ...{
        name: 'tester',
        protocol: 'OPENAI_COMPATIBLE',
        url: '',
        model: '',
        key: '',
        local: true,
        windowTokens: 0,
      },
      ...{
        callsTools: false,
        foundryLocal: false,
        ports: [],
        firstTokenTimeoutMs: 3_000,
        idleTimeoutMs: 3_000,
      },
      ...own,
    },
    { http, clock: systemClock, secret: async () => '' },
  )
const ask = async (model: ReturnType<typeof open>): Promise<ModelPart[]> => {
  const request = {
    ...{ messages: [{ role: 'user' as const, text: 'What is broken?' }], tools: [] },
    ...{ toolChoice: 'auto' as const, temperature: 0, maxTokens: 100 },
  }
  const parts: ModelPart[] = []
  for await (const part of model.complete(request, AbortSignal.timeout(10_000))) parts.push(part)
  return parts
}
const origin = ({ url }: ScriptedModel): string => new URL(url).origin
const portOf = ({ url }: ScriptedModel): number => Number(new URL(url).port)
const modelOf = (server: ScriptedModel) => (server.completions().at(-1)!.body as { model: string }).model

/** Answers paths with JSON; 404 else. */
async function listing(paths: Record<string, unknown>): Promise<string> {
  const server: Server = createServer((request, response) => {
    const body = paths[request.url ?? '']
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('where no model is configured', () => {
  it('the first that the server lists is asked, and its window is known then', async () => {
    const server = await start(['qwen2.5-7b', 'other'])
    const model = open({ url: origin(server) })
    expect([model.model, model.windowTokens]).toEqual(['', 4_096])
    expect((await ask(model)).at(-1)).toMatchObject({ type: 'end' })
    expect([modelOf(server), model.model, model.windowTokens]).toEqual(['qwen2.5-7b', 'qwen2.5-7b', 8_192])
    await ask(model)
    expect(server.requests.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  it('one that was replaced since is looked up again', async () => {
    const server = await start(['old'])
    const model = open({ url: server.url })
    await ask(model)
    server.play({ models: ['new'], rules: [{ times: 1, fault: { type: 'STATUS', status: 404 } }, {}] })
    await ask(model)
    expect([modelOf(server), model.model]).toEqual(['new', 'new'])
  })

  it('a refusal that looking up does not change stays one', async () => {
    const server = await start(['m'])
    const model = open({ url: server.url })
    await ask(model)
    server.play({ models: ['m'], rules: [{ fault: { type: 'STATUS', status: 400 } }] })
    await expect(ask(model)).rejects.toMatchObject({ kind: 'REFUSED' })
    expect(server.completions()).toHaveLength(2)
  })

  it('a server with none loaded cannot be asked', async () => {
    await expect(ask(open({ url: (await start([])).url }))).rejects.toMatchObject({
      kind: 'CONNECT',
      message: expect.stringContaining('has no model loaded'),
    })
  })

  it.each([[{ data: 'x' }], [[]], [{ data: [{ id: '' }] }], [null]])(
    'a list such as %j is none',
    async (list) => {
      const url = await listing({ '/v1/models': list })
      await expect(ask(open({ url }))).rejects.toMatchObject({ kind: 'CONNECT' })
    },
  )
})

describe('Foundry Local', () => {
  it('says itself where it serves, and what it has loaded', async () => {
    const server = await start(['phi-4-mini'])
    const status = await listing({ '/openai/status': { endpoints: [origin(server)] } })
    const model = open({ url: status, foundryLocal: true })
    await ask(model)
    expect([modelOf(server), model.model]).toEqual(['phi-4-mini', 'phi-4-mini'])
    expect(server.requests[0]?.path).toBe('/v1/models')
  })

  it('is found again on another port after it was restarted', async () => {
    const before = await start(['phi'])
    const spare = await start([])
    const port = portOf(spare)
    const model = open({ url: origin(before), foundryLocal: true, ports: [port] })
    await ask(model)
    await before.close()
    await spare.close()
    closing.splice(0)
    const after = await start(['phi'], port)
    expect((await ask(model)).at(-1)).toMatchObject({ type: 'end' })
    expect(modelOf(after)).toBe('phi')
  })

  it('without its own paths is a server like others', async () => {
    const models = await listing({
      '/v1/models': { data: [{ id: 'phi', maxInputTokens: 3_000, maxOutputTokens: 1_000 }] },
    })
    const model = open({ url: models, foundryLocal: true })
    await expect(ask(model)).rejects.toMatchObject({ kind: 'REFUSED' })
    expect([model.model, model.windowTokens]).toEqual(['phi', 4_000])
  })

  it('cannot send a local question to another machine', async () => {
    const server = await start(['phi'])
    const lying = await listing({
      '/openai/status': { endpoints: ['http://192.0.2.1:80', 'http://evil.example'] },
      '/v1/models': { data: [{ id: 'phi' }] },
    })
    await expect(ask(open({ url: lying, foundryLocal: true }))).rejects.toMatchObject({ kind: 'REFUSED' })
    expect(server.requests).toEqual([])
  })
})

it.each([
  ['http://vllm:8000', 'OPENAI_COMPATIBLE', 'http://vllm:8000/v1'],
  ['http://vllm:8000/', 'OPENAI_COMPATIBLE', 'http://vllm:8000/v1'],
  ['http://vllm:8000/v1/', 'OPENAI_COMPATIBLE', 'http://vllm:8000/v1'],
  ['https://proxy/openai/v1', 'OPENAI', 'https://proxy/openai/v1'],
  ['', 'OPENAI', 'https://api.openai.com/v1'],
  ['', 'ANTHROPIC', 'https://api.anthropic.com/v1'],
  ['', 'GOOGLE', 'https://generativelanguage.googleapis.com/v1beta'],
] as const)('the address %s of %s is %s', (url, protocol, expected) => {
  expect(baseUrlOf({ url, protocol })).toBe(expected)
})
