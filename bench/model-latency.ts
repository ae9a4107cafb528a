// What the way to a language model adds to its first word, beside a bare fetch of the same stream; and how fast the next one is asked when
// one fails. The models are scripted: their own time is a wait that both ways share.
// node bench/model-latency.ts [streams] [parallel]
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { openLanguageModel } from '../server/src/adapter/ai-sdk/index.ts'
import { createHttpClient } from '../server/src/adapter/http/http-client.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import type { ModelRequest } from '../server/src/port/language-model.ts'
import { ModelConfig } from '../server/src/service/intelligence/model/config.ts'
import { createModelRouter } from '../server/src/service/intelligence/model/router.ts'
import { type ScriptedProtocol, startScriptedModel } from '../test/model/scripted-server.ts'
import { machine } from './machine.ts'

const streams = Number(process.argv[2] ?? 500)
const parallel = Number(process.argv[3] ?? 1)
const http = createHttpClient({ clock: systemClock }, { deny: [] })
const wires: [string, ScriptedProtocol][] = [
  ['OPENAI_COMPATIBLE', 'openai'],
  ['OPENAI', 'openai-responses'],
  ['ANTHROPIC', 'anthropic'],
  ['GOOGLE', 'google'],
]
const request: ModelRequest = {
  messages: [
    { role: 'system', text: 'You answer from the evidence alone.' },
    { role: 'user', text: `What is broken?\n${'checkout|CrashLoopBackOff|7|512Mi\n'.repeat(200)}` },
  ],
  tools: [],
  toolChoice: 'auto',
  temperature: 0,
  maxTokens: 500,
}

/** No budget of a day is held. */
const boundless = {
  spent: async () => ({ tokens: 0, usd: 0 }),
  reserve: async () => true,
  add: async () => undefined,
}

const routerOf = (providers: object[]) =>
  createModelRouter(
    {
      open: (definition) =>
        openLanguageModel(definition, { http, clock: systemClock, secret: async () => 'key-of-nobody' }),
      ...{ clock: systemClock, metrics: createMetrics(), spending: boundless },
    },
    ModelConfig.parse({
      providers,
      ...{ cache: { entries_max: 0 }, budgets: { tokens_per_day: 0 }, breaker: { failures: 1_000 } },
    }),
  )

const quantile = (list: number[], q: number): number => {
  const sorted = list.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0) * 100) / 100
}

async function ours(router: ReturnType<typeof routerOf>): Promise<number> {
  const startedMs = performance.now()
  let firstMs = 0
  for await (const part of router.complete('bench', request, { signal: AbortSignal.timeout(30_000) }))
    if (part.type === 'text') firstMs ||= performance.now() - startedMs
  return firstMs
}

/** The same bytes to the same server, until the first word is among what came. */
async function direct(url: string, body: string): Promise<number> {
  const startedMs = performance.now()
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  let [firstMs, text] = [0, '']
  const decoder = new TextDecoder()
  for await (const part of response.body!) {
    if (firstMs > 0) continue
    text += decoder.decode(part, { stream: true })
    if (text.includes('Two pods')) firstMs = performance.now() - startedMs
  }
  return firstMs
}

async function inTurns(count: number, task: () => Promise<void>): Promise<void> {
  let left = count
  const worker = async (): Promise<void> => {
    while (left-- > 0) await task()
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}

/** The server has a thread of its own, so that its work is not ours. */
async function serve(protocol: ScriptedProtocol): Promise<{ url: string; close(): Promise<unknown> }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { protocol }, argv: [] })
  const [url] = (await once(worker, 'message')) as [string]
  return { url, close: () => worker.terminate() }
}

async function firstWord(name: string, protocol: ScriptedProtocol): Promise<object> {
  const server = await serve(protocol)
  const router = routerOf([{ name: 'a', protocol: name, url: server.url, model: 'm', window_tokens: 32_768 }])
  const sent = await bodyOf(name, protocol)
  const [own, bare, added]: [number[], number[], number[]] = [[], [], []]
  const once = async (): Promise<void> => {
    const bareMs = await direct(server.url.replace(/\/v1(beta)?$/, '') + sent.path, sent.body)
    const ownMs = await ours(router)
    own.push(ownMs)
    bare.push(bareMs)
    added.push(ownMs - bareMs)
  }
  await inTurns(20, once)
  for (const list of [own, bare, added]) list.length = 0
  await inTurns(streams, once)
  await server.close()
  const row = (list: number[]) => ({
    p50: quantile(list, 0.5),
    p95: quantile(list, 0.95),
    p99: quantile(list, 0.99),
  })
  return { protocol: name, ours_ms: row(own), direct_ms: row(bare), added_ms: row(added) }
}

/** What is sent for the request, to be sent by hand. */
async function bodyOf(name: string, protocol: ScriptedProtocol): Promise<{ path: string; body: string }> {
  const server = await startScriptedModel(protocol, { rules: [{}] })
  await ours(routerOf([{ name: 'a', protocol: name, url: server.url, model: 'm', window_tokens: 32_768 }]))
  const [sent] = server.completions()
  await server.close()
  return { path: sent!.path, body: JSON.stringify(sent!.body) }
}

/** From the request to the first word of the second model, when the first fails in each of these ways. */
async function failover(): Promise<object[]> {
  const second = await serve('openai')
  const rows: object[] = []
  for (const [fault, url] of [
    ['nothing listens', 'http://127.0.0.1:1/v1'],
    ['500', ''],
    ['breaks off amid words', ''],
  ] as const) {
    const first = await startScriptedModel('openai', {
      rules: [
        fault === '500'
          ? { fault: { type: 'STATUS', status: 500 } }
          : { say: ['Half of it is'], fault: { type: 'CUT', after: 1 } },
      ],
    })
    const router = routerOf([
      { name: 'first', url: url || first.url, model: 'm', window_tokens: 32_768 },
      { name: 'second', url: second.url, model: 'm', window_tokens: 32_768 },
    ])
    const took: number[] = []
    for (let turn = 0; turn < 100; turn += 1) {
      const startedMs = performance.now()
      let model = ''
      for await (const part of router.complete('bench', request, { signal: AbortSignal.timeout(30_000) })) {
        if (part.type === 'start') model = part.model.name
        if (part.type === 'text' && model === 'second') {
          took.push(performance.now() - startedMs)
          break
        }
      }
    }
    rows.push({ fault, ms: { p50: quantile(took, 0.5), p95: quantile(took, 0.95), max: quantile(took, 1) } })
    await first.close()
  }
  await second.close()
  return rows
}

async function main(): Promise<void> {
  const rows: object[] = []
  for (const [name, protocol] of wires) rows.push(await firstWord(name, protocol))
  const report = { machine: machine(), streams, parallel, first_word: rows, failover: await failover() }
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  http.close()
}

const { isMainThread, parentPort, workerData } = await import('node:worker_threads')
if (isMainThread) await main()
else {
  // 5 ms to its first word, then one every millisecond.
  const rule = {
    say: ['Two pods of checkout are failing since 10:02.'],
    delayMs: 5,
    pieceMs: 1,
    pieceChars: 10,
  }
  const server = await startScriptedModel((workerData as { protocol: ScriptedProtocol }).protocol, {
    rules: [rule],
  })
  parentPort?.postMessage(server.url)
}
