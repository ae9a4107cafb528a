import { compressSync } from 'snappy'
import { type Server, startServer } from './server.ts'

/** One remote-write request with one sample of one series. */
export function remoteWrite(labels: Readonly<Record<string, string>>, timeMs: number, value: number): Buffer {
  const parts = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) =>
      field(0x0a, Buffer.concat([field(0x0a, Buffer.from(name)), field(0x12, Buffer.from(text))])),
    )
  const number = Buffer.alloc(9)
  number[0] = 0x09
  number.writeDoubleLE(value, 1)
  const sample = field(0x12, Buffer.concat([number, Buffer.from([0x10, ...varint(timeMs)])]))
  return compressSync(field(0x0a, Buffer.concat([...parts, sample]))) as Buffer
}

const field = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, ...varint(body.length)]), body])
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

type Acknowledged = { samples: { timeMs: number; value: number }[]; alerts: string[] }

/** Sends samples and alerts as fast as they are acknowledged until the server is gone; gives back what was acknowledged. */
async function sendUntilGone(server: Server, round: number, killAfterMs: number): Promise<Acknowledged> {
  const acknowledged: Acknowledged = { samples: [], alerts: [] }
  const timer = setTimeout(() => void server.stop('SIGKILL'), killAfterMs)
  const base = Date.now() - 20_000
  try {
    for (let i = 0; i < 10_000; i += 1) {
      const timeMs = base + i
      const value = round * 10_000 + i
      const answer = await fetch(`${server.url}/api/v1/write`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
        body: new Uint8Array(remoteWrite({ __name__: 'kill_test', round: String(round) }, timeMs, value)),
      })
      if (answer.status === 204 || answer.status === 200) acknowledged.samples.push({ timeMs, value })
      if (i % 5 === 0) {
        const alert = {
          name: 'KillTest',
          severity: 'info',
          status: 'firing',
          message: 'x',
          labels: { round: String(round), i: String(i) },
        }
        const sent = await server.client.ingestAlerts({ body: { source: 'kill', alerts: [alert] } })
        acknowledged.alerts.push(...sent.alert_ids)
      }
    }
  } catch {
    // The server is gone: what follows was never acknowledged.
  }
  clearTimeout(timer)
  return acknowledged
}

export type KillResult = {
  kills: number
  samples: number
  alerts: number
  lostSamples: number
  lostAlerts: number
  wrongValues: number
}

/** Kills the real program again and again while it takes data, starts it on the same folder and looks for everything it had acknowledged. */
export async function killRounds(folder: string, kills: number, random: () => number): Promise<KillResult> {
  const result: KillResult = { kills, samples: 0, alerts: 0, lostSamples: 0, lostAlerts: 0, wrongValues: 0 }
  for (let round = 0; round < kills; round += 1) {
    const settings = ['ingest.host.enabled=false', 'store.checkpoint_interval=1s']
    const acknowledged = await sendUntilGone(await startServer(folder, settings), round, 20 + random() * 600)
    const server = await startServer(folder, settings)
    const found = await server.client.getRange({
      query: { match: `kill_test{round="${round}"}`, duration: '1h', max_points: 11_000 },
    })
    const points = new Map(found.results.flatMap((r) => r.points))
    for (const { timeMs, value } of acknowledged.samples) {
      if (!points.has(timeMs)) result.lostSamples += 1
      else if (points.get(timeMs) !== value) result.wrongValues += 1
    }
    const alerts = new Set(
      (await server.client.listAlerts({ query: { limit: 1_000 } })).alerts.map((a) => a.id),
    )
    result.lostAlerts += acknowledged.alerts.filter((id) => !alerts.has(id)).length
    result.samples += acknowledged.samples.length
    result.alerts += acknowledged.alerts.length
    await server.stop('SIGKILL')
  }
  return result
}
