import { parseArgs } from 'node:util'
import { startShop } from '../example/shop/index.ts'
import { withPage } from '../test/journey/browser.ts'
import { startServer, temporaryFolder } from '../test/journey/server.ts'
import { machine } from './machine.ts'

/**
 * From a fault to its incident on the screen: a real shop, a real browser with the incidents page open, faults one after
 * another with a recovery between them. Seconds from the injection's return until the new incident's number is visible.
 *   node bench/browser.ts [--rounds 5] [--export-interval 2000]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    'export-interval': { type: 'string', default: '2000' },
  },
})
const rounds = Number(values.rounds)
const exportIntervalMs = Number(values['export-interval'])
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const folder = temporaryFolder('browser')
const server = await startServer(folder.path, [])
const shop = await startShop({ otlp: server.url, exportIntervalMs })
const before = machine()
const seconds: Record<'latency' | 'errors', number[]> = { latency: [], errors: [] }
let missed = 0
await sleep(40_000)
await withPage(async (page) => {
  await page.goto(`${server.url}/incidents`)
  for (let round = 0; round < rounds * 2; round += 1) {
    const kind = round % 2 === 0 ? 'latency' : 'errors'
    const { total } = await server.client.listIncidents({ query: { limit: 1 } })
    await shop.fault('payments', kind)
    const began = performance.now()
    try {
      await page
        .getByText(`INC-${total + 1}`, { exact: true })
        .first()
        .waitFor({ timeout: 60_000 })
      seconds[kind].push((performance.now() - began) / 1_000)
    } catch {
      missed += 1
    }
    await shop.restore('payments')
    await sleep(75_000)
  }
})
await shop.stop()
await server.stop()
folder.remove()
const all = [...seconds.latency, ...seconds.errors].sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({ bench: 'browser', machine: before, export_interval_ms: exportIntervalMs, seconds, p50: all[all.length >> 1], p95: all[Math.min(all.length - 1, Math.floor(all.length * 0.95))], missed })}\n`,
)
