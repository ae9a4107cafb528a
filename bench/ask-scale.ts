import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Answer } from '@aiops/contract/model/answer'
import { questions } from './ask-question.ts'
import { startAskRig } from './ask-rig.ts'
import { machine } from './machine.ts'
import { cpuOf, residentMbOf } from './receiver.ts'

/**
 * Questions without a model to the whole program, which knows 100 clusters, watches 50 of them with 10,000 pods (what one process watches by default), and holds two hours of 100 services: times of answers as
 * their asker sees them, by intent, one after the other and four at once; what the server says of its tools; CPU, memory, and how long the
 * event loop was held. `node bench/ask-scale.ts [--clusters 100] [--watched 50] [--pods 200] [--rounds 5] [--only TEXT] [--profile]`
 */
const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '100' },
    watched: { type: 'string', default: '50' },
    /** Of each watched cluster. */
    pods: { type: 'string', default: '200' },
    prometheuses: { type: 'string', default: '5' },
    changes: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    /** Questions that contain this. */
    only: { type: 'string', default: '' },
    /** Says where the time of the longest holds went. */
    profile: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
  },
})
const rounds = Number(values.rounds)
const before = machine()
const rig = await startAskRig(
  {
    ...{
      clusters: Number(values.clusters),
      watched: Number(values.watched),
      podsPerCluster: Number(values.pods),
    },
    ...{ prometheuses: Number(values.prometheuses), changesPerSecond: Number(values.changes) },
  },
  values.set,
  values.profile,
)
const { client, pid } = rig

type Asked = { question: string; ms: number; answer: Answer }

async function ask(question: string): Promise<Asked> {
  const startMs = performance.now()
  const answer = await client.ask({ body: { question, model: false } })
  return { question, ms: performance.now() - startMs, answer }
}

async function stretch(work: () => Promise<Asked[]>) {
  const [mark, cpu, startMs] = [rig.mark(), cpuOf(pid).seconds, performance.now()]
  const asked = await work()
  const wall = (performance.now() - startMs) / 1_000
  const holds = rig.holdsSince(mark)
  process.stderr.write(`${asked.length} answers in ${round(wall)} s\n`)
  return {
    asked,
    told: {
      ...{ answers: asked.length, seconds: round(wall) },
      cpu_ms_an_answer: round(((cpuOf(pid).seconds - cpu) * 1_000) / asked.length),
      answer_ms: spread(asked.map(({ ms }) => ms)),
      // The look-up of an answer lies between its longest call and the sum of its calls, which run beside one another.
      longest_call_ms: spread(asked.map(({ answer }) => Math.max(0, ...callsOf(answer)))),
      all_calls_ms: spread(asked.map(({ answer }) => callsOf(answer).reduce((sum, ms) => sum + ms, 0))),
      holds_by_cpu_ms: {
        over_20: holds.filter(({ cpuMs }) => cpuMs > 20).length,
        over_50: holds.filter(({ cpuMs }) => cpuMs > 50).length,
        max: round(holds[0]?.cpuMs ?? 0),
        ...(values.profile ? { worst: holds.slice(0, 12) } : {}),
      },
    },
  }
}

const callsOf = ({ checked }: Answer): number[] => checked.map(({ ms }) => ms)

async function inTurns(all: readonly string[], parallel: number): Promise<Asked[]> {
  const left = [...all]
  const asked: Asked[] = []
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) asked.push(await ask(next))
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return asked
}

function filled(question: string, n: number): string {
  const pod = rig.told.pods[(n * 7) % rig.told.pods.length]!
  return question
    .replace('{cluster}', rig.clusterNames[(n * 13) % Number(values.watched)]!)
    .replace('{node}', `worker-${n % 4}`)
    .replace('{pod}', pod.name)
}

const all = questions.filter((one) => one.toLowerCase().includes(values.only.toLowerCase()))
const many = Array.from({ length: rounds }, (_, n) => all.map((one) => filled(one, n))).flat()

try {
  // What comes in has been seen to by then.
  await sleep(15_000)
  const idle = await stretch(async () => {
    await sleep(15_000)
    return []
  })
  const rss = [residentMbOf(pid)]
  const first = await stretch(() => inTurns(many.slice(0, all.length), 1))
  rss.push(residentMbOf(pid))
  const alone = await stretch(() => inTurns(many, 1))
  rss.push(residentMbOf(pid))
  const four = await stretch(() => inTurns(many, 4))
  rss.push(residentMbOf(pid))
  const { entities } = await client.getTopology()
  process.stdout.write(
    `${JSON.stringify(
      {
        ...{ bench: 'ask-scale', before, load_after: machine().load_average },
        ...{
          clusters: rig.clusterNames.length,
          watched: Number(values.watched),
          pods: Number(values.watched) * Number(values.pods),
        },
        ...{ objects_per_cluster: rig.told.objects, entities: entities.length },
        ...{ samples: rig.played.samples, log_lines: rig.played.logLines, spans: rig.played.spans },
        questions: all.length,
        rss_mb: { before: rss[0], after_first_round: rss[1], after_rounds: rss[2], after_four: rss[3] },
        holds_without_questions: idle.told.holds_by_cpu_ms,
        ...{ first_round: first.told, one_by_one: alone.told, four_at_once: four.told },
        by_intent: byIntent(alone.asked),
        slowest: slowest(alone.asked),
      },
      null,
      1,
    )}\n`,
  )
} finally {
  await rig.stop()
}

function byIntent(asked: readonly Asked[]) {
  const by = Map.groupBy(asked, ({ answer }) => answer.understanding.intent)
  return Object.fromEntries(
    [...by]
      .toSorted()
      .map(([intent, list]) => [intent, { n: list.length, ...spread(list.map(({ ms }) => ms)) }]),
  )
}

/** Questions by their median, the slowest first, with their slowest calls. */
function slowest(asked: readonly Asked[]) {
  return [...Map.groupBy(asked, ({ question }) => question.replace(/c-\d+/, 'c-…'))]
    .map(([question, list]) => {
      const worst = list.toSorted((a, b) => b.ms - a.ms)[0]!
      const calls = worst.answer.checked.toSorted((a, b) => b.ms - a.ms).slice(0, 6)
      return {
        ...{ question, intent: worst.answer.understanding.intent, outcome: worst.answer.outcome },
        ...{ p50: spread(list.map(({ ms }) => ms)).p50, max: round(worst.ms) },
        evidence: worst.answer.evidence.length,
        bytes: JSON.stringify(worst.answer).length,
        calls: calls.map(({ tool, status, ms, records }) => `${tool} ${status} ${records}: ${ms}`),
      }
    })
    .sort((a, b) => b.max - a.max)
    .slice(0, 25)
}

function spread(list: readonly number[]): { p50: number; p95: number; max: number } {
  const sorted = list.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
process.exit(0)
