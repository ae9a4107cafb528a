import { execFileSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '../server/src/kernel/random.ts'
import { Decoder } from '../server/src/pipeline/ingest/decoder.ts'
import { exposition } from '../server/src/pipeline/ingest/exposition/exposition.ts'
import { encodeScrape, type ScrapeScope, scopeKey } from '../server/src/pipeline/ingest/exposition/header.ts'
import { IngestConfig } from '../server/src/pipeline/ingest/index.ts'
import type { ProtocolDeps } from '../server/src/pipeline/ingest/protocol.ts'
import type { SeriesCatalog } from '../server/src/port/metric-store.ts'
import type { Entry } from '../server/src/port/telemetry-log.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Reading what targets expose, without log and stores: samples per CPU-second where a target repeats its series, on the text of the
 * node_exporter of this machine, scraped eight times, so that the values are those of a machine at work.
 *   node bench/exposition.ts [--targets 20] [--seconds 3]
 */
const { values } = parseArgs({
  options: { targets: { type: 'string', default: '20' }, seconds: { type: 'string', default: '3' } },
})
const targets = Number(values.targets)
const seconds = Number(values.seconds)
const nowMs = 1_700_000_000_000
const port = 19_100

async function scrapes(count: number): Promise<Buffer[]> {
  execFileSync('which', ['prometheus-node-exporter'])
  const child = spawn('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`], {
    stdio: 'ignore',
  })
  try {
    const texts: Buffer[] = []
    for (let attempt = 0; texts.length < count && attempt < 200; attempt += 1) {
      await sleep(100)
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
      if (answer?.ok) texts.push(Buffer.from(await answer.arrayBuffer()))
    }
    return texts
  } finally {
    child.kill()
  }
}

const catalog = (): SeriesCatalog => {
  let refs = 0
  return { intern: () => refs++, select: () => [] } as unknown as SeriesCatalog
}
const config = IngestConfig.parse({})
const scope = (target: number): ScrapeScope => ({
  labels: { job: 'node', instance: `10.0.0.${target}:9100` },
  honor_labels: false,
  honor_timestamps: true,
  track_timestamps_staleness: false,
  classic_histograms: false,
  relabel: [],
  sample_limit: 0,
  label_limit: 0,
  label_name_length_limit: 0,
  label_value_length_limit: 0,
})
const contentType = 'text/plain; version=0.0.4; charset=utf-8'
const entryOf = (text: Buffer, target: number, turn: number): Entry => {
  const own = scope(target)
  const key = scopeKey('node', `http://10.0.0.${target}:9100/metrics`, own)
  const header = { key, time_ms: nowMs + turn * 15_000, content_type: contentType, scope: own }
  return {
    kind: 'exposition',
    tenant: 'default',
    body: encodeScrape(header, text),
    encoding: 'identity',
    format: 'text',
    receivedMs: nowMs + turn * 15_000,
  }
}

const texts = await scrapes(8)
const samples = texts[0]!
  .toString()
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#')).length
const decoder = new Decoder(config, [exposition({ config } as ProtocolDeps)], {
  catalog: catalog(),
  random: seededRandom(1),
})
const entries = texts.map((text, turn) => Array.from({ length: targets }, (_, at) => entryOf(text, at, turn)))
const first = cpuSeconds()
let taken = 0
for (const entry of entries[0]!) taken += decoder.decode(entry).samples.count
const firstSeconds = cpuSeconds() - first
for (const turn of entries) for (const entry of turn) decoder.decode(entry)
const start = cpuSeconds()
let read = 0
for (let turn = 0; cpuSeconds() - start < seconds; turn += 1)
  for (const entry of entries[turn % entries.length]!) read += decoder.decode(entry).samples.count
const used = cpuSeconds() - start
process.stdout.write(
  `${JSON.stringify(
    {
      ...machine(),
      targets,
      samples_per_scrape: samples,
      bytes_per_scrape: texts[0]!.length,
      known_series_samples_per_cpu_second: Math.round(read / used),
      megabytes_per_cpu_second: Math.round(((read / samples) * texts[0]!.length) / used / 1e6),
      new_series_samples_per_cpu_second: Math.round(taken / firstSeconds),
    },
    null,
    2,
  )}\n`,
)
