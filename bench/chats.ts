import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { type Client, createClient } from '@aiops/contract/client'
import { playLoad } from './ask-load.ts'
import { machine } from './machine.ts'
import { cpuOf, residentMbOf, startReceiver } from './receiver.ts'

/**
 * Fifty people who talk at once, each reading the answer as server-sent events: without a model, and with a scripted one behind the OpenAI
 * protocol that writes 40 tokens a second. Times from sending to the first event and the first word, gaps between pieces, and whether
 * anything is lost or out of order. `node bench/chats.ts [--chats 50] [--messages 3]`
 */
const { values } = parseArgs({
  options: { chats: { type: 'string', default: '50' }, messages: { type: 'string', default: '3' } },
})
const [chats, messages] = [Number(values.chats), Number(values.messages)]
const questions = [
  'What does payment-gateway depend on?',
  'What does order-api depend on?',
  'What does search-gateway depend on?',
]

type Told = { startMs: number; firstEventMs: number; firstTextMs: number; endMs: number; gaps: number[] }
type Heard = Told & { wrong: string[]; characters: number; deltas: number; engine: string; note: string }

async function main(): Promise<void> {
  const before = machine()
  const model = new Worker(fileURLToPath(new URL('./chat-model.ts', import.meta.url)))
  const url = await new Promise<string>((resolve, reject) => {
    model.once('message', resolve)
    model.once('error', reject)
  })
  const folder = mkdtempSync(join(tmpdir(), 'aiops-chats-'))
  const providers = [{ name: 'scripted', url, model: 'm', window_tokens: 8_192 }]
  const server = await startReceiver('aiops', join(folder, 'data'), [
    ...['detect.stale_after=1ms', 'ingest.remote_write_age_max=3h'],
    ...['intelligence.chat.messages_per_minute=100000', 'intelligence.chat.messages_burst=1000'],
    'intelligence.models.cache.entries_max=0',
    'intelligence.models.budgets.tokens_per_day=0',
    `intelligence.models.providers=${JSON.stringify(providers)}`,
  ])
  if (typeof server === 'string') throw new Error(server)
  const { origin } = new URL(server.url)
  const client = createClient({ url: origin })
  const played = await playLoad(origin, client, ['c-000'], 5)
  await sleep(10_000)
  try {
    const idleMb = residentMbOf(server.pid)
    const without = await run(server.pid, client, origin, 'deterministic')
    const withModel = await run(server.pid, client, origin, 'scripted')
    process.stdout.write(
      `${JSON.stringify(
        {
          ...{
            bench: 'chats',
            before,
            load_after: machine().load_average,
            chats,
            messages,
            idle_rss_mb: idleMb,
          },
          ...{ without_model: without, with_model: withModel },
        },
        null,
        1,
      )}\n`,
    )
  } finally {
    await played.stop()
    await server.stop()
    await model.terminate()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Everybody begins within a second, and says the next thing once the answer is there. */
async function run(pid: number, client: Client, origin: string, model: string): Promise<object> {
  const ids = await Promise.all(
    Array.from({ length: chats }, async () => (await client.createChatSession({ body: { model } })).id),
  )
  let rssMax = 0
  const watching = setInterval(() => {
    rssMax = Math.max(rssMax, residentMbOf(pid))
  }, 200)
  const [cpu, startMs] = [cpuOf(pid).seconds, performance.now()]
  const heard: Heard[] = []
  await Promise.all(
    ids.map(async (id, i) => {
      await sleep((i / chats) * 1_000)
      for (let n = 0; n < messages; n += 1)
        heard.push(await talk(origin, id, questions[(i + n) % questions.length]!))
    }),
  )
  clearInterval(watching)
  const seconds = (performance.now() - startMs) / 1_000
  return {
    ...{ answers: heard.length, seconds: round(seconds) },
    engines: Object.fromEntries(
      [...Map.groupBy(heard, ({ engine }) => engine)].map(([k, l]) => [k, l.length]),
    ),
    notes: [...new Set(heard.map(({ note }) => note))].filter((note) => note !== '').slice(0, 5),
    cores: round((cpuOf(pid).seconds - cpu) / seconds),
    rss_mb_max: rssMax,
    first_event_ms: spread(heard.map((one) => one.firstEventMs - one.startMs)),
    first_text_ms: spread(heard.map((one) => one.firstTextMs - one.startMs)),
    whole_ms: spread(heard.map((one) => one.endMs - one.startMs)),
    gap_ms: spread(heard.flatMap(({ gaps }) => gaps)),
    deltas: heard.reduce((sum, one) => sum + one.deltas, 0),
    wrong: heard.flatMap(({ wrong }) => wrong).slice(0, 10),
  }
}

type Event = {
  type: string
  delta?: string
  answer?: { text: string; engine: string; model_note: string | null } | null
  code?: string
}

/** One message and its answer; the text that came in pieces must be the answer's, and the numbers of events without a hole. */
async function talk(origin: string, id: string, content: string): Promise<Heard> {
  const startMs = performance.now()
  const heard: Heard = {
    ...{ startMs, firstEventMs: 0, firstTextMs: 0, endMs: 0, gaps: [], wrong: [], characters: 0, deltas: 0 },
    ...{ engine: '', note: '' },
  }
  const response = await fetch(`${origin}/api/v1/chat/sessions/${id}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content }),
  })
  if (!response.ok || !response.body) {
    heard.wrong.push(`${response.status} ${(await response.text()).slice(0, 200)}`)
    heard.firstEventMs = heard.firstTextMs = heard.endMs = performance.now()
    return heard
  }
  let [rest, text, seq, lastMs] = ['', '', 0, 0]
  const take = (block: string): void => {
    const data = /^data: (.*)$/m.exec(block)?.[1]
    if (data === undefined) return
    const nowMs = performance.now()
    const number = Number(/^id: \S+:(\d+)$/m.exec(block)?.[1])
    if (number !== seq + 1) heard.wrong.push(`event ${number} after ${seq}`)
    seq = number
    const event = JSON.parse(data) as Event
    heard.firstEventMs ||= nowMs
    if (event.type === 'reset') text = ''
    if (event.type === 'error') heard.wrong.push(`error ${event.code}`)
    if (event.type === 'content_delta') {
      heard.firstTextMs ||= nowMs
      if (lastMs > 0) heard.gaps.push(nowMs - lastMs)
      lastMs = nowMs
      text += event.delta ?? ''
      heard.deltas += 1
    }
    if (event.type === 'message_complete') {
      heard.engine = event.answer?.engine ?? ''
      heard.note = event.answer?.model_note ?? ''
      if (event.answer?.text !== text) heard.wrong.push('the pieces are not the answer')
    }
    heard.endMs = event.type === 'message_complete' ? nowMs : heard.endMs
  }
  const decoder = new TextDecoder()
  for await (const part of response.body) {
    rest += decoder.decode(part, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) take(block)
  }
  if (heard.endMs === 0) heard.wrong.push('the stream ended early')
  return heard
}

function spread(list: readonly number[]): { p50: number; p95: number; max: number } {
  const sorted = list.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

await main()
process.exit(0)
